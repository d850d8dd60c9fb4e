"""A phone number in E.164 (`+13155550123`), however people write it; without a country code it is in the US."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from shared.redaction import shape_of

DEFAULT_REGION = "US"
MAX_WRITTEN_CHARS = 60

_NANP = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}")
# Letters would be an extension, which cannot be texted, or words around a number.
_WRITTEN = re.compile(r"\+?[\d\s().\-/‐-―·•−]+")
_US = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")


def parse_phone_number(raw: str) -> str:
    """`raw` in E.164; without a country code it is a number in the US.

    Raises:
        ValueError: saying what was expected, and of what was found the shape alone.
    """
    if _NANP.fullmatch(raw):
        return raw
    number = _read(raw)
    if number is None:
        raise ValueError(f"found {shape_of(raw)}; expected a phone number in E.164, like +13155550123")
    return number


def phone_number_or_none(raw: Any) -> str | None:
    """A document's value in E.164, numbers typed without quotes too; None where it is no phone number."""
    value = _digits_as_text(raw)
    try:
        return parse_phone_number(value) if isinstance(value, str) else None
    except ValueError:
        return None


def masked(phone: str) -> str:
    """What output and logs show of a number: `…0123`."""
    return f"…{phone[-4:]}"


def written_forms(phone: str) -> list[str | int]:
    """How shops write down the number (E.164) in a customer's document, the usual forms first; at most 60."""
    digits = phone.removeprefix("+")
    forms: list[str | int] = [phone, digits, int(digits)]
    match = _US.fullmatch(phone)
    if match is not None:
        area, exchange, line = match.groups()
        usual = [f"{area}{exchange}{line}", *(f"{area}{sep}{exchange}{sep}{line}" for sep in "-. ")]
        usual += [f"({area}) {exchange}-{line}", f"({area}){exchange}-{line}"]
        forms += [*usual, int(usual[0]), f"{area}/{exchange}-{line}", f"{area}/{exchange}/{line}"]
        forms += [f"({area}){sep}{exchange}{end}{line}" for sep in (" ", "", "-") for end in ". -"]
        codes = ("+1 ", "1-", "1 ", "+1-", "+1", "+1.", "1.")
        forms += [f"{code}{form}" for code in codes for form in usual]
    return list(dict.fromkeys(forms))


def _read(raw: str) -> str | None:
    text = "".join(sign for sign in unicodedata.normalize("NFKC", raw) if unicodedata.category(sign) != "Cf")
    text = text.strip().removeprefix("tel:")
    if len(text) > MAX_WRITTEN_CHARS or not _WRITTEN.fullmatch(text):
        return None
    # Here, since loading the library takes longer than most functions need.
    import phonenumbers

    try:
        found = phonenumbers.parse(text, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    number: str = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if number.startswith("+1"):
        return number if _NANP.fullmatch(number) else None
    return number if phonenumbers.is_possible_number(found) else None


def _digits_as_text(value: Any) -> Any:
    # A phone number typed without quotes arrives as a number.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PhoneNumber = Annotated[
    str,
    Field(json_schema_extra={"format": "phone"}),
    BeforeValidator(_digits_as_text),
    AfterValidator(parse_phone_number),
]


def _e164_if_possible(raw: str) -> str:
    return phone_number_or_none(raw) or raw


PhoneNumberOrRaw = Annotated[str, BeforeValidator(_digits_as_text), AfterValidator(_e164_if_possible)]
"""A number that is refused where it is used, not where it is read."""
