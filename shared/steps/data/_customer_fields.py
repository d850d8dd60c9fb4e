"""A customer's consent, opt-outs and phone number, as steps may write them.

Only the person may give or withdraw consent, so no step writes it. An opt-out may be set, as when a customer asks
for it, and is never undone. A phone number is stored with its E.164 form, so that lookups find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.compliance.customer_numbers import PHONE, PHONE_E164
from shared.errors import PermanentError
from shared.redaction import shape_of
from shared.values.phone_number import phone_number_or_none

_CONSENT = re.compile(r"(?i:consent)|(?i:opt_?in)(?![a-z])")
_OPT_OUT = re.compile(r"(?i:opt(ed)?_?out|unsubscribe|do_?not_?(contact|text|mail|email|call)|suppress)")


def consent_problems(values: Mapping[str, Any]) -> list[str]:
    """Why the values may not be written, by path (`preferences.smsOptOut`), nested ones included."""
    return [problem for path, value in _paths(values) if (problem := _problem(path, value))]


def require_consent_kept(document: str, fields: Mapping[str, Any], paths: Iterable[str]) -> None:
    """Pass when none of the paths, set or removed as a whole, holds a consent or an opt-out that would go with it.

    Raises:
        PermanentError: naming the path and what lies inside it.
    """
    for path in paths:
        held = _at(fields, path)
        inside = [inner for inner, _ in _paths({path: held}) if inner != path and _is_protected(inner)]
        if inside:
            raise PermanentError(
                f"{document}: {path} holds {inside[0]}, which is not a playbook's to change; expected other fields"
            )


def _problem(path: str, value: Any) -> str | None:
    if _CONSENT.search(path):
        return f"{path} says what a person has agreed to and cannot be written by a playbook"
    # What is inside an object or a list is looked at by itself; an empty one would read as no opt-out.
    if _OPT_OUT.search(path) and value is not True and not (value and isinstance(value, Mapping | list)):
        return f"{path}: found {shape_of(value)}; expected true, since a playbook never undoes an opt-out"
    return None


def _is_protected(path: str) -> bool:
    return _CONSENT.search(path) is not None or _OPT_OUT.search(path) is not None


def _paths(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        path = f"{above}{name}"
        yield path, value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping):
                yield from _paths(inner, f"{path}.")


def _at(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def with_e164(collection: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with `phoneE164` where they are a customer's and hold a phone number; null where it is none."""
    if collection != "customers" or PHONE not in fields:
        return dict(fields)
    return {**fields, PHONE_E164: phone_number_or_none(fields[PHONE])}


def unset_with_e164(collection: str, unset: Sequence[str]) -> list[str]:
    """What is removed: `phoneE164` goes with the number."""
    goes_too = collection == "customers" and PHONE in unset and PHONE_E164 not in unset
    return [*unset, PHONE_E164] if goes_too else list(unset)
