"""The lines sold in the last 30 days, kept together so that the velocity of an item takes a few reads.

They cover the 30 days before they were written (`sold_shards`); later orders are read from their own days. A commit
that writes the pack of a covered day or week also marks it as stale, and then its orders are read again. While all
lines are in one document, the first reader brings it up to date. Where they are in shards, readers merge a few
documents into what they read, and the nightly repair writes the shards anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.gcp import logging
from shared.retail import memo
from shared.retail.demand import sold_lines
from shared.retail.packs import packed_orders, sold_shards, stale_sales, week_parts
from shared.retail.packs.order_days import day_of, monday, start_of
from shared.retail.packs.sold_shards import Head, RecentSales
from shared.retail.periods import ONE_DAY, ONE_WEEK

log = logging.get_logger(__name__)

DAYS = 30
A_FEW_DAYS = timedelta(days=3)
"""Up to this much is read day by day: it is unlikely to be in a week pack yet."""
LAID_OVER = 2 * week_parts.DOCUMENTS
"""Up to this many documents are read beside the shards each time; beyond it, the shards are written anew."""
SETTLES_IN = timedelta(hours=1)
"""An hour after midnight, no process still treats the previous day as today."""
TRIES = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days to read again, `end` excluded."""

    begin: date
    end: date
    is_week: bool = False
    """It is a week or some of its days, and read from the week's packs."""
    is_in_parts: bool = False


def between(org_id: str, items: Sequence[Item], since: datetime, until: datetime) -> RecentSales:
    """What was sold of these items, or under their names, from `since` until before `until`.

    Lines are unsorted, and those of other items may be among them. What isn't kept is read from the order packs.
    """
    base = _base(until)
    if not base - DAYS * ONE_DAY <= since < base:
        return _read(org_id, since, until)
    return _joined(_kept(org_id, items, base, until), _read(org_id, base, until), since)


def bring_up(org_id: str, now: datetime) -> None:
    """Reads again what has changed and adds the days that have ended since, if anything is kept."""
    head = sold_shards.read_head(org_id)
    base = _base(now)
    if head.version is not None and _due(head, base):
        _brought_up(org_id, head, base, now)


def _base(now: datetime) -> datetime:
    return start_of(day_of(now - SETTLES_IN))


def _kept(org_id: str, items: Sequence[Item], base: datetime, now: datetime) -> RecentSales:
    """The lines of the 30 days before the base; updates what is stored if needed."""
    for _ in range(TRIES):
        head = sold_shards.read_head(org_id)
        due = _due(head, base)
        if due and (head.generation is None or _documents(due) > LAID_OVER):
            return _brought_up(org_id, head, base, now)
        known = sold_shards.about(org_id, head, items)
        if known is not None:
            with memo.reading_once():
                return _laid_over(known, [(span, _read_again(org_id, span)) for span in due])
    # Its shards are gone though it names them.
    return _brought_up(org_id, Head(head.version, generation=head.generation, shards=head.shards), base, now)


def _brought_up(org_id: str, head: Head, base: datetime, now: datetime) -> RecentSales:
    """Every line of the 30 days before the base, stored unless somebody else just did."""
    due = _due(head, base)
    known = RecentSales() if due == _all_days(base) else sold_shards.everything(org_id, head)
    if known is None:
        known, due = RecentSales(), _all_days(base)
    # Data cached before the head was read may be older than its marks.
    with memo.reading_once():
        read = [(span, _read_again(org_id, span)) for span in due]
        marks_changes = packed_orders.came_from_packs(org_id)
    made = _joined(_laid_over(known, read), RecentSales(), base - DAYS * ONE_DAY)
    # Around midnight, another process may already have added a day that isn't over for this one.
    is_newer = head.until is not None and head.until > base
    if marks_changes and not is_newer:
        sold_shards.keep(org_id, head, made, base, now)
    return made


def _due(head: Head, base: datetime) -> list[Span]:
    """What must be read again or for the first time: one span for each run of days and for each week."""
    first = base - DAYS * ONE_DAY
    if head.until is None or not first < head.until <= base:
        return _all_days(base)
    try:
        days, longer = stale_sales.marked(head.stale)
    except ValueError as error:
        log.warning("rebuilding recent sales", extra={"reason": str(error)})
        return _all_days(base)
    ended = (base - head.until).days
    wanted = days | {head.until.date() + number * ONE_DAY for number in range(ended)}
    spans = [
        Span(max(begin, first.date()), min(end, base.date()), is_week=True, is_in_parts=end - begin < ONE_WEEK)
        for begin, end in longer
    ]
    spans = _outermost(one for one in spans if one.begin < one.end)
    wanted = {
        one
        for one in wanted
        if first.date() <= one < base.date() and not any(span.begin <= one < span.end for span in spans)
    }
    return [*spans, *_runs(wanted)]


def _outermost(spans: Iterable[Span]) -> list[Span]:
    """Without parts of weeks that are there themselves."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda span: (span.begin, -span.end.toordinal())):
        if not found or one.end > found[-1].end:
            found.append(one)
        elif one.is_in_parts:
            found[-1] = replace(found[-1], is_in_parts=True)
    return found


def _all_days(base: datetime) -> list[Span]:
    return [Span((base - DAYS * ONE_DAY).date(), base.date())]


def _documents(due: Sequence[Span]) -> int:
    """How many documents are read for these spans: for parts of a week, all of that week's."""
    days = sum((span.end - span.begin).days for span in due if not span.is_week)
    weeks = {monday(span.begin): week_parts.DOCUMENTS if span.is_in_parts else 1 for span in due if span.is_week}
    return days + sum(weeks.values())


def _runs(days: set[date]) -> Iterator[Span]:
    """Consecutive days together."""
    numbered = enumerate(sorted(days))
    for _, run in itertools.groupby(numbered, lambda pair: pair[1] - pair[0] * ONE_DAY):
        found = [day for _, day in run]
        yield Span(found[0], found[-1] + ONE_DAY)


def _laid_over(known: RecentSales, read: Sequence[tuple[Span, RecentSales]]) -> RecentSales:
    """What is known, with these days as they were read now."""
    if not read:
        return known
    again = {span.begin + number * ONE_DAY for span, _ in read for number in range((span.end - span.begin).days)}
    return RecentSales(
        (
            *(one for one in known.lines if day_of(one.placed_at) not in again),
            *(line for _, some in read for line in some.lines),
        ),
        (
            *(one for one in known.malformed if day_of(one) not in again),
            *(one for _, some in read for one in some.malformed),
        ),
        known.crowded,
    )


def _joined(earlier: RecentSales, later: RecentSales, since: datetime) -> RecentSales:
    """Both, without anything before `since`."""
    return RecentSales(
        (*(one for one in earlier.lines if since <= one.placed_at), *later.lines),
        (*(one for one in earlier.malformed if since <= one), *later.malformed),
        earlier.crowded,
    )


def _read_again(org_id: str, span: Span) -> RecentSales:
    return _read(org_id, start_of(span.begin), start_of(span.end), is_week=span.is_week)


def _read(org_id: str, since: datetime, until: datetime, *, is_week: bool = False) -> RecentSales:
    by_day = until - since <= A_FEW_DAYS and not is_week
    malformed: list[datetime] = []

    def orders() -> Iterator[Order]:
        for copy in (packed_orders.orders_by_day if by_day else packed_orders.orders_between)(org_id, since, until):
            order, problems = Order.parsed(copy)
            if order is not None:
                yield order
            else:
                malformed.append(copy.fields["placedAt"])
                reason = "; ".join(problems)
                log.warning("malformed document passed over", extra={"path": copy.path, "reason": reason})

    lines = tuple(sold_lines(orders()))
    return RecentSales(lines, tuple(malformed))
