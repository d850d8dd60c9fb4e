"""Questions about what runs sent and cost, what the plan allows, and drafts: without a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.chat.talk import replies
from shared.chat.talk.playbook_lookups import Lookup, explain, of_one, say_with_page
from shared.chat.talk.sales_lookups import earlier_periods
from shared.chat.talk.state import Playbook
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.retail.periods import Period
from shared.runs.record import ExecutionStatus
from shared.values.text import fitted
from shared.values.words import counted, month_words

if TYPE_CHECKING:
    from shared.runs.playbook_costs import PlaybookCosts

MAX_CHARS = 2_000
MAX_LINES = 10
_LEAST_USD = 0.000001


def _lines(found: Sequence[str]) -> list[str]:
    return replies.bullets(found, MAX_LINES)


def _costs(turn: Turn, request: Request) -> tuple[datetime, PlaybookCosts, str]:
    """The month that is asked about, its costs, and its name."""
    month = turn.local(turn.now)
    named = next((month for when in request.whens for month in when.months), None)
    if named is not None:
        month = month.replace(day=1, month=named, year=month.year - (named > month.month))
    else:
        for _ in range(earlier_periods(request) + (request.period == Period.LAST_30_DAYS)):
            month = month.replace(day=1) - timedelta(days=1)
    found = turn.author.store.costs(turn.zone, f"{month:%Y-%m}")
    return month, found, f"in {month_words(found.month)}"


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


def _spent_on(turn: Turn, request: Request, one: Playbook) -> Reply:
    _, found, month = _costs(turn, request)
    mine = next((each for each in found.items if each.playbook_id == one.id), None)
    spent = f"{replies.usd(mine.cost_usd)} ({counted(mine.runs, 'run')})" if mine else "nothing"
    runs = turn.author.store.runs(one.id)
    lately = f"A run cost {replies.usd(sum(run.cost_usd for run in runs) / len(runs))} on average." if runs else ""
    cost = replies.cost_line(turn.cost(turn.author.store.read(one.id).data))
    return turn.say_of(
        one, f"{one.quoted} cost {spent} {month}.", lately, cost, f"Details: {links.url(links.USAGE)}"
    )


def _spent(turn: Turn, request: Request) -> Reply:
    if request.thresholds:
        # "Which customers spent over $300?"
        return turn.say_words("unclear_question")
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


def _run_count(turn: Turn, request: Request, one: Playbook | None = None) -> Reply:
    """How often it, or anything, ran in the period."""
    local = turn.local(turn.now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=local.weekday())
    since, when = {
        Period.TODAY: (midnight, "today"),
        Period.YESTERDAY: (midnight - timedelta(days=1), "since yesterday"),
        Period.WEEK_TO_DATE: (monday, "this week"),
        Period.MONTH_TO_DATE: (midnight.replace(day=1), "this month"),
        Period.LAST_7_DAYS: (midnight - timedelta(days=7), "in the last 7 days"),
    }.get(request.period, (midnight - timedelta(days=30), "in the last 30 days"))  # type: ignore[call-overload]
    count = turn.author.store.how_many_runs(one.id if one else None, since)
    what = f"{one.quoted} ran {counted(count, 'time')}" if one else f"Playbooks ran {counted(count, 'time')} in all"
    return say_with_page(turn, one, f"{what} {when}.")


_RUNS_OF_ONE = of_one(_run_count, _run_count)

LOOKUPS: dict[str, Lookup] = {
    "show_output": of_one(_show_output, _show_output),
    "spending": of_one(_spent_on, _spent),
    "run_count": lambda turn, request: (_RUNS_OF_ONE if request.playbook else _run_count)(turn, request),
    "limits": _limits,
    "show_draft": _draft,
}
