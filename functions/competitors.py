"""`/api/competitors`: the competitors that an org tracks, with their menus and prices; added and removed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import flask
from pydantic import AfterValidator, Field

from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import OrgId, parse_query
from shared.api.http import Body, door, is_document_id, json_response, parse_body, path_id
from shared.api.paths import is_at
from shared.api.principal import Principal
from shared.api.reading import reader_of
from shared.billing.tiers import UNLIMITED
from shared.competitors import overview, tracking
from shared.competitors.overview import DEFAULT_LIMIT, MAX_LIMIT, CompetitorPage
from shared.competitors.tracking import Competitor, CompetitorName, MenuUrl, Priority
from shared.gcp.clock import Clock
from shared.tenants.tenant import load_tenant

WRITE_SCOPE = "competitors:write"


class TrackedCompetitor(Answer):
    """A competitor as it is now tracked. `limit` −1: the tier tracks any number."""

    id: str
    name: str
    menu_url: str
    created: bool
    used: int
    limit: int


class RemovedCompetitor(Answer):
    """One that is no longer tracked."""

    id: str


def _checked_id(value: str) -> str:
    if not is_document_id(value):
        raise ValueError("found no id; expected the `nextAfter` of an earlier answer")
    return value


class ListQuery(Body):
    """Which page."""

    org_id: OrgId | None = None
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    after: (
        Annotated[
            str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_\-.~:]+$"), AfterValidator(_checked_id)
        ]
        | None
    ) = None


class OneQuery(Body):
    """Whose competitor: the caller's own org, or none."""

    org_id: OrgId | None = None


class PricesQuery(OneQuery):
    """Of every product, or of those of one name."""

    product: str | None = Field(default=None, min_length=1, max_length=200)


class NewCompetitor(Body):
    """A competitor to track; one of that name gets this menu."""

    org_id: OrgId | None = None
    name: CompetitorName
    menu_url: MenuUrl
    priority: Priority | None = None


def _methods(path: str) -> tuple[str, ...]:
    if is_at(path, paths.COMPETITORS):
        return "GET", "POST"
    return ("GET",) if is_at(path, paths.COMPETITOR_PRICES) else ("GET", "DELETE")


@door(methods=_methods)
def competitors(request: flask.Request) -> flask.Response:
    """List: `{items, tierId, used, limit, nextAfter?}`. One: its menu beside ours. `…/prices`: `{items}`.

    POST adds (201 `{id, name, menuUrl, created, used, limit}`; 200 where it was tracked already; 422 with the words
    of the tier's limit). DELETE of one: 200 `{id}`. Both are for editors, and agents with `competitors:write`.
    """
    principal = authenticate(request)
    if is_at(request.path, paths.COMPETITORS):
        return _added(request, principal) if request.method == "POST" else _listed(request, principal)
    if is_at(request.path, paths.COMPETITOR_PRICES):
        return _prices(request, principal)
    return _removed(request, principal) if request.method == "DELETE" else _shown(request, principal)


def _listed(request: flask.Request, principal: Principal) -> flask.Response:
    query = parse_query(request, ListQuery)
    reader = reader_of(principal, query.org_id, "competitors")
    wanted = CompetitorPage(org_id=reader.org_id, limit=query.limit, after=query.after)
    return json_response(overview.list_competitors(wanted, Clock().now()))


def _shown(request: flask.Request, principal: Principal) -> flask.Response:
    competitor_id = path_id(request, paths.COMPETITOR)
    reader = reader_of(principal, parse_query(request, OneQuery).org_id, _resource(competitor_id))
    return json_response(overview.show_competitor(reader.org_id, competitor_id))


def _prices(request: flask.Request, principal: Principal) -> flask.Response:
    competitor_id, query = path_id(request, paths.COMPETITOR_PRICES), parse_query(request, PricesQuery)
    reader = reader_of(principal, query.org_id, _resource(competitor_id))
    return json_response(overview.prices(reader.org_id, competitor_id, Clock().now(), query.product))


def _removed(request: flask.Request, principal: Principal) -> flask.Response:
    competitor_id = path_id(request, paths.COMPETITOR)
    org_id = _editors_org(principal, parse_query(request, OneQuery).org_id, _resource(competitor_id))
    overview.remove(org_id, competitor_id)
    return json_response(RemovedCompetitor(id=competitor_id))


def _added(request: flask.Request, principal: Principal) -> flask.Response:
    body = parse_body(request, NewCompetitor)
    org_id = _editors_org(principal, body.org_id, "competitors")
    tier_id = load_tenant(org_id).tier_id
    wanted = Competitor(body.name, body.menu_url, body.priority)
    tracked = tracking.track(org_id, tier_id, wanted, None, Clock().now())
    answer = TrackedCompetitor(
        id=tracked.competitor_id,
        name=body.name,
        menu_url=body.menu_url,
        created=tracked.created,
        used=tracked.used,
        limit=UNLIMITED if tracked.limit is None else tracked.limit,
    )
    return json_response(answer, HTTPStatus.CREATED if tracked.created else HTTPStatus.OK)


def _editors_org(principal: Principal, named_org: str | None, resource: str) -> str:
    return principal.org_for(
        named_org, kinds=("user", "agent"), role="editor", scope=WRITE_SCOPE, resource=resource
    )


def _resource(competitor_id: str) -> str:
    return f"competitor {competitor_id}"
