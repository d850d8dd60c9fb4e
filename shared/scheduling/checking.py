"""Whether a playbook could run, told before it is saved: by the same rules as once it is. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.gcp import clients
from shared.playbooks.models import PlaybookStatus, Trigger, readable_triggers
from shared.playbooks.passed import passed_problems
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.scheduling import own_limits, rhythm
from shared.scheduling.rhythm import ScheduleShown
from shared.steps.registry import params_model

MAX_PROBLEMS = 100
_HALVES = re.compile(r"(?:found )?(?P<found>.+?)[;,] expected (?P<expected>.+)", re.DOTALL)


class Problem(BaseModel):
    """One wrong field, by its path (`steps[1].params.to`).

    `message` says all of it; `found` and `expected` are its halves, where it has both.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    field: str
    message: str
    found: str | None = None
    expected: str | None = None


class Checked(BaseModel):
    """What is wrong; where nothing is, each schedule in words with the runs that it would have next."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    problems: list[Problem]
    schedules: list[ScheduleShown] = []


def check_playbook(org_id: str, playbook_id: str | None, data: Mapping[str, Any], now: datetime) -> Checked:
    """The check of a playbook's document as its author would save it, under that id or as a new one."""
    try:
        playbook = parse_playbook(org_id, data, params_model)
    except InvalidPlaybookError as error:
        return Checked(problems=[_problem(line) for line in error.problems[:MAX_PROBLEMS]])
    tier = own_limits.tier_of(org_id)
    too_often = own_limits.too_often(tier, playbook.triggers) if tier is not None else None
    if too_often is not None:
        return Checked(problems=[_problem(too_often)])
    passed = passed_problems(playbook.triggers, now, known=_stored_triggers(org_id, playbook_id))
    if passed:
        return Checked(problems=[_problem(line) for line in passed])
    as_active = {**data, "status": PlaybookStatus.ACTIVE}
    known = rhythm.known_of(org_id, playbook_id or "", as_active)
    return Checked(problems=[], schedules=rhythm.schedules_of("", as_active, now, known))


def _stored_triggers(org_id: str, playbook_id: str | None) -> list[Trigger]:
    """Those that can be read: what has passed of them has done so by itself."""
    if playbook_id is None:
        return []
    found = clients.firestore().document("tenants", org_id, "playbooks", playbook_id).get(["triggers"])
    written = (found.to_dict() or {}).get("triggers")
    return readable_triggers(written)


def _problem(line: str) -> Problem:
    """Of a line like `steps[0].params.to: found a number; expected a text`."""
    field, _, message = line.partition(": ")
    halves = _HALVES.fullmatch(message)
    return Problem(field=field, message=message, **(halves.groupdict() if halves else {}))
