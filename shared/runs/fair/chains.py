"""Limits chains of playbooks that start one another, by a step or by an event."""

from __future__ import annotations

from datetime import datetime

from shared.error_codes import ErrorCode
from shared.errors import AlreadyReportedError
from shared.runs.pinning import StartRequest

MOST_OF_ONE = 3
"""How often one playbook may run in a chain."""
MOST_SHOWN = 6


class ChainLimitError(AlreadyReportedError):
    """The playbook has led to itself as often as it may."""

    code = ErrorCode.CHAIN_LIMIT


def require_room(request: StartRequest, now: datetime) -> None:
    """Pass when the chain may go on with the playbook. The first refusal of what set it off is told to the org.

    Raises:
        ChainLimitError: the playbook has run in it as often as it may.
    """
    if request.ancestors.count(request.playbook_id) < MOST_OF_ONE:
        return
    from shared.notices import limit_notice

    led = " → ".join([*request.ancestors[-MOST_SHOWN:], request.playbook_id])
    reason = f"the playbook already ran {MOST_OF_ONE} times in one chain of runs and events ({led})"
    root = request.root_cause or request.execution_id or request.playbook_id
    limit_notice.notify_of_chain_limit(request.org_id, root, request.playbook_id, reason, now)
    raise ChainLimitError(reason)
