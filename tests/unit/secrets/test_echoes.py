"""No form of a secret that systems write is left in an answer."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.secrets.echoes import hidden

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=8, max_size=60).filter(
    lambda text: text.strip() == text
)
SHOWN = "[secret KEY]"
FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda value: value,
    "json": lambda value: json.dumps({"a": value}),
    "json as it is": lambda value: json.dumps({"a": value}, ensure_ascii=False),
    "html": lambda value: html.escape(value),
    "query": lambda value: f"?a={quote_plus(value)}&b=1",
    "path": lambda value: quote(value, safe=""),
    "path in small letters": lambda value: re.sub("%..", lambda match: match[0].lower(), quote(value, safe="")),
    "hex": lambda value: value.encode().hex(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "basic": lambda value: "Basic " + base64.b64encode(f"me:{value}".encode()).decode(),
    "basic of a longer name": lambda value: base64.b64encode(f"shop:{value}:x".encode()).decode(),
    "base64 for urls": lambda value: base64.urlsafe_b64encode(f"a{value}b".encode()).decode().rstrip("="),
}


def _contains(text: str, value: str) -> bool:
    """Whether a reader could get the value out of the text, by any of the ways that it was put in."""
    spots = [text, html.unescape(text)]
    return any(value in spot for spot in spots) or value.encode().hex() in text.lower()


@pytest.mark.parametrize("form", FORMS)
@given(value=VALUES, around=st.text('abc {}[]",:', max_size=20))
def test_no_form_of_a_secret_stays(form: str, value: str, around: str) -> None:
    written = around + FORMS[form](value) + around
    cleaned = hidden(written, [(value, SHOWN)])
    assert SHOWN in cleaned
    assert not _contains(cleaned.replace(SHOWN, ""), value)


@given(st.text(max_size=200), VALUES)
def test_text_without_the_secret_is_unchanged(text: str, value: str) -> None:
    if all(form(value)[:6] not in text for form in FORMS.values()) and value[:4] not in text:
        assert hidden(text, [(value, SHOWN)]) == text


def test_every_text_and_name_of_a_json_value_is_looked_at() -> None:
    value = {"token-abcdefg": ["x token-abcdefg", 1, None, {"a": "token-abcdefg"}]}
    assert hidden(value, [("token-abcdefg", SHOWN)]) == {SHOWN: [f"x {SHOWN}", 1, None, {"a": SHOWN}]}


def test_a_secret_that_holds_another_one_is_hidden_whole() -> None:
    secrets = [("password1", "[secret SHORT]"), ("user:password1", "[secret LONG]")]
    assert hidden("user:password1 and password1", secrets) == "[secret LONG] and [secret SHORT]"


def test_the_password_within_the_base64_of_a_user_and_a_password_is_hidden_too() -> None:
    basic = base64.b64encode(b"shop:a-long-password").decode()
    assert hidden('{"password": "a-long-password"}', [(basic, SHOWN)]) == f'{{"password": "{SHOWN}"}}'


def test_an_escaped_slash_hides_nothing() -> None:
    assert hidden(r'{"a":"abc\/defgh\/i"}', [("abc/defgh/i", SHOWN)]) == f'{{"a":"{SHOWN}"}}'
