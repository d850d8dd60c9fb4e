"""Whether a person chose the time of a run; other runs send no messages in quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.playbooks.cadence import smallest_gap
from shared.runs.record import Execution
from shared.runs.slots import find_trigger

DAY = timedelta(days=1)
STILL_THAT_MOMENT = timedelta(hours=1)
"""A run that has waited since goes on at a moment that nobody chose."""


def is_chosen(execution: Execution, now: datetime) -> bool:
    """Whether somebody started the run just now, or has it run at this time of a day.

    A person whose playbook runs every Friday at 9 PM means 9 PM; one whose playbook runs every hour does not mean
    the night.
    """
    trigger = execution.trigger
    if now - execution.created_at > STILL_THAT_MOMENT:
        return False
    if trigger.type == "manual":
        return True
    written = find_trigger(execution.definition.get("triggers"), trigger.id) if trigger.type == "schedule" else None
    if written is None:
        return False
    if written.get("type") == "once":
        return True
    try:
        return smallest_gap(str(written.get("cron")), written.get("occurrence")) >= DAY
    except ValueError:
        return False
