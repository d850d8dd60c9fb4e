"""What changed between two snapshots of a competitor's menu. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from shared.competitors.models import MenuItem, PriceChange, Product, Shakeup
from shared.competitors.products.matching import match_offers
from shared.competitors.products.offers import Offer, offers_of
from shared.competitors.snapshots.snapshot import StoredSnapshot
from shared.values.size import SAME, relation

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
    """Each of one size."""
    removed: tuple[Product, ...]
    changed_percent: Decimal
    whole: bool
    """False if a menu was too long to be stored whole: the ends may then differ for that reason alone."""

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
    """Compare a competitor's snapshots, size by size. The products' order doesn't matter."""
    before, after = older.snapshot.products, newer.snapshot.products
    pairs, removed, added = pair_up(before, after)
    changes = [change for was, now in pairs if (change := _price_change(newer, competitor, was, now))]
    changes.sort(key=lambda change: (-change.percent, change.product, change.old_price, change.new_price))
    changed = len(changes) + len(added) + len(removed)
    larger = len(pairs) + max(len(added), len(removed))
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
    """Which size of which product is which, and those only before and only after; each product is of one size.

    Products of one name, category and size are the same; of several of them those of one price, then the cheapest
    with the cheapest. The rest pair as products of two shops do; another size is another thing. A product of which
    one menu names sizes and the other does not has neither come nor gone.
    """
    pairs, left, right = _exact(offers_of(before), offers_of(after))
    matches = [match for match in match_offers(left, right) if match.sizes.kind != "scaled"]
    # Told apart by identity: offers are equal only to themselves.
    gone = _without(left, (match.ours for match in matches))
    new = _without(right, (match.theirs for match in matches))
    removed, added = _unexplained(gone, right), _unexplained(new, left)
    pairs += [(match.ours, match.theirs) for match in matches]
    return (
        [(was.product, now.product) for was, now in pairs],
        [one.product for one in removed],
        [one.product for one in added],
    )


def moved_by(change: PriceChange, percent: Decimal) -> bool:
    """Whether the price changed by at least `percent` of the old one, before rounding."""
    return abs(change.new_price - change.old_price) * 100 >= percent * change.old_price


def menu_items(diff: MenuDiff, products: Iterable[Product]) -> list[MenuItem]:
    """The products as the output lists them."""
    return [
        MenuItem(
            competitor=diff.competitor,
            product=one.product.name,
            category=one.product.category,
            size=one.size_text,
            price=one.product.price,
        )
        for one in offers_of(products)
    ]


def _exact(
    before: Iterable[Offer], after: Iterable[Offer]
) -> tuple[list[tuple[Offer, Offer]], list[Offer], list[Offer]]:
    old, new = _grouped(before), _grouped(after)
    pairs: list[tuple[Offer, Offer]] = []
    left: list[Offer] = []
    right: list[Offer] = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key, []), new.get(key, [])
        same = _of_one_price(was, now)
        pairs += same
        was = _without(was, (one for one, _ in same))
        now = _without(now, (other for _, other in same))
        pairs += zip(was, now, strict=False)
        left += was[len(now) :]
        right += now[len(was) :]
    return pairs, left, right


def _of_one_price(was: Iterable[Offer], now: Iterable[Offer]) -> list[tuple[Offer, Offer]]:
    waiting: defaultdict[Decimal | None, list[Offer]] = defaultdict(list)
    for offer in now:
        waiting[offer.product.price].append(offer)
    return [(offer, waiting[offer.product.price].pop()) for offer in was if waiting[offer.product.price]]


def _grouped(offers: Iterable[Offer]) -> dict[tuple[str, str, str], list[Offer]]:
    """By name, category and size, the cheapest first, those without a price last."""
    groups: defaultdict[tuple[str, str, str], list[Offer]] = defaultdict(list)
    for offer in offers:
        groups[(*_shelved(offer), (offer.size_text or "").casefold())].append(offer)
    for group in groups.values():
        group.sort(key=lambda one: (one.product.price is None, one.product.price or Decimal(0)))
    return dict(groups)


def _shelved(offer: Offer) -> tuple[str, str]:
    return offer.product.name.casefold(), (offer.product.category or "").casefold()


def _without(offers: Iterable[Offer], taken: Iterable[Offer]) -> list[Offer]:
    gone = {id(offer) for offer in taken}
    return [offer for offer in offers if id(offer) not in gone]


def _unexplained(offers: Iterable[Offer], others: Iterable[Offer]) -> list[Offer]:
    """The offers but those that the other menu has too, and only one of the two says in which sizes."""
    sized: defaultdict[tuple[str, str], set[bool]] = defaultdict(set)
    for other in others:
        sized[_shelved(other)].add(other.says_size)
    return [offer for offer in offers if (not offer.says_size) not in sized[_shelved(offer)]]


def _price_change(newer: StoredSnapshot, competitor: str, was: Product, now: Product) -> PriceChange | None:
    """None where the price stayed, where one of the two names none (zero counts as none) or is sold out, or where
    nobody can tell that both are of one size.
    """
    if not was.price or not now.price or was.price <= 0 or now.price <= 0 or was.price == now.price:
        return None
    before, after = offers_of([was])[0], offers_of([now])[0]
    if not now.available or not _are_one_size(before, after):
        return None
    direction: Literal["up", "down"] = "up" if now.price > was.price else "down"
    return PriceChange(
        competitor_id=newer.snapshot.competitor_id,
        competitor=competitor,
        product=now.name,
        category=now.category or was.category,
        size=after.size_text,
        old_price=was.price,
        new_price=now.price,
        percent=_rounded(abs(now.price - was.price) * 100 / was.price),
        direction=direction,
    )


def _are_one_size(before: Offer, after: Offer) -> bool:
    one, other = before.size(), after.size()
    if one is not None and other is not None:
        return relation(one, other) == SAME
    return (before.size_text or "").casefold() == (after.size_text or "").casefold()


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_HUNDREDTH, ROUND_HALF_UP)
