"""Reads an org's orders from the packs of weeks and days, and order by order where there are none."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from shared.documents.org import org_path
from shared.gcp import clients
from shared.retail import memo
from shared.retail.packs import order_days, week_parts
from shared.retail.packs.codec import Copy, packed, unpacked
from shared.retail.packs.order_days import DAYS, WEEKS, day_name, day_of, monday
from shared.retail.packs.pack import Kind, State
from shared.retail.periods import ONE_DAY, ONE_WEEK

AT_ONCE = 31
"""Days or weeks in memory at a time."""
_SCANNED = "orders scanned"


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
        for packs, following in _runs(_kept(WEEKS, org_id, some), some):
            if packs is not None:
                yield from (_copies(org_id, data) for data in packs)
                continue
            begin, end = max(first, following[0]), min(last, following[-1] + 6 * ONE_DAY)
            for days in _chunks([begin + number * ONE_DAY for number in range((end - begin).days + 1)]):
                yield from _of_days(org_id, days)


def _of_days(org_id: str, days: Sequence[date]) -> Iterator[Iterable[Copy]]:
    for packs, following in _runs(_kept(DAYS, org_id, days), days):
        if packs is not None:
            yield from (_copies(org_id, data) for data in packs)
        else:
            yield from _unpacked_days(org_id, following)


def _chunks(days: Sequence[date]) -> Iterator[Sequence[date]]:
    return (days[number : number + AT_ONCE] for number in range(0, len(days), AT_ONCE))


Packs = tuple[bytes, ...]
"""The packed copies of a period, in one document or a few."""


def _runs(kept: Mapping[date, Packs], periods: Sequence[date]) -> Iterator[tuple[Packs | None, Sequence[date]]]:
    """Packed periods one by one; consecutive unpacked ones together."""
    for is_there, some in itertools.groupby(periods, lambda one: one in kept):
        if is_there:
            yield from ((kept[one], [one]) for one in some)
        else:
            yield None, list(some)


def _copies(org_id: str, data: bytes) -> list[Copy]:
    return [copy for copy in unpacked(data, DAYS.folder(org_id)).values() if copy is not None]


def _kept(kind: Kind, org_id: str, periods: Sequence[date]) -> dict[date, Packs]:
    """The completely packed periods, from the run's cache or read now."""
    recalled = {one: memo.recalled((org_id, kind.packs, one)) for one in periods}
    known: dict[date, Packs] = {one: packs for one, packs in recalled.items() if packs}
    missing = [one for one, packs in recalled.items() if packs is None]
    if not missing:
        return known
    known |= _whole(kind, org_id, missing[0], missing[-1])
    for one in missing:
        # Cache misses too, so that they aren't read again.
        packs = known.get(one, ())
        memo.keep((org_id, kind.packs, one), packs, sum(map(len, packs)))
    return known


def _whole(kind: Kind, org_id: str, first: date, last: date) -> dict[date, Packs]:
    """The completely packed periods that begin on these days."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    end = last + (ONE_DAY if kind is DAYS else ONE_WEEK)
    query = (
        clients.firestore()
        .collection(org_path(org_id, kind.packs))
        .where(filter=FieldFilter("begins", ">=", first.isoformat()))
        .where(filter=FieldFilter("begins", "<", end.isoformat()))
        .limit(week_parts.DOCUMENTS * AT_ONCE)
    )
    found: dict[str, bytes] = {}
    for snapshot in query.stream():
        fields = snapshot.to_dict() or {}
        data = fields.get("packed")
        if fields.get("state") == State.COMPLETE and fields.get("format") == kind.format and data:
            found[snapshot.id] = data
    whole: dict[date, Packs] = {
        week_parts.begins(one): (data,) for one, data in found.items() if not one.endswith(week_parts.SUFFIX)
    }
    for one in {monday(week_parts.begins(name)) for name in found} - whole.keys() if kind is WEEKS else ():
        parts = week_parts.parts_of(one)
        if found.keys() >= set(parts):
            whole[one] = tuple(found[part] for part in parts)
    return whole


def _unpacked_days(org_id: str, days: Sequence[date]) -> Iterator[list[Copy]]:
    """Consecutive days, read order by order."""
    memo.keep((org_id, _SCANNED), True, 0)
    following = iter([*days, None])
    current = next(following)
    held: list[Copy] = []
    for copy in order_days.scanned(org_id, days[0], days[-1]):
        while current is not None and day_name(copy.fields["placedAt"]) != current.isoformat():
            yield _held(org_id, current, held)
            held, current = [], next(following)
        held.append(copy)
    while current is not None:
        yield _held(org_id, current, held)
        held, current = [], next(following)


def _held(org_id: str, day: date, copies: list[Copy]) -> list[Copy]:
    data = packed({copy.id: copy for copy in copies})
    memo.keep((org_id, DAYS.packs, day), (data,), len(data))
    return copies
