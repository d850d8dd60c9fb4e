"""What a playbook of the caller's org will cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.billing.gauges import competitors_tracked
from shared.chat.talk.store import Store
from shared.mcp.tool import Caller
from shared.playbooks.validation import parse_playbook
from shared.steps.estimate import Estimate, estimate
from shared.steps.registry import params_model
from shared.tenants.tenant import zone_of


def estimate_of(caller: Caller, playbook_id: str) -> Estimate:
    """Estimate a stored playbook.

    Raises:
        NotFoundError: the org has no such playbook.
        InvalidPlaybookError: it's invalid.
    """
    return estimated(caller, Store(caller.org_id, caller.clock).read(playbook_id).data)


def estimated(caller: Caller, data: Mapping[str, Any]) -> Estimate:
    """Estimate a playbook document.

    Raises:
        InvalidPlaybookError: it's invalid.
    """
    playbook = parse_playbook(caller.org_id, data, params_model)
    tracked = max(competitors_tracked(caller.org_id), 1)
    return estimate(playbook, zone_of(caller.org_id), caller.clock.now(), competitors=tracked)
