"""Menu problems per item, and an overall health score."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Literal

from shared.competitors.models import Product
from shared.competitors.products.offers import Offer, offers_of
from shared.competitors.store import size_text
from shared.documents.inventory import Item
from shared.retail.figures import ProductPicture, Row, usd
from shared.values.size import Size

Kind = Literal[
    "no_price",
    "no_category",
    "no_description",
    "short_description",
    "no_image",
    "duplicate",
    "out_of_stock",
    "price_outlier",
    "below_cost",
]

POINTS: dict[Kind, int] = {
    "no_price": 40,
    "duplicate": 30,
    "below_cost": 25,
    "price_outlier": 20,
    "no_description": 20,
    "no_image": 20,
    "no_category": 15,
    "out_of_stock": 15,
    "short_description": 5,
}
"""Points deducted from an item's 100 for each finding."""
KIND_WORDS: dict[Kind, str] = {
    "no_price": "without a price",
    "duplicate": "listed twice",
    "below_cost": "priced below cost",
    "price_outlier": "priced far off the rest",
    "no_description": "without a description",
    "no_image": "without an image",
    "no_category": "without a category",
    "out_of_stock": "out of stock",
    "short_description": "with a very short description",
}
SHORT_DESCRIPTION = 20
LEAST_COMPARED = 4
"""Smaller groups have no usual price."""
OUTLIER_FACTOR = Decimal(3)


class MenuIssue(Row):
    item_id: str
    name: str
    kind: Kind
    points: int
    message: str
    image_url: ProductPicture = None


@dataclass(frozen=True, slots=True)
class MenuHealth:
    """`score`: mean item score, 0 to 100; 0 for an empty menu. Worst findings first."""

    score: int
    findings: tuple[MenuIssue, ...]
    by_kind: dict[str, int]
    items: int
    healthy: int
    """Items with no findings."""


def scan(items: Sequence[Item], unreadable: int = 0) -> MenuHealth:
    """Checks every item. Each `unreadable` document scores 0."""
    findings = [finding for item in items for finding in _of_item(item)]
    findings += _duplicates(items)
    findings += _outliers(items)
    findings.sort(key=lambda found: (-found.points, found.kind, found.name.casefold(), found.item_id))
    lost: Counter[str] = Counter()
    for found in findings:
        lost[found.item_id] += found.points
    total = len(items) + unreadable
    points = sum(max(100 - lost[item.id], 0) for item in items)
    return MenuHealth(
        # Rounded half up; a menu with findings never scores 100.
        score=min((2 * points + total) // (2 * total), 99 if findings or unreadable else 100) if total else 0,
        findings=tuple(findings),
        by_kind={kind: count for kind in POINTS if (count := sum(found.kind == kind for found in findings))},
        items=len(items),
        healthy=sum(not lost[item.id] for item in items),
    )


def _of_item(item: Item) -> Iterable[MenuIssue]:
    if not item.price:
        yield _finding(item, "no_price", "has no price")
    elif item.cost is not None and item.price < item.cost:
        yield _finding(item, "below_cost", f"sells for {usd(item.price)} but costs {usd(item.cost)}")
    if not _stripped(item.category):
        yield _finding(item, "no_category", "has no category")
    description = _stripped(item.description)
    if not description:
        yield _finding(item, "no_description", "has no description")
    elif len(description) < SHORT_DESCRIPTION:
        yield _finding(item, "short_description", f"has a description of {len(description)} characters")
    if not _stripped(item.image_url):
        yield _finding(item, "no_image", "has no image")
    if item.is_out:
        yield _finding(item, "out_of_stock", "is on the menu but out of stock")


def _duplicates(items: Iterable[Item]) -> Iterable[MenuIssue]:
    """Items whose name, size and location match an earlier one, ignoring spelling variants."""
    seen: dict[object, Item] = {}
    for item in sorted(items, key=lambda item: item.id):
        one = _offered(item)
        identity = one.identity
        other = seen.setdefault(
            (frozenset(identity.words), identity.form, identity.lineage, _size(one), item.location_id), item
        )
        if other is not item:
            yield _finding(item, "duplicate", f"is already on the menu as “{other.name}” ({other.id})")


def _outliers(items: Iterable[Item]) -> Iterable[MenuIssue]:
    """Prices more than three times, or less than a third of, the median of the same category and size."""
    alike: defaultdict[object, list[Item]] = defaultdict(list)
    for item in items:
        if item.price and _stripped(item.category):
            alike[_stripped(item.category).casefold(), _size(_offered(item))].append(item)
    for group in alike.values():
        if len(group) < LEAST_COMPARED:
            continue
        usual = Decimal(median(item.price for item in group if item.price))
        for item in group:
            if item.price and not usual / OUTLIER_FACTOR <= item.price <= usual * OUTLIER_FACTOR:
                yield _finding(
                    item, "price_outlier", f"sells for {usd(item.price)}; similar items sell for about {usd(usual)}"
                )


def _offered(item: Item) -> Offer:
    size = size_text(item.size, item.weight)
    (offer,) = offers_of([Product(name=item.name, category=item.category, size=size)])
    return offer


def _size(offer: Offer) -> Size | str | None:
    return offer.size() or offer.size_text


def _finding(item: Item, kind: Kind, message: str) -> MenuIssue:
    return MenuIssue(
        item_id=item.id,
        name=item.name,
        kind=kind,
        points=POINTS[kind],
        message=f"{item.name} {message}",
        image_url=item.image_url,
    )


def _stripped(text: str | None) -> str:
    return (text or "").strip()
