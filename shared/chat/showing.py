"""What is told without doing anything: a list, one playbook, help, and a friendly word."""

from __future__ import annotations

import re
from typing import Any

from shared.chat import authoring, wording
from shared.chat.answer import ChatAnswer
from shared.chat.describing import told_and_watched
from shared.chat.facts import StoredPlaybook, read_playbook
from shared.chat.gaps import TOPICS_OFFERED
from shared.chat.turn import Turn, asked, estimate_answer
from shared.chat.understanding import Intent, Unclear, Understanding
from shared.doors.masking import masked
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError

_THANKS = re.compile(r"\b(?:thanks?|thank you|thx|ty|cheers|appreciate\w*)\b", re.I)
_BYE = re.compile(r"\b(?:bye|good ?night|see you|later|have a (?:good|nice|great))\b", re.I)
_HELLO = re.compile(
    r"\b(?:hi+|hello+|hey+|yo|hiya|howdy|good (?:morning|afternoon|evening)|greetings|what's up|how are you)\b",
    re.I,
)


def show_list(turn: Turn, _wish: Understanding) -> ChatAnswer:
    """What the org has."""
    persona = turn.persona(None)
    return turn.say(persona, wording.listed(persona, turn.facts.named_playbooks, turn.now, turn.zone))


def show(turn: Turn, wish: Understanding) -> ChatAnswer:
    """One playbook."""
    meant = turn.meant(wish)
    if isinstance(meant, Unclear):
        return turn.ask_which(wish, meant)
    turn.settled()
    turn.session.last_playbook_id = meant.id
    stored = read_playbook(turn.author.org_id, meant.id)
    persona = turn.persona(None, meant.agent)
    whole = turn.author.may_change
    try:
        playbook = authoring.checked(turn.author.org_id, stored.data)
    except InvalidPlaybookError as error:
        reply = f"“{meant.name}” cannot run as it is{f': {error}' if whole else '.'}"
        return turn.say(persona, reply, playbook_id=meant.id, playbook=_document(turn, stored))
    cost = turn.cost(playbook)
    active = meant.status == PlaybookStatus.ACTIVE
    actions = [step.action.replace("_", " ") for step in playbook.steps]
    people = told_and_watched(playbook.steps, turn.facts, turn.my_email) if whole else ""
    return turn.say(
        persona,
        wording.shown(persona, stored.known if whole else meant, actions, turn.now, turn.zone, cost, people),
        playbook_id=meant.id,
        playbook=_document(turn, stored),
        next_runs=turn.runs([trigger.model_dump(by_alias=True) for trigger in playbook.schedule_triggers()])
        if active
        else None,
        estimate=estimate_answer(cost),
    )


def _document(turn: Turn, stored: StoredPlaybook) -> dict[str, Any] | None:
    """The whole document, other systems' keys masked; viewers do not see it."""
    return masked({"id": stored.id, **stored.data}) if turn.author.may_change else None


def only_asking(turn: Turn, wish: Understanding) -> ChatAnswer:
    """What a viewer is told who wants something changed, or who was not understood."""
    persona = turn.persona(wish.topic)
    can_ask = "You can ask me “what do I have?”, or what a playbook does and when it runs next."
    if wish.intent in {Intent.UNCLEAR, Intent.ANSWER}:
        return turn.say(persona, f"I'm not sure what you'd like to know. {can_ask}")
    cannot = "You can look around but not change anything here; an owner or editor of your shop can do that."
    return turn.say(persona, wording.paragraphs(cannot, can_ask))


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


def smalltalk(turn: Turn, _wish: Understanding) -> ChatAnswer:
    """A friendly word; a question that is open stays open."""
    persona, pending = turn.persona(None), turn.session.pending
    if _THANKS.search(turn.message):
        words = "You are welcome!"
    elif _BYE.search(turn.message):
        words = "Take care! I keep an eye on things."
    elif _HELLO.search(turn.message):
        words = f"{persona.voice.greeting} Say “help” to see what I can do, or “what do I have?”."
    else:
        words = "Good to hear!"
    if pending is None or not pending.unclear:
        return turn.say(persona, words)
    question = pending.unclear[0].question
    reply = wording.paragraphs(words, f"One question is still open: {question}")
    return turn.say(persona, reply, questions=asked(pending.unclear))
