"""How many playbooks and schedules an org may have of its own making, and how close together their runs may come.

What is over a limit is the newest of it, by when Firestore created the documents, so it does not matter in which
order they are looked at. Playbooks of the catalog do not count; schedules that people add to them do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.playbooks.cadence import in_words, smallest_gap
from shared.playbooks.models import MAX_TRIGGERS, PlaybookStatus, ScheduleTrigger, Trigger
from shared.tenants.limits import more_of_its_own
from shared.tenants.tenant import TierId
from shared.tenants.tiers import Tier, find_tier, tiers_above

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

_LOOKED_AT = ("name", "status", "source", "adHoc", "triggers")
_NOT_COUNTED = (PlaybookStatus.ARCHIVED, PlaybookStatus.ERROR)


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a playbook."""

    is_own: bool
    is_active: bool
    schedules: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Standing:
        """Of its document, malformed or not."""
        status, triggers = data.get("status"), data.get("triggers")
        listed = triggers if isinstance(triggers, list) else []
        is_put_away = status in _NOT_COUNTED or (status == PlaybookStatus.PAUSED and data.get("adHoc") is True)
        return cls(
            is_own=data.get("source") != "catalog" and not is_put_away,
            is_active=status == PlaybookStatus.ACTIVE,
            schedules=sum(isinstance(one, Mapping) and one.get("type") == "schedule" for one in listed),
        )


def tier_of(org_id: str) -> Tier | None:
    """The tier whose limits hold; None where the org has no document, or one that names no tier there is."""
    found = clients.firestore().collection("tenants").document(org_id).get(["tierId"])
    if not found.exists:
        return None
    try:
        return find_tier((found.to_dict() or {}).get("tierId") or TierId.STARTER)
    except PermanentError as error:
        log.error("the org's tier is unknown; no limit holds", extra={"orgId": org_id, "reason": str(error)})
        return None


def too_often(tier: Tier, triggers: Sequence[Trigger]) -> str | None:
    """Which schedule is due more often than the tier allows, as its author reads it."""
    finest = timedelta(minutes=tier.own.finest_cadence_minutes)
    for index, trigger in enumerate(triggers):
        if not isinstance(trigger, ScheduleTrigger):
            continue
        gap = smallest_gap(trigger.cron, trigger.occurrence)
        if gap < finest:
            return (
                f"triggers[{index}].cron: found {trigger.cron!r}, which is due every {in_words(gap)} at times; "
                f"expected one run every {in_words(finest)} at most on {tier.id.value}; {_finer(tier, gap)}"
            )
    return None


def _finer(tier: Tier, gap: timedelta) -> str:
    for higher in tiers_above(tier):
        finest = timedelta(minutes=higher.own.finest_cadence_minutes)
        if finest <= gap:
            return f"upgrade to {higher.id.value} for one every {in_words(finest)}"
    return "no tier has a finer one"


def over_limit(tier: Tier, standings: Iterable[tuple[str, Standing]]) -> dict[str, str]:
    """Of an org's playbooks, oldest first, the active ones that are over a limit, with the reason."""
    playbooks = schedules = 0
    over = {}
    for playbook_id, one in standings:
        reason = _no_room(tier, one, playbooks, schedules)
        if reason is not None and one.is_active:
            over[playbook_id] = reason
            continue
        playbooks += one.is_own
        schedules += one.schedules if one.is_active else 0
    return over


def _no_room(tier: Tier, one: Standing, playbooks: int, schedules: int) -> str | None:
    own = tier.own
    if one.is_own and playbooks >= own.playbooks:
        return (
            f"playbooks: {own.playbooks:,} of {own.playbooks:,} of your own are used on {tier.id.value}; "
            f"{more_of_its_own(tier, lambda limits: limits.playbooks)}, or archive one that you no longer need"
        )
    if one.schedules and schedules + one.schedules > own.schedule_triggers:
        return (
            f"triggers: {schedules:,} of {own.schedule_triggers:,} schedules are used on {tier.id.value}, and "
            f"{one.schedules:,} more are wanted; "
            f"{more_of_its_own(tier, lambda limits: limits.schedule_triggers)}, or remove some that you do not need"
        )
    return None


def those_over_limit(org_id: str, tier: Tier) -> list[tuple[DocumentSnapshot[Any], str]]:
    """The org's active playbooks that are over a limit, with the reasons.

    An org with few playbooks costs one count and no listing.
    """
    playbooks = clients.firestore().collection("tenants").document(org_id).collection("playbooks")
    most = min(tier.own.playbooks, tier.own.schedule_triggers // MAX_TRIGGERS)
    if int(playbooks.count().get()[0][0].value) <= most:
        return []
    found = {one.id: one for one in playbooks.select(list(_LOOKED_AT)).stream()}
    in_order = sorted(found.values(), key=lambda one: (one.create_time, one.id))
    over = over_limit(tier, ((one.id, Standing.of(one.to_dict() or {})) for one in in_order))
    return [(found[playbook_id], reason) for playbook_id, reason in over.items()]
