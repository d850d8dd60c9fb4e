"""What was changed or deleted in this conversation, taken back."""

from __future__ import annotations

from shared.catalog.files.load import catalog
from shared.chat.talk import authoring, replies
from shared.chat.talk.commands import FAILURES, MAX_TOLD, names_of
from shared.chat.talk.questions import change_question
from shared.chat.talk.state import Change
from shared.chat.talk.targets import named
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.errors import ConflictError, NotFoundError
from shared.values.words import counted, plural

_NOT_UNDONE = "has been changed since, so I left it as it is."


def undo(turn: Turn, request: Request) -> Reply:
    """The last change of this conversation, taken back."""
    undone = turn.session.undo
    if request.must_ask and (asked := change_question(request, turn.org)):
        return turn.ask(request, asked)
    if not undone:
        return turn.say_words("nothing_to_undo")
    if turn.author.is_preview:
        return turn.propose(request, f"I'll undo the last change of {names_of(undone)}. {replies.SAY_YES}")
    turn.session.undo = ()
    lines = [_undo_one(turn, one) for one in undone]
    if len(undone) == 1:
        turn.session.last_playbook_id = undone[0].playbook_id
        return turn.say(*lines, playbook_id=undone[0].playbook_id)
    if len(undone) <= MAX_TOLD:
        return turn.say(*lines)
    failed = [line for line in lines if line.endswith(_NOT_UNDONE)]
    back = len(lines) - len(failed)
    return turn.say(f"{counted(back, 'playbook')} {plural(back, 'is', 'are')} back to how they were.", *failed)


def _undo_one(turn: Turn, change: Change) -> str:
    store, name = turn.author.store, f"“{change.name}”"
    try:
        if change.is_deletion:
            _bring_back(turn, change)
            return f"{name} is back."
        stored = store.read(change.playbook_id)
        if stored.data.get("version") != change.version:
            return f"{name} {_NOT_UNDONE}"
        if change.fields is None:
            store.delete(change.playbook_id)
            return f"I've removed {name} again."
        made = authoring.change(turn.author, stored, change.fields)
    except FAILURES:
        return f"{name} {_NOT_UNDONE}"
    return f"{made.quoted} is back to how it was: {made.state}, {turn.when(made)}."


def _bring_back(turn: Turn, change: Change) -> None:
    fields = change.fields or {}
    if fields.get("source") == "catalog":
        turn.author.store.restore(change.playbook_id)
    else:
        turn.author.store.create(change.playbook_id, {**fields, "createdAt": turn.now, "updatedAt": turn.now})
    turn.session.deleted.pop(change.playbook_id, None)


def restore(turn: Turn, request: Request) -> Reply:
    """Bring back a playbook of the catalog, or another one that was deleted just now."""
    wanted = request.named_playbook
    if there := named(turn, wanted) if wanted else []:
        return turn.say_of(there[0], f"{there[0].quoted} is still here.")
    found = [one for one in turn.session.undo if one.is_deletion]
    if wanted:
        mark = {"source": "catalog"}
        found += [Change(playbook_id=one.id, name=one.name, fields=mark) for one in catalog().values()]
        found = [one for one in found if one.name.casefold() == wanted.casefold()]
    if not found:
        return turn.say_words("cannot_restore", name=wanted or next(iter(request.unread), "that"))
    name = f"“{found[0].name}”"
    if turn.author.is_preview:
        return turn.propose(request, f"I'll bring back {name}. {replies.SAY_YES}")
    try:
        _bring_back(turn, found[0])
        stored = turn.author.store.read(found[0].playbook_id)
    except NotFoundError:
        return turn.say(f"{name} isn't one of your playbooks.")
    except ConflictError as error:
        return turn.say(f"I couldn't bring back {name}: {error}")
    turn.session.undo = ()
    opening = f"{stored.quoted} is back. It runs {turn.when(stored)}."
    return turn.say_of(stored, opening, turn.next_runs(stored), next_runs=turn.runs(stored))
