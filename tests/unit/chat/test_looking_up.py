"""What may be asked of what is there, in many wordings: it is answered, and nothing is made, changed or run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corpus.heard.reader import Product

KINDS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "corpus" / "looking_up.yaml").read_text(encoding="utf-8")
)
ROLES = ("owner", "viewer")
ASKED = [
    pytest.param(kind, said, role, id=f"{role}: {said}")
    for kind in KINDS
    for role in ROLES
    if kind.get("role", role) == role
    # The roles differ in what they may see, not in how they are heard.
    for said in (kind["said"] if role == kind.get("role", "owner") else kind["said"][:2])
]
BEFORE = ("", "hi, ", "hey pops, ", "please ", "quick question: ", "ok so ", "morning! ", "can you tell me ")
AFTER = ("", "?", " please", " pls?", ", thanks", " thx!", "??", " again")


@pytest.fixture(scope="module")
def shop() -> Iterator[Product]:
    with Product() as product:
        yield product


@pytest.mark.parametrize(("kind", "said", "role"), ASKED)
def test_a_question_is_answered_and_changes_nothing(
    shop: Product, kind: dict[str, Any], said: str, role: Any
) -> None:
    heard = shop.begin(role).say(said)
    reply = heard.answer["reply"].lower()
    choices = [[part.strip() for part in choice.split("&")] for choice in str(kind["has"]).lower().split("|")]
    assert not heard.effects
    assert not heard.questions
    assert any(all(part in reply for part in choice) for choice in choices), reply
    assert not [words for words in kind.get("lacks", "").split("|") if words and words in reply]
    assert "{{" not in reply


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ASKED), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_whatever_is_said_around_it_a_question_changes_nothing(
    shop: Product, asked: Any, before: str, after: str
) -> None:
    _, said, role = asked.values
    heard = shop.begin(role).say(f"{before}{said.rstrip('?')}{after}")
    assert not heard.effects
