"""What each intent does, once it is clear: make, change, pause, delete, run, list, show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.chat import authoring, changes, wording
from shared.chat.answer import ChatAnswer
from shared.chat.facts import KnownPlaybook, read_playbook
from shared.chat.gaps import TOPICS_OFFERED, Complete, complete, named_competitors
from shared.chat.memory import Deleting
from shared.chat.people import audience_of
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import Draft, cook, is_by_event
from shared.chat.turn import Turn, estimate_answer
from shared.chat.understanding import Intent, Topic, Unclear, Understanding
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError


def create(turn: Turn, wish: Understanding) -> ChatAnswer:
    """A new playbook, or what must be asked first."""
    whole = complete(wish, turn.facts.tenant, turn.facts.competitors, turn.my_email)
    if whole.questions:
        return turn.ask(wish, whole.questions)
    draft = _draft(turn, wish, whole)
    playbook = authoring.create(turn.author, draft, turn.settled(), turn.facts)
    turn.session.last_playbook_id = playbook.id
    cost = turn.cost(authoring.checked(turn.author.org_id, playbook.data))
    runs = turn.runs(playbook.data["triggers"])
    persona = turn.persona(wish.topic)
    reply = wording.created(
        persona, str(playbook.data["name"]), draft, runs, cost, turn.zone, is_new=playbook.created
    )
    return turn.say(
        persona,
        wording.paragraphs(reply, _warning(turn, draft)),
        playbook_id=playbook.id,
        playbook={"id": playbook.id, **playbook.data},
        next_runs=runs,
        estimate=estimate_answer(cost),
    )


def _draft(turn: Turn, wish: Understanding, whole: Complete) -> Draft:
    order = Order(
        wish=wish,
        audience=whole.audience,
        competitor_ids=tuple(whole.competitors),
        competitor_names=tuple(whole.competitors.values()),
        by_event=is_by_event(wish),
    )
    return cook(order, turn.zone)


def _warning(turn: Turn, draft: Draft) -> str:
    """What keeps the playbook from finding anything."""
    scans = any(step["action"] == "scan_competitors" for step in draft.steps)
    listens = any(str(trigger.get("eventName")).startswith("competitor.") for trigger in draft.triggers)
    if (scans or listens) and not turn.facts.competitors:
        return "One thing: you have no competitors yet. Add them under Competitors, with their menu's address."
    looked_at = any(one.topic == Topic.COMPETITOR_CHANGES and _has_schedule(one) for one in turn.facts.playbooks)
    if listens and not looked_at:
        return (
            "One thing: changes are seen when menus are scanned. Tell me also “every morning tell me what changed "
            "on their menus”, so that somebody looks."
        )
    return ""


def _has_schedule(playbook: KnownPlaybook) -> bool:
    return playbook.status == PlaybookStatus.ACTIVE and any(
        trigger.get("type") == "schedule" for trigger in playbook.triggers
    )


def run(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Run a playbook now; where none is named, do a topic's work once."""
    names_one = wish.playbook is not None or wish.topic is None
    meant = turn.meant(wish) if names_one else None
    if isinstance(meant, KnownPlaybook):
        return _run_playbook(turn, meant)
    if wish.topic is None:
        assert meant is not None
        return turn.ask(wish, [meant])
    whole = complete(wish, turn.facts.tenant, turn.facts.competitors, turn.my_email)
    if whole.questions:
        return turn.ask(wish, whole.questions)
    # A time has no part in a run that happens now.
    draft = _draft(turn, wish.model_copy(update={"schedules": (), "events": ()}), whole)
    playbook, started = authoring.run_once(turn.author, draft, turn.settled())
    cost = turn.cost(authoring.checked(turn.author.org_id, playbook.data))
    persona = turn.persona(wish.topic)
    reply = wording.paragraphs(
        f"{persona.voice.confirming} I am on it now: I {draft.dish.does}, and "
        f"{wording.delivery_in_words(draft.order.audience)}.",
        f"It is run {started.execution_id}; you can follow it under Runs. "
        f"It costs about {wording.usd(float(cost.per_run_usd))}.",
        _warning(turn, draft),
    )
    return turn.say(
        persona,
        reply,
        playbook_id=playbook.id,
        execution_id=started.execution_id,
        estimate=estimate_answer(cost),
    )


def _run_playbook(turn: Turn, playbook: KnownPlaybook) -> ChatAnswer:
    turn.settled()
    turn.session.last_playbook_id = playbook.id
    persona = turn.persona(None, playbook.agent)
    if playbook.status == PlaybookStatus.ERROR:
        reason = playbook.status_reason or "it cannot be read"
        reply = f"{persona.voice.declining} “{playbook.name}” cannot run: {reason}."
        return turn.say(persona, reply, playbook_id=playbook.id)
    started = authoring.start(turn.author, playbook.id)
    reply = f"{persona.voice.confirming} “{playbook.name}” runs now, as run {started.execution_id}."
    return turn.say(persona, reply, playbook_id=playbook.id, execution_id=started.execution_id)


def change(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Another time, channel, limit … of a playbook that exists."""
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask(wish, [meant])
    audience, about_people = audience_of(wish, turn.facts.tenant, turn.my_email)
    found, unknown = named_competitors(wish.competitors, turn.facts.competitors)
    questions = [gap for gap in wish.unclear if gap.about not in {"playbook", "topic", "intent"}]
    if wish.channels or wish.recipients:
        questions += about_people
    if unknown:
        questions.append(
            Unclear(about="competitor", question=f"I don't know {', '.join(unknown)[:150]}. Which one?")
        )
    if questions:
        return turn.ask(wish, questions)
    stored = read_playbook(turn.author.org_id, meant.id)
    edit = changes.edited(stored.data, wish, audience, tuple(found), turn.zone, turn.message)
    if not edit.differences and not edit.refusals and not _says_what(wish):
        question = f"What shall I change about “{meant.name}”: the time, the channels, the limit or the name?"
        return turn.ask(wish, [Unclear(about="schedule", question=question[:300])])
    turn.settled()
    turn.session.last_playbook_id = meant.id
    persona = turn.persona(None, meant.agent)
    if not edit.fields:
        reply = wording.changed(persona, meant.name, [], edit.refusals, [], turn.zone)
        return turn.say(persona, reply, playbook_id=meant.id)
    try:
        written = authoring.change(turn.author, stored, edit.fields)
    except InvalidPlaybookError as error:
        reply = f"{persona.voice.declining} “{meant.name}” could not run that way: {error}"
        return turn.say(persona, reply, playbook_id=meant.id)
    active = written.data.get("status") == PlaybookStatus.ACTIVE
    cost = turn.cost(authoring.checked(turn.author.org_id, written.data))
    runs = turn.runs(edit.triggers) if active else []
    name = str(written.data.get("name"))
    reply = wording.changed(persona, name, edit.differences, edit.refusals, runs, turn.zone)
    asleep = "" if active else f"It is {written.data.get('status')}; say “resume it” when it shall run."
    return turn.say(
        persona,
        wording.paragraphs(reply, wording.cost_line(cost), asleep),
        playbook_id=meant.id,
        playbook={"id": meant.id, **written.data},
        next_runs=runs or None,
        estimate=estimate_answer(cost),
    )


def _says_what(wish: Understanding) -> bool:
    return bool(
        wish.schedules
        or wish.events
        or wish.threshold
        or wish.channels
        or wish.dropped_channels
        or wish.recipients
        or wish.competitors
        or wish.top
        or wish.message
        or wish.name
    )


def pause(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Stop it until it is resumed."""
    return _set_status(turn, wish, PlaybookStatus.PAUSED, "is paused", "Say “resume it” to go on.")


def resume(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Let it run again."""
    return _set_status(turn, wish, PlaybookStatus.ACTIVE, "is on again", "")


def _set_status(turn: Turn, wish: Understanding, status: PlaybookStatus, now_it: str, hint: str) -> ChatAnswer:
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask(wish, [meant])
    turn.settled()
    turn.session.last_playbook_id = meant.id
    stored = read_playbook(turn.author.org_id, meant.id)
    persona = turn.persona(None, meant.agent)
    if stored.data.get("status") == status:
        word = "paused" if status is PlaybookStatus.PAUSED else "on"
        return turn.say(persona, f"“{meant.name}” is {word} already.", playbook_id=meant.id)
    try:
        written = authoring.change(turn.author, stored, {"status": status.value})
    except InvalidPlaybookError as error:
        if status is PlaybookStatus.ACTIVE:
            reply = f"{persona.voice.declining} “{meant.name}” cannot run: {error}"
            return turn.say(persona, reply, playbook_id=meant.id)
        raise
    runs = turn.runs(written.data["triggers"]) if status is PlaybookStatus.ACTIVE else []
    reply = wording.paragraphs(
        f"{persona.voice.confirming} “{meant.name}” {now_it}. {hint}".rstrip(),
        wording.next_runs_line(runs, turn.zone),
    )
    fields: dict[str, Any] = {"playbook_id": meant.id, "playbook": {"id": meant.id, **written.data}}
    return turn.say(persona, reply, next_runs=runs or None, **fields)


def delete(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Ask whether it is really to be deleted."""
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask(wish, [meant])
    turn.settled()
    turn.session.last_playbook_id = meant.id
    turn.session.deleting = Deleting(playbook_id=meant.id, name=meant.name, asked_at=turn.now)
    persona = turn.persona(None, meant.agent)
    question = f"Shall I delete “{meant.name}” for good? Say yes or no (pausing it keeps it)."
    return turn.say(persona, question, playbook_id=meant.id, questions=[question])


def show_list(turn: Turn, _wish: Understanding) -> ChatAnswer:
    """What the org has."""
    persona = turn.persona(None)
    return turn.say(persona, wording.listed(persona, turn.facts.named_playbooks, turn.now, turn.zone))


def show(turn: Turn, wish: Understanding) -> ChatAnswer:
    """One playbook."""
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask(wish, [meant])
    turn.settled()
    turn.session.last_playbook_id = meant.id
    stored = read_playbook(turn.author.org_id, meant.id)
    persona = turn.persona(None, meant.agent)
    try:
        playbook = authoring.checked(turn.author.org_id, stored.data)
    except InvalidPlaybookError as error:
        reply = f"“{meant.name}” cannot run as it is: {error}"
        return turn.say(persona, reply, playbook_id=meant.id, playbook={"id": meant.id, **stored.data})
    cost = turn.cost(playbook)
    active = meant.status == PlaybookStatus.ACTIVE
    actions = [step.action.replace("_", " ") for step in playbook.steps]
    return turn.say(
        persona,
        wording.shown(persona, stored.known, actions, turn.now, turn.zone, cost),
        playbook_id=meant.id,
        playbook={"id": meant.id, **stored.data},
        next_runs=turn.runs([trigger.model_dump(by_alias=True) for trigger in playbook.schedule_triggers()])
        if active
        else None,
        estimate=estimate_answer(cost),
    )


def help_out(turn: Turn, _wish: Understanding) -> ChatAnswer:
    """What can be said."""
    persona = turn.persona(None)
    offered = "\n".join(f"• {topic}" for topic in TOPICS_OFFERED)
    return turn.say(
        persona,
        wording.paragraphs(
            f"{persona.voice.greeting} Tell me in a sentence what to do, when, and how to reach you.",
            "I can, for example:",
            offered,
            "Afterwards: “pause it”, “make it 8 instead”, “also text me”, “run it now”, “delete it”. "
            "At any time: “what do I have?”",
        ),
    )


ACTS: dict[Intent, Callable[[Turn, Understanding], ChatAnswer]] = {
    Intent.CREATE: create,
    Intent.CHANGE: change,
    Intent.PAUSE: pause,
    Intent.RESUME: resume,
    Intent.DELETE: delete,
    Intent.RUN: run,
    Intent.LIST: show_list,
    Intent.SHOW: show,
    Intent.HELP: help_out,
}
