"""What a competitor's menu was at a time, as it is kept in `tenants/{orgId}/competitor_snapshots`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.competitive.menu import price_range
from shared.competitive.models import CompetitorMenu, ParsedMenu, PriceRange, Product

KEPT_FOR = timedelta(days=30)
MAX_PRODUCT_BYTES = 700_000
"""Firestore holds 1 MiB a document; names can take four bytes a letter."""


class Snapshot(BaseModel):
    """One competitor's menu at one time. It goes away 30 days after `taken_at`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    competitor_id: str
    taken_at: AwareDatetime
    expires_at: AwareDatetime
    products: tuple[Product, ...]
    product_count: int = 0
    """Products on the page; more than `len(products)` where not all of them fit."""
    price_range: PriceRange | None = None
    promo_count: int = 0
    promotions: tuple[str, ...] = ()
    content_hash: str = ""
    source: str = "json-ld"


def take_snapshot(competitor_id: str, menu: ParsedMenu, now: datetime) -> Snapshot:
    """The menu as it is now, with as many products as a document can hold."""
    products = fitting(menu.products, MAX_PRODUCT_BYTES)
    return Snapshot(
        competitor_id=competitor_id,
        taken_at=now,
        expires_at=now + KEPT_FOR,
        products=products,
        product_count=menu.found,
        price_range=price_range(menu.products),
        promo_count=menu.promo_count,
        promotions=menu.promotions,
        content_hash=content_hash(menu.products),
        source=menu.source,
    )


def snapshot_id(execution_id: str, competitor_id: str) -> str:
    """Where a run stores its snapshot of a competitor: a retry writes the same document again."""
    return f"{execution_id}_{competitor_id}"


def content_hash(products: Sequence[Product]) -> str:
    """The same for the same products in any order."""
    lines = sorted(json.dumps([p.name, p.category, str(p.price)], ensure_ascii=False) for p in products)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fitting(products: Sequence[Product], max_bytes: int) -> tuple[Product, ...]:
    """As many of the first products as take at most `max_bytes` as JSON."""
    total = 0
    for count, product in enumerate(products):
        total += len(product.model_dump_json(by_alias=True).encode()) + 1
        if total > max_bytes:
            return tuple(products[:count])
    return tuple(products)


def menu_of(name: str, kept_as: str, snapshot: Snapshot, max_bytes: int) -> CompetitorMenu:
    """A snapshot as a scan's output shows it, with as many products as take at most `max_bytes`."""
    return CompetitorMenu(
        competitor_id=snapshot.competitor_id,
        name=name,
        products=fitting(snapshot.products, max_bytes),
        price_range=snapshot.price_range,
        promo_count=snapshot.promo_count,
        product_count=max(snapshot.product_count, len(snapshot.products)),
        snapshot_id=kept_as,
    )
