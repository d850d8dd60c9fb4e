"""What is told without doing anything: a list, one playbook, help, and a friendly word."""

from __future__ import annotations

import re

from shared.chat import authoring, wording
from shared.chat.answer import ChatAnswer
from shared.chat.describing import told_and_watched
from shared.chat.facts import read_playbook
from shared.chat.gaps import TOPICS_OFFERED
from shared.chat.turn import Turn, estimate_answer
from shared.chat.understanding import Unclear, Understanding
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
    try:
        playbook = authoring.checked(turn.author.org_id, stored.data)
    except InvalidPlaybookError as error:
        reply = f"“{meant.name}” cannot run as it is: {error}"
        return turn.say(persona, reply, playbook_id=meant.id, playbook={"id": meant.id, **stored.data})
    cost = turn.cost(playbook)
    active = meant.status == PlaybookStatus.ACTIVE
    actions = [step.action.replace("_", " ") for step in playbook.steps]
    people = told_and_watched(playbook.steps, turn.facts, turn.my_email)
    return turn.say(
        persona,
        wording.shown(persona, stored.known, actions, turn.now, turn.zone, cost, people),
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
    return turn.say(persona, reply, questions=[gap.question for gap in pending.unclear])
