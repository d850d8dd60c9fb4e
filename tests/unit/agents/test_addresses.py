from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.agents.addresses import REMOVED, redact
from tests.unit.agents.injections import EVIL_EMAIL, EVIL_PHONE, EVIL_URL, INJECTIONS


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/x?y=1", "https://thrive.example", "HTTPS://A.EXAMPLE", "www.thrive.net/menu", "evil.com",
        "deals.green-leaf.co/x", "ftp://files.example", "javascript:alert(1)", "mailto:a@b.example",
        "boss@thrive.example", "a.b+c@sub.thrive.example", "boss [at] thrive.example", "192.168.1.20:8080/x",
        "tel:+13155550100", "+13155550100", "(315) 555-0100", "315-555-0100", "315.555.0100",
    ],
)  # fmt: skip
def test_an_address_that_is_not_allowed_is_removed(address: str) -> None:
    result = redact(f"Order now: {address}.")
    assert address not in result.text
    assert REMOVED in result.text
    assert len(result.removed) == 1
    assert result.note == "1 address nobody gave was removed"


@pytest.mark.parametrize(
    "text",
    [
        "Blue Dream 3.5g at $40.00, 15.5 % below ours.", "Mr. Green's No. 1, e.g. the 1.0g pre-roll.",
        "Sold 1,234 units on 2026-11-23 at 10:30.", "Version 1.2.3 of the menu", "5 Pack, 10mg/piece, 100mg total",
        "Ready at 9 a.m. Come in.", "3-4 people, 555 items", "Dr. Greenthumb", "and/or",
    ],
)  # fmt: skip
def test_plain_prose_is_left_alone(text: str) -> None:
    assert redact(text).text == text


def test_an_allowed_link_stays() -> None:
    text = "See https://thrive.example/deals today."
    assert redact(text, ["https://thrive.example/deals/"]).text == text


def test_a_markdown_link_keeps_its_words_only() -> None:
    assert redact(f"[our menu]({EVIL_URL})").text == f"our menu {REMOVED}"
    assert redact("[menu](https://a.example)", ["https://a.example"]).text == "menu https://a.example"


def test_markup_is_removed() -> None:
    assert redact("<b>Hi</b> <script>x</script>").text == "Hi x"


@pytest.mark.parametrize("attempt", INJECTIONS.values(), ids=INJECTIONS)
def test_no_injection_brings_an_address_through(attempt: str) -> None:
    text = redact(attempt).text
    for evil in ("evil.example", EVIL_URL, EVIL_EMAIL, EVIL_PHONE, "javascript:"):
        assert evil not in text


@given(st.text())
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_link_is_found_between_any_words(before: str, after: str) -> None:
    assert EVIL_URL not in redact(f"{before} {EVIL_URL} {after}").text


def test_addresses_are_listed() -> None:
    assert redact(f"{EVIL_URL} or {EVIL_EMAIL}").removed == (EVIL_URL, EVIL_EMAIL)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Text 3155550199 to win.", "Text [link removed] to win."),
        ("Call 13155550199", "Call [link removed]"),
        ("Revenue was $3155550199", "Revenue was $3155550199"),
        ("3,155,550,199 grams", "3,155,550,199 grams"),
        ("order 1764374460", "order 1764374460"),
        ("batch 31555501991", "batch 31555501991"),
        ("3155550199.50 in all", "3155550199.50 in all"),
    ],
)
def test_digits_without_spaces_are_a_phone_number_if_the_plan_has_them(text: str, left: str) -> None:
    assert redact(text).text == left
