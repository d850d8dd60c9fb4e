"""A stored competitive action, and how it changes when its rule matches again. No I/O.

pending → consumed (an agent has made a draft of it) → resolved (a person is done with it). A pending action
whose finding is no longer made has lapsed; made again, it is pending again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from shared.competitors.actions.rule_matches import ActionType, Priority, RuleMatch
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest

QUIET_AFTER_RESOLVING = timedelta(days=7)
"""A resolved finding isn't raised again for this long…"""
WORSE_BY = Decimal(5)
"""…unless its figure (percent or count) has grown by this much since."""


class Status(StrEnum):
    """An action's status."""

    PENDING = "pending"
    CONSUMED = "consumed"
    RESOLVED = "resolved"
    LAPSED = "lapsed"


class CompetitiveAction(CamelModel, frozen=True):
    """`tenants/{orgId}/competitive_actions/{id}`. What others write may lack the fields with a default."""

    id: str = Field(exclude=True)
    type: ActionType
    rule: str = ""
    priority: Priority = "medium"
    agent: str = ""
    """Who consumes it."""
    competitor_name: str = "a competitor"
    competitor_id: str = ""
    trigger: str = ""
    recommendation: str = ""
    figure: float = 0.0
    data: Mapping[str, Any] = Field(default_factory=dict)
    status: Status = Status.PENDING
    generation: int = 1
    """How often this finding has been raised again after someone resolved it, counted from 1."""
    latest_generation: int = 1
    """On the first generation's document: which one is the newest."""
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    consumed_by: str | None = None
    consumed_at: AwareDatetime | None = None
    consumed_in: str | None = None
    """The run."""
    result_path: str | None = None
    resolved_at: AwareDatetime | None = None
    resolved_by: str | None = None
    comment: str | None = None
    """The name of whoever resolved it."""


class Outcome(StrEnum):
    """What a finding (or its absence) does to the action that stands for it."""

    OPEN = "open"
    UPDATE = "update"
    REOPEN = "reopen"
    """As a document of its own, the next generation."""
    HOLD = "hold"
    """It was resolved recently and hasn't gotten worse."""
    LAPSE = "lapse"
    LEAVE = "leave"


def action_id(competitor_id: str, type_: str, rule: str, generation: int = 1) -> str:
    """The one place of a finding of this rule on this competitor."""
    identity = json.dumps([competitor_id, type_, rule])
    base = f"{rule}-{hex_digest(identity, digits=24)}"
    return base if generation == 1 else f"{base}-{generation}"


def outcome(newest: CompetitiveAction | None, finding: RuleMatch | None, now: datetime) -> Outcome:
    """What to do, given the rule's newest action and today's findings."""
    if finding is None:
        return Outcome.LAPSE if newest and newest.status is Status.PENDING else Outcome.LEAVE
    if newest is None:
        return Outcome.OPEN
    if newest.status is not Status.RESOLVED:
        return Outcome.UPDATE
    quiet = newest.resolved_at is not None and now - newest.resolved_at < QUIET_AFTER_RESOLVING
    worse = finding.figure - Decimal(str(newest.figure)) >= WORSE_BY
    return Outcome.REOPEN if worse or not quiet else Outcome.HOLD


def opened(finding: RuleMatch, now: datetime, generation: int = 1) -> CompetitiveAction:
    rule = finding.rule
    return CompetitiveAction(
        id=action_id(finding.competitor_id, rule.type, rule.name, generation),
        **finding.fields(),
        figure=float(finding.figure),
        data=finding.data,
        generation=generation,
        latest_generation=generation,
        created_at=now,
        updated_at=now,
    )


def found_again(newest: CompetitiveAction, finding: RuleMatch, now: datetime) -> dict[str, Any]:
    """The fields of an open action that change when its finding is made again."""
    return {
        "competitorName": finding.competitor,
        "trigger": finding.trigger,
        "recommendation": finding.recommendation,
        "figure": float(finding.figure),
        "data": dict(finding.data),
        "status": (Status.PENDING if newest.status is Status.LAPSED else newest.status).value,
        "updatedAt": now,
    }
