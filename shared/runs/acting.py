"""The user that a run acts for."""

from __future__ import annotations

from shared.api.errors import ForbiddenError
from shared.api.principal import Principal
from shared.runs.parts import PinnedUser


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
