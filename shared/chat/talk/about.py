"""Questions about playbooks and their runs, answered from what is stored: free, and open to viewers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from shared.chat.language.schedules import resolve
from shared.chat.talk import acts, replies
from shared.chat.talk.authoring import Plan, requests_of
from shared.chat.talk.changes import CHANNEL_NAMES, channels_of, limits_of, people_of
from shared.chat.talk.facts import Playbook, Run
from shared.chat.talk.turn import Turn, estimate_answer
from shared.chat.understood import Intent, Question, Reply, Request
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.playbooks.validation import InvalidPlaybookError
from shared.runs.record import ExecutionStatus
from shared.triggers.playbook_about import action_words, one_line
from shared.values.words import counted, day_words, listed, plural

MAX_LISTED = 20
MAX_TOLD = 10
_DAY = timedelta(days=1)
_BAD = (ExecutionStatus.FAILED, ExecutionStatus.RETRYING)
_LONGEST_REASON = 200
_PRIVATE = re.compile(r"[{}_<>@]|://|\b[0-9a-f]{8,}\b|\d{4}-\d\d-\d\d|\bUTC\b")
"""What no reason that is shown may hold: template source, ids, addresses and other systems' words."""


def about_one(turn: Turn, request: Request, *, alone: bool = False) -> Playbook | Question | None:
    """The playbook that a question is about: the one that is named or was talked about; None for any."""
    points = request.playbook == "it" and turn.session.last_playbook_id is not None
    meant = turn.meant(request)
    if isinstance(meant, Playbook):
        is_named = request.playbook not in (None, "it") or turn.referred() or bool(request.topic)
        return meant if alone or points or is_named else None
    return meant if alone or request.playbook not in (None, "it") else None


def _list(turn: Turn, request: Request) -> Reply:
    """All of them; where a kind is named ("my reminders"), those."""
    of_kind = [one for one in turn.facts.named if request.topic and one.data.get("topic") == request.topic]
    return _listed(turn, of_kind or turn.facts.named, "You have {}:", turn.words("no_playbooks"))


def _paused(turn: Turn, _request: Request) -> Reply:
    resting = [one for one in turn.facts.named if one.status != "active"]
    verb = plural(len(resting), "isn't", "aren't")
    reply = _listed(turn, resting, f"{{}} {verb} running:", "Nothing is paused.")
    if len(resting) == 1:
        turn.session.last_playbook_id = resting[0].id
    return reply


def _listed(turn: Turn, playbooks: Sequence[Playbook], opening: str, none: str) -> Reply:
    if not playbooks:
        return turn.say(none)
    lines = replies.bullets([_line(turn, one) for one in playbooks], MAX_LISTED)
    opening = opening.format(counted(len(playbooks), "playbook"))
    return turn.say(opening, *lines, f"See them all: {links.url(links.PLAYBOOKS)}")


def _line(turn: Turn, one: Playbook) -> str:
    ahead = [f"; next {instant_in_words(due, turn.zone)}" for due in turn.runs(one, 1)]
    state = "" if one.status == "active" else f" ({one.state})"
    return f"{one.name}{state}: {turn.when(one)}{''.join(ahead)}"


def _timing(turn: Turn, one: Playbook) -> str:
    return f"It runs {turn.when(one)}{'' if one.status == 'active' else f', but it is {one.state}'}."


def of_one(turn: Turn, one: Playbook | None, *parts: str) -> Reply:
    """An answer about a playbook, with the page that shows it and its runs."""
    return turn.of(one, *parts, f"More: {links.url(links.playbook(one.id) if one else links.PLAYBOOKS)}")


def _next_run(turn: Turn, request: Request) -> Reply:
    one = about_one(turn, request)
    if isinstance(one, Question):
        return turn.ask_which(request, one)
    if one is not None:
        return of_one(
            turn, one, f"“{one.name}”: {_timing(turn, one)}", replies.next_runs_line(turn.runs(one), turn.zone)
        )
    day = _day_ahead(turn, request)
    every = sorted((due, each.name) for each in turn.facts.named for due in turn.runs(each))
    if day is None:
        first = {name: due for due, name in reversed(every)}
        every = sorted((due, name) for name, due in first.items())
    else:
        every = [(due, name) for due, name in every if turn.local(due).date() == day]
    lines = replies.bullets([f"{name}: {instant_in_words(due, turn.zone)}" for due, name in every], MAX_TOLD)
    opening = "Next up:" if day is None else f"On {day_words(day)}:"
    return of_one(turn, None, opening if lines else turn.words("nothing_scheduled"), *lines)


def _day_ahead(turn: Turn, request: Request) -> date | None:
    """The day that "tomorrow", "tonight" or "on friday" is; None where none is named."""
    found = resolve(request.whens, turn.now, turn.zone).schedules
    days = [one.at for one in found if one.at is not None]
    return date.fromisoformat(days[0][:10]) if days else None


def _ran(turn: Turn, run: Run) -> str:
    """What became of a run, and why, in the shop's words."""
    known = turn.facts.playbook(run.playbook_id)
    name = f"“{known.name}”" if known else "A deleted playbook"
    ended = f"{name} {replies.words('ended')[run.status]} ({instant_in_words(run.at, turn.zone)})."
    return f"{ended} {_why(turn, run)}".strip()


def _why(turn: Turn, run: Run) -> str:
    if run.status is ExecutionStatus.SKIPPED:
        reasons = replies.words("skipped").items()
        return f"Why: {next(words for part, words in reasons if part in run.status_reason)}."
    if run.status not in _BAD:
        return ""
    failed = next((one for one in reversed(run.step_results) if one.status == "failed"), None)
    stopped = f"It stopped at the step that {action_words(failed.action)}" if failed else "It couldn't go on"
    said = " ".join(((failed.error if failed else None) or run.status_reason).split())
    shown = turn.author.may_change and said and len(said) <= _LONGEST_REASON and not _PRIVATE.search(said)
    return f"{stopped}: {said.rstrip('.')}." if shown else f"{stopped}."


def _did_run(turn: Turn, request: Request) -> Reply:
    one = about_one(turn, request)
    if isinstance(one, Question):
        return turn.ask_which(request, one)
    runs = turn.author.desk.runs(one.id if one else None)
    if request.question == "last_good":
        runs = [run for run in runs if run.status is ExecutionStatus.COMPLETED]
    day, found = _of_day(turn, request, runs)
    if one is None:
        if not runs:
            return turn.say(turn.words("no_runs"))
        lines = [f"• {_ran(turn, run)}" for run in found[:MAX_TOLD]]
        opening = "The latest runs:" if day is None else f"Runs {request.period}:"
        none = f"Nothing ran {request.period}. The last run: {_ran(turn, runs[0])}"
        return of_one(turn, None, opening if lines else none, *lines)
    if not runs:
        return of_one(turn, one, f"“{one.name}” hasn't run yet.", _timing(turn, one))
    if not found:
        yet = "No, not yet today." if day == turn.local(turn.now).date() else f"No, it didn't run {request.period}."
        return of_one(turn, one, yet, f"The last run: {_ran(turn, runs[0])}", _timing(turn, one))
    yes = "Yes. " if found[0].status is ExecutionStatus.COMPLETED and request.question == "did_run" else ""
    return of_one(turn, one, f"{yes}{_ran(turn, found[0])}", replies.next_runs_line(turn.runs(one, 1), turn.zone))


def _of_day(turn: Turn, request: Request, runs: Sequence[Run]) -> tuple[date | None, list[Run]]:
    """The day that is asked about, if one is, and the runs of it."""
    days = {"today": 0, "yesterday": 1}
    day = turn.local(turn.now).date() - days[request.period] * _DAY if request.period in days else None
    return day, [run for run in runs if day is None or turn.local(run.at).date() == day]


def _why_not(turn: Turn, request: Request) -> Reply:
    one = about_one(turn, request)
    if not isinstance(one, Playbook):
        return turn.ask_which(request, one) if one else _failures(turn, request)
    runs = turn.author.desk.runs(one.id)
    ahead = replies.next_runs_line(turn.runs(one, 1), turn.zone)
    if one.status != "active":
        last = f"The last run: {_ran(turn, runs[0])}" if runs else ""
        return of_one(turn, one, f"“{one.name}” is {one.state}, so it isn't running.", last)
    if not runs:
        return of_one(turn, one, f"“{one.name}” hasn't been due yet.", _timing(turn, one), ahead)
    run = next(iter(_of_day(turn, request, runs)[1]), runs[0])
    is_silent = run.status is ExecutionStatus.COMPLETED
    limit = _limit(turn.author.desk.read(one.id)) if is_silent else ""
    hint = f"It only notifies you{limit}." if limit else ""
    opening = f"{'It did run: ' if is_silent else ''}{_ran(turn, run)}"
    return of_one(turn, one, opening, hint, _timing(turn, one), ahead)


def _limit(stored: Playbook) -> str:
    limits = (words for step in stored.steps if channels_of(step) for _, words in limits_of(step))
    return next((f" if {limit}" for limit in limits), "")


def _failures(turn: Turn, request: Request) -> Reply:
    midnight = turn.local(turn.now).replace(hour=0, minute=0, second=0, microsecond=0)
    since, period = {
        "today": (turn.now - midnight, "today"),
        "yesterday": (turn.now - midnight + _DAY, "since yesterday"),
        "last_30_days": (30 * _DAY, "in the last 30 days"),
        "month_to_date": (30 * _DAY, "in the last 30 days"),
    }.get(request.period or "", (7 * _DAY, "in the last 7 days"))
    found = turn.author.desk.runs(since=since, statuses=_BAD)
    if not found:
        return turn.say(turn.words("nothing_failed").format(period=period))
    lines = replies.bullets([_ran(turn, run) for run in found], MAX_TOLD)
    latest = turn.facts.playbook(found[0].playbook_id)
    return of_one(turn, latest, f"{counted(len(found), 'run')} failed {period}:", *lines)


def _explain(turn: Turn, request: Request) -> Reply:
    one = about_one(turn, request, alone=True)
    if not isinstance(one, Playbook):
        return turn.ask_which(request, one) if one else _list(turn, request)
    stored = turn.author.desk.read(one.id)
    ahead = turn.runs(stored)
    opening = f"“{one.name}” is {one.state}. It runs {turn.when(stored)}."
    plan = Plan.of(requests_of(stored), turn.org) if turn.author.may_change else None
    does = replies.what_happens(plan.drafts, turn.now, turn.zone) if plan else one_line(stored.data)
    told = "" if plan else _told(turn, stored)
    why = stored.text("statusReason") if turn.author.may_change and one.status == "error" else None
    says = (opening, f"Why: {why}" if why else "", does, told, replies.next_runs_line(ahead, turn.zone))
    try:
        cost = turn.cost(stored.data)
    except InvalidPlaybookError:
        return of_one(turn, one, *says)
    reply = of_one(turn, one, *says, replies.cost_line(cost))
    return reply.model_copy(update={"next_runs": ahead, "estimate": estimate_answer(cost)})


def _told(turn: Turn, stored: Playbook) -> str:
    """Who is told and how; viewers don't see whose addresses there are."""
    ways = list(dict.fromkeys(CHANNEL_NAMES[way] for step in stored.steps for way in channels_of(step)))
    if not ways or not turn.author.may_change:
        return ""
    who = listed(people_of(stored.steps, turn.author.principal.email)) or "your team"
    return f"It notifies {who} by {listed(ways)}{_limit(stored)}."


def _made_by(turn: Turn, request: Request) -> Reply:
    one = about_one(turn, request, alone=True)
    if not isinstance(one, Playbook):
        return turn.ask_which(request, one) if one else _list(turn, request)
    owner = turn.author.desk.read(one.id).text("ownerEmail") if turn.author.may_change else None
    belongs = f"“{one.name}” belongs to {owner}." if owner else turn.words("no_owner").format(name=one.name)
    return of_one(turn, one, belongs)


def _competitors(turn: Turn, _request: Request) -> Reply:
    names = sorted(turn.facts.competitors.values())
    opening = f"You track {counted(len(names), 'competitor')}:" if names else turn.words("no_competitors")
    return turn.say(opening, *(f"• {name}" for name in names), f"More: {links.url(links.COMPETITORS)}")


def _team(turn: Turn, _request: Request) -> Reply:
    """The members by name; whoever may change something sees their addresses."""
    known = sorted(turn.facts.people.items())
    lines = [f"{name}: {email}" if turn.author.may_change else name for name, email in known]
    opening = f"{counted(len(known), 'person', 'people')} {plural(len(known), 'belongs', 'belong')} to your team:"
    return turn.say(opening, *replies.bullets(lines, MAX_LISTED))


def _who_am_i(turn: Turn, _request: Request) -> Reply:
    who = turn.author.principal
    return turn.say(turn.words("my_role").format(who=who.email or who.uid, role=who.role))


def _what_if(turn: Turn, request: Request) -> Reply:
    """What it would cost; nothing is made, and a yes makes it."""
    points = request.playbook is not None and bool(request.whens)
    if not turn.author.may_change or not (request.topic or points):
        return turn.say(turn.words("what_if"))
    turn.author = replace(turn.author, is_preview=True)
    turn.request = request.model_copy(
        update={"intent": Intent.CREATE if request.topic else Intent.CHANGE, "question": None}
    )
    return acts.make(turn, turn.request) if request.topic else acts.change(turn, turn.request)


ANSWERS: dict[str, Callable[[Turn, Request], Reply]] = {
    "list": _list,
    "paused": _paused,
    "next_run": _next_run,
    "did_run": _did_run,
    "last_run": _did_run,
    "last_good": _did_run,
    "team": _team,
    "why_not": _why_not,
    "failures": _failures,
    "explain": _explain,
    "what_if": _what_if,
    "made_by": _made_by,
    "competitors": _competitors,
    "who_am_i": _who_am_i,
    "time_zone": lambda turn, _request: turn.say(turn.words("time_zone").format(zone=turn.zone)),
    "unknown": lambda turn, _request: turn.say(turn.words("viewer_unclear")),
}
