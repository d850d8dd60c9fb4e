"""Questions about sales: of a day, of several days compared, of a period; what sells best and worst."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shared.chat.language.calendar import day_of
from shared.chat.language.names import plain
from shared.chat.language.reading import read
from shared.chat.language.when import When
from shared.chat.talk import replies
from shared.chat.talk.playbook_lookups import Lookup
from shared.chat.talk.shelf_lookups import things_said
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.retail.periods import Period
from shared.values.words import counted, day_words, dollars, listed

MAX_LINES = 10
_ONE_DAY = timedelta(days=1)
_DAYS_IN = {Period.YESTERDAY: 1, Period.LAST_7_DAYS: 7, Period.LAST_30_DAYS: 30}
_MOST_PRODUCTS = 100
_PERIODS = {"week": Period.WEEK_TO_DATE, "month": Period.MONTH_TO_DATE}
_OTHER_SPANS = frozenset({"year", "years", "annual", "annually", "quarter", "quarterly", "since", "ytd"})
_ORDERS = frozenset({"order", "orders", "transaction", "transactions", "ticket", "receipt"})
_SINGLE = frozenset({"biggest", "largest", "smallest", "single", "over", "under", "above", "below"})
_COMPARING = frozenset({"than", "against", "versus", "vs", "compare", "compared", "to", "difference", "between"})


def earlier_periods(request: Request) -> int:
    """How many periods before the one that was asked about first: "and the day before?"."""
    return plain(request.text).count("before")


def _figures(turn: Turn, period: Period, back: timedelta, top: int) -> Any:
    params = {"period": period, "top": top}
    return turn.author.store.figures(turn.facts.tenant, "sales_summary", params, turn.now - back)


def _sales(turn: Turn, request: Request) -> Reply:
    days = [] if request.products else _days_named(turn)
    if len(days) > 1:
        return _of_days(turn, days)
    period = Period(request.period) if request.period in set(Period) else _usual_period(turn)
    earlier = earlier_periods(request)
    if earlier and period is Period.TODAY:
        period, earlier = Period.YESTERDAY, earlier - 1
    back = timedelta(days=_DAYS_IN.get(period, 0) * earlier)
    when = replies.words("periods")[period]
    if named := _named_past(turn, request):
        period, back, when = named
    elif len(days) == 1 and request.period is None:
        period, back, when = Period.YESTERDAY, _since(turn, days[0]), day_words(days[0])
        named = period, back, when
    elif request.whens:
        return turn.say_words("which_period")
    things = things_said(turn, request)
    if things and request.period is None and not request.whens and "yesterday" not in plain(turn.message):
        period, when = Period.LAST_7_DAYS, replies.words("periods")[Period.LAST_7_DAYS]
    in_parts = bool(things or {*plain(turn.message)} & {"category", "categories"})
    found = _figures(turn, period, back, _MOST_PRODUCTS if in_parts else min(request.top or 3, MAX_LINES))
    if back and not named:
        # "And the day before?"
        last = turn.local(turn.now - back - _ONE_DAY)
        when = day_words(last.date()) if _DAYS_IN[period] == 1 else f"{when} up to {day_words(last.date())}"
    if not found.orders:
        return turn.say(f"{when}: no sales.")
    if in_parts:
        return _of_things(turn, sorted(things), found, when)
    average = f", {dollars(found.average_order)} on average" if found.average_order else ""
    opening = f"{when}: {found.revenue_words}. {counted(found.orders, 'order')}{average}."
    best = [f"{one.name}: {dollars(one.revenue)}" for one in found.top_products]
    return turn.say(opening, "Best sellers:" if best else "", *replies.bullets(best, MAX_LINES))


def _known_sales(turn: Turn, request: Request) -> Reply:
    refusal = _not_looked_up(turn, request)
    return turn.say_words(refusal) if refusal else _sales(turn, request)


def _not_looked_up(turn: Turn, request: Request) -> str | None:
    """The reply to what no figures are kept of: single orders, years."""
    said = {*plain(turn.message)}
    events = turn.reading.of("event") if turn.reading else []
    if said & _ORDERS and (said & _SINGLE or request.thresholds or events):
        return "single_orders"
    return "which_period" if said & _OTHER_SPANS and not request.products else None


def _usual_period(turn: Turn) -> Period:
    """ "Was it a good week?"; yesterday, where nothing is said."""
    said = {*plain(turn.message)}
    return next((period for word, period in _PERIODS.items() if word in said), Period.YESTERDAY)


def _of_things(turn: Turn, things: Sequence[str], found: Any, when: str) -> Reply:
    """What some products or categories sold; all categories for none."""
    products = [one for one in found.top_products if any(name in _label(one) for name in things)]
    lines = [f"{one.name}: {_sold(one)}" for one in products]
    of_category = [one for one in found.by_category if not things or one.category.casefold() in things]
    lines = [*(f"{one.category}: {_sold(one)}" for one in of_category), *lines]
    if not lines:
        return turn.say_words("no_sales_of", when=when, what=listed(things, "or"))
    total = sum(one.units for one in products)
    opening = f"{when}: {total:g} sold." if len(products) > 1 else f"{when}:"
    return turn.say(opening, *replies.bullets(lines, MAX_LINES))


def _sold(one: Any) -> str:
    share = f" ({one.share_percent:.0f}% of sales)" if one.share_percent is not None else ""
    return f"{dollars(one.revenue)}{share}, {one.units:g} sold"


def _label(one: Any) -> str:
    return f"{one.name} {one.category}".casefold()


def _busiest_day(turn: Turn, request: Request) -> Reply:
    """The days of a period by what they sold, the best first; the worst first, if that is asked."""
    period = Period(request.period) if request.period in set(Period) else _usual_period(turn)
    period = Period.LAST_30_DAYS if period in (Period.YESTERDAY, Period.TODAY) else period
    words = {*plain(turn.message)}
    days = sorted(_figures(turn, period, timedelta(), 1).by_day, key=lambda one: one.revenue)
    ordered = days if words & {"slowest", "worst"} else days[::-1]
    lines = [
        f"{day_words(one.date)}: {dollars(one.revenue)}, {counted(one.orders, 'order')}" for one in ordered[:3]
    ]
    hours = turn.words("busy_hours") if words & {"hour", "hours", "time"} else ""
    kind = "slowest" if ordered is days else "best"
    when = replies.words("periods")[period]
    opening = f"{when}, the {kind} days:" if lines else f"{when}: no sales."
    return turn.say(hours, opening, *replies.bullets(lines, MAX_LINES))


def _of_days(turn: Turn, days: Sequence[date]) -> Reply:
    """ "Tuesday against Monday", "Saturday and Sunday together"."""
    found = [_figures(turn, Period.YESTERDAY, _since(turn, day), 1) for day in days]
    lines = [
        f"{day_words(day)}: {dollars(one.revenue)}, {counted(one.orders, 'order')}"
        for day, one in zip(days, found, strict=True)
    ]
    if {*plain(turn.message)} & _COMPARING:
        more = found[0].revenue - found[1].revenue
        told = f"{dollars(abs(more))} {'more' if more >= 0 else 'less'} on {day_words(days[0])}."
    else:
        total, orders = sum(one.revenue for one in found), sum(one.orders for one in found)
        told = f"Together: {dollars(total)}, {counted(orders, 'order')}."
    return turn.say(told, *replies.bullets(lines, MAX_LINES))


def _since(turn: Turn, day: date) -> timedelta:
    """How long ago that day was yesterday."""
    return turn.local(turn.now).date() - day - _ONE_DAY


def _days_named(turn: Turn) -> list[date]:
    """The past days that are named one by one: "yesterday", "the day before", "tuesday"."""
    today, words = turn.local(turn.now), plain(turn.message)
    found: list[date] = []
    for place, word in enumerate(words):
        if word == "yesterday":
            found.append(today.date() - _ONE_DAY)
        elif words[place : place + 2] == ("day", "before") and found:
            found.append(found[-1] - _ONE_DAY)
        elif len(when := read(word).of("when")) == 1 and len(when[0].weekdays) == 1:
            # "This past tuesday against the tuesday before it".
            last = _last(when[0].weekdays[0], today)
            found.append(last - 7 * _ONE_DAY if last in found else last)
    return found


def _last(weekday: int, today: datetime) -> date:
    """The last such weekday (Sunday is 0) before today."""
    return today.date() - timedelta(days=(today.isoweekday() - weekday - 1) % 7 + 1)


def _named_past(turn: Turn, request: Request) -> tuple[Period, timedelta, str] | None:
    """ "On monday", "feb 1", "January": the period, how long ago its end is looked back from, and its words."""
    today, said = turn.local(turn.now), plain(turn.message)
    one = next((one for one in request.whens if one.once), next(iter(request.whens), When()))
    month = next((number for number, name in enumerate(calendar.month_name) if name.casefold() in said), 0)
    if month and not (one.once or one.monthdays):
        if month == today.month:
            return Period.MONTH_TO_DATE, timedelta(), replies.words("periods")[Period.MONTH_TO_DATE]
        first = today.replace(month=month, day=1, year=today.year - (month > today.month))
        last = first.replace(day=calendar.monthrange(first.year, month)[1], hour=23)
        return Period.MONTH_TO_DATE, today - last, f"{first:%B %Y}"
    day = day_of(one.once, today) if one.once else None
    if day and one.once and one.once.kind == "date" and not one.once.year and day >= today.date():
        day = day.replace(year=day.year - 1)
    if len(one.weekdays) == 1:
        day = _last(one.weekdays[0], today)
    if len(one.monthdays) == 1 and one.monthdays[0] > 0:
        # "On the 2nd."
        latest = today.date() if one.monthdays[0] < today.day else today.date().replace(day=1) - _ONE_DAY
        day = latest.replace(day=min(one.monthdays[0], calendar.monthrange(latest.year, latest.month)[1]))
    if day is None or day >= today.date():
        return None
    year = "" if day.year == today.year else f", {day.year}"
    return Period.YESTERDAY, _since(turn, day), f"{day_words(day)}{year}"


def _slow_sellers(turn: Turn, _request: Request) -> Reply:
    found = turn.author.store.figures(turn.facts.tenant, "slow_movers", {"limit": MAX_LINES})
    lines = [f"{one.name}: {one.sold:g} sold, {one.quantity:g} left" for one in found.items]
    period = f"in the last {found.days} days"
    opening = f"These sold least {period}:" if lines else f"Everything in stock sold more than twice {period}."
    return turn.say(opening, *replies.bullets(lines, MAX_LINES))


def _by_location(turn: Turn, request: Request) -> Reply:
    period = Period(request.period) if request.period in set(Period) else Period.LAST_7_DAYS
    params = {"period": period, "limit": MAX_LINES}
    found = turn.author.store.figures(turn.facts.tenant, "location_rollup", params)
    lines = [f"{one.name}: {dollars(one.revenue)}, {counted(one.orders, 'order')}" for one in found.locations]
    opening = f"{replies.words('periods')[period]}, by location:" if lines else turn.words("no_locations")
    return turn.say(opening, *replies.bullets(lines, MAX_LINES))


LOOKUPS: dict[str, Lookup] = {
    "figures_sales": _known_sales,
    "slow_sellers": _slow_sellers,
    "by_location": _by_location,
    "busiest_day": _busiest_day,
}
