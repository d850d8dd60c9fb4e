"""Deletes the secrets of deleted webhooks. Called by Cloud Tasks only."""

from __future__ import annotations

from typing import Annotated

import flask
from pydantic import Field, StringConstraints

from shared.api.http import Body, door, json_response, parse_body, require_caller
from shared.gcp import secret_manager
from shared.webhooks.hook_secrets import ID_PATTERN


class DeleteBody(Body):
    """What `shared.webhooks.hook_secrets` puts into a task."""

    secret_ids: list[Annotated[str, StringConstraints(pattern=ID_PATTERN)]] = Field(max_length=100)


@door(methods=("POST",), trace="carried")
def delete_secrets(request: flask.Request) -> flask.Response:
    """200 `{deleted}`; 5xx when they must be deleted later."""
    require_caller(request, "tasks")
    deleted = sum(secret_manager.delete_secret(one) for one in parse_body(request, DeleteBody).secret_ids)
    return json_response({"deleted": deleted})
