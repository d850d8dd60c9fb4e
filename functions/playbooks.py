"""`/api/playbooks`: an org's playbooks: read, checked before they are saved, and restored."""

from __future__ import annotations

import flask
from pydantic import Field

from functions._member import OrgBody, OrgQuery
from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import DocumentId, parse_query
from shared.api.cursors import Cursor
from shared.api.http import StorableObject, door, json_response, parse_body, path_id
from shared.api.paths import is_at
from shared.api.principal import Kind, Principal
from shared.api.reading import reader_of
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.triggers import playbook_reading
from shared.triggers.playbook_reading import DEFAULT_LIMIT, MAX_LIMIT, PlaybookFilter

AUTHORS: tuple[Kind, ...] = ("user", "agent")
SCOPE = "chat"
"""Of the agent keys that make and change playbooks."""


class RestoredPlaybook(Answer):
    """A catalog playbook that the org has again."""

    playbook_id: str
    status: PlaybookStatus


class ListQuery(OrgQuery):
    """What is asked of the list.

    `deleted`: the catalog playbooks that the org has deleted and can have back. `summaries`:
    of each only what a viewer sees, which is what a list needs.
    """

    search: str | None = Field(default=None, min_length=1, max_length=100)
    category: str | None = Field(default=None, min_length=1, max_length=100)
    status: PlaybookStatus | None = None
    deleted: bool = False
    summaries: bool = False
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    after: Cursor | None = None


class ValidateBody(OrgBody):
    """A playbook as its author would save it. `org_id`: the caller's own org, or none.

    `playbook_id`: of one that is there, whose times may have passed since they were set.
    """

    playbook_id: DocumentId | None = None
    playbook: StorableObject


def _methods(path: str) -> tuple[str, ...]:
    posted = is_at(path, paths.PLAYBOOKS_VALIDATE) or is_at(path, paths.PLAYBOOK_RESTORE)
    return ("POST",) if posted else ("GET",)


@door(methods=_methods)
def playbooks(request: flask.Request) -> flask.Response:
    """List: 200 `{items, nextAfter?}`, newest first. One: 200 with the playbook and its `schedules`.

    Editors and agents with `executions:read` see whole documents, other systems' keys masked; viewers summaries.
    `POST …/validate`: 200 `{problems, schedules}`. `POST …/{id}/restore`: 200 `{playbookId, status}`. Both are for
    editors and agents with the scope `chat`.
    """
    if request.method == "POST":
        return _posted(request)
    principal = authenticate(request)
    if is_at(request.path, paths.PLAYBOOKS):
        return _listed(request, principal)
    playbook_id = path_id(request, paths.PLAYBOOK)
    reader = reader_of(principal, parse_query(request, OrgQuery).org_id, f"playbook {playbook_id}")
    shown = playbook_reading.show_playbook(reader.org_id, playbook_id, Clock().now(), whole=reader.sees_whole)
    return json_response(shown)


def _listed(request: flask.Request, principal: Principal) -> flask.Response:
    query = parse_query(request, ListQuery)
    reader = reader_of(principal, query.org_id, "playbooks")
    if query.deleted:
        from shared.catalog.restoring import deleted_playbooks

        deleted = deleted_playbooks(reader.org_id)
        return json_response({"items": [one.model_dump(mode="json", by_alias=True) for one in deleted]})
    items, next_after = playbook_reading.list_playbooks(
        reader.org_id,
        PlaybookFilter(query.search, query.category, query.status),
        whole=reader.sees_whole and not query.summaries,
        limit=query.limit,
        after=query.after,
    )
    return json_response({"items": items, **({"nextAfter": next_after} if next_after else {})})


def _posted(request: flask.Request) -> flask.Response:
    principal = authenticate(request)
    if is_at(request.path, paths.PLAYBOOKS_VALIDATE):
        return _validated(request, principal)
    return _restored(request, principal)


def _validated(request: flask.Request, principal: Principal) -> flask.Response:
    from shared.triggers.checking import check_playbook

    body = parse_body(request, ValidateBody)
    org_id = _author_in(principal, body.org_id, "playbooks")
    return json_response(check_playbook(org_id, body.playbook_id, body.playbook, Clock().now()))


def _restored(request: flask.Request, principal: Principal) -> flask.Response:
    from shared.catalog.restoring import restore

    playbook_id = path_id(request, paths.PLAYBOOK_RESTORE)
    org_id = _author_in(principal, parse_body(request, OrgQuery).org_id, f"deleted playbook {playbook_id}")
    with logging.bind(orgId=org_id, playbookId=playbook_id):
        restore(org_id, playbook_id, Clock())
    return json_response(RestoredPlaybook(playbook_id=playbook_id, status=PlaybookStatus.ACTIVE))


def _author_in(principal: Principal, named_org: str | None, resource: str) -> str:
    return principal.org_for(named_org, kinds=AUTHORS, role="editor", scope=SCOPE, resource=resource)
