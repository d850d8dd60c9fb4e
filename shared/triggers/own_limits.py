"""Limits on an org's own playbooks and schedules, and on how often they run.

The newest ones are over the limit, by Firestore creation time, so the order of checking doesn't matter. Catalog
playbooks don't count, but schedules that people add to them do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.billing.tiers import Tier, find_tier, more_of_its_own, tiers_above
from shared.documents.org import PLAYBOOKS, org_path
from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.playbooks.cadence import in_words, smallest_gap
from shared.playbooks.credentials import REFUSED_BY
from shared.playbooks.models import MAX_TRIGGERS, PlaybookStatus, Trigger
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.tenants.tenant import TierId

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

TIER = "tier"
"""The `refusedBy` value for a tier limit."""
_LOOKED_AT = ("name", "status", "source", "adHoc", "triggers", REFUSED_BY)
_NOT_COUNTED = (PlaybookStatus.ARCHIVED, PlaybookStatus.ERROR)


@dataclass(frozen=True, slots=True)
class CountedPlaybook:
    """What a playbook counts toward the limits."""

    is_own: bool
    is_active: bool
    schedules: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CountedPlaybook:
        """From a playbook's document, even a malformed one."""
        status, triggers = data.get("status"), data.get("triggers")
        listed = triggers if isinstance(triggers, list) else []
        is_put_away = status in _NOT_COUNTED or (status == PlaybookStatus.PAUSED and data.get("adHoc") is True)
        return cls(
            is_own=data.get("source") != "catalog" and not is_put_away,
            is_active=status == PlaybookStatus.ACTIVE,
            schedules=sum(isinstance(one, Mapping) and one.get("type") == "schedule" for one in listed),
        )


def tier_of(org_id: str) -> Tier | None:
    """The org's tier; None if the org has no document or an unknown tier."""
    found = clients.firestore().document(org_path(org_id)).get(["tierId"])
    if not found.exists:
        return None
    try:
        return find_tier((found.to_dict() or {}).get("tierId") or TierId.STARTER)
    except PermanentError as error:
        log.error("unknown tier; no limits apply", extra={"orgId": org_id, "reason": str(error)})
        return None


def too_often(tier: Tier, triggers: Sequence[Trigger]) -> str | None:
    """An error for the first schedule that runs more often than the tier allows."""
    finest = timedelta(minutes=tier.own.finest_cadence_minutes)
    for index, trigger in enumerate(triggers):
        if not isinstance(trigger, ScheduleTrigger):
            continue
        gap = smallest_gap(trigger.cron, trigger.occurrence)
        if gap < finest:
            return (
                f"triggers[{index}].cron: found {trigger.cron!r}, which runs as often as every {in_words(gap)}; "
                f"expected at most one run every {in_words(finest)} on {tier.id.value}; {_finer(tier, gap)}"
            )
    return None


def _finer(tier: Tier, gap: timedelta) -> str:
    for higher in tiers_above(tier):
        finest = timedelta(minutes=higher.own.finest_cadence_minutes)
        if finest <= gap:
            return f"upgrade to {higher.id.value} for one every {in_words(finest)}"
    return "no tier runs more often"


def over_limit(tier: Tier, standings: Iterable[tuple[str, CountedPlaybook]]) -> dict[str, str]:
    """The active playbooks over a limit, with reasons; `standings` must be oldest first."""
    room = UsedLimits(tier)
    over = {}
    for playbook_id, one in standings:
        reason = room.reason_against(one)
        if reason is not None and one.is_active:
            over[playbook_id] = reason
        else:
            room.take(one)
    return over


@dataclass(slots=True)
class UsedLimits:
    """How much of a tier's limits is used."""

    tier: Tier
    playbooks: int = 0
    schedules: int = 0

    def take(self, one: CountedPlaybook) -> None:
        self.playbooks += one.is_own
        self.schedules += one.schedules if one.is_active else 0

    def reason_against(self, one: CountedPlaybook) -> str | None:
        """Why there is no room for one more, or None."""
        own, tier = self.tier.own, self.tier
        if one.is_own and self.playbooks >= own.playbooks:
            return (
                f"playbooks: {own.playbooks:,} of {own.playbooks:,} of your own used on {tier.id.value}; "
                f"{more_of_its_own(tier, lambda limits: limits.playbooks)}, or archive one you no longer need"
            )
        if one.schedules and self.schedules + one.schedules > own.schedule_triggers:
            return (
                f"triggers: {self.schedules:,} of {own.schedule_triggers:,} schedules used on {tier.id.value}, "
                f"and this playbook has {one.schedules:,}; "
                f"{more_of_its_own(tier, lambda limits: limits.schedule_triggers)}, or remove some you no "
                "longer need"
            )
        return None


def those_over_limit(org_id: str, tier: Tier) -> list[tuple[DocumentSnapshot[Any], str]]:
    """The org's active playbooks over a limit, with reasons.

    For an org with few playbooks this takes one count and no listing.
    """
    playbooks = _playbooks(org_id)
    most = min(tier.own.playbooks, tier.own.schedule_triggers // MAX_TRIGGERS)
    if int(playbooks.count().get()[0][0].value) <= most:
        return []
    found = {one.id: one for one in _oldest_first(org_id)}
    over = over_limit(tier, ((one.id, CountedPlaybook.of(one.to_dict() or {})) for one in found.values()))
    return [(found[playbook_id], reason) for playbook_id, reason in over.items()]


def has_refused(org_id: str) -> bool:
    """Whether the org has a playbook refused by a tier limit."""
    query = (
        clients.firestore()
        .collection(org_path(org_id, PLAYBOOKS))
        .where(filter=FieldFilter("refusedBy", "==", TIER))
        .select([])
        .limit(1)
    )
    return any(True for _ in query.stream())


def refused(org_id: str, tier: Tier) -> tuple[list[DocumentSnapshot[Any]], UsedLimits]:
    """The org's playbooks refused by a limit, oldest first, and the limits used by the others."""
    room = UsedLimits(tier)
    waiting = []
    for one in _oldest_first(org_id):
        data = one.to_dict() or {}
        if data.get("status") == PlaybookStatus.ERROR and data.get(REFUSED_BY) == TIER:
            waiting.append(one)
        else:
            room.take(CountedPlaybook.of(data))
    return waiting, room


def _playbooks(org_id: str) -> Any:
    return clients.firestore().collection(org_path(org_id, PLAYBOOKS))


def _oldest_first(org_id: str) -> list[DocumentSnapshot[Any]]:
    found = _playbooks(org_id).select(list(_LOOKED_AT)).stream()
    return sorted(found, key=lambda one: (one.create_time, one.id))
