"""What starts a playbook, in plain words: its schedules, its events, or a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.playbooks.bound_words import once_in_words
from shared.playbooks.events import EVENTS
from shared.playbooks.schedule_words import schedule_in_words
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger

_TIMED: dict[str, type[ScheduleTrigger | OnceTrigger]] = {"schedule": ScheduleTrigger, "once": OnceTrigger}


def when_in_words(
    triggers: Iterable[Mapping[str, Any]], now: datetime | None = None, zone: str = "UTC", *, lasting: bool = False
) -> str:
    """When the triggers start it. `zone`: in which a single run is told; `lasting`: in words for days to come."""
    parts = []
    now = now or datetime.now(UTC)
    for trigger in triggers:
        if trigger.get("type") == "schedule":
            parts.append(schedule_in_words(trigger, now))
        elif trigger.get("type") == "once":
            at = OnceTrigger.model_validate(dict(trigger)).at
            parts.append(once_in_words(at, zone, now, lasting=lasting))
        elif trigger.get("type") == "event":
            parts.append(_event_words(trigger))
        elif trigger.get("type") == "webhook":
            parts.append(_with_filter("when another system calls its webhook", trigger))
    return " and ".join(parts) or "when you ask for it"


def _event_words(trigger: Mapping[str, Any]) -> str:
    name = trigger.get("eventName")
    return _with_filter(EVENTS.get(str(name), f"at the event “{name}”"), trigger)


def _with_filter(words: str, trigger: Mapping[str, Any]) -> str:
    return f"{words}, if {condition_in_words(str(trigger['filter']))}," if trigger.get("filter") else words


def condition_in_words(condition: str) -> str:
    """`event.quantity < 5` as `quantity is below 5`; longer conditions as they are written."""
    named = re.fullmatch(r"event\.competitorId in \[(.*)\]", condition)
    if named is not None:
        return f"it is {named[1]}".replace('"', "")
    products = re.findall(r'(not )?\(?"([^"]*)" in \(event\.name \| lower\)', condition)
    if products:
        wanted, left_out = (
            " or ".join(f"“{name}”" for denied, name in products if bool(denied) is is_out)
            for is_out in (False, True)
        )
        has = f"has {wanted} in it" if wanted else ""
        lacks = f"{'and not ' if wanted else 'does not have '}{left_out}{'' if wanted else ' in it'}"
        return f"its name or category {has}{' ' if wanted and left_out else ''}{lacks if left_out else ''}"
    match = re.fullmatch(r"\s*event\.(\w+)\s*(<=|>=|<|>|==)\s*([\d.]+)\s*", condition)
    if match is None:
        return f"({condition})"
    compared = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "exactly"}[match[2]]
    return f"{match[1]} is {compared} {match[3]}"


def readable(triggers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those whose words can be told: documents of others may hold anything."""
    kept = []
    for trigger in triggers:
        model = _TIMED.get(str(trigger.get("type")))
        if model is not None:
            try:
                model.model_validate(dict(trigger))
            except ValidationError:
                continue
        kept.append(trigger)
    return kept
