"""What counts as an email address and as a phone number, wherever a person or a document names one."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from shared.redaction import shape_of

MAX_ADDRESS_CHARS = 254

_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_US_NATIONAL = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
_PHONE_PUNCTUATION = re.compile(r"[ ().\-]")


def parse_email_address(raw: str) -> str:
    """`raw` without surrounding blanks, if it is one plain address (`owner@shop.example`, no display name).

    Raises:
        ValueError: saying what was expected, and of what was found the shape alone.
    """
    address = raw.strip()
    if len(address) > MAX_ADDRESS_CHARS or not _ADDRESS.fullmatch(address):
        raise ValueError(f"found {shape_of(raw)}; expected one email address, like owner@shop.example")
    return address


def parse_phone_number(raw: str) -> str:
    """`raw` in E.164 (`+13155550123`); ten digits are a number in the US.

    Raises:
        ValueError: saying what was expected, and of what was found the shape alone.
    """
    compact = _PHONE_PUNCTUATION.sub("", raw.strip())
    if _US_NATIONAL.fullmatch(compact):
        return f"+1{compact}"
    if not _E164.fullmatch(compact):
        raise ValueError(f"found {shape_of(raw)}; expected a phone number in E.164, like +13155550123")
    return compact


def _digits_as_text(value: Any) -> Any:
    # A phone number typed without quotes arrives as a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


EmailAddress = Annotated[str, AfterValidator(parse_email_address)]
PhoneNumber = Annotated[str, BeforeValidator(_digits_as_text), AfterValidator(parse_phone_number)]


def _e164_if_possible(raw: str) -> str:
    try:
        return parse_phone_number(raw)
    except ValueError:
        return raw


PhoneNumberOrRaw = Annotated[str, BeforeValidator(_digits_as_text), AfterValidator(_e164_if_possible)]
"""A number that is refused where it is used, not where it is read."""
