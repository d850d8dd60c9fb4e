"""Decides from the last good menu whether a new one was read properly. No I/O.

A menu that is suspect counts for nothing until a second scan agrees with it; one that looks like the last good menu
again drops it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.competitors.comparing.diff import pair_up
from shared.competitors.models import Product
from shared.competitors.snapshots.snapshot import Snapshot, StoredSnapshot
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.values.words import day_words

LEAST_PERCENT = 40
"""Of the products of the last good menu; fewer are suspect."""
LEAST_PRODUCTS = 4
"""On the last good menu; of a smaller one it means nothing that most are gone."""
LEAST_PRICES = 5
"""Prices that both menus name; of fewer it means nothing that they moved alike, unless they moved very far."""
_VERY_FAR = 5
"""No shop changes prices fivefold overnight: cents were read as dollars."""
_SAME_FACTOR = Decimal("1.01")
"""How far apart two factors may be and still count as equal, since prices are rounded."""
INDEPENDENT_AFTER = timedelta(hours=1)
"""A run that began before the suspect menu was found confirms it only so much later."""


class Outcome(StrEnum):
    """The verdict on a newly read menu."""

    GOOD = "good"
    CONFIRMED = "confirmed"
    """Suspect, but confirmed by a second scan: it becomes the good one."""
    HELD = "held"
    """Suspect, as is what was found before; that stays the first word."""
    SUSPECT = "suspect"
    """Suspect, and no earlier scan agrees."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a menu is; `reason` says what makes it suspect, as the end of a sentence: "it showed 12 products"."""

    outcome: Outcome
    reason: str = ""


def judge(
    good: StoredSnapshot | None,
    suspect: SuspectSnapshot | None,
    found: Snapshot,
    run_began: datetime,
) -> Judgment:
    """What `found` is after the last good menu and the suspect one that waits, if there are any.

    `run_began`: when the run that found it began. A run cannot confirm what it has found itself, nor what was found
    while it was already under way.
    """
    reason = suspicion(good.snapshot, found) if good is not None else None
    if good is None or reason is None:
        return Judgment(Outcome.GOOD)
    if suspect is None or suspect.good_snapshot_id != good.id or not agree(suspect, found):
        return Judgment(Outcome.SUSPECT, reason)
    is_another_run = suspect.execution_id != found.execution_id and run_began >= suspect.taken_at
    if is_another_run or found.taken_at - suspect.taken_at >= INDEPENDENT_AFTER:
        return Judgment(Outcome.CONFIRMED)
    return Judgment(Outcome.HELD, reason)


def suspicion(before: Snapshot, found: Snapshot) -> str | None:
    """Why `found` is hardly what the page says, as the end of a sentence; None where nothing speaks against it.

    A new address means a new menu.
    """
    if before.menu_url and found.menu_url and before.menu_url != found.menu_url:
        return None
    return _suspicion(before, found)


def agree(one: Snapshot, other: Snapshot) -> bool:
    """Whether two menus agree closely enough not to make each other suspect."""
    if one.content_hash and one.content_hash == other.content_hash:
        return True
    return _suspicion(one, other) is None and _suspicion(other, one) is None


def told(name: str, reason: str, good_at: datetime, timezone: str) -> str:
    """The message to the owner about a suspect menu. `good_at`: when the last good menu was seen."""
    day = good_at.astimezone(ZoneInfo(timezone))
    return (
        f"We couldn't read {name}'s menu properly: {reason}. We'll compare its prices again once a "
        f"second scan agrees. Until then, we're using its menu from {day_words(day)}."
    )


def _suspicion(before: Snapshot, found: Snapshot) -> str | None:
    had, has = _count(before), _count(found)
    if had >= LEAST_PRODUCTS and has * 100 < had * LEAST_PERCENT:
        return f"it showed {has:,} product{'' if has == 1 else 's'}, down from {had:,} last time"
    moved = _moved_alike(before.products, found.products)
    if moved is None:
        return None
    count, of, factor = moved
    prices = f"{count:,} of its {of:,} prices" if count < of else f"all {of:,} prices" if of > 1 else "a price"
    percent = abs(factor - 1) * 100
    return f"{prices} went {'up' if factor > 1 else 'down'} {percent:,.{0 if percent >= 1 else 1}f}% at once"


def _count(snapshot: Snapshot) -> int:
    return max(snapshot.product_count, len(snapshot.products))


def _moved_alike(before: Sequence[Product], found: Sequence[Product]) -> tuple[int, int, Decimal] | None:
    """How many prices of how many moved by one factor, and the factor; None where that is not most of them."""
    pairs, _, _ = pair_up(before, found)
    prices = [(was.price, now.price) for was, now in pairs if was.price and now.price]
    factors = sorted(now / was for was, now in prices if was != now)
    start, count = _densest(factors)
    if count * 2 <= len(prices):
        return None
    factor = factors[start + count // 2]
    is_very_far = not Decimal(1) / _VERY_FAR < factor < _VERY_FAR
    return (count, len(prices), factor) if is_very_far or len(prices) >= LEAST_PRICES else None


def _densest(factors: Sequence[Decimal]) -> tuple[int, int]:
    """Where most of the sorted factors lie together: the first of them, and how many."""
    counts = [bisect_right(factors, factor * _SAME_FACTOR) - start for start, factor in enumerate(factors)]
    most = max(counts, default=0)
    return (counts.index(most) if most else 0), most
