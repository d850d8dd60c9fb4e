"""Makes the execution for a request, with copies of the playbook and the org as they are now. No writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.api.errors import not_found
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import plain_firestore
from shared.gcp.clock import Clock
from shared.playbooks.pinned import pinned, pinned_refused
from shared.playbooks.sizes import playbook_size_problem
from shared.runs import ids, slots
from shared.runs.parts import PinnedOrg, PinnedUser, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.tenants.tenant import Tenant, parse_tenant

RETENTION = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What is to be run and what caused it."""

    org_id: str
    playbook_id: str
    trigger: TriggerRef
    execution_id: str | None = None
    """None: the slot decides, where the trigger is a schedule; else this call is a cause of its own."""
    tick: datetime | None = None
    """When the scheduler says that its call was due."""
    is_slot_asked_for: bool = False
    """A caller names the slot, so it must lie near the present; the product's own code may name any."""
    event_data: Mapping[str, Any] = field(default_factory=dict)
    user: PinnedUser = field(default_factory=PinnedUser)
    depth: int = 0
    ancestors: tuple[str, ...] = ()
    """The ids of the playbooks that led to it, one by the other, the first one first."""
    requested_by: str | None = None
    """Who asked for it in person: a uid, or `agent:<name>`."""
    fired_by: str | None = None
    """Who wrote the event or the item that is its cause."""
    caused_by: tuple[str, ...] = ()
    """Who stands behind the runs that led to it."""
    root_cause: str | None = None
    """The id of the run or event that set it off, through whatever else; None where it is a first cause itself."""
    traceparent: str | None = None
    """The span that set it off, where that is not the one around this call."""
    fingerprint: str | None = None
    """Of the request that asks for it under a key: another request must not be answered with the same run."""
    may_replace_failed: bool = False
    """Whether the key may be used for another request where its run has failed."""
    skip_reason: str | None = None
    """Set where the cause itself forbids the run: it is then written as skipped, with this reason."""


def build_execution(request: StartRequest, clock: Clock) -> Execution:
    """The queued execution of the request, not stored yet: the playbook and the org pinned as they are now.

    Raises:
        NotFoundError: the org has no such playbook.
        PermanentError: a schedule's call does not say which of several triggers it is for.
    """
    return prepare(request, clock)[0]


def prepare(request: StartRequest, clock: Clock) -> tuple[Execution, Tenant]:
    """`build_execution`, and the org that it is for."""
    definition, tenant = _read_playbook_and_tenant(request.org_id, request.playbook_id)
    return pin_execution(request, definition, tenant, clock), tenant


def pin_execution(request: StartRequest, definition: Mapping[str, Any], tenant: Tenant, clock: Clock) -> Execution:
    """`build_execution` for callers that have already read the playbook's document and the org."""
    now = clock.now()
    trigger = request.trigger
    if trigger.type == "schedule":
        trigger = slots.scheduled(trigger, definition.get("triggers"), request.tick or now)
    version = definition.get("version")
    execution_id = request.execution_id or _id_by_cause(request, trigger)
    problem = playbook_size_problem(pinned(definition))
    return Execution(
        id=execution_id,
        playbook_id=request.playbook_id,
        org_id=request.org_id,
        playbook_version=version if isinstance(version, int) else 1,
        trigger=trigger,
        status=ExecutionStatus.QUEUED,
        created_at=now,
        due_at=now,
        expire_at=now + RETENTION,
        depth=request.depth,
        ancestors=list(request.ancestors),
        definition=pinned(definition) if problem is None else pinned_refused(definition, problem),
        event_data=dict(request.event_data),
        org=PinnedOrg(
            id=request.org_id,
            name=tenant.name,
            timezone=tenant.timezone,
            owner_email=tenant.owner_email,
            tier_id=tenant.tier_id,
            monthly_budget_usd=_budget(tenant),
            webhook_events=tenant.webhook_events,
        ),
        user=_acting_user(request.user, definition, tenant),
        requested_by=request.requested_by,
        requested_at=now if request.requested_by else None,
        edited_by=_text(definition.get("lastEditedBy")),
        fired_by=request.fired_by,
        caused_by=_people_behind(request, definition),
        root_cause=request.root_cause or execution_id,
        fingerprint=request.fingerprint,
    )


def _people_behind(request: StartRequest, definition: Mapping[str, Any]) -> list[str]:
    named = (
        *request.caused_by,
        request.requested_by,
        request.user.id,
        request.fired_by,
        _text(definition.get("lastEditedBy")),
        _text(definition.get("ownerId")),
    )
    return list(dict.fromkeys(person for person in named if person))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _budget(tenant: Tenant) -> float | None:
    return float(tenant.monthly_budget_usd) if tenant.monthly_budget_usd is not None else None


def _id_by_cause(request: StartRequest, trigger: TriggerRef) -> str:
    if trigger.slot is None:
        return ids.fresh_execution_id()
    return ids.slot_execution_id(request.org_id, request.playbook_id, trigger.id or "", trigger.slot)


def _read_playbook_and_tenant(org_id: str, playbook_id: str) -> tuple[dict[str, Any], Tenant]:
    found, org = plain_firestore.read_all(org_path(org_id, PLAYBOOKS, playbook_id), org_path(org_id))
    if found is None:
        raise not_found(f"playbook {playbook_id}")
    return found.fields, parse_tenant(org_id, (org.fields if org else None) or {"name": org_id})


def _acting_user(asked_by: PinnedUser, definition: Mapping[str, Any], tenant: Tenant) -> PinnedUser:
    """Who asked for the run, else the playbook's owner; mail for somebody without an address goes to the org's."""
    owner, owner_email = definition.get("ownerId"), definition.get("ownerEmail")
    user_id = asked_by.id or (owner if isinstance(owner, str) else None)
    of_owner = owner_email if user_id == owner and isinstance(owner_email, str) else None
    return PinnedUser(id=user_id, email=asked_by.email or of_owner or tenant.owner_email, name=asked_by.name)
