"""What changed on the menus, as a subject and a text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.competitors.comparing.pricing import percent_text
from shared.competitors.models import MenuItem, PriceChange, Shakeup
from shared.values.text import clean_text

MAX_LINES = 25


@dataclass(frozen=True, slots=True)
class MenuChanges:
    """What a comparison of menus lists, and how many of each kind there are in all."""

    changes: Sequence[PriceChange] = ()
    added: Sequence[MenuItem] = ()
    removed: Sequence[MenuItem] = ()
    shakeups: Sequence[Shakeup] = ()
    change_count: int = 0
    added_count: int = 0
    removed_count: int = 0

    @property
    def count(self) -> int:
        """All of them, listed or not."""
        return len(self.shakeups) + self.change_count + self.added_count + self.removed_count

    def lines(self, at_most: int) -> list[str]:
        """One line each, the most telling first."""
        lines = [
            *(_shakeup_line(one) for one in self.shakeups),
            *(_change_line(one) for one in self.changes),
            *(f"new: {_item_line(one)}" for one in self.added),
            *(f"gone: {_item_line(one)}" for one in self.removed),
        ]
        return lines[:at_most]


def changes_subject(found: MenuChanges) -> str:
    """One line: `Competitor changes: 2 price changes, 1 new product`."""
    changes, added, removed = found.change_count, found.added_count, found.removed_count
    parts = [
        f"{changes} price change{'s' if changes > 1 else ''}" if changes else "",
        f"{added} new product{'s' if added > 1 else ''}" if added else "",
        f"{removed} product{'s' if removed > 1 else ''} gone" if removed else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"Competitor changes: {told or 'none'}"


def changes_text(found: MenuChanges) -> str:
    """Plain text, at most 25 lines of each kind."""
    parts = [
        "\n".join(_shakeup_line(one) for one in found.shakeups),
        _section("Price changes", [_change_line(one) for one in found.changes[:MAX_LINES]], found.change_count),
        _section("New on their menus", [_item_line(one) for one in found.added[:MAX_LINES]], found.added_count),
        _section(
            "Gone from their menus", [_item_line(one) for one in found.removed[:MAX_LINES]], found.removed_count
        ),
    ]
    return "\n\n".join(part for part in parts if part) or "Nothing changed on the menus."


def _section(title: str, lines: list[str], count: int) -> str:
    if not count:
        return ""
    more = [f"and {count - len(lines)} more"] if count > len(lines) else []
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines), *more])


def _shakeup_line(shakeup: Shakeup) -> str:
    return f"{clean_text(shakeup.competitor)} changed {percent_text(shakeup.percent)} of its menu at once."


def _change_line(change: PriceChange) -> str:
    return (
        f"{clean_text(change.competitor)}: {clean_text(change.product)} ${change.old_price:,.2f} → "
        f"${change.new_price:,.2f} ({percent_text(change.percent)} {change.direction})"
    )


def _item_line(item: MenuItem) -> str:
    price = f" ${item.price:,.2f}" if item.price else ""
    return f"{clean_text(item.competitor)}: {clean_text(item.product)}{price}"
