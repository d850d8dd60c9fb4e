"""Reactivates playbooks refused by a tier limit once the tier has room for them.

Called when the org's document changes (an upgrade), and daily (something may have been archived or deleted).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers import own_limits, refusal
from shared.triggers.own_limits import CountedPlaybook, UsedLimits

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)


def bring_back_refused(org_id: str, clock: Clock) -> int:
    """Reactivates refused playbooks, oldest first, while there is room; returns how many.

    The write itself triggers the creation of jobs and listeners.

    Raises:
        TransientError: some could not be written now; the rest were.
    """
    if not own_limits.has_refused(org_id):
        return 0
    tier = own_limits.tier_of(org_id)
    if tier is None:
        return 0
    waiting, room = own_limits.refused(org_id, tier)
    with Isolation("refused-playbooks") as isolation:
        brought = isolation.each(waiting, Item.of, lambda one: _bring_back(org_id, one, room, clock))
    isolation.require_no_waiting()
    return sum(one is True for one in brought)


def _bring_back(org_id: str, found: DocumentSnapshot[Any], room: UsedLimits, clock: Clock) -> bool:
    standing = CountedPlaybook.of({**(found.to_dict() or {}), "status": PlaybookStatus.ACTIVE})
    if room.reason_against(standing) is not None or not _may_run(org_id, found, room):
        return False
    refusal.lift(org_id, found, clock)
    room.take(standing)
    log.info("playbook brought back", extra={"orgId": org_id, "playbookId": found.id})
    return True


def _may_run(org_id: str, found: DocumentSnapshot[Any], room: UsedLimits) -> bool:
    """Whether nothing else is wrong: it would just be refused again."""
    from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
    from shared.steps.registry import params_model

    data = found.reference.get().to_dict() or {}
    try:
        playbook = parse_playbook(org_id, {**data, "status": PlaybookStatus.ACTIVE.value}, params_model)
    except InvalidPlaybookError:
        return False
    return own_limits.too_often(room.tier, playbook.triggers) is None
