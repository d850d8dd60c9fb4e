"""The orders of each day in one document, kept as orders arrive: `tenants/{orgId}/order_days/{day}`.

Days are those of UTC, so that an org may change its zone. A day without such a document is read order by order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shared.gcp import clients
from shared.retail import memo
from shared.retail.packs import pack
from shared.retail.packs.codec import Copy, packed, unpacked
from shared.retail.packs.pack import Kind, State
from shared.retail.periods import ONE_DAY
from shared.retail.records import Order

KEPT_DAYS = 200
"""How far back days are packed: more than any report looks."""
EXPIRE_AFTER = timedelta(days=400)
DAYS_AT_ONCE = 31
PAGE = 2_000
COLLECTION = "order_days"


def _day_of(order: Copy) -> str | None:
    """An order whose `placedAt` is no instant is found by no report."""
    placed_at = order.fields.get("placedAt")
    return day_name(placed_at) if isinstance(placed_at, datetime) else None


def _of_day(name: str) -> dict[str, Any]:
    return {"day": name, "expireAt": _start(date.fromisoformat(name)) + EXPIRE_AFTER}


KIND = Kind("orders", COLLECTION, Order, _day_of, _of_day)


def day_name(instant: datetime) -> str:
    """The day's document, which is called like the day in UTC."""
    return instant.astimezone(UTC).date().isoformat()


def keep_up(org_id: str, order_id: str, told: Iterable[str], now: datetime) -> None:
    """Bring the order's days in line with what its document says now; `told`: the days that a write tells of.

    A day that is not packed yet is packed if it is today or yesterday; the nightly repair gets to the others.

    Raises:
        TransientError: others keep writing one of the days.
    """
    new = {day_name(now), day_name(now - ONE_DAY)}
    waiting, done = list(dict.fromkeys(told)), set[str]()
    while waiting:
        day = waiting.pop()
        done.add(day)
        if day in new and pack.read(KIND, org_id, day) is None:
            settle(org_id, [day], now)
            continue
        for copy in pack.bring_up(KIND, org_id, day, [order_id], now):
            place = _day_of(copy)
            if place is not None and place not in done and place not in waiting:
                waiting.append(place)


def settle(org_id: str, days: Sequence[str], now: datetime) -> int:
    """Have these days, which follow one another, packed as their orders are now; how many were not."""
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    return pack.settle(KIND, org_id, days, lambda: _scanned(org_id, first, last), now)


def orders_between(org_id: str, since: datetime, until: datetime) -> Iterator[Copy]:
    """Every order placed from `since` on and before `until`, oldest first, as its document says."""
    if until <= since:
        return
    first = since.astimezone(UTC).date()
    last = (until - timedelta(microseconds=1)).astimezone(UTC).date()
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for number in range(0, len(every), DAYS_AT_ONCE):
        for copies in _of_days(org_id, every[number : number + DAYS_AT_ONCE]):
            within = (one for one in copies if since <= one.fields["placedAt"] < until)
            yield from sorted(within, key=lambda one: (one.fields["placedAt"], one.id))


def _of_days(org_id: str, days: Sequence[date]) -> Iterator[Iterable[Copy]]:
    """The orders of each of the days."""
    folder = KIND.folder(org_id)
    kept = {day: memo.recalled((org_id, COLLECTION, day)) for day in days}
    missing = [day for day in days if kept[day] is None]
    if missing:
        kept.update(_packed_days(org_id, missing[0], missing[-1]))
    for is_there, some in itertools.groupby(days, lambda day: kept[day] is not None):
        if not is_there:
            yield from _unpacked_days(org_id, list(some))
            continue
        for day in some:
            found = unpacked(kept[day], folder)
            yield [copy for copy in found.values() if copy is not None]


def _packed_days(org_id: str, first: date, last: date) -> dict[date, bytes]:
    """The days that are packed whole."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(f"tenants/{org_id}/order_days")
        .where(filter=FieldFilter("day", ">=", first.isoformat()))
        .where(filter=FieldFilter("day", "<", (last + ONE_DAY).isoformat()))
    )
    found = {}
    for snapshot in query.limit(DAYS_AT_ONCE).stream():
        fields = snapshot.to_dict() or {}
        data = fields.get("packed")
        if fields.get("state") == State.COMPLETE and fields.get("format") == KIND.format and data:
            day = date.fromisoformat(snapshot.id)
            found[day] = memo.keep((org_id, COLLECTION, day), data, len(data))
    return found


def _unpacked_days(org_id: str, days: Sequence[date]) -> Iterator[list[Copy]]:
    """Days that follow one another, order by order."""
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
    memo.keep((org_id, COLLECTION, day), data, len(data))
    return copies


def _scanned(org_id: str, first: date, last: date) -> Iterator[Copy]:
    """The orders of these days as they are now, oldest first, in pages: a long stream would hit its deadline."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(f"tenants/{org_id}/orders")
        .where(filter=FieldFilter("placedAt", ">=", _start(first)))
        .where(filter=FieldFilter("placedAt", "<", _start(last + ONE_DAY)))
        .order_by("placedAt")
        .select(KIND.fields)
        .limit(PAGE)
    )
    page = list(query.stream())
    while page:
        yield from (pack.copy_of(one, KIND) for one in page)
        page = list(query.start_after(page[-1]).stream()) if len(page) == PAGE else []


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
