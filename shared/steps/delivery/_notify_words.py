"""Defaults for `notify`: text, subject and channels when its params leave them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeGuard

from shared.errors import PermanentError
from shared.messages import email
from shared.messages.alert_types import AlertType, Severity
from shared.redaction import shape_of
from shared.steps.base import StepContext
from shared.values.phone_number import parse_phone_number

COMPETITIVE_ACTIONS = ("generate_competitor_report", "analyze_pricing", "scan_competitors")
BODY_SOURCES = (("generate_competitor_report", "text"), ("analyze_pricing", "summary"))
"""Steps whose output replaces a missing body; the first one that ran counts."""


def by_kind(to: str | list[str] | None) -> tuple[list[str], list[str]]:
    """The email addresses and the phone numbers (E.164) of `to`; whatever has an @ is meant as an address."""
    named: Iterable[str] = [to] if isinstance(to, str) else to or []
    addresses: list[str] = []
    phones: list[str] = []
    for index, entry in enumerate(named):
        if "@" in entry:
            addresses.append(entry)
            continue
        try:
            phones.append(parse_phone_number(entry))
        except ValueError:
            raise PermanentError(
                f"to[{index}]: found {shape_of(entry)}; expected an email address or a phone number in E.164"
            ) from None
    return list(dict.fromkeys(addresses)), list(dict.fromkeys(phones))


def alert_type(context: StepContext) -> AlertType:
    """The alert type: competitors after a competitive step, else a report."""
    competitive = any(action in context.outputs for action in COMPETITIVE_ACTIONS)
    return AlertType.COMPETITOR_ALERT if competitive else AlertType.WEEKLY_REPORT


def severity(alert_type: AlertType) -> Severity:
    """The severity shown in the inbox."""
    return "info" if alert_type is AlertType.WEEKLY_REPORT else "warning"


def body_of(body: str | None, html: str | None, context: StepContext) -> str:
    """The body, else what the html says, else an earlier step's report or analysis.

    Raises:
        PermanentError: there is none.
    """
    of_html = email.html_to_text(html) if html else None
    for given in (body, of_html):
        if says_something(given):
            return given
    for action, field in BODY_SOURCES:
        value = context.outputs.get(action, {}).get(field)
        if says_something(value):
            return value
    wanted = " or ".join(f"{action}.{field}" for action, field in BODY_SOURCES)
    raise PermanentError(f"body is missing, and no earlier step has a text for it; expected body, or {wanted}")


def says_something(value: Any) -> TypeGuard[str]:
    """Whether it's a non-empty text."""
    return isinstance(value, str) and bool(value.strip())
