"""Questions about playbooks and their runs, answered from what is stored: free, and open to viewers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.chat.replies import common
from shared.chat.talk import acts
from shared.chat.talk.authoring import Plan, wishes_of
from shared.chat.talk.changes import CHANNEL_NAMES, channels_of, limits_of, people_of
from shared.chat.talk.desk import Playbook
from shared.chat.talk.turn import Turn, estimate_answer
from shared.chat.understood import Intent, Question, Reply, Wish
from shared.execution.record import ExecutionStatus
from shared.execution.summaries import ExecutionSummary
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.playbooks.validation import InvalidPlaybookError
from shared.scheduling.playbook_about import action_words, one_line
from shared.values.words import counted

MAX_LISTED = 20
_DAY = timedelta(days=1)
_SINCE = {
    "yesterday": (2 * _DAY, "since yesterday"),
    "today": (_DAY, "in the last 24 hours"),
    "last_30_days": (30 * _DAY, "in the last 30 days"),
    "month_to_date": (30 * _DAY, "in the last 30 days"),
}
_BAD = (ExecutionStatus.FAILED, ExecutionStatus.RETRYING)


def about_one(turn: Turn, wish: Wish, *, alone: bool = False) -> Playbook | Question | None:
    """The playbook that a question is about: the one that is named or was talked about; None for any."""
    points = wish.playbook == "it" and turn.session.last_playbook_id is not None
    if not alone and not points and wish.playbook in (None, "it") and not wish.topic:
        return None
    meant = turn.meant(wish)
    return meant if alone or isinstance(meant, Playbook) or wish.playbook not in (None, "it") else None


def _list(turn: Turn, _wish: Wish) -> Reply:
    return _listed(turn, turn.facts.named, "You have {}:", turn.words("no_playbooks"))


def _paused(turn: Turn, _wish: Wish) -> Reply:
    resting = [one for one in turn.facts.named if one.status != "active"]
    return _listed(turn, resting, "{} not running:", "Nothing is paused.")


def _listed(turn: Turn, playbooks: Sequence[Playbook], opening: str, none: str) -> Reply:
    if not playbooks:
        return turn.say(none)
    ordered = sorted(playbooks, key=lambda one: (one.status != "active", one.name.casefold()))
    lines = [f"• {_line(turn, one)}" for one in ordered[:MAX_LISTED]]
    more = f"… and {len(ordered) - MAX_LISTED} more." if len(ordered) > MAX_LISTED else ""
    opening = opening.format(counted(len(ordered), "playbook"))
    return turn.say(opening, *lines, more, f"See them all: {links.url(links.PLAYBOOKS)}")


def _line(turn: Turn, one: Playbook) -> str:
    ahead = [f"; next {instant_in_words(due, turn.zone)}" for due in turn.runs(one, 1)]
    state = "" if one.status == "active" else f" ({one.state})"
    return f"{one.name}{state}: {turn.when(one)}{''.join(ahead)}"


def _timing(turn: Turn, one: Playbook) -> str:
    return f"It runs {turn.when(one)}{'' if one.status == 'active' else f', but it is {one.state}'}."


def _of(turn: Turn, one: Playbook, *parts: str, run: str | None = None) -> Reply:
    return turn.of(one, *parts, f"More: {links.url(links.run(run) if run else links.playbook(one.id))}")


def _next_run(turn: Turn, wish: Wish) -> Reply:
    one = about_one(turn, wish)
    if isinstance(one, Question):
        return turn.ask_which(wish, one)
    if one is not None:
        ahead = turn.runs(one)
        return _of(turn, one, f"“{one.name}”: {_timing(turn, one)}", common.next_runs_line(ahead, turn.zone))
    every = [(due, each.name) for each in turn.facts.named for due in turn.runs(each, 1)]
    lines = [f"• {name}: {instant_in_words(due, turn.zone)}" for due, name in sorted(every)[:5]]
    return turn.say("Next up:" if lines else "Nothing is scheduled.", *lines)


def _ran(turn: Turn, run: ExecutionSummary) -> str:
    """What became of a run, and why, in the shop's words: what it says of itself may name steps and ids."""
    at = instant_in_words(run.started_at or run.created_at, turn.zone)
    why = ""
    failed = next((one for one in reversed(run.steps) if one.status == "failed"), None)
    if run.status in _BAD and failed is not None:
        why = f" It stopped at the step that {action_words(failed.action)}."
    if run.status is ExecutionStatus.SKIPPED:
        reasons = common.words("skipped").items()
        why = f" Why: {next(words for word, words in reasons if word in (run.status_reason or ''))}."
    return f"“{run.playbook_name}” {common.words('ended')[run.status]} ({at}).{why}"


def _did_run(turn: Turn, wish: Wish) -> Reply:
    one = about_one(turn, wish)
    if isinstance(one, Question):
        return turn.ask_which(wish, one)
    runs = turn.author.desk.runs(one.id if one else None)
    if not runs and one is not None:
        return _of(turn, one, f"“{one.name}” hasn't run yet.", _timing(turn, one))
    if not runs:
        return turn.say(turn.words("no_runs"))
    execution_id, last = runs[0]
    zone = ZoneInfo(turn.zone)
    today = last.created_at.astimezone(zone).date() == turn.now.astimezone(zone).date()
    yes = "Yes. " if last.status is ExecutionStatus.COMPLETED and (today or wish.period != "today") else ""
    known = one or turn.facts.playbook(last.playbook_id)
    says = f"{yes}{_ran(turn, last)}"
    return _of(turn, known, says, run=execution_id) if known else turn.say(says)


def _why_not(turn: Turn, wish: Wish) -> Reply:
    one = about_one(turn, wish)
    if not isinstance(one, Playbook):
        return turn.ask_which(wish, one) if one else _failures(turn, wish)
    runs = turn.author.desk.runs(one.id)
    if one.status != "active":
        last = f"Its last run: {_ran(turn, runs[0][1])}" if runs else ""
        return _of(turn, one, f"“{one.name}” is {one.state}, so it isn't running.", last)
    if not runs:
        ahead = common.next_runs_line(turn.runs(one, 1), turn.zone)
        return _of(turn, one, f"“{one.name}” hasn't been due yet.", _timing(turn, one), ahead)
    execution_id, run = runs[0]
    is_silent = run.status is ExecutionStatus.COMPLETED
    limit = _limit(turn.author.desk.read(one.id)) if is_silent else ""
    hint = f"It only notifies you{limit}." if limit else ""
    opening = f"{'It did run: ' if is_silent else ''}{_ran(turn, run)}"
    return _of(turn, one, opening, hint, _timing(turn, one), run=execution_id)


def _limit(stored: Playbook) -> str:
    limits = (words for step in stored.steps if channels_of(step) for _, words in limits_of(step))
    return next((f" if {limit}" for limit in limits), "")


def _failures(turn: Turn, wish: Wish) -> Reply:
    since, period = _SINCE.get(wish.period or "", (7 * _DAY, "in the last 7 days"))
    found = turn.author.desk.runs(since=since, statuses=_BAD)
    if not found:
        return turn.say(turn.words("nothing_failed").format(period=period))
    lines = [f"• {_ran(turn, run)}" for _, run in found]
    where = f"Open the latest: {links.url(links.run(found[0][0]))}"
    latest = turn.facts.playbook(found[0][1].playbook_id)
    return turn.of(latest, f"{counted(len(found), 'run')} failed {period}:", *lines, where)


def _explain(turn: Turn, wish: Wish) -> Reply:
    one = about_one(turn, wish, alone=True)
    if not isinstance(one, Playbook):
        return turn.ask_which(wish, one) if one else _list(turn, wish)
    stored = turn.author.desk.read(one.id)
    ahead = turn.runs(stored)
    opening = f"“{one.name}” is {one.state}. It runs {turn.when(stored)}."
    plan = Plan.of(wishes_of(stored), turn.org) if turn.author.may_change else None
    does = common.what_happens(plan.drafts, turn.now, turn.zone) if plan else one_line(stored.data)
    told = "" if plan else _told(turn, stored)
    says = (opening, does, told, common.next_runs_line(ahead, turn.zone))
    try:
        cost = turn.cost(stored.data)
    except InvalidPlaybookError:
        return _of(turn, one, *says)
    reply = _of(turn, one, *says, common.cost_line(cost))
    return reply.model_copy(update={"next_runs": ahead, "estimate": estimate_answer(cost)})


def _told(turn: Turn, stored: Playbook) -> str:
    """Who is told and how; viewers don't see whose addresses there are."""
    ways = list(dict.fromkeys(CHANNEL_NAMES[way] for step in stored.steps for way in channels_of(step)))
    if not ways or not turn.author.may_change:
        return ""
    who = common.listed(people_of(stored.steps, turn.author.principal.email)) or "your team"
    return f"It notifies {who} by {common.listed(ways)}{_limit(stored)}."


def _what_if(turn: Turn, wish: Wish) -> Reply:
    """What it would cost; nothing is made, and a yes makes it."""
    points = wish.playbook is not None and bool(wish.whens)
    if not turn.author.may_change or not (wish.topic or points):
        return turn.say(turn.words("what_if"))
    turn.author = replace(turn.author, is_preview=True)
    turn.wish = wish.model_copy(update={"intent": Intent.CREATE if wish.topic else Intent.CHANGE, "question": None})
    return acts.make(turn, turn.wish) if wish.topic else acts.change(turn, turn.wish)


ANSWERS: dict[str, Callable[[Turn, Wish], Reply]] = {
    "list": _list,
    "paused": _paused,
    "next_run": _next_run,
    "did_run": _did_run,
    "why_not": _why_not,
    "failures": _failures,
    "explain": _explain,
    "what_if": _what_if,
}
