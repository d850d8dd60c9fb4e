from __future__ import annotations

import re

import pytest

from shared.agents.personas import PERSONAS, UnknownAgentError, persona
from shared.errors import PermanentError


def test_the_eight_agents_are_there() -> None:
    assert set(PERSONAS) == {"craig", "ezal", "pops", "money_mike", "smokey", "deebo", "mrs_parker", "leo"}
    assert all(name == one.id for name, one in PERSONAS.items())


def test_an_unknown_agent_is_reported_who_exists() -> None:
    with pytest.raises(UnknownAgentError, match=r"'merlin' is not an agent; expected one of craig, ezal, pops"):
        persona("merlin")
    assert issubclass(UnknownAgentError, PermanentError)


@pytest.mark.parametrize("name", PERSONAS)
def test_an_agent_has_a_voice_and_topics_of_its_own(name: str) -> None:
    one = persona(name)
    voice = (one.voice.notes, one.voice.greeting, one.voice.confirming, one.voice.asking, one.voice.declining)
    assert all(words.strip() == words and words for words in voice)
    assert one.topics == tuple(topic.lower() for topic in one.topics)
    assert len(set(one.topics)) == len(one.topics)
    others = {topic for other in PERSONAS.values() if other is not one for topic in other.topics}
    assert not set(one.topics) & others
    assert one.display_name in one.introduction()


@pytest.mark.parametrize("name", PERSONAS)
def test_an_agents_name_is_valid_in_a_step(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name)
