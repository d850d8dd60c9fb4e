"""The lines sold in the last 30 days in one document, so that velocity takes two reads.

`tenants/{orgId}/sold_lines/recent` covers the 30 days before it was written; later orders are read from their own
days. The first reader of a day adds the days that have ended since. A commit that writes the pack of a covered day
also marks that day as `stale`, and then the document is rebuilt from all 30 days.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from shared.documents.orders import Order
from shared.gcp import clients, logging
from shared.retail import memo
from shared.retail.demand import SoldLine, sold_lines
from shared.retail.packs import order_days, stale_sales
from shared.retail.packs.pack import MAX_BYTES
from shared.retail.periods import ONE_DAY

log = logging.get_logger(__name__)

FORMAT = 1
DAYS = 30
A_FEW_DAYS = timedelta(days=3)
"""Up to this much is read day by day: it is unlikely to be in a week pack yet."""
SETTLES_IN = timedelta(hours=1)
"""An hour after midnight, no process still treats the previous day as today."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RecentSales:
    """The sold lines of an interval, and the times of unreadable orders."""

    lines: tuple[SoldLine, ...]
    malformed: tuple[datetime, ...]


def between(org_id: str, since: datetime, until: datetime) -> RecentSales:
    """The lines sold from `since` until before `until`, unsorted.

    Anything outside the document is read from the order packs.
    """
    base = datetime.combine(order_days.day_of(until - SETTLES_IN), time(), UTC)
    kept = _kept(org_id, base, until) if base - DAYS * ONE_DAY <= since < base else None
    if kept is None:
        return _read(org_id, since, until)
    return _joined(kept, _read(org_id, base, until), since)


def bring_up(org_id: str, now: datetime) -> None:
    """Adds the days that have ended since to an existing document, so that the day's first alert needn't."""
    if stale_sales.reference(org_id).get(["until"]).exists:
        _kept(org_id, datetime.combine(order_days.day_of(now - SETTLES_IN), time(), UTC), now)


def _kept(org_id: str, base: datetime, now: datetime) -> RecentSales | None:
    """The lines of the 30 days before the base; updates or rebuilds the document if needed."""
    reference = stale_sales.reference(org_id)
    found = reference.get()
    since = base - DAYS * ONE_DAY
    known, until = _stored(org_id, found.to_dict() or {}, since, base)
    if known is not None and until == base:
        return known
    # Data cached before this document was read may be older than its mark.
    with memo.reading_once():
        added = _read(org_id, until, base)
        marks_changes = order_days.came_from_packs(org_id)
    made = added if known is None else _joined(known, added, since)
    if marks_changes:
        _keep(reference, found.update_time if found.exists else None, base, made, now)
    return made


def _stored(
    org_id: str, fields: Mapping[str, Any], since: datetime, base: datetime
) -> tuple[RecentSales | None, datetime]:
    """The stored lines, and the time they end at; None if the document is stale, too old or unreadable."""
    until = fields.get("until")
    if fields.get("format") != FORMAT or not isinstance(until, datetime) or not since < until <= base:
        return None, since
    if stale_sales.concerns(fields.get(stale_sales.STALE), until):
        return None, since
    try:
        return _unpacked(fields.get("packed") or b""), until
    except ValueError as error:
        log.warning("rebuilding recent sales", extra={"orgId": org_id, "reason": str(error)})
        return None, since


def _joined(earlier: RecentSales, later: RecentSales, since: datetime) -> RecentSales:
    """Both, without anything before `since`."""
    return RecentSales(
        (*(one for one in earlier.lines if since <= one.placed_at), *later.lines),
        (*(one for one in earlier.malformed if since <= one), *later.malformed),
    )


def _keep(reference: Any, version: Any, base: datetime, made: RecentSales, now: datetime) -> None:
    """Skipped if somebody wrote it since: they may know of a newer pack."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    data = _packed(made)
    if len(data) > MAX_BYTES:
        return
    fields = {"format": FORMAT, "until": base, stale_sales.STALE: None, "packed": data, "updatedAt": now}
    try:
        if version is None:
            reference.create(fields)
        else:
            reference.update(fields, clients.firestore().write_option(last_update_time=version))
    except (AlreadyExists, FailedPrecondition, NotFound):
        log.info("recent sales were already rebuilt", extra={"path": reference.path})


def _read(org_id: str, since: datetime, until: datetime) -> RecentSales:
    orders: list[Order] = []
    malformed: list[datetime] = []
    read = order_days.orders_by_day if until - since <= A_FEW_DAYS else order_days.orders_between
    for copy in read(org_id, since, until):
        order, problems = Order.parsed(copy)
        if order is not None:
            orders.append(order)
        else:
            malformed.append(copy.fields["placedAt"])
            log.warning("malformed document passed over", extra={"path": copy.path, "reason": "; ".join(problems)})
    return RecentSales(tuple(sold_lines(orders)), tuple(malformed))


def _packed(sales: RecentSales) -> bytes:
    by_thing: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for one in sales.lines:
        sold = by_thing.setdefault(one.item_id, {}).setdefault(one.name, [])
        sold.append(((one.placed_at - _EPOCH) // _MICROSECOND, one.quantity))
    malformed = [(one - _EPOCH) // _MICROSECOND for one in sales.malformed]
    text = json.dumps({"lines": by_thing, "malformed": malformed}, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode())


def _unpacked(data: bytes) -> RecentSales:
    """Raises ValueError for malformed bytes."""
    try:
        plain = json.loads(zlib.decompress(data))
        return RecentSales(tuple(_lines(plain["lines"])), tuple(map(_instant, plain["malformed"])))
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the lines cannot be read: {type(error).__name__}") from error


def _lines(by_thing: Mapping[str, Mapping[str, Iterable[tuple[int, float]]]]) -> Iterator[SoldLine]:
    for item_id, names in by_thing.items():
        for name, sold in names.items():
            for placed_at, quantity in sold:
                yield SoldLine(_instant(placed_at), item_id, name, quantity)


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
