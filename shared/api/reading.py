"""Who reads through the API, and how much they may see."""

from __future__ import annotations

from dataclasses import dataclass

from shared.api.principal import Kind, Principal

_READERS: tuple[Kind, ...] = ("user", "agent")
SCOPE = "executions:read"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of an org. `sees_whole`: works with what the org's documents hold; others see summaries."""

    org_id: str
    sees_whole: bool


def reader_of(principal: Principal, named_org: str | None, resource: str) -> Reader:
    """The caller, whose org is the one that is named, if one is.

    Raises:
        NotFoundError: the caller belongs to no org, or to another one than is named.
        ForbiddenError: an agent key without the scope.
    """
    org_id = principal.org_for(named_org, kinds=_READERS, role="viewer", scope=SCOPE, resource=resource)
    return Reader(org_id, sees_whole(principal))


def sees_whole(principal: Principal) -> bool:
    """Whether the caller works with what documents hold: agents, editors and owners."""
    return principal.kind == "agent" or principal.role in {"owner", "editor"}
