"""Pausing, resuming and deleting: one playbook, or all that the person owns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.chat import authoring, wording
from shared.chat.answer import ChatAnswer, Option, Question
from shared.chat.facts import KnownPlaybook, read_playbook
from shared.chat.memory import Deleting, Doomed
from shared.chat.turn import Turn
from shared.chat.understanding import Intent, Unclear, Understanding
from shared.errors import ConflictError, NotFoundError
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError

_STAYS_PAUSED = "It stays paused until you say “resume it”: I cannot do that by myself on a later day."


def pause(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Stop it until it is resumed."""
    if wish.every_playbook:
        return _set_all(turn, wish, PlaybookStatus.PAUSED)
    until = any(gap.about == "schedule" for gap in wish.unclear)
    hint = _STAYS_PAUSED if until else "Say “resume it” to go on."
    return _set_status(turn, wish, PlaybookStatus.PAUSED, "is paused", hint)


_NOT_YOURS_TO_RESUME = {
    "tier": "is not part of your plan. An upgrade switches it on again.",
    "org": "is off because the org is not active. It comes back with the org.",
}


def resume(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Let it run again."""
    if wish.every_playbook:
        return _set_all(turn, wish, PlaybookStatus.ACTIVE)
    if later := _about_when(wish):
        return turn.ask(wish, later)
    return _set_status(turn, wish, PlaybookStatus.ACTIVE, "is on again", "")


def _about_when(wish: Understanding) -> list[Unclear]:
    """What the parser asks of a time: nothing is done now that was wanted for later."""
    return [gap for gap in wish.unclear if gap.about == "schedule"]


def _set_status(turn: Turn, wish: Understanding, status: PlaybookStatus, now_it: str, hint: str) -> ChatAnswer:
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask_which(wish, meant)
    sentence = turn.settled()
    turn.session.last_playbook_id = meant.id
    stored = read_playbook(turn.author.org_id, meant.id)
    persona = turn.persona(None, meant.agent)
    if stored.data.get("status") == status:
        word = "paused" if status is PlaybookStatus.PAUSED else "on"
        return turn.say(persona, f"“{meant.name}” is {word} already.", playbook_id=meant.id)
    if status is PlaybookStatus.ACTIVE and meant.paused_by in _NOT_YOURS_TO_RESUME:
        reply = f"{persona.voice.declining} “{meant.name}” {_NOT_YOURS_TO_RESUME[meant.paused_by]}"
        return turn.say(persona, reply, playbook_id=meant.id)
    try:
        written = authoring.change(turn.author, stored, {"status": status.value})
    except InvalidPlaybookError as error:
        if status is PlaybookStatus.ACTIVE:
            reply = f"{persona.voice.declining} “{meant.name}” cannot run: {error}"
            return turn.say(persona, reply, playbook_id=meant.id)
        raise
    runs = turn.runs(written.data["triggers"]) if status is PlaybookStatus.ACTIVE else []
    proposes = turn.propose(wish, sentence)
    opening = (
        f"I'll {wish.intent.value} “{meant.name}”. {wording.SAY_YES}"
        if proposes
        else f"{persona.voice.confirming} “{meant.name}” {now_it}. {hint}".rstrip()
    )
    reply = wording.paragraphs(opening, wording.next_runs_line(runs, turn.zone))
    fields: dict[str, Any] = {"playbook_id": meant.id, "playbook": {"id": meant.id, **written.data}}
    return turn.say(persona, reply, proposes=proposes, next_runs=runs or None, **fields)


def _mine(turn: Turn) -> list[KnownPlaybook]:
    return [one for one in turn.facts.named_playbooks if one.owner_id == turn.author.id]


def _of_others(turn: Turn) -> str:
    count = len(turn.facts.named_playbooks) - len(_mine(turn))
    if not count:
        return ""
    return "1 of somebody else stays as it is." if count == 1 else f"{count} of other people stay as they are."


def _set_all(turn: Turn, wish: Understanding, status: PlaybookStatus) -> ChatAnswer:
    """Each on its own: one that cannot be changed keeps none of the others from it."""
    sentence = turn.settled()
    persona = turn.persona()
    source = PlaybookStatus.ACTIVE if status is PlaybookStatus.PAUSED else PlaybookStatus.PAUSED
    word = "paused" if status is PlaybookStatus.PAUSED else "on again"
    done: list[str] = []
    failed: list[str] = []
    for one in (one for one in _mine(turn) if one.status == source):
        try:
            authoring.change(turn.author, read_playbook(turn.author.org_id, one.id), {"status": status.value})
        except (InvalidPlaybookError, ConflictError, NotFoundError) as error:
            failed.append(f"“{one.name}” is not: {error}")
        else:
            done.append(f"• {one.name}")
    if not done and not failed:
        return turn.say(persona, wording.paragraphs(f"None of your playbooks is {source.value}.", _of_others(turn)))
    if done and (proposes := turn.propose(wish, sentence)):
        opening = f"I'll {wish.intent.value} {_playbooks(len(done))}:"
        reply = wording.paragraphs(opening, *done, *failed, _of_others(turn), wording.SAY_YES)
        return turn.say(persona, reply, proposes=proposes)
    opening = f"{persona.voice.confirming} {_counted(len(done))} {word}:" if done else persona.voice.declining
    undo = "Say “resume all” to go on." if done and status is PlaybookStatus.PAUSED else ""
    return turn.say(persona, wording.paragraphs(opening, *done, *failed, undo, _of_others(turn)))


def _counted(count: int) -> str:
    return f"{_playbooks(count)} {'is' if count == 1 else 'are'}"


def _playbooks(count: int) -> str:
    return "1 playbook" if count == 1 else f"{count} playbooks"


def delete(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Ask whether it is really to be deleted."""
    if wish.every_playbook:
        return _ask_to_delete_all(turn)
    if later := _about_when(wish):
        return turn.ask(wish, later)
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask_which(wish, meant)
    turn.settled()
    turn.session.last_playbook_id = meant.id
    doomed = (Doomed(playbook_id=meant.id, name=meant.name),)
    turn.session.deleting = Deleting(playbooks=doomed, asked_at=turn.now)
    persona = turn.persona(None, meant.agent)
    question = f"Shall I delete “{meant.name}” for good? Say yes or no (pausing it keeps it)."
    return turn.say(persona, question, playbook_id=meant.id, questions=_yes_or_no(question))


def _ask_to_delete_all(turn: Turn) -> ChatAnswer:
    turn.settled()
    persona, mine = turn.persona(), _mine(turn)
    if not mine:
        return turn.say(persona, wording.paragraphs("You have no playbooks to delete.", _of_others(turn)))
    doomed = tuple(Doomed(playbook_id=one.id, name=one.name) for one in mine)
    turn.session.deleting = Deleting(playbooks=doomed, asked_at=turn.now)
    which = "your only playbook" if len(mine) == 1 else f"all {len(mine)} of your playbooks"
    question = f"Shall I delete {which} for good? Say yes or no (pausing keeps them)."
    names = [f"• {one.name}" for one in mine]
    return turn.say(persona, wording.paragraphs(question, *names, _of_others(turn)), questions=_yes_or_no(question))


def _yes_or_no(text: str) -> tuple[Question, ...]:
    yes, no = Option(value="yes", label="Delete"), Option(value="no", label="Keep")
    return (Question(id="confirm", text=text, options=(yes, no)),)


def decided(turn: Turn, deleting: Deleting, *, is_yes: bool) -> ChatAnswer:
    """What becomes of the playbooks whose deletion was asked about."""
    first = deleting.playbooks[0]
    known = turn.facts.playbook(first.playbook_id)
    one = len(deleting.playbooks) == 1
    persona = turn.persona(None, known.agent if known and one else None)
    turn.settled()
    if not is_yes:
        stays = f"“{first.name}” stays." if one else "They all stay."
        return turn.say(persona, stays, playbook_id=first.playbook_id if one else None)
    if turn.author.is_preview:
        # The question stays open for the yes that is meant.
        turn.session.deleting = deleting
        what = f"“{first.name}”" if one else _playbooks(len(deleting.playbooks))
        return turn.say(persona, f"I'll delete {what}. {wording.SAY_YES}", proposes=Intent.DELETE)
    for doomed in deleting.playbooks:
        authoring.delete(turn.author, doomed.playbook_id)
        if turn.session.last_playbook_id == doomed.playbook_id:
            turn.session.last_playbook_id = None
    reply = f"{persona.voice.confirming} {_gone(deleting.playbooks)}"
    return turn.say(persona, reply, playbook_id=first.playbook_id if one else None)


def _gone(doomed: Sequence[Doomed]) -> str:
    if len(doomed) == 1:
        return f"“{doomed[0].name}” is deleted, and its schedule with it."
    return f"{len(doomed)} playbooks are deleted, and their schedules with them."
