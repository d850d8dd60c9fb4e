"""The org a person acts for: their own, whether they name it or not."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.body import parse_query
from shared.api.http import Body
from shared.api.principal import Kind, Principal, Role

_PEOPLE: tuple[Kind, ...] = ("user",)


class OrgQuery(Body):
    """For callers that always name their org; it must be their own."""

    org_id: str | None = Field(default=None, min_length=1, max_length=128)


class OrgBody(Body):
    """A body that may name the org as well."""

    org_id: str | None = Field(default=None, min_length=1, max_length=128)


def member_of(principal: Principal, named: str | None, role: Role) -> str:
    """The caller's org, in which they have that role at least; one that is named and not theirs looks like none.

    Raises:
        NotFoundError: another org is named.
        ForbiddenError: the caller is no person, or may do less.
    """
    org_id = named or principal.org_id
    principal.require(org_id=org_id, kinds=_PEOPLE, role=role, resource=f"org {org_id}")
    return org_id or ""


def member_of_query(request: flask.Request, principal: Principal, role: Role) -> str:
    """`member_of` for what the query names."""
    return member_of(principal, parse_query(request, OrgQuery).org_id, role)
