"""Reads consent and opt-outs from a customer's document; any doubt means no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from shared.playbooks.instants import parse_instant


def _instant(value: Any) -> Any:
    found = parse_instant(value, UTC)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""From text, a date, or seconds or milliseconds since 1970; UTC without a zone."""


class SmsConsent(BaseModel):
    """`customers/{id}.smsConsent`: when the customer agreed to texts, and how (`checkout form`, `keyword JOIN`)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    at: Instant
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def has_sms_consent(fields: Mapping[str, Any], now: datetime) -> bool:
    """Whether there is a record of consent given by now."""
    try:
        return SmsConsent.model_validate(fields.get("smsConsent")).at <= now
    except (ValidationError, ValueError, TypeError):
        return False


def says_yes(value: Any) -> bool:
    """Whether the value means an opt-out: anything but a clear "no", to be on the safe side."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "false", "no", "n", "off", "0"}
    return bool(value)
