"""Questions about the org itself: its customers, people, settings, and what waits for somebody's decision."""

from __future__ import annotations

from typing import Any

from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.talk import replies
from shared.chat.talk.document_edits import CHANNEL_NAMES
from shared.chat.talk.playbook_lookups import LOOKUPS as LOOKUPS_OF_PLAYBOOKS
from shared.chat.talk.playbook_lookups import Lookup
from shared.chat.talk.shelf_lookups import low_stock
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.values.words import counted, day_words, dollars, listed, plural

MAX_LINES = 10
_MOST = 500
_DAYS = {"today": 0, "week_to_date": 7, "last_7_days": 7, "month_to_date": 30, "last_30_days": 30}
_INACTIVE_DAYS = 30


def _figures(turn: Turn, action: str, **params: Any) -> Any:
    return turn.author.store.figures(turn.facts.tenant, action, params)


def _named(turn: Turn, opening: str, lines: list[str]) -> Reply:
    """Customers by name, for those who work with them; others learn how many there are."""
    if lines and not turn.author.may_change:
        return turn.say(f"{opening.rstrip(':')}.", turn.words("customers_hidden"))
    return turn.say(f"{opening}:" if lines else f"{opening}.", *replies.bullets(lines, MAX_LINES))


def _how_many(count: int, what: str) -> str:
    return counted(count, what) if count else f"No {what}"


def _customers(turn: Turn, _request: Request) -> Reply:
    """How many there are, and of which kinds."""
    found = _figures(turn, "customer_segments")
    kinds = replies.words("customer_kinds")
    lines = [f"{kinds[segment.value]}: {count:,}" for segment, count in found.counts.items() if count]
    return turn.say(f"You have {counted(found.count, 'customer')}:", *replies.bullets(lines, MAX_LINES))


def _best_customers(turn: Turn, request: Request) -> Reply:
    top = min(request.top or 5, MAX_LINES)
    found = _figures(turn, "vip_customers", top=_MOST)
    said = {*plain(turn.message)}
    # "What has Ben Hall spent with us?"
    named = [one for one in found.customers if {*plain(one.name)} <= said]
    best = named or found.customers[:top]
    lines = [f"{one.name}: {dollars(one.total_spent)}, {counted(one.order_count, 'order')}" for one in best]
    opening = "So far" if named else "Your best customers" if lines else "No customer has bought anything yet"
    return _named(turn, opening, lines)


def _new_customers(turn: Turn, _request: Request) -> Reply:
    found = _figures(turn, "customer_segments")
    new = next(one for one in found.segments if one.segment.value == "new")
    return _named(turn, _how_many(new.count, "new customer"), [one.name for one in new.examples])


def _inactive(turn: Turn, request: Request) -> Reply:
    days = next((int(one.value) for one in request.thresholds if one.subject == "days_inactive"), _INACTIVE_DAYS)
    found = _figures(turn, "inactive_customers", days=max(days, 1), limit=_MOST)
    seen = ((one.name, one.last_order_on) for one in found.customers if one.last_order_on)
    lines = [f"{name}: last here {day_words(day)}" for name, day in seen]
    verb, period = plural(found.count, "hasn't", "haven't"), counted(days, "day")
    opening = f"{counted(found.count, 'customer')} {verb} bought anything for {period} or more"
    opening = opening if found.count else f"Every customer has bought something in the last {period}"
    return _named(turn, opening, lines)


def _birthdays(turn: Turn, request: Request) -> Reply:
    ahead = _DAYS.get(request.period or "week_to_date", 7)
    found = _figures(turn, "birthday_cohort", days_ahead=ahead, limit=_MOST)
    when = "today" if not ahead else f"in the next {ahead} days"
    lines = [f"{one.name}: {day_words(one.date)}" for one in found.customers]
    verb = plural(max(found.count, 1), "has", "have")
    return _named(turn, f"{_how_many(found.count, 'customer')} {verb} a birthday {when}", lines)


def _approvals(turn: Turn, _request: Request) -> Reply:
    """What waits for a decision: questions of runs, and drafts."""
    waiting = turn.author.store.waiting(whole=turn.author.may_change)
    if not waiting:
        return turn.say("Nothing is waiting for a decision.", f"All decisions: {links.url(links.DECISIONS)}")
    lines = [f"{title} (from {name})" if name else title for title, name in waiting]
    opening = f"{counted(len(lines), 'thing')} {plural(len(lines), 'is', 'are')} waiting for a decision:"
    return turn.say(opening, *replies.bullets(lines, MAX_LINES), f"Decide here: {links.url(links.DECISIONS)}")


def _overview(turn: Turn, request: Request) -> Reply:
    """What went wrong, what waits, and what is low: each as if it had been asked for."""
    parts = (lookup(turn, request) for lookup in (LOOKUPS_OF_PLAYBOOKS["failures"], _approvals, low_stock))
    return turn.say(*(one.reply for one in parts))


def _competitors(turn: Turn, _request: Request) -> Reply:
    """Who they are, and when their menus were read last."""
    seen = turn.author.store.menus_seen()
    names = sorted((name, seen.get(key)) for key, name in turn.facts.competitors.items())
    lines = [f"{name}: menu read {instant_in_words(at, turn.zone)}" if at else name for name, at in names]
    opening = f"You track {counted(len(names), 'competitor')}:" if names else turn.words("no_competitors")
    return turn.say(opening, *(f"• {one}" for one in lines), f"More: {links.url(links.COMPETITORS)}")


def _team(turn: Turn, _request: Request) -> Reply:
    """The members by name; whoever may change something sees their addresses."""
    known = sorted(turn.facts.people.items())
    lines = [f"{name}: {email}" if turn.author.may_change else name for name, email in known]
    opening = f"{counted(len(known), 'person', 'people')} {plural(len(known), 'belongs', 'belong')} to your team:"
    return turn.say(opening, *replies.bullets(lines, MAX_LINES))


def _who_am_i(turn: Turn, _request: Request) -> Reply:
    who = turn.author.principal
    may = turn.words("may_change" if turn.author.may_change else "may_look")
    return turn.say(turn.words("my_role", who=str(who.email or who.uid), role=str(who.role)), may)


def _budget(turn: Turn, _request: Request) -> Reply:
    budget = turn.facts.tenant.monthly_budget_usd
    spent = replies.usd(turn.author.store.usage(turn.facts.tenant, turn.now).cost_usd)
    said = (
        turn.words("budget", budget=dollars(budget), spent=spent)
        if budget
        else turn.words("no_budget", spent=spent)
    )
    return turn.say(said, f"Change it here: {links.url(links.ORGANIZATION)}")


def _quiet_hours(turn: Turn, _request: Request) -> Reply:
    hours = turn.author.store.quiet_hours()
    said = turn.words("quiet_hours", hours=hours) if hours else turn.words("no_quiet_hours")
    return turn.say(said, turn.words("texting_hours"), f"Change them here: {links.url(links.PREFERENCES)}")


def _messaging(turn: Turn, _request: Request) -> Reply:
    limits = turn.facts.tenant.messaging
    return turn.say_words("messaging", email=str(limits.email_every_hours), text=str(limits.text_every_hours))


def _channels(turn: Turn, _request: Request) -> Reply:
    return turn.say_words("channels", ways=listed([*CHANNEL_NAMES.values()], "or"))


LOOKUPS: dict[str, Lookup] = {
    "customers": _customers,
    "best_customers": _best_customers,
    "new_customers": _new_customers,
    "inactive": _inactive,
    "birthdays": _birthdays,
    "approvals": _approvals,
    "overview": _overview,
    "competitors": _competitors,
    "team": _team,
    "who_am_i": _who_am_i,
    "budget": _budget,
    "quiet_hours": _quiet_hours,
    "messaging": _messaging,
    "channels": _channels,
    "locations": lambda turn, _request: turn.say_words("locations", names=listed(turn.facts.locations) or "none"),
    "time_zone": lambda turn, _request: turn.say_words("time_zone", zone=turn.zone),
    "unknown": lambda turn, _request: turn.say(*_unknown(turn)),
}


def _unknown(turn: Turn) -> list[str]:
    """What is not there, with the nearest thing that is."""
    words = {*turn.message.casefold().replace("?", " ").split()}
    table = language().lexicon.data["asking"]["not_there"]
    near = next((one for one in table if words & {*one["of"].split()}), None)
    return [near["text"] if near else turn.words("unclear_question")]
