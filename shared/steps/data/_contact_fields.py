"""The normalized number stored beside a customer's phone number, so lookups find it however it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.compliance.customer_numbers import PHONE, PHONE_E164
from shared.values.phone_number import phone_number_or_none


def with_e164(collection: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with `phoneE164` where they are a customer's and hold a phone number; null where it is none."""
    if collection != "customers" or PHONE not in fields:
        return dict(fields)
    return {**fields, PHONE_E164: phone_number_or_none(fields[PHONE])}


def unset_with_e164(collection: str, unset: Sequence[str]) -> list[str]:
    """What is removed: `phoneE164` goes with the number."""
    goes_too = collection == "customers" and PHONE in unset and PHONE_E164 not in unset
    return [*unset, PHONE_E164] if goes_too else list(unset)
