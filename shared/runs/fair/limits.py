"""How many runs may be active at once and start per minute: an org's limits, and a playbook's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.billing.tiers import find_tier
from shared.playbooks.pace import Throttle
from shared.runs.parts import TriggerRef
from shared.runs.slots import find_trigger
from shared.tenants.tenant import Tenant

RUNS_A_MINUTE = 600
RESERVED_SHARE = 5
"""One slot more for each so many, for runs that somebody asked for in person; at least one."""


@dataclass(frozen=True, slots=True)
class OrgLimits:
    """What all runs of an org share."""

    at_once: int
    a_minute: int
    source: str
    """Where `at_once` comes from, as people read it."""

    @property
    def at_once_with_reserve(self) -> int:
        """How many may go at once where somebody asked for the run in person."""
        return self.at_once + max(1, self.at_once // RESERVED_SHARE)


def org_limits(tenant: Tenant) -> OrgLimits:
    """The org's own, or those of its tier."""
    own = tenant.max_concurrent_runs
    at_once = own or find_tier(tenant.tier_id).own.runs_at_once
    source = "your organization's limit" if own else f"the limit on {tenant.tier_id.value}"
    return OrgLimits(at_once, tenant.max_runs_per_minute or RUNS_A_MINUTE, source)


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """What a playbook's author set for it, or for the trigger of the run."""

    concurrency: int | None = None
    throttle: Throttle | None = None

    def __bool__(self) -> bool:
        return self.concurrency is not None or self.throttle is not None


def own_limits(definition: Mapping[str, Any], trigger: TriggerRef) -> OwnLimits:
    """Those of a playbook's document; a malformed one limits nothing, and the playbook can't run anyway."""
    concurrency = definition.get("concurrency")
    is_whole = isinstance(concurrency, int) and not isinstance(concurrency, bool) and concurrency > 0
    return OwnLimits(concurrency if is_whole else None, _throttle(definition, trigger))


def _throttle(definition: Mapping[str, Any], trigger: TriggerRef) -> Throttle | None:
    written = find_trigger(definition.get("triggers"), trigger.id) if trigger.type in ("event", "webhook") else None
    if written is None or written.get("throttle") is None:
        return None
    try:
        return Throttle.model_validate(written["throttle"])
    except ValidationError:
        return None


def reason_of_org(limits: OrgLimits) -> str:
    """Why a run waits, as people read it."""
    return f"waiting for its turn: {limits.at_once:,} runs at a time is {limits.source}"


def reason_of_rate(limits: OrgLimits) -> str:
    """The same, of the runs a minute."""
    return f"waiting for its turn: your organization can start {limits.a_minute:,} runs a minute"


def reason_of_own(own: OwnLimits) -> str:
    """The same, of what the playbook's author set."""
    reasons = []
    if own.concurrency is not None:
        reasons.append(f"{own.concurrency:,} {'run' if own.concurrency == 1 else 'runs'} at a time")
    if own.throttle is not None:
        reasons.append(own.throttle.words())
    return f"waiting for its turn: this playbook is set to {' and '.join(reasons)}"
