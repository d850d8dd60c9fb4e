"""Trigger times that have already passed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from shared.playbooks.models import Trigger
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger, instant_text


def passed_problems(triggers: Sequence[Trigger], now: datetime, known: Collection[Trigger] = ()) -> list[str]:
    """A line for each trigger that can never run any more; `known` ones were fine when they were written."""
    return [
        f"triggers[{index}].{field}: found {instant_text(instant)}, which has passed; expected a time in the future"
        for index, trigger in enumerate(triggers)
        for field, instant in _last_instants(trigger)
        if instant <= now and trigger not in known
    ]


def _last_instants(trigger: Trigger) -> list[tuple[str, datetime]]:
    if isinstance(trigger, OnceTrigger):
        return [("at", trigger.at)]
    if isinstance(trigger, ScheduleTrigger) and trigger.ends_at is not None:
        return [("endsAt", trigger.ends_at)]
    return []
