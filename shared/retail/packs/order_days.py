"""Orders packed into one document per day and per finished week, updated as orders arrive.

`tenants/{orgId}/order_days/{day}` and `tenants/{orgId}/order_weeks/{monday}`; a week too large for one document is
in three parts. Days and weeks are UTC, so that an org can change its time zone. `packed_orders` reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from shared.documents.orders import Order
from shared.documents.org import ORDERS, org_path
from shared.gcp import clients
from shared.gcp.pages import paged
from shared.retail.packs import pack, stale_sales, week_parts
from shared.retail.packs.codec import Copy
from shared.retail.packs.pack import Kind, State
from shared.retail.periods import ONE_DAY, ONE_WEEK

KEPT_DAYS = 200
"""How far back orders are packed: further than any report looks."""
EXPIRE_AFTER = timedelta(days=400)
PAGE = 2_000


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


def _part_of(order: Copy) -> str | None:
    day = _placed_on(order)
    return week_parts.part_of(day) if day else None


def _described(name: str) -> dict[str, Any]:
    first = week_parts.begins(name)
    return {"begins": first.isoformat(), "expireAt": start_of(first) + EXPIRE_AFTER}


DAYS = Kind("orders", "order_days", Order, _day_of, _described, stale_sales.beside_day)
WEEKS = Kind("orders", "order_weeks", Order, _week_of, _described, stale_sales.beside_week)
PARTS = Kind("orders", "order_weeks", Order, _part_of, _described, stale_sales.beside_part)


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
            found += pack.bring_up(PARTS, org_id, week_parts.part_of(day), [order_id], now) or []
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
    return pack.settle(DAYS, org_id, names, lambda: scanned(org_id, days[0], days[-1]), now)


def settle_weeks(org_id: str, mondays: Sequence[date], now: datetime) -> int:
    """The same for weeks, with one in memory at a time.

    A week too large for one document is packed in parts, and also day by day if a part is too large: a week is read
    from its parts only if all three are complete.
    """
    differed = 0
    for one in mondays:
        scan = partial(_of_week, org_id, one)
        differed += pack.settle(WEEKS, org_id, [one.isoformat()], scan, now)
        if _is_too_large(WEEKS, org_id, one.isoformat()):
            parts = week_parts.parts_of(one)
            differed += pack.settle(PARTS, org_id, parts, scan, now)
            if any(_is_too_large(PARTS, org_id, part) for part in parts):
                differed += sum(settle_days(org_id, week_parts.days_of(part), now) for part in parts)
    return differed


def _is_too_large(kind: Kind, org_id: str, name: str) -> bool:
    there = pack.read(kind, org_id, name)
    return there is not None and there.state is State.TOO_LARGE


def _of_week(org_id: str, first: date) -> Iterator[Copy]:
    return scanned(org_id, first, first + ONE_WEEK - ONE_DAY)


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
        named = [week_parts.begins(one.id) for one in written if not _was_only_counted(one)]
        changed = {one if kind is DAYS else monday(one) for one in named}
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


def scanned(org_id: str, first: date, last: date) -> Iterator[Copy]:
    """These days' orders as they are now, oldest first."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(org_path(org_id, ORDERS))
        .where(filter=FieldFilter("placedAt", ">=", start_of(first)))
        .where(filter=FieldFilter("placedAt", "<", start_of(last + ONE_DAY)))
        .order_by("placedAt")
        .select(DAYS.fields)
    )
    return (pack.copy_of(one, DAYS) for one in paged(query, PAGE))


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def day_of(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
