"""Fills in each customer's details in a message that was rendered once."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from shared.errors import PermanentError
from shared.values.text import clean_text

NAMELESS = "there"
"""For greetings: "Hi there"."""
MAX_NAME_CHARS = 60
FIELDS = ("firstName", "name")
"""The names available under `customer` in templates."""


def token_names(token: str) -> dict[str, str]:
    """The token for each name under `customer`; `fill` replaces them."""
    return {field: f"{token}{field.lower()}x" for field in FIELDS}


def stand_in(token: str) -> str:
    """The placeholder address the email is rendered with."""
    return f"{token}@customer.example"


def require_whole(texts: Mapping[str, str], token: str) -> None:
    """Checks that every token is unchanged: a filter on `{{customer…}}` would alter it.

    Raises:
        PermanentError: names the text with an altered token.
    """
    for field, text in texts.items():
        whole = sum(text.count(name) for name in token_names(token).values())
        address = text.count(stand_in(token))
        if len(re.findall(token, text, re.IGNORECASE)) != whole + address:
            raise PermanentError(
                f"{field}: {{{{customer.…}}}} is filled for each customer when the message is sent; "
                "expected no filters or expressions around it"
            )


def values_of(name: Any) -> dict[str, str]:
    """The token values for a customer's name."""
    whole = clean_text(name, MAX_NAME_CHARS) if isinstance(name, str) else ""
    return {"firstName": whole.split()[0] if whole else NAMELESS, "name": whole or NAMELESS}


def fill(text: str, replacements: Mapping[str, str], *, markup: bool = False) -> str:
    """Replaces tokens in one pass, so that a customer's name can't contain one."""
    if not replacements:
        return text
    pattern = re.compile("|".join(re.escape(name) for name in sorted(replacements, key=len, reverse=True)))
    escaped = {name: html.escape(value) for name, value in replacements.items()} if markup else replacements
    return pattern.sub(lambda found: escaped[found[0]], text)
