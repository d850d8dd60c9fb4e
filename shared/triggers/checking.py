"""Checks a playbook before it is saved, using the same rules as afterward. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients
from shared.playbooks.credentials import REFUSED_BY, new_credentials
from shared.playbooks.events import EVENTS
from shared.playbooks.models import EventTrigger, PlaybookStatus, Trigger, readable_triggers
from shared.playbooks.nearest import nearest
from shared.playbooks.passed import passed_problems
from shared.playbooks.secret_names import WHERE_SET, placeholder
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.secrets.store import names_in, names_of
from shared.steps.registry import params_model
from shared.triggers import own_limits, rhythm
from shared.triggers.rhythm import ScheduleShown
from shared.values.camel_model import CamelModel

MAX_PROBLEMS = 100
_NEARLY = 0.85
_NOT_SET = "is not set yet"
_UNKNOWN, _MISSING = "is not a known field", "is missing"
_MEANT = re.compile(r"did you mean (?P<name>[^?]{1,200})\?")
_INSTEAD = re.compile(r"\(found (?P<name>'[^']{1,200}') instead\)")
_HALVES = re.compile(r"(?:found )?(?P<found>.+?)[;,] expected (?P<expected>.+)", re.DOTALL)


class Problem(CamelModel):
    """One wrong field, by its path (`steps[1].params.to`).

    `message` is the full text; `found` and `expected` are its parts, if present; `remedy` says what to do.
    """

    field: str
    message: str
    found: str | None = None
    expected: str | None = None
    remedy: str | None = None


class Checked(CamelModel):
    """What is wrong or, if nothing is, each schedule in words with its next runs.

    `warnings`: valid but probably unintended, like an event name one letter off a known one.
    """

    problems: list[Problem]
    warnings: list[Problem] = Field(default=[])
    schedules: list[ScheduleShown] = Field(default=[])


def check_playbook(org_id: str, playbook_id: str | None, data: Mapping[str, Any], now: datetime) -> Checked:
    """Checks a playbook document under that id, or as a new playbook."""
    stored = _stored(org_id, playbook_id)
    keys = [one.line() for one in new_credentials(data, stored)]
    try:
        playbook = parse_playbook(org_id, data, params_model)
    except InvalidPlaybookError as error:
        return Checked(problems=[_problem(line) for line in [*error.problems, *keys][:MAX_PROBLEMS]])
    tier = own_limits.tier_of(org_id)
    too_often = own_limits.too_often(tier, playbook.triggers) if tier is not None else None
    lines = [too_often] if too_often is not None else []
    lines += passed_problems(playbook.triggers, now, known=readable_triggers((stored or {}).get("triggers")))
    lines += keys
    unlikely = [*_unlikely_events(playbook.triggers), *_secrets_not_set(org_id, data.get("steps"))]
    warnings = [_problem(line) for line in unlikely]
    if lines:
        return Checked(problems=[_problem(line) for line in lines], warnings=warnings)
    as_active = {**data, "status": PlaybookStatus.ACTIVE}
    known = rhythm.known_of(org_id, playbook_id or "", as_active)
    return Checked(problems=[], warnings=warnings, schedules=rhythm.schedules_of("", as_active, now, known))


def _unlikely_events(triggers: Sequence[Trigger]) -> list[str]:
    """A line for each event name that is close to a known one."""
    found = []
    for index, trigger in enumerate(triggers):
        name = trigger.event_name if isinstance(trigger, EventTrigger) else None
        near = nearest(name, EVENTS, close=_NEARLY) if name not in EVENTS else None
        if near is not None:
            found.append(f"triggers[{index}].eventName: {name!r} isn't a known event; did you mean {near!r}?")
    return found


def _secrets_not_set(org_id: str, steps: Any) -> list[str]:
    """A line for each secret that the steps use and the org doesn't have, which would fail a run."""
    named = names_in(steps)
    missing = sorted(named - names_of(org_id)) if named else []
    return [
        f"steps: the secret {name} {_NOT_SET}; expected an owner to add it under {WHERE_SET}" for name in missing
    ]


def _stored(org_id: str, playbook_id: str | None) -> dict[str, Any] | None:
    """The stored playbook: its passed times and keys are no objection to an edit."""
    if playbook_id is None:
        return None
    reference = clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))
    found: dict[str, Any] | None = reference.get(["triggers", "steps", REFUSED_BY]).to_dict()
    return found


def _problem(line: str) -> Problem:
    """Parses a line like `steps[0].params.to: found a number; expected a text`."""
    field, _, message = line.partition(": ")
    halves = _HALVES.fullmatch(message)
    found = halves.groupdict() if halves else {}
    return Problem(field=field, message=message, remedy=_remedy(field, message, found.get("expected")), **found)


def _remedy(field: str, message: str, expected: str | None) -> str:
    if near := _MEANT.search(message):
        return f"Rename it to {near['name']}." if _UNKNOWN in message else f"Change it to {near['name']}."
    if instead := _INSTEAD.search(message):
        return f"Rename {instead['name']} to {field.rpartition('.')[2]!r}."
    if _NOT_SET in message:
        return f"Have an owner add it under {WHERE_SET}."
    if WHERE_SET in message:
        return f"Put it under {WHERE_SET} and write {placeholder()} instead."
    if _MISSING in message:
        return f"Add {field}."
    if _UNKNOWN in message:
        return "Remove it."
    return f"Change it to {expected.rstrip('.')}." if expected else "Correct it as the message says, or remove it."
