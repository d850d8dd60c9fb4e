"""No regular expression of the product takes long over any text that can reach it."""

from __future__ import annotations

import re

import pytest

from shared.agents.addresses import redact
from shared.agents.extract import by_pattern, wanted
from tests.unit.hostile_patterns import SIZE, Found, patterns, shapes
from tests.unit.limited import survived

ENOUGH_PATTERNS = 250


@pytest.mark.timeout(900)
def test_no_pattern_takes_long_over_a_text_of_its_own_alphabet() -> None:
    assert survived("tests.unit.hostile_patterns") > ENOUGH_PATTERNS


def test_every_pattern_is_found() -> None:
    found = patterns()
    assert len(found) > ENOUGH_PATTERNS
    rooms = {one.where.split(".")[1] for one in found if one.where.startswith("shared.")}
    assert {"agents", "api", "chat", "competitors", "messages", "playbooks", "steps", "tenants", "web"} <= rooms


@pytest.mark.parametrize(
    ("pattern", "trouble"),
    [
        (r"^\s*[-*]?\s*x", "  "),
        (r"[\w.]+@\w+", "ww"),
        (r"\d*\.?\d+\s*g", "77"),
        (r"foo\s*(?:is)?\s*bar", "foo  "),
        (r"(?:a|b,)+c", "b,b,"),
    ],
)
def test_the_texts_hold_what_such_a_pattern_has_trouble_with(pattern: str, trouble: str) -> None:
    made = shapes(re.compile(pattern), 1_000)
    assert any(text.startswith(trouble) and len(text) > 900 for text in made)


@pytest.mark.parametrize("text", [" " * SIZE, "7" * SIZE, "w" * SIZE, "7." * (SIZE // 2), "price" + " " * SIZE])
def test_reading_and_redacting_a_long_text_ends(text: str) -> None:
    fields = [wanted(name, name) for name in ("price", "number", "email", "phone", "date", "percent", "boolean")]
    assert set(by_pattern(fields, text)) == {"price", "number", "email", "phone", "date", "percent", "boolean"}
    assert redact(text).removed == ()


def test_a_found_pattern_says_where_it_is() -> None:
    assert all(isinstance(one, Found) and one.where.split(".")[0] in ("shared", "functions") for one in patterns())
