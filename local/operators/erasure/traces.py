"""Finds and removes a person's data in documents, JSON and text. No I/O."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.runs.messages import pack, unpack
from shared.values.email_address import mailbox_key
from shared.values.phone_number import phone_number_or_none, written_forms

ERASED = "[erased]"
SHORTEST_NAME = 4
SHORTEST_ID = 8
"""Shorter ids could be ordinary words and are only matched where a customer id is expected."""
_MESSAGE = "message"


@dataclass(frozen=True)
class Person:
    """A customer's identifiers: document ids, addresses, E.164 numbers, names."""

    ids: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of_documents(cls, documents: Mapping[str, Mapping[str, Any]]) -> Person:
        """From the customer's documents, by id."""
        fields = list(documents.values())
        numbers = (phone_number_or_none(one.get(name)) for one in fields for name in ("phone", "phoneE164"))
        return cls(
            ids=frozenset(documents),
            addresses=frozenset(_texts(fields, "email")),
            phones=frozenset(number for number in numbers if number),
            names=frozenset(name for name in _texts(fields, "name") if len(name) >= SHORTEST_NAME),
        )

    def with_contacts(self, addresses: Iterable[str], phones: Iterable[str]) -> Person:
        """The person with additional contacts."""
        return Person(self.ids, self.addresses | set(addresses), self.phones | set(phones), self.names)

    @cached_property
    def _identifying(self) -> re.Pattern[str] | None:
        mailboxes = {form for one in self.addresses for form in (one, mailbox_key(one))}
        patterns = [rf"(?<![\w.+-]){re.escape(one)}(?![\w-]|\.\w)" for one in mailboxes]
        patterns += [rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in self.ids if len(one) >= SHORTEST_ID]
        patterns += [_number_pattern(one) for one in self.phones]
        # Longest first, because one address may end like another.
        ordered = sorted(patterns, key=len, reverse=True)
        return re.compile("|".join(ordered), re.IGNORECASE) if ordered else None

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        # A name alone is ambiguous: it is removed only where another identifier matches too.
        ordered = sorted(self.names, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in ordered), re.I) if ordered else None

    @cached_property
    def _numbers(self) -> frozenset[str | int]:
        return frozenset(form for one in self.phones for form in written_forms(one) if isinstance(form, int))

    def without(self, value: Any) -> tuple[Any, int]:
        """The value without the person, and the number of mentions (0: unchanged)."""
        found, places = self._replaced(value, "", self._identifying)
        if places and self._names is not None:
            found, more = self._replaced(found, "", self._names)
            places += more
        return found, places

    def without_in_text(self, text: str) -> tuple[str, int]:
        """The same for a file's content."""
        found, places = self.without(text)
        return str(found), places

    def _replaced(self, value: Any, key: str, pattern: re.Pattern[str] | None) -> tuple[Any, int]:
        match value:
            case str():
                return self._replaced_text(value, key, pattern)
            case bool() | None:
                return value, 0
            case int() | float() if value in self._numbers and pattern is self._identifying:
                return ERASED, 1
            case bytes():
                return self._replaced_packed(value, pattern)
            case list() | tuple():
                pairs = [self._replaced(one, key, pattern) for one in value]
                return [one for one, _ in pairs], sum(places for _, places in pairs)
            case dict():
                changed: dict[str, Any] = {}
                places = 0
                for name, one in value.items():
                    new_name, in_name = self._replaced_text(name, "", pattern)
                    changed[new_name], in_value = self._replaced(one, name, pattern)
                    places += in_name + in_value
                return changed, places
        return value, 0

    def _replaced_packed(self, data: bytes, pattern: re.Pattern[str] | None) -> tuple[bytes, int]:
        """Handles compressed JSON (old run outputs and reported facts); other bytes are unchanged."""
        try:
            plain = json.loads(zlib.decompress(data))
        except (zlib.error, ValueError):
            return data, 0
        changed, places = self._replaced(plain, "", pattern)
        return (zlib.compress(json.dumps(changed).encode()), places) if places else (data, 0)

    def _replaced_text(self, text: str, key: str, pattern: re.Pattern[str] | None) -> tuple[str, int]:
        if pattern is self._identifying and "customer" in key.lower() and text in self.ids:
            return ERASED, 1
        if pattern is None:
            return text, 0
        if key == _MESSAGE and (message := unpack(text)) is not None:
            # A packed message sent by a run.
            fields, places = self.without(message.document())
            return (pack(fields, 0) or ERASED, places) if places else (text, 0)
        return pattern.subn(ERASED, text)


def _texts(fields: list[Mapping[str, Any]], name: str) -> list[str]:
    return [value.strip() for one in fields if isinstance(value := one.get(name), str) and value.strip()]


def _number_pattern(phone: str) -> str:
    """Matches any separators; `+1` is optional for North American numbers."""
    digits = phone.removeprefix("+")
    apart = r"[\s().\-/]{0,3}"
    country, rest = (
        (rf"(?:\+?1{apart})?", digits[1:]) if digits.startswith("1") and len(digits) == 11 else ("\\+?", digits)
    )
    return rf"(?<![\d+]){country}\(?{apart.join(rest)}(?!\d)"
