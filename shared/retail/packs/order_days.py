"""Orders packed into one document per day and per finished week, updated as orders arrive.

`tenants/{orgId}/order_days/{day}` and `tenants/{orgId}/order_weeks/{monday}`. Days and weeks are UTC, so that an
org can change its time zone. Reads fall back from a missing week to its days, and from a missing day to its
orders.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from shared.documents.orders import Order
from shared.documents.org import ORDERS, org_path
from shared.gcp import clients
from shared.gcp.pages import paged
from shared.retail import memo
from shared.retail.packs import pack, stale_sales
from shared.retail.packs.codec import Copy, packed, unpacked
from shared.retail.packs.pack import Kind, State
from shared.retail.periods import ONE_DAY

KEPT_DAYS = 200
"""How far back orders are packed: further than any report looks."""
EXPIRE_AFTER = timedelta(days=400)
ONE_WEEK = timedelta(days=7)
AT_ONCE = 31
"""Days or weeks in memory at a time."""
PAGE = 2_000
_SCANNED = "orders scanned"


def _placed_on(order: Copy) -> date | None:
    """Reports can't find an order whose `placedAt` is not a timestamp."""
    placed_at = order.fields.get("placedAt")
    return day_of(placed_at) if isinstance(placed_at, datetime) else None


def _day_of(order: Copy) -> str | None:
    day = _placed_on(order)
    return day.isoformat() if day else None


def _week_of(order: Copy) -> str | None:
    day = _placed_on(order)
    return monday(day).isoformat() if day else None


def _described(name: str) -> dict[str, Any]:
    return {"begins": name, "expireAt": _start(date.fromisoformat(name)) + EXPIRE_AFTER}


DAYS = Kind("orders", "order_days", Order, _day_of, _described, stale_sales.beside_day)
WEEKS = Kind("orders", "order_weeks", Order, _week_of, _described, stale_sales.beside_week)


def day_name(instant: datetime) -> str:
    """The id of the day's document: its UTC date."""
    return day_of(instant).isoformat()


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def newest_week(today: date) -> date:
    """The Monday of the newest week that may be packed: one that ended yesterday or earlier."""
    return monday(today - ONE_DAY) - ONE_WEEK


def keep_up(org_id: str, order_id: str, changed: Iterable[str], now: datetime) -> None:
    """Updates the packs of the order's days and weeks; `changed`: the days named by a write.

    Today and yesterday are packed if they aren't yet; the nightly repair packs older days.

    Raises:
        TransientError: too many concurrent writes to one of them.
    """
    today = day_of(now)
    waiting, done = list(dict.fromkeys(changed)), set[str]()
    while waiting:
        name = waiting.pop()
        done.add(name)
        day = date.fromisoformat(name)
        found: list[Copy] = []
        if monday(day) <= newest_week(today):
            found += pack.bring_up(WEEKS, org_id, monday(day).isoformat(), [order_id], now) or []
        of_day = pack.bring_up(DAYS, org_id, name, [order_id], now)
        if of_day is None and day in (today, today - ONE_DAY):
            settle_days(org_id, [day], now)
        found += of_day or []
        places = {place for copy in found if (place := _day_of(copy)) is not None}
        waiting += sorted(places - done - set(waiting))


def settle_days(org_id: str, days: Sequence[date], now: datetime) -> int:
    """Packs these consecutive days as their orders are now; returns how many were wrong."""
    if not days:
        return 0
    names = [day.isoformat() for day in days]
    return pack.settle(DAYS, org_id, names, lambda: _scanned(org_id, days[0], days[-1]), now)


def settle_weeks(org_id: str, mondays: Sequence[date], now: datetime) -> int:
    """The same for weeks, with one in memory at a time; a week too large for one document is packed day by day."""
    differed = 0
    for one in mondays:
        differed += pack.settle(WEEKS, org_id, [one.isoformat()], partial(_scanned_week, org_id, one), now)
        there = pack.read(WEEKS, org_id, one.isoformat())
        if there is not None and there.state is State.TOO_LARGE:
            differed += settle_days(org_id, [one + number * ONE_DAY for number in range(7)], now)
    return differed


def _scanned_week(org_id: str, first: date) -> Iterator[Copy]:
    return _scanned(org_id, first, first + ONE_WEEK - ONE_DAY)


def settle_changed(
    org_id: str,
    since: datetime,
    most: int,
    now: datetime,
    days: Collection[date] = (),
    weeks: Collection[date] = (),
) -> int:
    """Recounts the days and weeks written since then, newest first; returns how many were wrong.

    Skips `days` and `weeks`, which were just counted.
    """
    differed = 0
    for kind, settle, settled in ((DAYS, settle_days, days), (WEEKS, settle_weeks, weeks)):
        written = _written_since(kind, org_id, since).limit(most).stream()
        changed = {date.fromisoformat(one.id) for one in written if not _was_only_counted(one)}
        differed += sum(settle(org_id, [one], now) for one in sorted(changed - set(settled), reverse=True))
    return differed


def _was_only_counted(found: Any) -> bool:
    """Whether the pack's last write was a full count."""
    fields = found.to_dict() or {}
    return fields.get("countedAt") is not None and fields["countedAt"] == fields.get("updatedAt")


def _written_since(kind: Kind, org_id: str, since: datetime) -> Any:
    from google.cloud.firestore_v1.base_query import FieldFilter

    return (
        clients.firestore()
        .collection(org_path(org_id, kind.packs))
        .where(filter=FieldFilter("updatedAt", ">=", since))
        .order_by("updatedAt", direction="DESCENDING")
        .select(["updatedAt", "countedAt"])
    )


def orders_between(org_id: str, since: datetime, until: datetime) -> Iterator[Copy]:
    """Orders placed from `since` until before `until`, oldest first."""
    if since < until:
        last = day_of(until - timedelta(microseconds=1))
        yield from _placed(_periods(org_id, day_of(since), last), since, until)


def orders_by_day(org_id: str, since: datetime, until: datetime) -> Iterator[Copy]:
    """The same for a few recent days, without looking for week packs."""
    if since < until:
        first, last = day_of(since), day_of(until - timedelta(microseconds=1))
        days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
        yield from _placed(_of_days(org_id, days), since, until)


def _placed(periods: Iterable[Iterable[Copy]], since: datetime, until: datetime) -> Iterator[Copy]:
    for copies in periods:
        within = (one for one in copies if since <= one.fields["placedAt"] < until)
        yield from sorted(within, key=lambda one: (one.fields["placedAt"], one.id))


def came_from_packs(org_id: str) -> bool:
    """Whether all orders read since caching began came from packs, which report changes."""
    return memo.recalled((org_id, _SCANNED)) is None


def _periods(org_id: str, first: date, last: date) -> Iterator[Iterable[Copy]]:
    """Orders from packed weeks, and day by day for the others."""
    weeks = [monday(first) + number * ONE_WEEK for number in range((last - monday(first)).days // 7 + 1)]
    for some in _chunks(weeks):
        for data, following in _runs(_kept(WEEKS, org_id, some), some):
            if data is not None:
                yield _copies(org_id, data)
                continue
            begin, end = max(first, following[0]), min(last, following[-1] + 6 * ONE_DAY)
            for days in _chunks([begin + number * ONE_DAY for number in range((end - begin).days + 1)]):
                yield from _of_days(org_id, days)


def _of_days(org_id: str, days: Sequence[date]) -> Iterator[Iterable[Copy]]:
    for data, following in _runs(_kept(DAYS, org_id, days), days):
        if data is not None:
            yield _copies(org_id, data)
        else:
            yield from _unpacked_days(org_id, following)


def _chunks(days: Sequence[date]) -> Iterator[Sequence[date]]:
    return (days[number : number + AT_ONCE] for number in range(0, len(days), AT_ONCE))


def _runs(kept: Mapping[date, bytes], periods: Sequence[date]) -> Iterator[tuple[bytes | None, Sequence[date]]]:
    """Packed periods one by one; consecutive unpacked ones together."""
    for is_there, some in itertools.groupby(periods, lambda one: one in kept):
        if is_there:
            yield from ((kept[one], [one]) for one in some)
        else:
            yield None, list(some)


def _copies(org_id: str, data: bytes) -> list[Copy]:
    return [copy for copy in unpacked(data, DAYS.folder(org_id)).values() if copy is not None]


def _kept(kind: Kind, org_id: str, periods: Sequence[date]) -> dict[date, bytes]:
    """The completely packed periods, from the run's cache or read now."""
    recalled = {one: memo.recalled((org_id, kind.packs, one)) for one in periods}
    known: dict[date, bytes] = {one: data for one, data in recalled.items() if data}
    missing = [one for one, data in recalled.items() if data is None]
    if not missing:
        return known
    known |= _whole(kind, org_id, missing[0], missing[-1])
    for one in missing:
        # Cache misses too, so that they aren't read again.
        data = known.get(one, b"")
        memo.keep((org_id, kind.packs, one), data, len(data))
    return known


def _whole(kind: Kind, org_id: str, first: date, last: date) -> dict[date, bytes]:
    """The completely packed periods that begin on these days."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(org_path(org_id, kind.packs))
        .where(filter=FieldFilter("begins", ">=", first.isoformat()))
        .where(filter=FieldFilter("begins", "<", (last + ONE_DAY).isoformat()))
        .limit(AT_ONCE)
    )
    found: dict[date, bytes] = {}
    for snapshot in query.stream():
        fields = snapshot.to_dict() or {}
        data = fields.get("packed")
        if fields.get("state") == State.COMPLETE and fields.get("format") == kind.format and data:
            found[date.fromisoformat(snapshot.id)] = data
    return found


def _unpacked_days(org_id: str, days: Sequence[date]) -> Iterator[list[Copy]]:
    """Consecutive days, read order by order."""
    memo.keep((org_id, _SCANNED), True, 0)
    following = iter([*days, None])
    current = next(following)
    held: list[Copy] = []
    for copy in _scanned(org_id, days[0], days[-1]):
        while current is not None and _day_of(copy) != current.isoformat():
            yield _held(org_id, current, held)
            held, current = [], next(following)
        held.append(copy)
    while current is not None:
        yield _held(org_id, current, held)
        held, current = [], next(following)


def _held(org_id: str, day: date, copies: list[Copy]) -> list[Copy]:
    data = packed({copy.id: copy for copy in copies})
    memo.keep((org_id, DAYS.packs, day), data, len(data))
    return copies


def _scanned(org_id: str, first: date, last: date) -> Iterator[Copy]:
    """These days' orders as they are now, oldest first."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(org_path(org_id, ORDERS))
        .where(filter=FieldFilter("placedAt", ">=", _start(first)))
        .where(filter=FieldFilter("placedAt", "<", _start(last + ONE_DAY)))
        .order_by("placedAt")
        .select(DAYS.fields)
    )
    return (pack.copy_of(one, DAYS) for one in paged(query, PAGE))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def day_of(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
