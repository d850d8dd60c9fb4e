"""What changed between two snapshots of one competitor's menu: plain computing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from shared.competitors.models import MenuItem, PriceChange, Product, Shakeup
from shared.competitors.products.matching import match_products
from shared.competitors.snapshots.snapshot import StoredSnapshot

_HUNDREDTH = Decimal("0.01")
_HUNDRED = Decimal(100)
Pair = tuple[Product, Product]


@dataclass(frozen=True, slots=True)
class MenuDiff:
    """The differences between two snapshots, the older one first.

    `price_changes` are all of them, the largest first. `changed_percent` is how much of the larger menu was
    added, removed or priced anew, 100 at most.
    """

    competitor_id: str
    competitor: str
    older_id: str
    newer_id: str
    price_changes: tuple[PriceChange, ...]
    added: tuple[Product, ...]
    removed: tuple[Product, ...]
    changed_percent: Decimal
    whole: bool
    """False where a menu was too long to be kept whole: the ends of the two may then differ for that alone."""

    def changes_from(self, percent: Decimal) -> tuple[PriceChange, ...]:
        """The price changes of at least `percent` of the old price."""
        return tuple(change for change in self.price_changes if moved_by(change, percent))

    @property
    def changed_count(self) -> int:
        """Products added, removed or priced anew."""
        return len(self.price_changes) + len(self.added) + len(self.removed)

    def shakeup(self, percent: Decimal) -> Shakeup | None:
        """The menu's shake-up, if at least `percent` of it changed."""
        if not self.changed_count or self.changed_percent < percent:
            return None
        return Shakeup(
            competitor_id=self.competitor_id,
            competitor=self.competitor,
            percent=self.changed_percent,
            added_count=len(self.added),
            removed_count=len(self.removed),
            price_change_count=len(self.price_changes),
        )


def compare(competitor: str, older: StoredSnapshot, newer: StoredSnapshot) -> MenuDiff:
    """Compare a competitor's snapshots. The order of the products on the menus does not matter."""
    before, after = older.snapshot.products, newer.snapshot.products
    pairs, removed, added = pair_up(before, after)
    changes = [change for was, now in pairs if (change := _price_change(newer, competitor, was, now))]
    changes.sort(key=lambda change: (-change.percent, change.product, change.old_price, change.new_price))
    changed = len(changes) + len(added) + len(removed)
    larger = max(len(before), len(after))
    percent = _rounded(min(Decimal(changed) * 100 / larger, _HUNDRED)) if larger else Decimal(0)
    return MenuDiff(
        competitor_id=newer.snapshot.competitor_id,
        competitor=competitor,
        older_id=older.id,
        newer_id=newer.id,
        price_changes=tuple(changes),
        added=tuple(added),
        removed=tuple(removed),
        changed_percent=percent,
        whole=older.snapshot.is_whole and newer.snapshot.is_whole,
    )


def pair_up(before: Sequence[Product], after: Sequence[Product]) -> tuple[list[Pair], list[Product], list[Product]]:
    """Which product is which, and those only before and only after.

    Products of one name and category are the same; of several of them those of one price, then the cheapest
    with the cheapest. The rest pair as products of two shops do, by name, size and category.
    """
    # Told apart by identity below, so each must be an object of its own.
    pairs, left, right = _exact([one.model_copy() for one in before], [one.model_copy() for one in after])
    matches = match_products(left, right)
    pairs += [(match.ours, match.theirs) for match in matches]
    return (
        pairs,
        _without(left, (match.ours for match in matches)),
        _without(right, (match.theirs for match in matches)),
    )


def moved_by(change: PriceChange, percent: Decimal) -> bool:
    """Whether the price moved by at least `percent` of the old one: exactly, before any rounding."""
    return abs(change.new_price - change.old_price) * 100 >= percent * change.old_price


def menu_items(diff: MenuDiff, products: Iterable[Product]) -> list[MenuItem]:
    """The products as the output lists them."""
    return [
        MenuItem(competitor=diff.competitor, product=one.name, category=one.category, price=one.price)
        for one in products
    ]


def _exact(before: Iterable[Product], after: Iterable[Product]) -> tuple[list[Pair], list[Product], list[Product]]:
    old, new = _grouped(before), _grouped(after)
    pairs: list[Pair] = []
    left: list[Product] = []
    right: list[Product] = []
    for key in old.keys() | new.keys():
        was, now = old.get(key, []), new.get(key, [])
        same = [(one, other) for one, other in _of_one_price(was, now)]
        pairs += same
        was = _without(was, (one for one, _ in same))
        now = _without(now, (other for _, other in same))
        pairs += zip(was, now, strict=False)
        left += was[len(now) :]
        right += now[len(was) :]
    return pairs, left, right


def _of_one_price(was: Iterable[Product], now: Iterable[Product]) -> list[Pair]:
    waiting: defaultdict[Decimal | None, list[Product]] = defaultdict(list)
    for product in now:
        waiting[product.price].append(product)
    return [(product, waiting[product.price].pop()) for product in was if waiting[product.price]]


def _grouped(products: Iterable[Product]) -> dict[tuple[str, str], list[Product]]:
    """By name and category, the cheapest first, those without a price last."""
    groups: defaultdict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in products:
        groups[(product.name.casefold(), (product.category or "").casefold())].append(product)
    for group in groups.values():
        group.sort(key=lambda product: (product.price is None, product.price or Decimal(0)))
    return dict(groups)


def _without(products: Iterable[Product], taken: Iterable[Product]) -> list[Product]:
    """The products but those taken, each of which is one of them by identity."""
    gone = {id(product) for product in taken}
    return [product for product in products if id(product) not in gone]


def _price_change(newer: StoredSnapshot, competitor: str, was: Product, now: Product) -> PriceChange | None:
    """None where the price stayed, or where one of the two names none (zero counts as none)."""
    if not was.price or not now.price or was.price <= 0 or now.price <= 0 or was.price == now.price:
        return None
    direction: Literal["up", "down"] = "up" if now.price > was.price else "down"
    return PriceChange(
        competitor_id=newer.snapshot.competitor_id,
        competitor=competitor,
        product=now.name,
        category=now.category or was.category,
        old_price=was.price,
        new_price=now.price,
        percent=_rounded(abs(now.price - was.price) * 100 / was.price),
        direction=direction,
    )


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_HUNDREDTH, ROUND_HALF_UP)
