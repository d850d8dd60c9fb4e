"""`POST /api/chat`: a sentence becomes a playbook, a change of one, a run, or a question."""

from __future__ import annotations

import flask
from pydantic import Field, field_validator

from shared.doors.auth import authenticate
from shared.doors.body import OrgId
from shared.doors.http import Body, door, json_response, parse_body
from shared.doors.idempotency import fingerprint, idempotency_key
from shared.gcp import logging
from shared.gcp.clock import Clock

MAX_MESSAGE = 4_000


class ChatBody(Body):
    """What somebody says, for which org, and to whom."""

    org_id: OrgId
    message: str = Field(min_length=1, max_length=MAX_MESSAGE)
    agent: str | None = Field(default=None, max_length=64)

    @field_validator("message")
    @classmethod
    def _says_something(cls, message: str) -> str:
        if not message.strip():
            raise ValueError("some words")
        return message.strip()


@door(methods=("POST",))
def chat(request: flask.Request) -> flask.Response:
    """200 `{reply, agent, playbookId?, playbook?, questions?, nextRuns?, executionId?, estimate?}`."""
    principal = authenticate(request)
    body = parse_body(request, ChatBody)
    principal.require(
        org_id=body.org_id, kinds=("user", "agent"), role="editor", scope="chat", resource=f"org {body.org_id}"
    )
    from shared.chat.authoring import Author
    from shared.chat.conversation import converse

    key = idempotency_key(request)
    with logging.bind(orgId=body.org_id):
        author = Author(body.org_id, principal, Clock(), key, fingerprint(body) if key else None)
        return json_response(converse(author, body.message, body.agent))
