"""Which agent answers a message."""

from __future__ import annotations

import re

from shared.agents.personas import PERSONAS, Persona
from shared.chat.recipes.book import RECIPES
from shared.chat.understanding import Topic

USUAL = "leo"


def answering(requested: str | None, topic: Topic | None, playbook_agent: str | None, message: str) -> Persona:
    """The agent that was asked for, else the one that answers for the topic, the playbook, or the words used."""
    candidates = (
        requested,
        RECIPES[topic].agent if topic else None,
        playbook_agent,
        by_words(message),
    )
    return PERSONAS[next((one for one in candidates if one in PERSONAS), None) or USUAL]


def by_words(message: str) -> str | None:
    """The agent that is spoken to by name, else the one whose subjects the message names most."""
    text = message.lower()
    for persona in PERSONAS.values():
        name = re.escape(persona.display_name.lower())
        if re.match(rf"\s*(?:hey|hi|hello|ok|okay|yo)?[\s,]*{name}\b", text):
            return persona.id
    counts = {
        persona.id: sum(bool(re.search(rf"\b{re.escape(topic)}\b", text)) for topic in persona.topics)
        for persona in PERSONAS.values()
    }
    best = max(counts, key=lambda one: counts[one])
    return best if counts[best] else None
