"""An org's competitors as its people and agents read them: a page of the list, one with its menu, its prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel, Field

from shared.api.errors import not_found
from shared.billing import gauges
from shared.billing.tiers import UNLIMITED, Metric, find_tier
from shared.competitors import store
from shared.competitors.comparing import kept_comparison
from shared.competitors.comparing.pricing import analyse
from shared.competitors.comparing.side_by_side import ComparedProduct, Comparison, side_by_side, summarized
from shared.competitors.models import Competitor, CompetitorMenu, PriceRange, Undercut
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.last_scan import LastMenu, LastScan, last_menu_of, last_scan_of
from shared.competitors.snapshots.price_history import MAX_SNAPSHOTS, PriceHistories, price_histories
from shared.competitors.snapshots.snapshot import StoredSnapshot
from shared.competitors.snapshots.unreadable import Unreadable, unreadable_of
from shared.documents.org import COMPETITORS, org_path
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.tenants.tenant import load_tenant
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class _Answer(CamelModel, frozen=True):
    pass


class CompetitorItem(_Answer):
    """One competitor. `products`: on its menu as it was last found; without it no menu was ever read.

    `unreadable`: how often in a row it could not be read; not there where the last scan has read it.

    `comparison` with our prices is there as soon as there is a menu.
    """

    id: str
    name: str
    menu_url: str | None = None
    priority: float | None = None
    last_scan: LastScan | None = None
    unreadable: Unreadable | None = None
    menu_seen_at: AwareDatetime | None = None
    products: int | None = None
    comparison: Comparison | None = None


class CompetitorList(_Answer):
    """`limit` −1: the tier tracks any number. `notCompared`: why no comparison could be made. USD."""

    items: tuple[CompetitorItem, ...]
    tier_id: str
    used: int
    limit: int
    not_compared: str | None = None
    next_after: str | None = None


class CompetitorDetail(CompetitorItem):
    """One with its menu, the largest undercut first. A menu too long to keep has fewer `rows` than `products`."""

    rows: tuple[ComparedProduct, ...] = ()
    price_range: PriceRange | None = None
    promotions: tuple[str, ...] = ()
    not_compared: str | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """A parsed competitor document."""

    competitor: Competitor
    scan: LastScan | None
    menu: LastMenu | None
    comparison: kept_comparison.KeptComparison | None
    unreadable: Unreadable | None = None


class CompetitorPage(BaseModel):
    """A page of the list: from the competitor after `after` on."""

    org_id: str
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    after: str | None = None


def list_competitors(wanted: CompetitorPage, now: datetime) -> CompetitorList:
    """The org's competitors by id.

    Reads the org, the page, two aggregations; where a comparison no longer counts, those menus and the inventory.

    Raises:
        NotFoundError: the org doesn't exist.
        PermanentError: its document is malformed.
    """
    tenant = load_tenant(wanted.org_id)
    collection = firestore().collection(org_path(wanted.org_id, COMPETITORS))
    query = firestore().collection(org_path(wanted.org_id, COMPETITORS)).order_by("__name__")
    if wanted.after is not None:
        query = query.start_after({"__name__": collection.document(wanted.after)})
    documents = list(query.limit(wanted.limit + 1).stream())
    page = [_with_menu(wanted.org_id, _read(one)) for one in documents[: wanted.limit]]
    page, reason = _compared(wanted.org_id, page, now)
    limit = find_tier(tenant.tier_id).limit(Metric.COMPETITORS)
    return CompetitorList(
        items=tuple(CompetitorItem(**_item(one)) for one in page),
        tier_id=tenant.tier_id.value,
        used=gauges.competitors_tracked(wanted.org_id),
        limit=UNLIMITED if limit is None else limit,
        not_compared=reason,
        next_after=page[-1].competitor.id if len(documents) > wanted.limit else None,
    )


def show_competitor(org_id: str, competitor_id: str) -> CompetitorDetail:
    """One competitor, its menu beside ours as both are now: its document, one snapshot, and our inventory.

    Raises:
        NotFoundError: the org has no such competitor.
    """
    stored = _with_menu(org_id, _read(_find(org_id, competitor_id)))
    snapshots = snapshot_store.load_snapshots(org_id, [stored.menu.snapshot_id]) if stored.menu else {}
    snapshot = next(iter(snapshots.values()), None)
    if snapshot is None:
        return CompetitorDetail(**_item(stored))
    reason = None
    try:
        ours = store.load_our_products(org_id)
    except PermanentError as error:
        ours, reason = [], str(error)
    rows = side_by_side(ours, snapshot.products)
    return CompetitorDetail(
        **{**_item(stored), "comparison": None if reason else summarized(rows)},
        rows=tuple(rows),
        price_range=snapshot.price_range,
        promotions=snapshot.promotions,
        not_compared=reason,
    )


def prices(org_id: str, competitor_id: str, now: datetime, product: str | None) -> PriceHistories:
    """What one competitor asked in the last 30 days: its document and at most 61 snapshots.

    Raises:
        NotFoundError: the org has no such competitor.
    """
    _find(org_id, competitor_id)
    return price_histories(snapshot_store.walk_back(org_id, competitor_id, MAX_SNAPSHOTS + 1), now, product)


def remove(org_id: str, competitor_id: str) -> None:
    """Stop tracking it. Its snapshots go when they expire, and are its own again if it is added under its name.

    Raises:
        NotFoundError: the org has no such competitor.
    """
    _find(org_id, competitor_id).reference.delete()


def _find(org_id: str, competitor_id: str) -> DocumentSnapshot[Any]:
    document = firestore().document(org_path(org_id, COMPETITORS, competitor_id)).get()
    if not document.exists:
        raise not_found(f"competitor {competitor_id}")
    return document


def _read(document: DocumentSnapshot[Any]) -> _Stored:
    fields, path = document.to_dict() or {}, document.reference.path
    return _Stored(
        store.competitor_of(document.id, fields),
        last_scan_of(fields, path),
        last_menu_of(fields, path),
        kept_comparison.kept(fields, path),
        unreadable_of(fields, path),
    )


def _with_menu(org_id: str, stored: _Stored) -> _Stored:
    """The menu looked up where no scan has named it on the document yet."""
    if stored.menu is not None:
        return stored
    one = stored.competitor.id
    newest = snapshot_store.newest_first(org_id, [one], count=1)[one]
    return replace(stored, menu=_menu(newest[0]) if newest else None)


def _menu(stored: StoredSnapshot) -> LastMenu:
    snapshot = stored.snapshot
    count = max(snapshot.product_count, len(snapshot.products))
    return LastMenu(at=snapshot.last_seen, snapshot_id=stored.id, products=count)


def _compared(org_id: str, page: Sequence[_Stored], now: datetime) -> tuple[list[_Stored], str | None]:
    """The page with comparisons that count, and why there are none where that is so."""
    menus = {one.competitor.id: one.menu.snapshot_id for one in page if one.menu}
    if not menus:
        return list(page), None
    shelf = kept_comparison.mark_of_shelf(org_id)
    counting = {
        one.competitor.id: one.comparison
        for one in page
        if one.menu and one.comparison and one.comparison.counts(one.menu.snapshot_id, shelf, now)
    }
    reason = None
    stale = {one: snapshot_id for one, snapshot_id in menus.items() if one not in counting}
    if stale:
        try:
            counting |= kept_comparison.compare_and_keep(org_id, stale, shelf, now)
        except PermanentError as error:
            reason = str(error)
    return [replace(one, comparison=counting.get(one.competitor.id)) for one in page], reason


def _item(stored: _Stored) -> dict[str, Any]:
    competitor, menu, found = stored.competitor, stored.menu, stored.comparison
    return {
        "id": competitor.id,
        "name": competitor.name,
        "menu_url": competitor.menu_url,
        "priority": competitor.priority,
        "last_scan": stored.scan,
        "unreadable": stored.unreadable,
        "menu_seen_at": menu.at if menu else None,
        "products": menu.products if menu else None,
        "comparison": Comparison(matched=found.matched, undercuts=found.undercuts, biggest=found.biggest)
        if found
        else None,
    }


class Undercuts(_Answer):
    """Prices below ours on the newest menus, the deepest first; `as_of`: when the newest of these was read."""

    items: tuple[Undercut, ...] = ()
    as_of: AwareDatetime | None = None


def newest_undercuts(org_id: str, competitors: Mapping[str, str], now: datetime) -> Undercuts:
    """Where these competitors (names by id) are cheaper, by what the last scans found.

    Raises:
        PermanentError: the inventory is larger than a comparison can read.
    """
    newest = snapshot_store.heads(org_id, list(competitors), now)
    known = {one: head for one, head in newest.items() if one in competitors}
    snapshots = snapshot_store.load_snapshots(org_id, [head.id for head in known.values()])
    menus = [
        CompetitorMenu(competitor_id=one.competitor_id, name=competitors[one.competitor_id], products=one.products)
        for one in snapshots.values()
    ]
    items = analyse(store.load_our_products(org_id), menus).undercut if menus else ()
    return Undercuts(items=items, as_of=max((one.fields.last_seen for one in known.values()), default=None))
