"""Ids derived from what caused a run or event, so that repeating the cause makes no second one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from shared.values.digests import hex_digest


def slot_execution_id(org_id: str, playbook_id: str, trigger_id: str, slot: datetime) -> str:
    """The run of one schedule trigger at one slot."""
    return hex_digest("slot", org_id, playbook_id, trigger_id, slot.astimezone(UTC).isoformat(timespec="seconds"))


def event_execution_id(org_id: str, playbook_id: str, trigger_id: str, event_id: str) -> str:
    """The run of one event trigger for one event."""
    return hex_digest("event", org_id, playbook_id, trigger_id, event_id)


def keyed_execution_id(org_id: str, playbook_id: str, key: str) -> str:
    """The run that a caller's Idempotency-Key asked for."""
    return hex_digest("key", org_id, playbook_id, key)


def child_execution_id(org_id: str, playbook_id: str, key: str) -> str:
    """The run that a parent's step starts; `key` names the step. No caller's key leads to it."""
    return hex_digest("child", org_id, playbook_id, key)


def asked_slot_execution_id(
    org_id: str, playbook_id: str, triggered_by: str, trigger_id: str, slot: datetime
) -> str:
    """The run of a slot that somebody asks for by hand: neither the scheduler's own run of it nor a key's."""
    instant = slot.astimezone(UTC).isoformat()
    return hex_digest("asked-slot", org_id, playbook_id, triggered_by, trigger_id, instant)


def fresh_execution_id() -> str:
    """A run that nothing but this one call asks for."""
    return uuid.uuid4().hex


def task_name(execution_id: str, replay: int, attempt: int, suffix: str = "") -> str:
    """The Cloud Tasks name of one attempt: creating it twice makes one task."""
    replayed = f"-replay-{replay}" if replay else ""
    return f"{execution_id}{replayed}-attempt-{attempt}{'-' + suffix if suffix else ''}"
