"""Runs that somebody asks for: the user that a run acts for, and its key, where the caller gave one."""

from __future__ import annotations

from dataclasses import replace

from shared.api.errors import ForbiddenError
from shared.api.principal import Principal
from shared.errors import ConflictError
from shared.gcp.clock import Clock
from shared.runs import ids, store
from shared.runs.parts import PinnedUser
from shared.runs.pinning import StartRequest
from shared.runs.record import ExecutionStatus
from shared.runs.start import Started, start_execution

MAX_USES = 20
"""Of one key, after that many failed runs."""


def start_keyed(request: StartRequest, key: str, *, reuse_failed: bool, clock: Clock) -> Started:
    """Start the key's run, or find the newest one that it has started.

    `reuse_failed`: where that one has failed, start another. Of several requests that ask so at once, one does.

    Raises:
        KeyReusedError: the key's run was asked for with another request.
        ConflictError: the key has been used too often.
        PlaybookError: what `start_execution` raises.
    """
    for use in range(MAX_USES):
        execution_id = _id(request, key, use)
        asked = replace(request, execution_id=execution_id, may_replace_failed=reuse_failed)
        started = start_execution(asked, clock)
        if started.created or started.status is not ExecutionStatus.FAILED:
            return started
        if not reuse_failed and store.read(_id(request, key, use + 1)) is None:
            return started
    raise ConflictError(f"Idempotency-Key: {MAX_USES} runs of this key have failed; expected a new key")


def _id(request: StartRequest, key: str, use: int) -> str:
    again = f"{key}\x1f{use}" if use else key
    return ids.keyed_execution_id(request.org_id, request.playbook_id, again)


def start_asked(
    request: StartRequest, clock: Clock, *, key: str | None, fingerprint: str, reuse_failed: bool = False
) -> Started:
    """Start the run; under a key the one that it stands for. `fingerprint`: of what was asked.

    Raises:
        PlaybookError: what `start_execution` and `start_keyed` raise.
    """
    if key is None:
        return start_execution(request, clock)
    return start_keyed(replace(request, fingerprint=fingerprint), key, reuse_failed=reuse_failed, clock=clock)


def acting_user(principal: Principal, org_id: str, user_id: str | None) -> PinnedUser:
    """The user that the run acts for: the caller, or the member that an agent or the platform names.

    Raises:
        ForbiddenError: a user or an agent names somebody it may not act for.
        NotFoundError: the user is not a member of the org.
    """
    if principal.kind == "user":
        if user_id not in (None, principal.uid):
            raise ForbiddenError("userId: found another user's id; expected your own, or none")
        return PinnedUser(id=principal.uid, email=principal.email)
    if user_id is None:
        return PinnedUser()
    if principal.kind == "agent":
        if user_id not in principal.acts_for:
            raise ForbiddenError(
                "userId: this agent key does not act for that user; expected none, or one it acts for"
            )
        from shared.api.members import require_member

        member = require_member(org_id, user_id)
        return PinnedUser(id=member.uid, email=member.email, name=member.name)
    return PinnedUser(id=user_id)
