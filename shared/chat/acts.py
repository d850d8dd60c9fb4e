"""What is made, run and changed, once it is clear; and which act belongs to each intent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from shared.chat import authoring, changes, wording
from shared.chat.answer import ChatAnswer
from shared.chat.facts import KnownPlaybook, has_product, read_playbook
from shared.chat.gaps import Complete, complete, named_competitors
from shared.chat.people import audience_of
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import RECIPES, Draft, cook, is_by_event
from shared.chat.showing import help_out, show, show_list, smalltalk
from shared.chat.stopping import delete, pause, resume
from shared.chat.turn import Turn, estimate_answer
from shared.chat.understanding import Intent, Topic, Unclear, Understanding
from shared.chat.when import half_of_day
from shared.doors.masking import masked
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.trigger_words import when_in_words
from shared.playbooks.validation import InvalidPlaybookError


def create(turn: Turn, wish: Understanding) -> ChatAnswer:
    """A new playbook, or what must be asked first."""
    whole = complete(wish, turn.facts.tenant, turn.facts.competitors, turn.my_email)
    if whole.questions:
        return turn.ask(wish, whole.questions)
    draft = _draft(turn, wish, whole)
    sentence = turn.settled()
    playbook = authoring.create(turn.author, draft, sentence, turn.facts)
    is_there = playbook.id != authoring.PREVIEWED
    proposes = None if is_there else turn.propose(wish, sentence)
    turn.session.last_playbook_id = playbook.id or turn.session.last_playbook_id
    cost = turn.cost(authoring.checked(turn.author.org_id, playbook.data))
    runs = turn.runs(playbook.data["triggers"])
    persona = turn.persona(wish.topic)
    how: Literal["new", "there", "proposed"] = "proposed" if proposes else "new" if playbook.created else "there"
    made = wording.Made(str(playbook.data["name"]), draft, how)
    notes = tuple(note for note in (_repeats(draft), _warning(turn, draft)) if note)
    reply = wording.created(persona, made, runs, cost, turn.zone)
    return turn.say(
        persona,
        wording.paragraphs(reply, *notes),
        proposes=proposes,
        playbook_id=playbook.id or None,
        playbook=shown_playbook(playbook),
        summary=wording.summary(made, notes, runs[0] if runs else None),
        next_runs=runs,
        estimate=estimate_answer(cost),
    )


def shown_playbook(playbook: authoring.Written) -> dict[str, Any]:
    """The document as an answer has it, other systems' keys masked; one that is not there yet has no id."""
    shown: dict[str, Any] = masked({**({"id": playbook.id} if playbook.id else {}), **playbook.data})
    return shown


def _draft(turn: Turn, wish: Understanding, whole: Complete) -> Draft:
    order = Order(
        wish=wish,
        audience=whole.audience,
        competitor_ids=tuple(whole.competitors),
        competitor_names=tuple(whole.competitors.values()),
        by_event=wish.intent is not Intent.RUN and is_by_event(wish),
        once=wish.intent is Intent.RUN,
    )
    return cook(order, turn.zone)


def _warning(turn: Turn, draft: Draft) -> str:
    """What keeps the playbook from finding anything."""
    product = draft.order.wish.product
    if product and not has_product(turn.author.org_id, product):
        return f"One thing: I see no product or category called “{product}” in your inventory just now."
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


def _repeats(draft: Draft) -> str:
    """What somebody should know who has a state looked at many times a day."""
    if not draft.order.often or not draft.dish.condition or draft.dish.only_news:
        return ""
    return "As long as that is so, I tell you at each look; say “make it every morning” for fewer messages."


def _has_schedule(playbook: KnownPlaybook) -> bool:
    return playbook.status == PlaybookStatus.ACTIVE and any(
        trigger.get("type") == "schedule" for trigger in playbook.triggers
    )


def run(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Run a playbook now; where none is named, do a topic's work once."""
    names_one = wish.playbook is not None or wish.topic is None
    meant = turn.meant(wish) if names_one else None
    if isinstance(meant, KnownPlaybook):
        return _run_playbook(turn, wish, meant)
    if wish.topic is None:
        assert meant is not None
        return turn.ask_which(wish, meant)
    if not RECIPES[wish.topic].scheduled:
        return _only_by_event(turn, wish.topic)
    whole = complete(wish, turn.facts.tenant, turn.facts.competitors, turn.my_email)
    if whole.questions:
        return turn.ask(wish, whole.questions)
    # A time has no part in a run that happens now.
    draft = _draft(turn, wish.model_copy(update={"schedules": (), "events": ()}), whole)
    sentence = turn.settled()
    playbook, started = authoring.run_once(turn.author, draft, sentence)
    cost = turn.cost(authoring.checked(turn.author.org_id, playbook.data))
    persona = turn.persona(wish.topic)
    costs = f"It costs about {wording.usd(float(cost.per_run_usd))}."
    happens = f"I {draft.dish.does}, and {wording.delivery_in_words(draft.order.audience)}."
    if started is None:
        reply = wording.paragraphs(f"I'll do this once, now: {happens}", costs, wording.SAY_YES)
        reply = wording.paragraphs(reply, _warning(turn, draft))
        return turn.say(persona, reply, proposes=turn.propose(wish, sentence), estimate=estimate_answer(cost))
    turn.session.last_playbook_id = playbook.id
    turn.session.last_run = wish
    reply = wording.paragraphs(
        f"{persona.voice.confirming} I am on it now: {happens}",
        f"You can follow it under Runs. {costs}",
        _warning(turn, draft),
    )
    return turn.say(
        persona,
        reply,
        playbook_id=playbook.id,
        execution_id=started.execution_id,
        estimate=estimate_answer(cost),
    )


def _only_by_event(turn: Turn, topic: Topic) -> ChatAnswer:
    turn.settled()
    persona = turn.persona(topic)
    when = when_in_words([{"type": "event", "eventName": RECIPES[topic].event}])
    return turn.say(
        persona,
        f"{persona.voice.declining} that goes with something that happens, so there is nothing to run now. "
        f"I can do it {when}: say “set it up {when}”.",
    )


def _run_playbook(turn: Turn, wish: Understanding, playbook: KnownPlaybook) -> ChatAnswer:
    sentence = turn.settled()
    turn.session.last_playbook_id = playbook.id
    persona = turn.persona(None, playbook.agent)
    if playbook.status == PlaybookStatus.ERROR:
        reason = playbook.status_reason or "it cannot be read"
        reply = f"{persona.voice.declining} “{playbook.name}” cannot run: {reason}."
        return turn.say(persona, reply, playbook_id=playbook.id)
    if proposes := turn.propose(wish, sentence):
        reply = f"I'll run “{playbook.name}” now. {wording.SAY_YES}"
        return turn.say(persona, reply, playbook_id=playbook.id, proposes=proposes)
    started = authoring.start(turn.author, playbook.id)
    reply = f"{persona.voice.confirming} “{playbook.name}” is running now. You can follow it under Runs."
    return turn.say(persona, reply, playbook_id=playbook.id, execution_id=started.execution_id)


def change(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Another time, channel, limit … of a playbook that exists."""
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask_which(wish, meant)
    audience, about_people = audience_of(wish, turn.facts.tenant, turn.my_email)
    found, unknown = named_competitors(wish.competitors, turn.facts.competitors)
    questions = [gap for gap in wish.unclear if gap.about not in {"playbook", "topic", "intent"}]
    stored = read_playbook(turn.author.org_id, meant.id)
    questions += half_of_day(wish.schedules, stored.data)
    if wish.channels or wish.recipients:
        questions += about_people
    if unknown:
        questions.append(
            Unclear(about="competitor", question=f"I don't know {', '.join(unknown)[:150]}. Which one?")
        )
    if questions:
        return turn.ask(wish, questions)
    edit = changes.edited(stored.data, wish, audience, found, turn.zone, turn.message)
    if not edit.differences and not edit.refusals and not _says_what(wish):
        question = f"What shall I change about “{meant.name}”: the time, the channels, the limit or the name?"
        return turn.ask(wish, [Unclear(about="schedule", question=question[:300])])
    sentence = turn.settled()
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
    proposes = turn.propose(wish, sentence)
    reply = wording.changed(
        persona, name, edit.differences, edit.refusals, runs, turn.zone, is_proposed=proposes is not None
    )
    asleep = "" if active else f"It is {written.data.get('status')}; say “resume it” when it shall run."
    return turn.say(
        persona,
        wording.paragraphs(reply, wording.cost_line(cost), asleep),
        proposes=proposes,
        playbook_id=meant.id,
        playbook=shown_playbook(written),
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
        or wish.segment
        or wish.name
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
    Intent.SMALLTALK: smalltalk,
}
