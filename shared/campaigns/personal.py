"""What differs from customer to customer in a message that is rendered once."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from shared.errors import PermanentError
from shared.values.text import clean_text

NAMELESS = "there"
"""So that a greeting reads well: "Hi there"."""
MAX_NAME_CHARS = 60
FIELDS = ("firstName", "name")
"""What templates find under `customer`."""


def token_names(token: str) -> dict[str, str]:
    """What templates find under `customer`: tokens that `fill` replaces."""
    return {field: f"{token}{field.lower()}x" for field in FIELDS}


def stand_in(token: str) -> str:
    """The address that the mail is rendered for."""
    return f"{token}@customer.example"


def require_whole(texts: Mapping[str, str], token: str) -> None:
    """Pass when every token is as it was made: a filter over `{{customer…}}` would have changed it.

    Raises:
        PermanentError: naming the text in which one is not.
    """
    for field, text in texts.items():
        whole = sum(text.count(name) for name in token_names(token).values())
        address = text.count(stand_in(token))
        if len(re.findall(token, text, re.IGNORECASE)) != whole + address:
            raise PermanentError(
                f"{field}: {{{{customer.…}}}} is filled for each customer when the message is sent; "
                "expected it without filters and outside of expressions"
            )


def values_of(name: Any) -> dict[str, str]:
    """The values of a customer of that name."""
    whole = clean_text(name, MAX_NAME_CHARS) if isinstance(name, str) else ""
    return {"firstName": whole.split()[0] if whole else NAMELESS, "name": whole or NAMELESS}


def fill(text: str, replacements: Mapping[str, str], *, markup: bool = False) -> str:
    """The text with each token replaced, in one pass: nothing in a customer's name is taken for a token."""
    if not replacements:
        return text
    pattern = re.compile("|".join(re.escape(name) for name in sorted(replacements, key=len, reverse=True)))
    escaped = {name: html.escape(value) for name, value in replacements.items()} if markup else replacements
    return pattern.sub(lambda found: escaped[found[0]], text)
