"""Questions about playbooks and their runs, answered from what is stored: free, and open to viewers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from shared.chat.talk import changing, replies
from shared.chat.talk.authoring import Plan, requests_of
from shared.chat.talk.document_edits import CHANNEL_NAMES, all_channels, channels_of, limits_of, people_of
from shared.chat.talk.finding import day_asked_about, heading, is_at, narrowed, runs_on
from shared.chat.talk.state import Playbook, Run
from shared.chat.talk.targets import mentioned, target
from shared.chat.talk.turn import Turn, estimate_answer
from shared.chat.understood import Intent, Question, Reply, Request
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.playbooks.validation import InvalidPlaybookError
from shared.runs.record import ExecutionStatus
from shared.triggers.playbook_about import action_words, one_line
from shared.values.words import counted, day_words, listed

Lookup = Callable[[Turn, Request], Reply]
MAX_LISTED = 20
MAX_TOLD = 10
_DAY = timedelta(days=1)
_FAILED = (ExecutionStatus.FAILED, ExecutionStatus.RETRYING)
_LONGEST_REASON = 200
_ADDRESS = re.compile(r"https?://([\w.-]+)[^\s,;)]*")
_PRIVATE = re.compile(r"[{}_<>@]|://|\b[0-9a-f]{8,}\b|\d{4}-\d\d-\d\d|\bUTC\b")
"""Template source, ids, addresses and other systems' words: no reason that is shown may hold them."""


def of_one(
    answer: Callable[[Turn, Request, Playbook], Reply], of_any: Lookup, *, needs_one: bool = False
) -> Lookup:
    """Answers for the playbook that is named or was talked about, else `of_any`; or asks which is meant."""

    def lookup(turn: Turn, request: Request) -> Reply:
        meant = target(turn, request)
        if isinstance(meant, Question):
            return turn.ask(request, meant) if needs_one or request.named_playbook else of_any(turn, request)
        points = request.playbook == "it" and turn.session.last_playbook_id is not None
        is_named = request.named_playbook or mentioned(turn) or request.topic
        return answer(turn, request, meant) if needs_one or points or is_named else of_any(turn, request)

    return lookup


def say_with_page(turn: Turn, one: Playbook | None, *parts: str) -> Reply:
    """An answer about a playbook, with the page that shows it and its runs."""
    return turn.say_of(one, *parts, f"More: {links.url(links.playbook(one.id) if one else links.PLAYBOOKS)}")


def _list(turn: Turn, request: Request) -> Reply:
    """All of them, or those that fit what is said: "on Mondays", "to Dana", "paused", "about competitors"."""
    found, clauses = narrowed(turn, request)
    if clauses and len(found) == 1:
        turn.session.last_playbook_id = found[0].id
    return _listed(turn, found, heading(found, clauses) if clauses else "")


def _listed(turn: Turn, playbooks: Sequence[Playbook], opening: str = "") -> Reply:
    if not playbooks:
        return turn.say(opening or turn.words("no_playbooks"), f"See all playbooks: {links.url(links.PLAYBOOKS)}")
    lines = []
    for one in playbooks:
        ahead = [f"; next {instant_in_words(due, turn.zone)}" for due in turn.runs(one, 1)]
        state = "" if one.status == "active" else f" ({one.state})"
        lines.append(f"{one.name}{state}: {turn.when(one)}{''.join(ahead)}")
    opening = opening or f"You have {counted(len(playbooks), 'playbook')}:"
    return turn.say(opening, *replies.bullets(lines, MAX_LISTED), f"See them all: {links.url(links.PLAYBOOKS)}")


def _timing(turn: Turn, one: Playbook) -> str:
    return f"It runs {turn.when(one)}{'' if one.status == 'active' else f', but it is {one.state}'}."


def _next_run(turn: Turn, _request: Request, one: Playbook) -> Reply:
    return say_with_page(turn, one, f"{one.quoted}: {_timing(turn, one)}", turn.next_runs(one))


def _next_runs(turn: Turn, request: Request) -> Reply:
    """What comes next; or what is due on "tomorrow", "tonight" or "friday"."""
    day = day_asked_about(turn, request)
    found, clauses = narrowed(turn, request, without_day=day is not None)
    if day is None and clauses:
        return _list(turn, request)
    if day is None:
        every = sorted((due, each.name) for each in found for due in turn.runs(each, 1))
    else:
        every = sorted((due, each.name) for each in found for due in runs_on(turn, each, day, request.whens))
    lines = replies.bullets([f"{name}: {instant_in_words(due, turn.zone)}" for due, name in every], MAX_TOLD)
    opening = "Next up:" if day is None else f"On {day_words(day)}:"
    return say_with_page(turn, None, opening if lines else turn.words("nothing_scheduled"), *lines)


def _ran(turn: Turn, run: Run) -> str:
    """What became of a run, and why."""
    known = turn.facts.playbook(run.playbook_id)
    name = known.quoted if known else "A deleted playbook"
    ended = f"{name} {replies.words('ended')[run.status]} ({instant_in_words(run.at, turn.zone)})."
    return f"{ended} {_why(turn, run)}".strip()


def _why(turn: Turn, run: Run) -> str:
    if run.status is ExecutionStatus.SKIPPED:
        reasons = replies.words("skipped").items()
        return f"Why: {next(words for part, words in reasons if part in run.status_reason)}."
    if run.status not in _FAILED:
        return ""
    failed = next((one for one in reversed(run.step_results) if one.status == "failed"), None)
    stopped = f"It stopped at the step that {action_words(failed.action)}" if failed else "It couldn't go on"
    reason = " ".join(((failed.error if failed else None) or run.status_reason).split())
    # Of an address, the host says enough: what follows it may hold a key.
    reason = _ADDRESS.sub(r"\1", reason)
    is_shown = turn.author.may_change and reason and len(reason) <= _LONGEST_REASON and not _PRIVATE.search(reason)
    return f"{stopped}: {reason.rstrip('.')}." if is_shown else f"{stopped}."


def _runs_asked_about(turn: Turn, request: Request, playbook_id: str | None) -> list[Run]:
    runs = turn.author.store.runs(playbook_id)
    if request.question == "last_good":
        return [run for run in runs if run.status is ExecutionStatus.COMPLETED]
    return runs


def _of_day(turn: Turn, request: Request, runs: Sequence[Run]) -> tuple[date | None, list[Run]]:
    """The day that is asked about, if one is, and the runs of it."""
    days = {"today": 0, "yesterday": 1}
    day = turn.local(turn.now).date() - days[request.period] * _DAY if request.period in days else None
    return day, [run for run in runs if day is None or turn.local(run.at).date() == day]


def _latest_runs(turn: Turn, request: Request) -> Reply:
    runs = _runs_asked_about(turn, request, None)
    if not runs:
        return turn.say_words("no_runs")
    day, found = _of_day(turn, request, runs)
    found = [run for run in found if all(is_at(when, turn.local(run.at)) for when in request.whens)]
    lines = [f"• {_ran(turn, run)}" for run in found[:MAX_TOLD]]
    opening = "The latest runs:" if day is None else f"Runs {request.period}:"
    none = f"Nothing ran {request.period}. The last run: {_ran(turn, runs[0])}"
    return say_with_page(turn, None, opening if lines else none, *lines)


def _did_run(turn: Turn, request: Request, one: Playbook) -> Reply:
    runs = _runs_asked_about(turn, request, one.id)
    if not runs:
        return say_with_page(turn, one, f"{one.quoted} hasn't run yet.", _timing(turn, one))
    day, found = _of_day(turn, request, runs)
    if not found:
        is_today = day == turn.local(turn.now).date()
        not_yet = "No, not yet today." if is_today else f"No, it didn't run {request.period}."
        return say_with_page(turn, one, not_yet, f"The last run: {_ran(turn, runs[0])}", _timing(turn, one))
    is_yes = found[0].status is ExecutionStatus.COMPLETED and request.question == "did_run"
    return say_with_page(turn, one, f"{'Yes. ' if is_yes else ''}{_ran(turn, found[0])}", turn.next_runs(one, 1))


def _why_not(turn: Turn, request: Request, one: Playbook) -> Reply:
    runs = turn.author.store.runs(one.id)
    if one.status != "active":
        last = f"The last run: {_ran(turn, runs[0])}" if runs else ""
        return say_with_page(turn, one, f"{one.quoted} is {one.state}, so it isn't running.", last)
    ahead = turn.next_runs(one, 1)
    if not runs:
        return say_with_page(turn, one, f"{one.quoted} hasn't been due yet.", _timing(turn, one), ahead)
    run = next(iter(_of_day(turn, request, runs)[1]), runs[0])
    if run.status is not ExecutionStatus.COMPLETED:
        return say_with_page(turn, one, _ran(turn, run), _timing(turn, one), ahead)
    limit = _limit(turn.author.store.read(one.id))
    hint = f"It only notifies you{limit}." if limit else ""
    return say_with_page(turn, one, f"It did run: {_ran(turn, run)}", hint, _timing(turn, one), ahead)


def _limit(stored: Playbook) -> str:
    limits = (words for step in stored.steps if channels_of(step) for _, words in limits_of(step))
    return next((f" if {limit}" for limit in limits), "")


def _failures(turn: Turn, request: Request) -> Reply:
    midnight = turn.local(turn.now).replace(hour=0, minute=0, second=0, microsecond=0)
    month = (30 * _DAY, "in the last 30 days")
    since, period = {
        "today": (turn.now - midnight, "today"),
        "yesterday": (turn.now - midnight + _DAY, "since yesterday"),
        "last_30_days": month,
        "month_to_date": month,
    }.get(request.period or "", (7 * _DAY, "in the last 7 days"))
    found = turn.author.store.runs(since=since, statuses=_FAILED)
    if not found:
        return turn.say_words("nothing_failed", period=period)
    lines = replies.bullets([_ran(turn, run) for run in found], MAX_TOLD)
    latest = turn.facts.playbook(found[0].playbook_id)
    return say_with_page(turn, latest, f"{counted(len(found), 'run')} failed {period}:", *lines)


def explain(turn: Turn, _request: Request, one: Playbook) -> Reply:
    """What a playbook does, when it runs, who it notifies, and what it costs; viewers don't see addresses."""
    stored, may_change = turn.author.store.read(one.id), turn.author.may_change
    opening = f"{one.quoted} is {one.state}. It runs {turn.when(stored)}."
    plan = Plan.of(requests_of(stored), turn.org) if may_change else None
    does = replies.what_happens(plan.drafts, turn.now, turn.zone) if plan else one_line(stored.data)
    told = _told(turn, stored) if may_change and not plan else ""
    reason = stored.text("statusReason") if may_change and one.status == "error" else None
    runs = turn.runs(stored)
    lines = (opening, f"Why: {reason}" if reason else "", does, told, replies.next_runs_line(runs, turn.zone))
    try:
        cost = turn.cost(stored.data)
    except InvalidPlaybookError:
        return say_with_page(turn, one, *lines)
    reply = say_with_page(turn, one, *lines, replies.cost_line(cost))
    return reply.changed(next_runs=runs, estimate=estimate_answer(cost))


def _told(turn: Turn, stored: Playbook) -> str:
    ways = [CHANNEL_NAMES[channel] for channel in all_channels(stored.steps)]
    who = listed(people_of(stored.steps, stored.text("ownerEmail") or turn.author.principal.email)) or "your team"
    return f"It notifies {who} by {listed(ways)}{_limit(stored)}." if ways else ""


def _made_by(turn: Turn, _request: Request, one: Playbook) -> Reply:
    """Whose it is, when it was made, and when it was changed last."""
    stored = turn.author.store.read(one.id)
    owner = _person(turn, stored.text("ownerEmail"))
    belongs = f"{one.quoted} belongs to {owner}." if owner else turn.words("no_owner", name=one.name)
    return say_with_page(turn, one, belongs, *_dates(turn, stored))


def _person(turn: Turn, email: str | None) -> str | None:
    """A member by name; the address only for those who may see it."""
    name = next((name for name, address in turn.facts.people.items() if address == email), None)
    return name or (email if turn.author.may_change else None)


def _dates(turn: Turn, stored: Playbook) -> list[str]:
    made, changed = stored.data.get("createdAt"), stored.data.get("updatedAt")
    parts = [f"It was set up {instant_in_words(made, turn.zone)}."] if isinstance(made, datetime) else []
    if isinstance(changed, datetime) and changed != made:
        parts.append(f"It was last changed {instant_in_words(changed, turn.zone)}.")
    elif parts:
        parts.append(turn.words("never_changed"))
    return parts


def _versions(turn: Turn, _request: Request, one: Playbook) -> Reply:
    """How often it was changed, and when last."""
    stored = turn.author.store.read(one.id)
    version = stored.data.get("version")
    number = f"{one.quoted} is at version {version}." if isinstance(version, int) else ""
    return say_with_page(turn, one, number, *_dates(turn, stored), turn.words("versions_page"))


def _changes(turn: Turn, _request: Request) -> Reply:
    """The playbooks that were changed last."""
    every = turn.author.store.whole_playbooks().values()
    dated = [(one.data["updatedAt"], one) for one in every if isinstance(one.data.get("updatedAt"), datetime)]
    last = sorted(dated, key=lambda each: each[0], reverse=True)[:MAX_TOLD]
    shown = [(at, one) for at, one in last if not one.is_one_time and one.status != "archived"]
    lines = [f"{one.name}: {instant_in_words(at, turn.zone)}" for at, one in shown]
    opening = "Changed last:" if lines else "Nothing was changed."
    return say_with_page(turn, None, opening, *replies.bullets(lines, MAX_TOLD))


def _what_if(turn: Turn, request: Request) -> Reply:
    """What it would cost; nothing is made, and a yes makes it."""
    is_change = request.playbook is not None and bool(request.whens)
    if not turn.author.may_change or not (request.topic or is_change):
        return turn.say_words("what_if")
    turn.author = replace(turn.author, is_preview=True)
    intent = Intent.CREATE if request.topic else Intent.CHANGE
    turn.request = request.changed(intent=intent, question=None)
    act = changing.create_or_change if request.topic else changing.change
    return act(turn, turn.request)


LOOKUPS: dict[str, Lookup] = {
    "list": _list,
    "next_run": of_one(_next_run, _next_runs),
    "did_run": of_one(_did_run, _latest_runs),
    "last_run": of_one(_did_run, _latest_runs),
    "last_good": of_one(_did_run, _latest_runs),
    "why_not": of_one(_why_not, _failures),
    "failures": _failures,
    "explain": of_one(explain, _list, needs_one=True),
    "what_if": _what_if,
    "made_by": of_one(_made_by, _list, needs_one=True),
    "versions": of_one(_versions, _changes, needs_one=True),
    "changes": _changes,
}
