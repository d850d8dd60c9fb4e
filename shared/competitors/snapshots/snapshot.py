"""A competitor's menu at one time, stored in `tenants/{orgId}/competitor_snapshots`.

A snapshot is one state of the menu: it is taken when the menu has changed, and seen again (`seenAt`) by every
later scan that finds the menu as it was. It goes away 30 days after it was last seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel

from shared.competitors.menus.promotions import is_deep
from shared.competitors.models import CompetitorMenu, ParsedMenu, PriceRange, Product
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest
from shared.values.text import clean_text

KEPT_FOR = timedelta(days=30)
MAX_PRODUCT_BYTES = 700_000
"""Firestore holds 1 MiB a document; names can take four bytes a letter."""
MAX_CATEGORIES = 200
SHOWN_CATEGORIES = 30
SHOWN_PROMOTIONS = 5
_SHOWN_CATEGORY_LENGTH = 80

R = TypeVar("R", bound=BaseModel)


class _Stored(CamelModel, frozen=True):
    competitor_id: str
    taken_at: AwareDatetime
    expires_at: AwareDatetime
    seen_at: AwareDatetime | None = None
    read_at: AwareDatetime | None = None
    """When the page's content, not only the word that it is unchanged, was last received."""
    content_hash: str = ""
    """Of what the menu says: products and promotions."""
    page_hash: str = ""
    """Of the page that said it, without what changes on every load."""
    etag: str | None = None
    last_modified: str | None = None
    menu_url: str | None = None
    execution_id: str | None = None
    """The run that took it."""

    @property
    def last_seen(self) -> datetime:
        """When a scan last found the menu so."""
        return max(self.taken_at, self.seen_at or self.taken_at)


class HeadFields(_Stored):
    """The fields of a snapshot that a scan needs before it knows whether the menu has changed."""


class Snapshot(_Stored):
    """One state of a competitor's menu."""

    products: tuple[Product, ...]
    product_count: int = 0
    """Products on the page; more than `len(products)` where not all of them fit."""
    price_range: PriceRange | None = None
    categories: tuple[str, ...] = ()
    promo_count: int = 0
    promotions: tuple[str, ...] = ()
    source: str = "json-ld"

    @property
    def is_whole(self) -> bool:
        """Whether it holds every product that the page had."""
        return self.product_count <= len(self.products)


@dataclass(frozen=True, slots=True)
class Head:
    """A stored snapshot without its menu."""

    id: str
    fields: HeadFields

    @property
    def etag(self) -> str | None:
        """What the site called this state of the page."""
        return self.fields.etag

    @property
    def last_modified(self) -> str | None:
        """When the site said that the page was last changed."""
        return self.fields.last_modified

    @property
    def menu_url(self) -> str | None:
        return self.fields.menu_url


@dataclass(frozen=True, slots=True)
class PageState:
    """By what a page is known again."""

    menu_url: str
    page_hash: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot and the id that it is kept under."""

    id: str
    snapshot: Snapshot


def take_snapshot(
    competitor_id: str,
    menu: ParsedMenu,
    now: datetime,
    page: PageState | None = None,
    execution_id: str | None = None,
) -> Snapshot:
    """The menu as it is now, with as many products as a document can hold."""
    return Snapshot(
        competitor_id=competitor_id,
        taken_at=now,
        seen_at=now,
        read_at=now,
        expires_at=now + KEPT_FOR,
        products=fitting(menu.products, MAX_PRODUCT_BYTES),
        product_count=menu.found,
        price_range=PriceRange.of(menu.products),
        categories=categories_of(menu.products)[:MAX_CATEGORIES],
        promo_count=menu.promo_count,
        promotions=menu.promotions,
        content_hash=content_hash(menu.products, menu.promotions),
        source=menu.source,
        page_hash=page.page_hash if page else "",
        etag=page.etag if page else None,
        last_modified=page.last_modified if page else None,
        menu_url=page.menu_url if page else None,
        execution_id=execution_id,
    )


def seen_again(now: datetime, page: PageState | None) -> dict[str, datetime | str | None]:
    """The fields of a stored snapshot that change when a scan finds the menu as it was.

    `page`: what was received; None where the site only said that nothing has changed.
    """
    fields: dict[str, datetime | str | None] = {"seenAt": now, "expiresAt": now + KEPT_FOR}
    if page is not None:
        fields |= {
            "readAt": now,
            "menuUrl": page.menu_url,
            "pageHash": page.page_hash,
            "etag": page.etag,
            "lastModified": page.last_modified,
        }
    return fields


def snapshot_id(snapshot: Snapshot, before: str | None) -> str:
    """Where the snapshot is kept: after the one `before`, this menu has one id.

    So a retry, and another run that finds the same change at the same time, write the same document.
    """
    identity = json.dumps([snapshot.competitor_id, before, snapshot.content_hash])
    return f"{snapshot.competitor_id[:100]}_{hex_digest(identity, digits=24)}"


def content_hash(products: Sequence[Product], promotions: Sequence[str] = ()) -> str:
    """The same for the same products and promotions in any order."""
    lines = sorted(_line(product) for product in products)
    lines += sorted(json.dumps([promotion]) for promotion in promotions)
    return hex_digest("\n".join(lines), digits=64)


def _line(product: Product) -> str:
    """What is not said is not in it, so that menus without sizes are known again as before there were any."""
    fields = [product.name, product.category, str(product.price)]
    sizes = [[one.size, str(one.price), one.available] for one in product.sizes]
    more = [product.size, product.available, sizes] if product.size or sizes or not product.available else []
    return json.dumps([*fields, *more])


def categories_of(products: Iterable[Product]) -> tuple[str, ...]:
    """The different categories in the order in which the menu names them."""
    seen: dict[str, str] = {}
    for product in products:
        name = clean_text(product.category)
        if name:
            seen.setdefault(name.casefold(), name)
    return tuple(seen.values())


def fitting(records: Sequence[R], max_bytes: int) -> tuple[R, ...]:
    """As many of the first records as take at most `max_bytes` as JSON."""
    total = 0
    for count, record in enumerate(records):
        total += len(record.model_dump_json(by_alias=True).encode()) + 1
        if total > max_bytes:
            return tuple(records[:count])
    return tuple(records)


def menu_of(
    name: str, stored: StoredSnapshot, max_bytes: int, *, unchanged: bool = False, suspect: str | None = None
) -> CompetitorMenu:
    """A snapshot as a scan's output shows it, with as many products as take at most `max_bytes`.

    `suspect`: why the menu that the scan found does not count, and this one does.
    """
    snapshot = stored.snapshot
    categories = snapshot.categories or categories_of(snapshot.products)
    return CompetitorMenu(
        competitor_id=snapshot.competitor_id,
        name=name,
        products=fitting(snapshot.products, max_bytes),
        price_range=snapshot.price_range,
        promo_count=snapshot.promo_count,
        product_count=max(snapshot.product_count, len(snapshot.products)),
        categories=tuple(one[:_SHOWN_CATEGORY_LENGTH] for one in categories[:SHOWN_CATEGORIES]),
        category_count=len(categories),
        promotions=snapshot.promotions[:SHOWN_PROMOTIONS],
        deep_promotion=next((one for one in snapshot.promotions if is_deep(one)), None),
        snapshot_id=stored.id,
        taken_at=snapshot.taken_at,
        unchanged=unchanged,
        suspect=suspect,
    )
