"""`GET /api/alerts`, `POST /api/alerts/{alertId}/read`, `POST /api/alerts/mark-all-read`: an org's inbox."""

from __future__ import annotations

import re

import flask
from pydantic import Field

from functions._member import OrgBody, OrgQuery, member_of
from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import parse_query
from shared.api.cursors import Cursor
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.paths import is_at, values_in
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices import alert_center

log = logging.get_logger(__name__)

MARKING_SECONDS = 40.0
"""Of the 60 s that Hosting waits for an answer; what is left after them is marked by a task."""
LIST, READ, MARK_ALL = "list", "read", "mark all"
_LONGEST_ID = 500
"""An id of a step in nested blocks is longer than other documents' ids."""
_RESERVED_ID = re.compile(r"\.\.?|__.*__")


class MarkedAlerts(Answer):
    """How many became read; `more`: the rest of them is being marked."""

    updated: int
    more: bool | None = None


class ListQuery(OrgQuery):
    """Which page."""

    limit: int = Field(default=alert_center.DEFAULT_LIMIT, ge=1, le=alert_center.MAX_LIMIT)
    after: Cursor | None = None


def _methods(path: str) -> tuple[str, ...]:
    if is_at(path, paths.ALERTS):
        return ("GET",)
    return ("POST",) if is_at(path, paths.ALERT_READ) or is_at(path, paths.ALERTS_ALL_READ) else ("GET", "POST")


@door(methods=_methods)
def alerts(request: flask.Request) -> flask.Response:
    """List: 200 `{alerts, unread?, nextAfter?, unreadable}`. Read and mark-all-read: 200 `{updated}`.

    Every member of the org may do all three. What is read is read for the whole org. Where there is more to mark
    than fits into the time of an answer, it holds `more: true` and the rest is marked right afterwards.
    """
    asked = _asked(request)
    principal = authenticate(request)
    clock = Clock()
    if asked == LIST:
        return _listed(request, principal, clock)
    org_id = member_of(principal, parse_body(request, OrgBody).org_id, "viewer")
    with logging.bind(orgId=org_id):
        if asked == READ:
            updated = alert_center.mark_read(org_id, _alert_id(request.path), principal.uid or "", clock.now())
            return json_response(MarkedAlerts(updated=updated))
        return _all_marked(org_id, principal.uid or "", clock)


def _asked(request: flask.Request) -> str:
    if is_at(request.path, paths.ALERTS):
        return LIST
    if is_at(request.path, paths.ALERTS_ALL_READ):
        return MARK_ALL
    if is_at(request.path, paths.ALERT_READ):
        return READ
    raise not_found("this address")


def _alert_id(path: str) -> str:
    alert_id = (values_in(path, paths.ALERT_READ) or {}).get("alertId", "")
    if not 0 < len(alert_id) <= _LONGEST_ID or _RESERVED_ID.fullmatch(alert_id):
        raise not_found("this address")
    return alert_id


def _listed(request: flask.Request, principal: Principal, clock: Clock) -> flask.Response:
    query = parse_query(request, ListQuery)
    org_id = member_of(principal, query.org_id, "viewer")
    found = alert_center.list_alerts(org_id, clock.now(), limit=query.limit, after=query.after)
    answer: dict[str, object] = {"alerts": found.alerts, "unreadable": found.unreadable}
    if query.after is None:
        answer["unread"] = alert_center.count_unread(org_id, clock.now())
    if found.next_after is not None:
        answer["nextAfter"] = found.next_after
    return json_response(answer)


def _all_marked(org_id: str, by: str, clock: Clock) -> flask.Response:
    marked = alert_center.mark_all_read(org_id, by, clock.now(), seconds=MARKING_SECONDS)
    log.info("alerts marked as read", extra={"updated": marked.updated})
    if marked.rest_after is None:
        return json_response(MarkedAlerts(updated=marked.updated))
    alert_center.mark_rest(org_id, by, marked.rest_after)
    return json_response(MarkedAlerts(updated=marked.updated, more=True))
