"""`/api/usage`: an org's usage and spending by month, and (`…/{month}/playbooks`) by playbook."""

from __future__ import annotations

import re

import flask
from pydantic import Field

from shared.api import paths
from shared.api.auth import authenticate
from shared.api.body import OrgId, parse_query
from shared.api.http import Body, door, json_response, not_found, path_id
from shared.api.paths import is_at
from shared.api.principal import Principal
from shared.api.reading import reader_of
from shared.billing.usage_months import MAX_MONTHS, usage_by_month
from shared.gcp.clock import Clock
from shared.runs.playbook_costs import costs_by_playbook
from shared.tenants.tenant import load_tenant

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class UsageQuery(Body):
    """`months`: the current one and so many before it, in all."""

    org_id: OrgId | None = None
    months: int = Field(default=1, ge=1, le=MAX_MONTHS)


class CostsQuery(Body):
    """Whose: the caller's own org, or none."""

    org_id: OrgId | None = None


@door(methods=("GET",))
def usage(request: flask.Request) -> flask.Response:
    """Months: `{tierId, month, timezone, items[], budget}`. A month's playbooks: `{month, items[], others?}`.

    For every member, and agents with `executions:read`.
    """
    principal = authenticate(request)
    if is_at(request.path, paths.USAGE):
        query = parse_query(request, UsageQuery)
        reader = reader_of(principal, query.org_id, "usage")
        return json_response(usage_by_month(reader.org_id, query.months, Clock().now()))
    return _costs(request, principal)


def _costs(request: flask.Request, principal: Principal) -> flask.Response:
    month = path_id(request, paths.USAGE_PLAYBOOKS)
    reader = reader_of(principal, parse_query(request, CostsQuery).org_id, "usage")
    if not _MONTH.fullmatch(month):
        raise not_found(f"usage of {month}")
    return json_response(costs_by_playbook(reader.org_id, load_tenant(reader.org_id).timezone, month))
