"""Menu changes as lines and as a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.competitors.comparing.pricing import percent_text
from shared.competitors.models import MenuItem, PriceChange, Shakeup, product_label
from shared.messages.template import build
from shared.messages.template.models import Message, Section
from shared.values.text import clean_text
from shared.values.words import counted

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
        """One line each, the most important first."""
        lines = [
            *(_shakeup_line(one) for one in self.shakeups),
            *(_change_line(one) for one in self.changes),
            *(f"new: {_item_line(one)}" for one in self.added),
            *(f"gone: {_item_line(one)}" for one in self.removed),
        ]
        return lines[:at_most]


def changes_message(found: MenuChanges) -> Message:
    """What changed, at most 25 lines of each kind: `Competitor changes: 2 price changes, 1 new product`."""
    counts = (
        (found.change_count, "price change", "price changes"),
        (found.added_count, "new product", "new products"),
        (found.removed_count, "product gone", "products gone"),
    )
    summary = ", ".join(counted(count, one, many) for count, one, many in counts if count)
    first = next(iter(found.lines(1)), "Nothing changed on the menus.")
    return build.message(
        f"Competitor changes: {summary or 'none'}",
        first[:1].upper() + first[1:],
        [
            *build.listing(_shakeup_line(one) for one in found.shakeups),
            *_listed("Price changes", map(_change_line, found.changes[:MAX_LINES]), found.change_count),
            *_listed("New on their menus", map(_item_line, found.added[:MAX_LINES]), found.added_count),
            *_listed("Gone from their menus", map(_item_line, found.removed[:MAX_LINES]), found.removed_count),
        ],
    )


def _listed(title: str, lines: Iterable[str], count: int) -> list[Section]:
    return build.titled(title, build.listing(lines, max(count - MAX_LINES, 0)))


def _shakeup_line(shakeup: Shakeup) -> str:
    return f"{clean_text(shakeup.competitor)} changed {percent_text(shakeup.percent)} of its menu at once."


def _change_line(change: PriceChange) -> str:
    return (
        f"{clean_text(change.competitor)}: {_label(change.product, change.size)} ${change.old_price:,.2f} → "
        f"${change.new_price:,.2f} ({percent_text(change.percent)} {change.direction})"
    )


def _item_line(item: MenuItem) -> str:
    price = f" ${item.price:,.2f}" if item.price else ""
    return f"{clean_text(item.competitor)}: {_label(item.product, item.size)}{price}"


def _label(product: str, size: str | None) -> str:
    return clean_text(product_label(product, size))
