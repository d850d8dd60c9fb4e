"""Finds the trigger and slot that a scheduler's call is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from shared.errors import PermanentError
from shared.playbooks.cron import slot_of_tick
from shared.playbooks.models import name_parts
from shared.playbooks.time_triggers import OnceTrigger, Timing, instant_text
from shared.playbooks.timing import reason_against
from shared.runs.parts import TriggerRef
from shared.values.words import span_words

AHEAD_AT_MOST = timedelta(minutes=5)
"""How far the scheduler's clock may be ahead of ours."""
CATCH_UP_WITHIN = timedelta(hours=6)
"""A slot missed by less than this is run late, once; an older one is written as skipped."""


def find_trigger(triggers: Any, trigger_id: str | None) -> dict[str, Any] | None:
    """The trigger of that id among a definition's raw triggers."""
    return next((trigger for trigger in _named(triggers) if trigger.get("id") == trigger_id), None)


def scheduled(asked: TriggerRef, triggers: Any, tick: datetime) -> TriggerRef:
    """The schedule trigger with its slot: the one that was asked for, else the one that the tick stands for.

    Raises:
        PermanentError: no trigger was named and the playbook has several schedules, or none.
    """
    trigger_id = asked.id or _only_schedule(triggers)
    if asked.slot is not None:
        return asked.model_copy(update={"id": trigger_id})
    trigger = find_trigger(triggers, trigger_id) or {}
    try:
        slot = slot_of_tick(trigger["cron"], trigger["timezone"], tick)
    except (KeyError, ValueError, TypeError):
        # Not a schedule any more, or a malformed one: the run will be skipped or fail, under the tick's own minute.
        slot = tick.replace(second=0, microsecond=0)
    return asked.model_copy(update={"id": trigger_id, "slot": slot})


def require_near(trigger: TriggerRef, now: datetime) -> None:
    """Pass when the slot may be run now: the run of a slot to come would leave its own tick nothing to do.

    Raises:
        PermanentError: it lies too far ahead, or too far back.
    """
    earliest, latest = now - CATCH_UP_WITHIN, now + AHEAD_AT_MOST
    if trigger.slot is not None and not earliest <= trigger.slot <= latest:
        between = f"{earliest.isoformat(timespec='seconds')} and {latest.isoformat(timespec='seconds')}"
        raise PermanentError(f"slot: found {trigger.slot.isoformat()}; expected one between {between}")


def reason_against_slot(trigger: TriggerRef, triggers: Any) -> str | None:
    """Why the trigger is not meant for the slot, as the log says it: a month's second Monday, a day after its end.

    None where it is, and where the trigger is gone or malformed: the run says so.
    """
    written = find_trigger(triggers, trigger.id) if trigger.type == "schedule" else None
    if written is None or trigger.slot is None:
        return None
    try:
        if written.get("type") == "once":
            at = OnceTrigger.model_validate(written).at
            return None if at == trigger.slot else f"not at {instant_text(at)}"
        return reason_against(Timing.model_validate(written), trigger.slot)
    except ValidationError:
        return None


def limited_timing(trigger: TriggerRef, triggers: Any) -> Timing | None:
    """When the schedule is due whose `maxRuns` counts the run, if there is one."""
    written = find_trigger(triggers, trigger.id) if trigger.type == "schedule" else None
    if written is None or not written.get("maxRuns"):
        return None
    try:
        return Timing.model_validate(written)
    except ValidationError:
        return None


def late_reason(late: timedelta, *, was_off: bool = False) -> str | None:
    """Why a slot noticed so late is skipped; None where it is still run."""
    if late <= CATCH_UP_WITHIN:
        return None
    if was_off:
        return (
            f"the playbook wasn't on when this was due, and {span_words(late)} later is too late to make up for it"
        )
    return f"its tick was missed and noticed only {late} later"


def _only_schedule(triggers: Any) -> str:
    ids = [str(trigger.get("id")) for trigger in _named(triggers) if trigger.get("type") == "schedule"]
    if len(ids) != 1:
        found = f"the playbook's {len(ids)} schedules: {', '.join(ids)}" if ids else "a playbook without a schedule"
        raise PermanentError(f"triggerId is missing and there is no telling for {found}; expected a trigger's id")
    return ids[0]


def _named(triggers: Any) -> list[dict[str, Any]]:
    listed = name_parts(triggers) if isinstance(triggers, list) else []
    return [trigger for trigger in listed if isinstance(trigger, dict)]
