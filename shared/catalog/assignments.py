"""Decides which catalog playbooks an org has, and in what state. No I/O.

What is there are two documents a playbook: the org's copy of it (`tenants/{orgId}/playbooks/{playbookId}`), which
runs, and its assignment (`playbook_assignments/{orgId}_{playbookId}`), which the cron reads and which remembers.
The plan makes both agree with the tier the org has now, whatever happened before and in whatever order it was told.

Three can keep a playbook from running: the tier that does not include it (`pausedBy: tier`), the org that is not
active (`pausedBy: org`), and a person. The first two are ours: they come and go with their cause. A person's pause
stands in neither's way and outlives both. People pause in either document; which of the two they have touched shows
against `personPaused`, what the assignment last knew of their will.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.catalog.files.load import CatalogPlaybook, content_hash, content_of
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.playbooks.models import PausedBy, PlaybookStatus

COLLECTION = PLAYBOOK_ASSIGNMENTS
SOURCE = "catalog"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrgEntitlement:
    """What an org may have. `tier_id` is None if there is no org any more."""

    org_id: str
    tier_id: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class CatalogDocuments:
    """The two documents of one catalog playbook, as they are; None if there is none."""

    playbook: Fields | None
    assignment: Fields | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one document: create it, or set and remove fields."""

    create: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.create or bool(self.values) or bool(self.without)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to both. `is_taken`: the org has a playbook of its own under that id, which is let be."""

    playbook: Change = Change()
    assignment: Change = Change()
    is_taken: bool = False

    def __bool__(self) -> bool:
        return bool(self.playbook) or bool(self.assignment)


def plan(
    entitlement: OrgEntitlement, entry: CatalogPlaybook | None, found: CatalogDocuments, now: datetime
) -> Plan:
    """What makes the two documents as they should be; nothing where they are.

    `entry` is None for a playbook that the catalog no longer has: no tier includes it.
    """
    reason = _reason(entitlement, entry)
    if found.playbook is not None and found.playbook.get("source") != SOURCE:
        return Plan(is_taken=reason is None, assignment=_unassigned(found.assignment))
    if found.playbook is None:
        return _plan_without_playbook(entitlement, entry, found, reason, now)
    by_person = _is_paused_by_person(found)
    return Plan(
        _playbook_change(entry, found.playbook, by_person, reason, now),
        _assignment_change(entitlement, entry, found.assignment, by_person, reason),
    )


def is_entitled(entitlement: OrgEntitlement, entry: CatalogPlaybook) -> bool:
    """Whether the org is to have it running, as far as tier and org go."""
    return _reason(entitlement, entry) is None


def _reason(entitlement: OrgEntitlement, entry: CatalogPlaybook | None) -> PausedBy | None:
    """Which of our own reasons there is; None if there is none."""
    if entitlement.tier_id is None or not entitlement.is_active:
        return PausedBy.ORG
    if entry is None or not entry.is_in_id(entitlement.tier_id):
        return PausedBy.TIER
    return None


def _unassigned(assignment: Fields | None) -> Change:
    """An id that the org has taken for a playbook of its own is no assignment's any more."""
    if assignment is None or assignment.get("status") == PlaybookStatus.PAUSED:
        return Change()
    return Change(values={"status": PlaybookStatus.PAUSED.value})


def _plan_without_playbook(
    entitlement: OrgEntitlement,
    entry: CatalogPlaybook | None,
    found: CatalogDocuments,
    reason: PausedBy | None,
    now: datetime,
) -> Plan:
    """There is no copy: the org has never had it, or a person has deleted it.

    What was deleted stays away until somebody sets the assignment to active again.
    """
    assignment = found.assignment
    may_have = entry is not None and reason is None
    if assignment is None and not may_have:
        return Plan()
    by_person = assignment is not None and (not assignment.get("removed") or _is_paused_by_person(found))
    if entry is not None and may_have and not by_person:
        created = Change(create=True, values=_new_playbook(entitlement, entry, now))
        return Plan(created, _assignment_change(entitlement, entry, assignment, by_person, reason))
    rest = _assignment_change(entitlement, entry, assignment, by_person, reason)
    values = {**rest.values, **({} if assignment and assignment.get("removed") else {"removed": True})}
    return Plan(assignment=Change(values=values, without=tuple(name for name in rest.without if name != "removed")))


def _is_paused_by_person(found: CatalogDocuments) -> bool:
    """A person's will: that of whichever document differs from what was last known, the playbook's first."""
    assignment = found.assignment or {}
    known = bool(assignment.get("personPaused"))
    said_by_playbook = None if found.playbook is None else _said_by_playbook(found.playbook)
    for statement in (said_by_playbook, _said_by_assignment(assignment)):
        if statement is not None and statement != known:
            return statement
    return known


def _said_by_playbook(playbook: Fields) -> bool | None:
    """Whether a person has paused it; None where the document's state is not a person's word."""
    status = playbook.get("status")
    if status == PlaybookStatus.ERROR or (status == PlaybookStatus.PAUSED and playbook.get("pausedBy")):
        return None
    return status != PlaybookStatus.ACTIVE


def _said_by_assignment(assignment: Fields) -> bool | None:
    status = assignment.get("status")
    if status not in (PlaybookStatus.ACTIVE, PlaybookStatus.PAUSED) or assignment.get("pausedBy"):
        return None
    return bool(status == PlaybookStatus.PAUSED)


def _playbook_change(
    entry: CatalogPlaybook | None, playbook: Fields, by_person: bool, reason: PausedBy | None, now: datetime
) -> Change:
    content = _content_change(entry, playbook)
    values, without = dict(content.values), list(content.without)
    status = _wanted_status(playbook, by_person, reason, is_new="steps" in values)
    if status != playbook.get("status"):
        values["status"] = status.value
    marked = None if by_person or status != PlaybookStatus.PAUSED else reason
    if marked is not None and playbook.get("pausedBy") != marked:
        values["pausedBy"] = marked.value
    if marked is None and "pausedBy" in playbook:
        without.append("pausedBy")
    if status == PlaybookStatus.ACTIVE:
        without += [name for name in ("statusReason", "errorCode") if name in playbook]
    if values or without:
        values["updatedAt"] = now
    return Change(values=values, without=tuple(without))


def _wanted_status(playbook: Fields, by_person: bool, reason: PausedBy | None, *, is_new: bool) -> PlaybookStatus:
    known = {status.value for status in PlaybookStatus}
    status = PlaybookStatus(playbook["status"]) if playbook.get("status") in known else PlaybookStatus.DRAFT
    if by_person:
        # However a person has put it to rest (paused, archived, a draft again), it rests so.
        return PlaybookStatus.PAUSED if status in (PlaybookStatus.ACTIVE, PlaybookStatus.ERROR) else status
    if reason is not None:
        return PlaybookStatus.PAUSED
    return status if status == PlaybookStatus.ERROR and not is_new else PlaybookStatus.ACTIVE


def _content_change(entry: CatalogPlaybook | None, playbook: Fields) -> Change:
    """The catalog's newer version, unless a person has made the playbook their own by an edit."""
    own = content_of(playbook)
    is_customized = content_hash(own) != playbook.get("catalogHash")
    if is_customized:
        return Change(values={} if playbook.get("customized") else {"customized": True})
    without = ("customized",) if "customized" in playbook else ()
    version = playbook.get("catalogVersion")
    if entry is None or (isinstance(version, int) and version >= entry.version):
        return Change(without=without)
    number = playbook.get("version")
    return Change(
        values={**_catalog_fields(entry), "version": number + 1 if isinstance(number, int) else 1}, without=without
    )


def _catalog_fields(entry: CatalogPlaybook) -> dict[str, Any]:
    return {**entry.content(), "catalogVersion": entry.version, "catalogHash": entry.hash}


def _new_playbook(entitlement: OrgEntitlement, entry: CatalogPlaybook, now: datetime) -> dict[str, Any]:
    return {
        **_catalog_fields(entry),
        "source": SOURCE,
        "status": PlaybookStatus.ACTIVE.value,
        "orgId": entitlement.org_id,
        "version": 1,
        "createdAt": now,
        "updatedAt": now,
    }


def _assignment_change(
    entitlement: OrgEntitlement,
    entry: CatalogPlaybook | None,
    assignment: Fields | None,
    by_person: bool,
    reason: PausedBy | None,
) -> Change:
    """Never touches when it ran and how often: that is the history which an upgrade brings back."""
    is_paused = by_person or reason is not None
    wanted: dict[str, Any] = {
        "status": (PlaybookStatus.PAUSED if is_paused else PlaybookStatus.ACTIVE).value,
        "personPaused": by_person,
    }
    if entitlement.tier_id is not None:
        wanted["tierId"] = entitlement.tier_id
    if entry is not None:
        wanted["frequency"] = entry.frequency
    if reason is not None and not by_person:
        wanted["pausedBy"] = reason.value
    if assignment is None:
        # `entry` is None only for what an assignment alone still knows of.
        identity = {"orgId": entitlement.org_id, "playbookId": entry.id if entry else None}
        return Change(create=True, values={**identity, **wanted, "lastTriggeredAt": None, "triggerCount": 0})
    values = {name: value for name, value in wanted.items() if assignment.get(name) != value}
    gone = tuple(name for name in ("pausedBy", "removed") if name in assignment and name not in wanted)
    return Change(values=values, without=gone)
