"""Bringing back playbooks that a limit of their org's tier had refused, once the tier has room for them.

Called when the org's document is written (an upgrade), and once a day (something was archived or deleted).
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
    """Set the org's refused playbooks back to active, the oldest first, while there is room; how many.

    Their jobs and listeners follow from the write, as after any other. What has no room stays as it is.

    Raises:
        TransientError: some could not be written now; the others were.
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
    """Whether nothing else is wrong with it: it would be refused again at once."""
    from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
    from shared.steps.registry import params_model

    data = found.reference.get().to_dict() or {}
    try:
        playbook = parse_playbook(org_id, {**data, "status": PlaybookStatus.ACTIVE.value}, params_model)
    except InvalidPlaybookError:
        return False
    return own_limits.too_often(room.tier, playbook.triggers) is None
