"""`GET /api/playbooks` and `GET /api/playbooks/{playbookId}`: what an org has told its agents to do."""

from __future__ import annotations

import flask
from pydantic import Field

from functions._reading import reader_of
from shared.doors.auth import authenticate
from shared.doors.body import parse_query
from shared.doors.cursors import MAX_CURSOR_CHARS
from shared.doors.http import Body, door, json_response, path_id
from shared.scheduling import playbook_reading
from shared.scheduling.playbook_reading import DEFAULT_LIMIT, MAX_LIMIT


class ListQuery(Body):
    """What is asked of the list."""

    org_id: str | None = Field(default=None, min_length=1, max_length=128)
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    after: str | None = Field(default=None, max_length=MAX_CURSOR_CHARS)


class OrgQuery(Body):
    """Whose playbook: the caller's own org, or none."""

    org_id: str | None = Field(default=None, min_length=1, max_length=128)


@door(methods=("GET",))
def playbooks(request: flask.Request) -> flask.Response:
    """List: 200 `{items, nextAfter?}`, newest first. One: 200 with the playbook.

    Editors and agents with `executions:read` see whole documents, other systems' keys masked; viewers summaries.
    """
    principal = authenticate(request)
    if request.path.rstrip("/").endswith("/playbooks"):
        query = parse_query(request, ListQuery)
        reader = reader_of(principal, query.org_id, "playbooks")
        items, next_after = playbook_reading.list_playbooks(
            reader.org_id, whole=reader.sees_whole, limit=query.limit, after=query.after
        )
        return json_response({"items": items, **({"nextAfter": next_after} if next_after else {})})
    playbook_id = path_id(request, "playbooks/{id}")
    reader = reader_of(principal, parse_query(request, OrgQuery).org_id, f"playbook {playbook_id}")
    return json_response(playbook_reading.show_playbook(reader.org_id, playbook_id, whole=reader.sees_whole))
