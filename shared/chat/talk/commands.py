"""Playbooks that are there paused, resumed, run, skipped, copied, deleted, one or all; undo and restore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shared.chat.language.calendar import day_of
from shared.chat.language.names import plain
from shared.chat.language.reading import slots_of
from shared.chat.talk import authoring, replies
from shared.chat.talk.merging import says
from shared.chat.talk.questions import change_question, question
from shared.chat.talk.state import Change, Confirmation, Playbook
from shared.chat.talk.targets import named, named_by_time, not_at_that_time, of_kind, target
from shared.chat.talk.turn import Turn
from shared.chat.understood import Intent, Option, Question, Reply, Request
from shared.errors import ConflictError, NotFoundError
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words, next_runs
from shared.playbooks.validation import InvalidPlaybookError
from shared.triggers.rhythm import triggers_of
from shared.values.words import counted, listed, plural

_TWO = 2
MAX_LISTED, MAX_TOLD, MAX_UNDONE = 20, 5, 50
_STATUS = {Intent.PAUSE: "paused", Intent.RESUME: "active"}
_OF_ALL = (*_STATUS, Intent.DELETE)
FAILURES = (InvalidPlaybookError, ConflictError, NotFoundError)
_DAYS_AHEAD = {"today": 0, "tonight": 0, "tomorrow": 1}


def command(turn: Turn, request: Request) -> Reply:
    """Do it, ask which one is meant, or have all of them confirmed."""
    spared = [value for one in request.limits if one.operator == "except" for value in one.values]
    if request.intent in _OF_ALL and request.playbook is None and (request.all_playbooks or spared):
        later = not_at_that_time(request)
        return turn.ask(request, later) if later else _all(turn, request, spared)
    by_time = named_by_time(turn, request)
    if not isinstance(by_time, Request):
        return (
            turn.ask(request, by_time) if by_time else turn.say(turn.words("nothing_then", when=request.time_words))
        )
    request = turn.request = by_time
    copies = request.intent is Intent.COPY
    # What is said of a copy is a change of it, and asked about there.
    left = ("whens", "people", "channels", *(("limits", "competitors") if copies else ()))
    asked = change_question(request.changed(**dict.fromkeys(left, ())), turn.org)
    if asked := asked or (None if copies else not_at_that_time(request)):
        return turn.ask(request, asked)
    meant = target(turn, request)
    if isinstance(meant, Question):
        return turn.ask(request, meant)
    stored = turn.author.store.read(meant.id)
    if turn.author.is_preview and request.intent is not Intent.DELETE:
        times = f" ({request.time_words})" if copies and request.whens else ""
        does = f"I'll {replies.words('verbs')[request.intent]} {stored.quoted}{times}."
        return turn.propose(request.changed(playbook=stored.id), f"{does} {replies.SAY_YES}")
    reply = _COMMANDS[request.intent](turn, stored)
    return reply.changed(reply=replies.paragraphs(reply.reply, turn.unused()))


def _set_status(turn: Turn, stored: Playbook) -> Reply:
    status, name = _STATUS[turn.request.intent], stored.quoted
    if stored.status == status:
        return turn.say_of(stored, f"{name} is already {stored.state}.")
    if status == "active" and stored.text("pausedBy"):
        return turn.say_of(stored, f"{name} is {stored.state}.")
    made = turn.save(stored, {"status": status})
    if status == "paused":
        return turn.say_of(stored, f"{name} is paused.", turn.words("stays_paused"))
    return turn.say_of(stored, f"{name} is on again.", turn.next_runs(made), next_runs=turn.runs(made))


def _run(turn: Turn, stored: Playbook) -> Reply:
    page = links.url(links.playbook(stored.id))
    if stored.status == "error":
        return turn.say_of(stored, f"{stored.quoted} can't run as it is. Fix it here:", page)
    started = authoring.start(turn.author, stored.id)
    opening = f"{stored.quoted} is {started.waits_because or 'running now'}."
    return turn.say_of(stored, opening, f"Follow it here: {page}", execution_id=started.execution_id)


def _skip(turn: Turn, stored: Playbook) -> Reply:
    """The next runs don't happen: their schedule starts with the one after them."""
    every = [dict(one) for one in triggers_of(stored.id, stored.data)]
    ahead = [(runs[0], one) for one in every if (runs := next_runs([one], turn.now, 1))]
    if not ahead or stored.status != "active":
        return turn.say_of(stored, f"{stored.quoted} has no run coming up.")
    due, chosen = min(ahead, key=lambda one: one[0])
    named = [int(one) for one in slots_of(turn.reading, "verb") if isinstance(one, float)] if turn.reading else []
    count = max((1, *named, *(one.runs for one in turn.request.whens))) if len(every) == 1 else 1
    due = next_runs([chosen], turn.now, count)[-1]
    at = instant_in_words(due, turn.zone)
    if not _is_on_the_day(turn, due):
        asked = question("skip_next", name=stored.name, at=at, words=turn.request.time_words or turn.message)
        turn.message, turn.answered = turn.words("skip_this"), None
        return turn.ask(turn.request.changed(playbook=stored.id, whens=()), asked)
    later = [{**chosen, "startsAt": _skipped_to(turn, chosen, due, one)} for one in next_runs([chosen], due, 1)]
    rest = [one for one in every if one is not chosen]
    # The requests stay what it was made from: a later change keeps what is skipped.
    made_from = {"requests": stored.data["requests"]} if authoring.requests_of(stored) else {}
    made = turn.save(stored, {"triggers": [*later, *rest] or [{"type": "manual"}], **made_from})
    after = tuple(one for one in turn.runs(made) if one > due)
    what = f"the next {count} runs of {stored.quoted}, the last" if count > 1 else stored.quoted
    opening = f"I'll skip {what} on {at}."
    return turn.say_of(stored, opening, replies.next_runs_line(after, turn.zone), next_runs=after)


def _is_on_the_day(turn: Turn, due: datetime) -> bool:
    """Whether the run is on the day that was named, if one was."""
    day, today = turn.local(due).date(), turn.local(turn.now)
    ahead = next((days for word, days in _DAYS_AHEAD.items() if f" {word}" in f" {turn.message.casefold()}"), None)
    # "Skip Friday's".
    of_verb = slots_of(turn.reading, "verb") if turn.reading else []
    weekdays = {one for when in turn.request.whens for one in when.weekdays}
    weekdays |= {one for one in of_verb if isinstance(one, int)}
    dates = {day_of(when.once, today) for when in turn.request.whens if when.once}
    in_days = ahead in (None, (day - today.date()).days)
    return in_days and dates <= {day} and (not weekdays or day.isoweekday() % 7 in weekdays)


def _skipped_to(turn: Turn, trigger: dict[str, Any], due: datetime, following: datetime) -> str:
    """When it starts again: the beginning of a day, if that is enough."""
    midnight = turn.local(following).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight if midnight > due and not trigger.get("every") else following).isoformat()


def _copy(turn: Turn, stored: Playbook) -> Reply:
    made = authoring.copy(turn.author, stored, turn.request.name, turn.facts)
    turn.added(made)
    paused = "" if says(turn.request.changed(name=None)) else "It's paused: change it, then say “resume it”."
    return turn.say_of(made, f"I've copied it as {made.quoted}.", paused)


def _confirm(turn: Turn, text: str, yes: str, targets: Sequence[Playbook], *more: str) -> Reply:
    before = turn.session.confirming
    if before is not None and before.request.intent is turn.request.intent:
        # "Delete this and that": one yes for both.
        known = [one for one in map(turn.facts.playbook, before.playbook_ids) if one is not None]
        targets = [*known, *targets]
        text = turn.words("delete_one", name="” and “".join(one.name for one in targets))
    ids = tuple(dict.fromkeys(one.id for one in targets))
    turn.session.confirming = Confirmation(request=turn.request, playbook_ids=ids, asked_at=turn.now)
    options = (Option(value="yes", label=yes), Option(value="no", label="Keep as is"))
    asked = Question(id="confirm", text=text, options=options)
    return turn.say_of(targets[0] if len(ids) == 1 else None, text, *more, questions=(asked,))


def _all(turn: Turn, request: Request, spared: Sequence[str]) -> Reply:
    """All that it can be done to, after one confirmation with the number."""
    verb = replies.words("verbs")[request.intent]
    kept = {one.id: one.quoted for name in spared for one in named(turn, name)}
    if len(kept) < len(spared):
        return turn.say(turn.words("no_playbook", name=spared[0]), "No changes made.")
    from_status = {Intent.PAUSE: "active", Intent.RESUME: "paused"}.get(request.intent)
    every = [one for one in turn.facts.listed if one.id not in kept and from_status in (None, one.status)]
    if request.intent is Intent.RESUME:
        every = [one for one in every if not one.text("pausedBy")]
    every = every if spared else of_kind(every, request.topic)
    if "both" in plain(turn.message):
        # Of all playbooks there may be dozens: the two that the last message was about.
        pair = {one.playbook_id for one in turn.session.undo}
        every = [one for one in every if one.id in pair] if len(pair) == _TWO else []
        if not every:
            return turn.say_words("which_two")
    if not every:
        return turn.say(f"You have no playbooks to {verb}.")
    stay = f"{listed([*kept.values()])} won't be changed." if kept else ""
    theirs = [one.quoted for one in every if one.text("ownerId") not in (None, turn.author.id)]
    more = [f"{len(theirs) - MAX_TOLD} more"] if len(theirs) > MAX_TOLD else []
    whose = f"Made by other people: {listed([*theirs[:MAX_TOLD], *more])}." if theirs else ""
    lasts = " permanently? You can pause them instead." if request.intent is Intent.DELETE else "?"
    yes = f"{verb.capitalize()} {counted(len(every), 'playbook')}"
    names = replies.bullets([one.name for one in every], MAX_LISTED)
    return _confirm(turn, f"{yes}{lasts}", yes, every, *names, whose, stay)


def carry_out(turn: Turn, confirmed: Confirmation) -> Reply:
    """What was confirmed, for each playbook on its own: one failure doesn't stop the others."""
    request = turn.request = confirmed.request
    if turn.author.is_preview:
        turn.session.confirming = confirmed
        number = counted(len(confirmed.playbook_ids), "playbook")
        does = f"I'll {replies.words('verbs')[request.intent]} {number}."
        return turn.say(f"{does} {replies.SAY_YES}", proposes=request.intent)
    done: list[Change] = []
    failed: list[str] = []
    for playbook_id in confirmed.playbook_ids:
        try:
            done.append(_done(turn, request.intent, turn.author.store.read(playbook_id)))
        except FAILURES:
            known = turn.facts.playbook(playbook_id)
            failed.append(f"“{known.name if known else playbook_id}” couldn't be changed.")
    turn.session.undo = tuple(done) if len(done) <= MAX_UNDONE else ()
    if request.intent is Intent.DELETE:
        turn.session.deleted |= {one.playbook_id: one.name for one in done}
    what = names_of(done)
    opening = f"{what} {plural(len(done), 'is', 'are')} {replies.words('done')[request.intent]}." if done else ""
    return turn.say(opening, *failed, "Say “undo” to change that back." if turn.session.undo else "")


def _done(turn: Turn, intent: Intent, stored: Playbook) -> Change:
    if intent is Intent.DELETE:
        turn.author.store.delete(stored.id)
        return Change.deletion(stored)
    made = authoring.change(turn.author, stored, {"status": _STATUS[intent]})
    return Change.of(stored, {"status": stored.status}, made.data["version"])


def names_of(changes: Sequence[Change]) -> str:
    """The name of one playbook, or how many they are."""
    return f"“{changes[0].name}”" if len(changes) == 1 else counted(len(changes), "playbook")


_COMMANDS: dict[Intent, Callable[[Turn, Playbook], Reply]] = {
    Intent.PAUSE: _set_status,
    Intent.RESUME: _set_status,
    Intent.RUN: _run,
    Intent.SKIP: _skip,
    Intent.COPY: _copy,
    Intent.DELETE: lambda turn, one: _confirm(turn, turn.words("delete_one", name=one.name), "Delete", [one]),
}
