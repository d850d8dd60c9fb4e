"""Reads typed values out of text, with or without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from shared.agents.addresses import MAILBOX
from shared.agents.facts import BEYOND_BUSINESS, words_of
from shared.values.email_address import parse_email_address
from shared.values.money import parse_price
from shared.values.phone_number import parse_phone_number
from shared.values.text import clean

Kind = Literal["text", "number", "integer", "price", "percent", "date", "email", "phone", "boolean"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_TEXT = 1_000

_FIGURE = r"\d++(?:,\d++)*+(?:\.\d++)?+"
_WITHIN_FIGURE = r"(?<![\d.])(?<!\d,)"
"""Prefix of a number: never start in its middle, and scan a long one only once."""
_IN_TEXT: dict[Kind, re.Pattern[str]] = {
    "email": re.compile(rf"(?<!{MAILBOX}){MAILBOX}++@[\w-]++(?:\.[\w-]++)++"),
    "phone": re.compile(r"(?<![\w.])(?:\+\d{8,15}|(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4})(?![\w-])"),
    "price": re.compile(rf"\$\s?{_FIGURE}|{_WITHIN_FIGURE}{_FIGURE}\s?(?:usd|dollars)\b", re.IGNORECASE),
    "percent": re.compile(rf"{_WITHIN_FIGURE}-?{_FIGURE}\s?(?:%|percent\b)", re.IGNORECASE),
    "date": re.compile(
        r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
        r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b",
        re.IGNORECASE,
    ),
    "integer": re.compile(r"(?<![\w.,$-])-?\d++(?:,\d++)*+(?![\w.]*\d)(?!\s?%)"),
    "number": re.compile(rf"(?<![\w.,$-])-?{_FIGURE}(?!\s?%)"),
    "boolean": re.compile(r"\b(?:yes|no|true|false)\b", re.IGNORECASE),
}
_DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%b %d %Y", "%B %d %Y")
_NAME_ENDS = re.compile("[:=]")
_MAX_NAME = 60
_BY_NAME: tuple[tuple[str, Kind], ...] = (
    ("email", "email"),
    ("phone", "phone"),
    ("price", "price"),
    ("percent", "percent"),
    ("date", "date"),
    ("quantity", "integer"),
    ("count", "integer"),
)


@dataclass(frozen=True, slots=True)
class RequestedField:
    """A field to read: its name, kind and description."""

    name: str
    kind: Kind
    description: str


def wanted(name: str, written: str) -> RequestedField:
    """A field as written in a playbook: `price`, `date: when it was delivered`, or just words (then it is text,
    unless its name suggests another kind: `customerEmail`)."""
    head, _, rest = written.partition(":")
    kind = next((kind for kind in KINDS if kind == head.strip().lower()), None)
    if kind is not None:
        return RequestedField(name, kind, rest.strip() or words_of(name))
    words = words_of(name).lower().split()
    guessed = next((kind for word, kind in _BY_NAME if word in words), None)
    return RequestedField(name, guessed or "text", written.strip() or words_of(name))


def coerced(field: RequestedField, raw: Any, source: str) -> Any:
    """The value converted to its kind, or None if it doesn't fit.

    Email addresses and phone numbers must appear in the source: a model must not make up recipients.
    """
    text = " ".join(clean(str(raw)).split())
    if not text:
        return None
    if field.kind == "text":
        return text[:MAX_TEXT]
    if field.kind in ("email", "phone"):
        return _contact(field.kind, text, source)
    return _READERS[field.kind](text)


def by_pattern(fields: Sequence[RequestedField], value: Any) -> dict[str, Any]:
    """Reads fields without a model: by field name, by a `name: value` line, or the first value of the kind."""
    source = value if isinstance(value, str) else "\n".join(f"{name}: {inner}" for name, inner in _pairs(value))
    named = _named_values(clean(source))
    found: dict[str, Any] = {}
    for field in fields:
        given = named.get(_key(field.name))
        read = coerced(field, given, source) if given is not None else None
        found[field.name] = read if read is not None else _first_of_kind(field, source)
    return found


def _first_of_kind(field: RequestedField, source: str) -> Any:
    """The value next to the field's name ("40 units", "paid: no"), otherwise the first of its kind.

    Numbers and yes/no need the name next to them, except a text's only number.
    """
    pattern = _IN_TEXT.get(field.kind)
    if pattern is None:
        return None
    text = clean(source)
    nearby = _beside(field, pattern, text)
    found = [match.group() for match in pattern.finditer(text)]
    if field.kind == "boolean" or (field.kind in ("number", "integer") and len(found) != 1):
        found = []
    read = (coerced(field, one, source) for one in (*nearby, *found))
    return next((value for value in read if value is not None), None)


def _beside(field: RequestedField, pattern: re.Pattern[str], text: str) -> list[str]:
    """Values right after or right before the field's name."""
    called = r"\s+".join(re.escape(word) for word in words_of(field.name).split())
    after = re.compile(rf"\b{called}\b\s*+(?:(?:is|was|of|:|=)\s*+)?({pattern.pattern})", re.IGNORECASE)
    before = re.compile(rf"({pattern.pattern})\s*+{called}\b", re.IGNORECASE)
    return [match.group(1) for one in (after, before) for match in one.finditer(text)]


def _contact(kind: Kind, text: str, source: str) -> str | None:
    try:
        if kind == "email":
            address = parse_email_address(text)
            return address if address.lower() in clean(source).lower() else None
        phone = parse_phone_number(text.removeprefix("1-").removeprefix("1 "))
    except ValueError:
        return None
    digits = re.sub(r"\D", "", source)
    return phone if phone.lstrip("+").removeprefix("1") in digits else None


def _date(text: str) -> str | None:
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", text.replace(",", "").replace(".", ""))
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _number(text: str) -> float | None:
    match = re.fullmatch(r"[$]?\s?(-?\d[\d,]*(?:\.\d+)?)\s?(?:%|percent|usd|dollars)?", text, re.IGNORECASE)
    number = float(Decimal(match.group(1).replace(",", ""))) if match else None
    return number if number is not None and abs(number) < BEYOND_BUSINESS else None


def _integer(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number == int(number) else None


def _price(text: str) -> float | None:
    price = parse_price(text)
    return float(price) if price is not None else None


def _boolean(text: str) -> bool | None:
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())


_READERS: dict[Kind, Any] = {
    "number": _number,
    "percent": _number,
    "integer": _integer,
    "price": _price,
    "date": _date,
    "boolean": _boolean,
}


def _named_values(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = iter(line.strip() for line in source.splitlines() if line.strip())
    for line in lines:
        ends = _NAME_ENDS.search(line)
        if ends is None:
            continue
        name = line[: ends.start()].lstrip("-*•").strip()
        value = line[ends.end() :].strip() or next(lines, "")
        if value and 1 <= len(name) <= _MAX_NAME:
            found.setdefault(_key(name), value)
    return found


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """All named scalar values, outer ones first."""
    if isinstance(value, Mapping):
        inner = [(str(name), one) for name, one in value.items()]
        yield from ((name, one) for name, one in inner if not isinstance(one, Mapping | list) and one is not None)
        for _, one in inner:
            yield from _pairs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _pairs(one)
    elif value is not None:
        yield "value", value


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words_of(name).lower())
