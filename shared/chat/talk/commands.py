"""What is done to playbooks that exist: paused, resumed, run, skipped, copied, deleted, restored, undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.catalog.files.load import catalog
from shared.chat.language.calendar import day_of
from shared.chat.language.parts import slots_of
from shared.chat.talk import authoring, replies
from shared.chat.talk.facts import Before, Confirming, Playbook
from shared.chat.talk.questions import change_question
from shared.chat.talk.turn import Turn
from shared.chat.understood import Intent, Option, Question, Reply, Request
from shared.errors import ConflictError, NotFoundError
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words, next_runs
from shared.playbooks.validation import InvalidPlaybookError
from shared.triggers.rhythm import triggers_of
from shared.values.words import counted, listed, plural

MAX_LISTED = 20
MAX_TOLD = 5
MAX_UNDONE = 50
_OF_ALL = (Intent.PAUSE, Intent.RESUME, Intent.DELETE)
_STATUS = {Intent.PAUSE: "paused", Intent.RESUME: "active"}
_NOT_UNDONE = "has been changed since, so I left it as it is."
_FAILURES = (InvalidPlaybookError, ConflictError, NotFoundError)


def command(turn: Turn, request: Request) -> Reply:
    """Do it, ask which one is meant, or have all of them confirmed."""
    if request.intent in (Intent.UNDO, Intent.RESTORE):
        if request.intent is Intent.UNDO and request.must_ask and (question := change_question(request, turn.org)):
            return turn.ask(request, question)
        return _undo(turn) if request.intent is Intent.UNDO else _restore(turn, request)
    spared = [value for one in request.limits if one.operator == "except" for value in one.values]
    copies = request.intent is Intent.COPY
    if request.intent in _OF_ALL and request.playbook is None and (request.all_playbooks or spared):
        later = _not_then(turn, request) if request.whens else None
        return turn.ask(request, later) if later else _all(turn, request, spared)
    if question := change_question(request.model_copy(update={"whens": ()}), turn.org):
        return turn.ask(request, question)
    if request.whens and not copies and (question := _not_then(turn, request)):
        return turn.ask(request, question)
    meant = turn.meant(request)
    if isinstance(meant, Question):
        return turn.ask_which(request, meant)
    stored = turn.author.desk.read(meant.id)
    if turn.author.is_preview and request.intent is not Intent.DELETE:
        named = request.model_copy(update={"playbook": stored.id})
        times = f" ({' '.join(one.words for one in request.whens)})" if copies and request.whens else ""
        return _propose(turn, named, f"I'll {replies.words('verbs')[request.intent]} “{stored.name}”{times}.")
    reply = COMMANDS[request.intent](turn, stored)
    return reply.model_copy(update={"reply": replies.paragraphs(reply.reply, turn.unused())})


def _not_then(turn: Turn, request: Request) -> Question | None:
    """What was said of a time that the command cannot keep to."""
    words = " ".join(one.words for one in request.whens if one.words)
    now: dict[str, Any] = {"whens": (), "unused": (*request.unused, words)} if words else {"whens": ()}
    if request.intent is Intent.SKIP:
        return None
    key = "until" if request.intent is Intent.PAUSE else "later"
    days = tuple(dict.fromkeys(day for one in request.whens for day in one.weekdays))
    if (
        request.intent is Intent.PAUSE
        and days
        and not any(one.ends or one.lasts or one.once for one in request.whens)
    ):
        leave = {"intent": Intent.CHANGE, "whens": ({"but_weekdays": days},)}
        options = (
            Option(value="leave out", label="Leave out those days", sets=leave),
            Option(value="pause", label="Pause it for now", sets=now),
        )
        return Question(
            id="days_off", text=turn.words("days_off").format(words=words), options=options, about="whens"
        )
    label = "Pause it" if key == "until" else "Do it now"
    option = Option(value="now", label=label, sets=now)
    return Question(id=key, text=turn.words(key).format(words=words), options=(option,), about="later")


def _propose(turn: Turn, request: Request, text: str) -> Reply:
    turn.proposing.append(request)
    return turn.say(f"{text} {replies.SAY_YES}", proposes=request.intent)


def _write(turn: Turn, stored: Playbook, fields: dict[str, Any]) -> Playbook:
    made = authoring.change(turn.author, stored, fields)
    turn.session.undo = (Before.of(stored, {name: stored.data.get(name) for name in fields}, made.data["version"]),)
    return made


def _set_status(turn: Turn, stored: Playbook) -> Reply:
    status, name = _STATUS[turn.request.intent], stored.name
    if stored.status == status:
        return turn.of(stored, f"“{name}” is already {stored.state}.")
    if status == "paused":
        _write(turn, stored, {"status": status})
        return turn.of(stored, f"“{name}” is paused.", turn.words("stays_paused"))
    if stored.text("pausedBy"):
        return turn.of(stored, f"“{name}” is {stored.state}.")
    runs = turn.runs(_write(turn, stored, {"status": status}))
    return turn.of(stored, f"“{name}” is on again.", replies.next_runs_line(runs, turn.zone), next_runs=runs)


def _run(turn: Turn, stored: Playbook) -> Reply:
    if stored.status == "error":
        return turn.of(
            stored, f"“{stored.name}” can't run as it is. Fix it here:", links.url(links.playbook(stored.id))
        )
    started = authoring.start(turn.author, stored.id)
    said = f"“{stored.name}” is running now."
    if started.waits_because:
        said = f"“{stored.name}” is {started.waits_because}."
    where = f"Follow it here: {links.url(links.playbook(stored.id))}"
    return turn.of(stored, said, where, execution_id=started.execution_id)


def _skip(turn: Turn, stored: Playbook) -> Reply:
    """The run that comes next does not happen: its schedule starts with the one after it."""
    every = [dict(one) for one in triggers_of(stored.id, stored.data)]
    ahead = [(runs[0], one) for one in every if (runs := next_runs([one], turn.now, 1))]
    if not ahead or stored.status != "active":
        return turn.of(stored, f"“{stored.name}” has no run coming up.")
    due, chosen = min(ahead, key=lambda one: one[0])
    count = max((one.runs for one in turn.request.whens), default=1) if len(every) == 1 else 1
    due = next_runs([chosen], turn.now, max(count, 1))[-1]
    if not _is_meant(turn, due):
        at = instant_in_words(due, turn.zone)
        option = Option(value="skip", label="Skip that one", sets={"whens": (), "intent": Intent.SKIP})
        words = " ".join(one.words for one in turn.request.whens if one.words) or turn.message
        text = turn.words("skip_next").format(name=stored.name, at=at, words=words)
        turn.message, turn.asked = turn.words("skip_this"), None
        named = turn.request.model_copy(update={"playbook": stored.id, "whens": ()})
        return turn.ask(named, Question(id="skip_next", text=text, options=(option,), about="later"))
    later = [{**chosen, "startsAt": _skipped_to(turn, chosen, due, one)} for one in next_runs([chosen], due, 1)]
    rest = [one for one in every if one is not chosen]
    # The requests stay what it was made from: a later change keeps what is skipped.
    made_from = {"requests": stored.data["requests"]} if authoring.requests_of(stored) else {}
    made = _write(turn, stored, {"triggers": [*later, *rest] or [{"type": "manual"}], **made_from})
    after = tuple(one for one in turn.runs(made) if one > due)
    last = instant_in_words(due, turn.zone)
    opening = f"I'll skip “{stored.name}” on {last}."
    opening = f"I'll skip the next {count} runs of “{stored.name}”, the last on {last}." if count > 1 else opening
    return turn.of(stored, opening, replies.next_runs_line(after, turn.zone), next_runs=after)


def _is_meant(turn: Turn, due: datetime) -> bool:
    """Whether the next run is on the day that was named, where one was."""
    said = f" {turn.message.casefold()} "
    days = (turn.local(due).date() - turn.local(turn.now).date()).days
    named = next(
        (ahead for word, ahead in (("today", 0), ("tonight", 0), ("tomorrow", 1)) if f" {word}" in said), None
    )
    # "Skip Friday's".
    named_days = slots_of(turn.reading, "verb") if turn.reading else []
    weekdays = {
        *(day for one in turn.request.whens for day in one.weekdays),
        *(one for one in named_days if isinstance(one, int)),
    }
    dates = {day_of(one.once, turn.local(turn.now)) for one in turn.request.whens if one.once}
    if dates and dates != {turn.local(due).date()}:
        return False
    return named in (None, days) and (not weekdays or turn.local(due).isoweekday() % 7 in weekdays)


def _skipped_to(turn: Turn, trigger: dict[str, Any], due: datetime, following: datetime) -> str:
    """From when on it runs again: the beginning of a day, where that is enough."""
    midnight = turn.local(following).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight if midnight > due and not trigger.get("every") else following).isoformat()


def _copy(turn: Turn, stored: Playbook) -> Reply:
    made = authoring.copy(turn.author, stored, turn.request.name, turn.facts)
    turn.facts = replace(turn.facts, playbooks=(*turn.facts.playbooks, made))
    turn.session.undo = (Before.of(made, None, 1),)
    paused = "" if turn.request.whens else "It's paused: change it, then say “resume it”."
    return turn.of(made, f"I've copied it as “{made.name}”.", paused)


def _delete(turn: Turn, stored: Playbook) -> Reply:
    return _confirm(turn, turn.words("delete_one").format(name=stored.name), "Delete", [stored])


def _confirm(turn: Turn, text: str, yes: str, targets: Sequence[Playbook], *more: str) -> Reply:
    before = turn.session.confirming
    if before is not None and before.request.intent is turn.request.intent:
        # "Delete this and that": one yes for both.
        known = [one for one in map(turn.facts.playbook, before.playbook_ids) if one is not None]
        targets = [*known, *targets]
        text = turn.words("delete_one").format(name="” and “".join(one.name for one in targets))
    ids = tuple(dict.fromkeys(one.id for one in targets))
    turn.session.confirming = Confirming(request=turn.request, playbook_ids=ids, asked_at=turn.now)
    options = (Option(value="yes", label=yes), Option(value="no", label="Keep as is"))
    question = Question(id="confirm", text=text, options=options)
    return turn.of(targets[0] if len(ids) == 1 else None, text, *more, questions=(question,))


def _all(turn: Turn, request: Request, spared: Sequence[str]) -> Reply:
    """All that it can be done to, after one confirmation with the number."""
    kept = {one.id: f"“{one.name}”" for name in spared for one in turn.named(name)}
    if len(kept) < len(spared):
        return turn.say(turn.words("no_playbook").format(name=spared[0]), "No changes made.")
    source = {Intent.PAUSE: "active", Intent.RESUME: "paused"}.get(request.intent)
    every = [one for one in turn.facts.named if one.id not in kept and source in (None, one.status)]
    if request.intent is Intent.RESUME:
        every = [one for one in every if not one.text("pausedBy")]
    if not every:
        return turn.say(f"You have no playbooks to {replies.words('verbs')[request.intent]}.")
    names = [f"• {one.name}" for one in every[:MAX_LISTED]]
    more = f"… and {len(every) - MAX_LISTED} more" if len(every) > MAX_LISTED else ""
    stays = f"{listed([*kept.values()])} won't be changed." if kept else ""
    theirs = [f"“{one.name}”" for one in every if one.text("ownerId") not in (None, turn.author.id)]
    told = [*theirs[:MAX_TOLD], *([f"{len(theirs) - MAX_TOLD} more"] if len(theirs) > MAX_TOLD else [])]
    whose = f"Made by other people: {listed(told)}." if theirs else ""
    lasts = " permanently? You can pause them instead." if request.intent is Intent.DELETE else "?"
    yes = f"{replies.words('verbs')[request.intent].capitalize()} {counted(len(every), 'playbook')}"
    return _confirm(turn, f"{yes}{lasts}", yes, every, *names, more, whose, stays)


def carry_out(turn: Turn, confirming: Confirming) -> Reply:
    """What was confirmed; each on its own: one that cannot be changed keeps none of the others from it."""
    request = turn.request = confirming.request
    if turn.author.is_preview:
        turn.session.confirming = confirming
        number = counted(len(confirming.playbook_ids), "playbook")
        return turn.say(
            f"I'll {replies.words('verbs')[request.intent]} {number}. {replies.SAY_YES}", proposes=request.intent
        )
    done: list[Before] = []
    failed: list[str] = []
    for playbook_id in confirming.playbook_ids:
        try:
            done.append(_one_of_all(turn, request.intent, turn.author.desk.read(playbook_id)))
        except _FAILURES:
            known = turn.facts.playbook(playbook_id)
            failed.append(f"“{known.name if known else playbook_id}” couldn't be changed.")
    turn.session.undo = tuple(done) if len(done) <= MAX_UNDONE else ()
    if request.intent is Intent.DELETE:
        turn.session.deleted |= {one.playbook_id: one.name for one in done}
    what = f"“{done[0].name}”" if len(done) == 1 else counted(len(done), "playbook")
    opening = f"{what} {plural(len(done), 'is', 'are')} {replies.words('done')[request.intent]}." if done else ""
    return turn.say(opening, *failed, "Say “undo” to change that back." if turn.session.undo else "")


def _one_of_all(turn: Turn, intent: Intent, stored: Playbook) -> Before:
    if intent is Intent.DELETE:
        turn.author.desk.delete(stored.id)
        return Before.of(stored, authoring.stored_fields(stored.data), is_gone=True)
    made = authoring.change(turn.author, stored, {"status": _STATUS[intent]})
    return Before.of(stored, {"status": stored.status}, made.data["version"])


def _undo(turn: Turn) -> Reply:
    undone = turn.session.undo
    if not undone:
        return turn.say(turn.words("nothing_to_undo"))
    if turn.author.is_preview:
        what = f"“{undone[0].name}”" if len(undone) == 1 else counted(len(undone), "playbook")
        return _propose(turn, turn.request, f"I'll undo the last change of {what}.")
    turn.session.undo = ()
    lines = [_undo_one(turn, one) for one in undone]
    if len(undone) == 1:
        turn.session.last_playbook_id = undone[0].playbook_id
        return turn.say(*lines, playbook_id=undone[0].playbook_id)
    failed = [line for line in lines if line.endswith(_NOT_UNDONE)]
    back = len(lines) - len(failed)
    return turn.say(f"{counted(back, 'playbook')} {plural(back, 'is', 'are')} back to how they were.", *failed)


def _undo_one(turn: Turn, before: Before) -> str:
    desk, name = turn.author.desk, before.name
    try:
        if before.is_gone:
            _bring_back(turn, before)
            return f"“{name}” is back."
        stored = desk.read(before.playbook_id)
        if stored.data.get("version") != before.version:
            return f"“{name}” {_NOT_UNDONE}"
        if before.fields is None:
            desk.delete(before.playbook_id)
            return f"I've removed “{name}” again."
        made = authoring.change(turn.author, stored, before.fields)
    except _FAILURES:
        return f"“{name}” {_NOT_UNDONE}"
    return f"“{made.name}” is back to how it was: {made.state}, {turn.when(made)}."


def _bring_back(turn: Turn, before: Before) -> None:
    fields = before.fields or {}
    if fields.get("source") == "catalog":
        turn.author.desk.restore(before.playbook_id)
    else:
        turn.author.desk.create(before.playbook_id, {**fields, "createdAt": turn.now, "updatedAt": turn.now})
    turn.session.deleted.pop(before.playbook_id, None)


def _restore(turn: Turn, request: Request) -> Reply:
    """A playbook of the catalog that was deleted at any time, or another one that was deleted just now."""
    wanted = "" if request.playbook in (None, "it") else str(request.playbook)
    if there := turn.named(wanted) if wanted else []:
        return turn.of(there[0], f"“{there[0].name}” is still here.")
    brought = [
        Before(playbook_id=one.id, name=one.name, fields={"source": "catalog"})
        for one in catalog().values()
        if wanted
    ]
    gone = [one for one in turn.session.undo if one.is_gone]
    found = [one for one in (*gone, *brought) if not wanted or one.name.casefold() == wanted.casefold()]
    if not found:
        return turn.say(turn.words("cannot_restore").format(name=wanted or next(iter(request.unread), "that")))
    if turn.author.is_preview:
        return _propose(turn, request, f"I'll bring back “{found[0].name}”.")
    try:
        _bring_back(turn, found[0])
        stored = turn.author.desk.read(found[0].playbook_id)
    except NotFoundError:
        return turn.say(f"“{found[0].name}” isn't one of your playbooks.")
    except ConflictError as error:
        return turn.say(f"I couldn't bring back “{found[0].name}”: {error}")
    turn.session.undo = ()
    runs, when = turn.runs(stored), turn.when(stored)
    opening = f"“{stored.name}” is back. It runs {when}."
    return turn.of(stored, opening, replies.next_runs_line(runs, turn.zone), next_runs=runs)


COMMANDS: dict[Intent, Callable[[Turn, Playbook], Reply]] = {
    Intent.PAUSE: _set_status,
    Intent.RESUME: _set_status,
    Intent.RUN: _run,
    Intent.SKIP: _skip,
    Intent.COPY: _copy,
    Intent.DELETE: _delete,
}
ALL = frozenset({*COMMANDS, Intent.UNDO, Intent.RESTORE})
