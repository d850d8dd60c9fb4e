"""Questions about what was found, sent and spent: the newest figures, without a run."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from shared.chat.language.calendar import day_of
from shared.chat.language.names import plain
from shared.chat.language.reading import language, read
from shared.chat.language.when import When
from shared.chat.talk import replies
from shared.chat.talk.playbook_lookups import Lookup, explain, of_one, say_with_page
from shared.chat.talk.state import Playbook
from shared.chat.talk.targets import most
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.errors import NotFoundError
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.retail.periods import Period
from shared.runs.playbook_costs import PlaybookCosts
from shared.runs.record import ExecutionStatus
from shared.values.text import fitted
from shared.values.words import counted, day_words, dollars, listed, month_words

MAX_CHARS = 2_000
MAX_LINES = 10
_MOST_ITEMS = 100
_LEAST_USD = 0.000001
_DAYS_IN = {Period.YESTERDAY: 1, Period.LAST_7_DAYS: 7, Period.LAST_30_DAYS: 30}
_T = TypeVar("_T")


def _lines(found: Sequence[str]) -> list[str]:
    return replies.bullets(found, MAX_LINES)


def _most_like(
    turn: Turn, found: Sequence[_T], name_of: Callable[[_T], str], but: str = "", products: Sequence[str] = ()
) -> list[_T]:
    """Those whose names have the most words of the message and the products, apart from the words of `but`."""
    words = {*plain(turn.message), *(word for one in products for word in plain(one))}
    said = words - {*plain(but)} - language().lexicon.harmless
    return most(found, lambda one: len({*plain(name_of(one))} & said))


def _show_output(turn: Turn, request: Request, one: Playbook | None = None) -> Reply:
    """The newest report that went out, as it was sent."""
    may_see = turn.author.may_change
    runs = turn.author.store.runs(one.id if one else None, statuses=(ExecutionStatus.COMPLETED,))
    for run in runs:
        if text := turn.author.store.sent(run, whole=may_see):
            known = turn.facts.playbook(run.playbook_id)
            heading = f"{known.quoted if known else 'A deleted playbook'}, {instant_in_words(run.at, turn.zone)}:"
            return say_with_page(turn, known, heading, fitted(text, MAX_CHARS))
    if one is None:
        return turn.say_words("editors_only" if runs and not may_see else "no_output")
    told = explain(turn, request, one)
    return told.changed(reply=f"{one.quoted} hasn't sent anything in the last 30 days.\n{told.reply}")


def _costs(turn: Turn, request: Request) -> tuple[datetime, PlaybookCosts, str]:
    """The month that is asked about, its costs, and its name."""
    month = turn.local(turn.now)
    named = next((month for when in request.whens for month in when.months), None)
    if named is not None:
        month = month.replace(day=1, month=named, year=month.year - (named > month.month))
    else:
        for _ in range(_earlier(request) + (request.period == Period.LAST_30_DAYS)):
            month = month.replace(day=1) - timedelta(days=1)
    found = turn.author.store.costs(turn.zone, f"{month:%Y-%m}")
    return month, found, f"in {month_words(found.month)}"


def _earlier(request: Request) -> int:
    """How many periods before the one that was asked about first: "and the day before?"."""
    return plain(request.text).count("before")


def _spent_on(turn: Turn, request: Request, one: Playbook) -> Reply:
    _, found, month = _costs(turn, request)
    mine = next((each for each in found.items if each.playbook_id == one.id), None)
    spent = f"{replies.usd(mine.cost_usd)} ({counted(mine.runs, 'run')})" if mine else "nothing"
    cost = replies.cost_line(turn.cost(turn.author.store.read(one.id).data))
    return turn.say_of(one, f"{one.quoted} cost {spent} {month}.", cost, f"Details: {links.url(links.USAGE)}")


def _spent(turn: Turn, request: Request) -> Reply:
    at, found, month = _costs(turn, request)
    named = sum(each.cost_usd for each in found.items)
    total = max(turn.author.store.usage(turn.facts.tenant, at).cost_usd, named)
    parts = [f"{each.name}: {replies.usd(each.cost_usd)} ({counted(each.runs, 'run')})" for each in found.items]
    parts += [f"Everything else: {replies.usd(total - named)}"] if parts and total - named > _LEAST_USD else []
    opening = f"You spent {replies.usd(total) if total else 'nothing'} {month}{':' if parts else '.'}"
    return turn.say(opening, *_lines(parts), f"Details: {links.url(links.USAGE)}")


def _limits(turn: Turn, _request: Request) -> Reply:
    """What the plan includes, and how much of it is used."""
    usage, names = turn.author.store.usage(turn.facts.tenant, turn.now), replies.words("metrics")
    known = [(names[metric.value], use) for metric, use in usage.metrics.items() if metric.value in names]
    parts = [
        f"{name}: {use.used:,} of {use.limit:,}{' (near the limit)' if use.at_risk else ''}"
        for name, use in known
        if use.limit
    ]
    parts += [f"{name}: {use.used:,}" for name, use in known if use.used and not use.limit]
    opening = f"Your plan ({turn.facts.tenant.tier_id.value}), {month_words(usage.period)}:"
    where = f"Details: {links.url(links.USAGE)}"
    return turn.say(opening if parts else turn.words("no_limits"), *_lines(parts), where)


def _sales(turn: Turn, request: Request) -> Reply:
    period = Period(request.period) if request.period in set(Period) else Period.YESTERDAY
    earlier = _earlier(request)
    if earlier and period is Period.TODAY:
        period, earlier = Period.YESTERDAY, earlier - 1
    back = timedelta(days=_DAYS_IN.get(period, 0) * earlier)
    when = replies.words("periods")[period]
    if named := _named_past(turn, request):
        period, back, when = named
    elif request.whens:
        return turn.say_words("which_period")
    params = {"period": period, "top": min(request.top or 3, MAX_LINES)}
    found = turn.author.store.figures(turn.facts.tenant, "sales_summary", params, turn.now - back)
    if back and not named:
        # "And the day before?"
        last = turn.local(turn.now - back - timedelta(days=1))
        when = day_words(last.date()) if _DAYS_IN[period] == 1 else f"{when} up to {day_words(last.date())}"
    if not found.orders:
        return turn.say(f"{when}: no sales.")
    average = f", {dollars(found.average_order)} on average" if found.average_order else ""
    opening = f"{when}: {found.revenue_words}. {counted(found.orders, 'order')}{average}."
    best = [f"{one.name}: {dollars(one.revenue)}" for one in found.top_products]
    return turn.say(opening, "Best sellers:" if best else "", *_lines(best))


def _named_past(turn: Turn, request: Request) -> tuple[Period, timedelta, str] | None:
    """ "On monday", "feb 1", "January": the period, how long ago its end is looked back from, and its words."""
    today, said = turn.local(turn.now), plain(turn.message)
    one = next((one for one in request.whens if one.once), next(iter(request.whens), When()))
    month = next((number for number, name in enumerate(calendar.month_name) if name.casefold() in said), 0)
    if month and not (one.once or one.monthdays):
        first = today.replace(month=month, day=1, year=today.year - (month >= today.month))
        last = first.replace(day=calendar.monthrange(first.year, month)[1], hour=23)
        return Period.MONTH_TO_DATE, today - last, f"{first:%B %Y}"
    day = day_of(one.once, today) if one.once else None
    if day and one.once and one.once.kind == "date" and not one.once.year and day >= today.date():
        day = day.replace(year=day.year - 1)
    if len(one.weekdays) == 1:
        day = today.date() - timedelta(days=(today.isoweekday() - one.weekdays[0] - 1) % 7 + 1)
    if day is None or day >= today.date():
        return None
    return Period.YESTERDAY, today.date() - day - timedelta(days=1), day_words(day)


def _low(turn: Turn, request: Request) -> Reply:
    only_out = request.question == "figures_out"
    found = turn.author.store.figures(turn.facts.tenant, "low_stock_report", {"limit": _MOST_ITEMS}).items
    wanted = [name.casefold() for name in request.products] or [""]
    items = [
        f"{one.name}: {f'{one.quantity:g} left' if one.quantity > 0 else 'out of stock'}"
        for one in found
        if one.status == "out" or not only_out
        if any(name in f"{one.name} {one.category}".casefold() for name in wanted)
    ]
    what = "out of stock" if only_out else "low or out of stock"
    return turn.say(
        f"{counted(len(items), 'item')} {what}:" if items else f"Nothing is {what} right now.", *_lines(items)
    )


def _stock(turn: Turn, request: Request) -> Reply:
    """How much is left of what is named."""
    names = turn.org.names
    # "How many carts are left", by a category's other name.
    things = [thing for word in plain(turn.message) for thing in read(word, names).of("of_thing")]
    wanted = {one.casefold() for one in (*_most_like(turn, turn.facts.products, str), *things)}
    if not wanted:
        return _low(turn, request)
    params = {"limit": _MOST_ITEMS, "fields": ["name", "category", "quantity", "price"]}
    found = turn.author.store.figures(turn.facts.tenant, "fetch_inventory", params).items
    items = []
    for one in found:
        if {str(one["name"]).casefold(), str(one.get("category")).casefold()} & wanted:
            each = f", {dollars(Decimal(str(one['price'])))} each" if one.get("price") else ""
            items.append(f"{one['name']}: {one['quantity']:g} left{each}")
    if not items:
        return turn.say_words("no_item")
    return turn.say(*(_lines(items) if len(items) > 1 else [f"{items[0]}."]))


def _undercut(turn: Turn, request: Request) -> Reply:
    found = turn.author.store.undercuts(turn.facts.competitors)
    where = f"All prices: {links.url(links.COMPETITORS)}"
    if found.as_of is None:
        return turn.say(turn.words("no_menus"), where)
    wanted = [one.words for one in found.items if not request.competitors or one.competitor in request.competitors]
    who = listed(request.competitors)
    none = f"{who} doesn't undercut you right now." if who else "Nobody undercuts you right now."
    opening = f"{counted(len(wanted), 'price')} undercut:" if wanted else none
    as_of = f"As of {instant_in_words(found.as_of, turn.zone)}, when I last read their menus."
    return turn.say(opening, *_lines(wanted), as_of, where)


def _their_prices(turn: Turn, request: Request) -> Reply:
    """What a competitor charges, beside ours; for one product if one is named."""
    ids = [one for one, name in turn.facts.competitors.items() if name in request.competitors]
    if not ids:
        return _undercut(turn, request)
    where = f"The whole menu: {links.url(links.competitor(ids[0]))}"
    try:
        found = turn.author.store.menu(ids[0])
    except NotFoundError:
        return turn.say_words("no_menus")
    priced = [(one, one.their_price) for one in found.rows if one.their_price is not None]
    named = _most_like(turn, priced, lambda each: each[0].product, found.name, request.products)
    if request.products and priced and not named:
        return turn.say(turn.words("not_on_menu", name=found.name, what=listed(request.products, "or")), where)
    items = [
        f"{one.product}: {dollars(price)}{f' (you: {dollars(one.our_price)})' if one.our_price else ''}"
        for one, price in named or priced
    ]
    if not items or found.menu_seen_at is None:
        return turn.say(turn.words("no_menus"), where)
    as_of = f"As of {instant_in_words(found.menu_seen_at, turn.zone)}."
    return turn.say(f"{found.name}:", *_lines(items), as_of, where)


def _draft(turn: Turn, _request: Request) -> Reply:
    found = turn.author.store.draft()
    if found is None:
        return turn.say_words("no_draft")
    draft_id, draft = found
    name = draft.get("name") or draft.get("title") or "Untitled draft"
    state = replies.words("drafts").get(str(draft.get("status")), "is a draft")
    subject = f"Subject: {draft['subject']}" if draft.get("subject") else ""
    where = f"Review it here: {links.url(links.suggestion('campaign_drafts', draft_id))}"
    body = fitted(str(draft.get("body") or draft.get("message") or ""), MAX_CHARS)
    return turn.say(f"“{name}” {state}.", subject, body, where)


LOOKUPS: dict[str, Lookup] = {
    "show_output": of_one(_show_output, _show_output),
    "spending": of_one(_spent_on, _spent),
    "limits": _limits,
    "figures_sales": _sales,
    "figures_low": _low,
    "figures_out": _low,
    "stock": _stock,
    "figures_undercut": _undercut,
    "their_prices": _their_prices,
    "margins": lambda turn, _request: turn.say_words("margins"),
    "show_draft": _draft,
}
