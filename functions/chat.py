"""`POST /api/chat`: a sentence becomes a playbook, a change of one, a run, or a question."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import flask
from pydantic import Field, field_validator

from shared.api.auth import authenticate
from shared.api.body import OrgId
from shared.api.http import Body, door, json_response, parse_body
from shared.api.idempotency import fingerprint, idempotency_key
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.loading import loading_for_good

if TYPE_CHECKING:
    from shared.chat.talk.authoring import Author
    from shared.chat.understood import Reply

MAX_MESSAGE = 4_000
CONVERSATION_ID = r"^[A-Za-z0-9_-]{1,64}$"


class ChatBody(Body):
    """What somebody says, for which org, to which agent, and in which conversation.

    A preview answers and writes nothing but the conversation.
    """

    org_id: OrgId
    message: str = Field(min_length=1, max_length=MAX_MESSAGE, pattern=r"\S")
    agent: str | None = Field(default=None, max_length=64)
    conversation_id: str | None = Field(default=None, pattern=CONVERSATION_ID)
    preview: bool = False

    @field_validator("message")
    @classmethod
    def _says_something(cls, message: str) -> str:
        if not message.strip():
            raise ValueError("some words")
        return message.strip()


@door(methods=("POST",))
def chat(request: flask.Request) -> flask.Response:
    """200 with a `ChatAnswer`. Viewers may ask; what they may not change is said in the reply."""
    principal = authenticate(request)
    body = parse_body(request, ChatBody)
    principal.require(
        org_id=body.org_id, kinds=("user", "agent"), role="viewer", scope="chat", resource=f"org {body.org_id}"
    )
    key = idempotency_key(request)
    digest = fingerprint(body) if key else None
    with logging.bind(orgId=body.org_id):
        return json_response(_answer(body, principal, key, digest))


def _answer(body: ChatBody, principal: Principal, key: str | None, digest: str | None) -> Any:
    converse = _converse()
    from shared.chat.talk.authoring import Author
    from shared.chat.talk.state import TODAYS

    author = Author(body.org_id, principal, Clock(), key, digest, body.conversation_id or TODAYS, body.preview)
    return converse(author, body.message, body.agent).answer()


@cache
def _converse() -> Callable[[Author, str, str | None], Reply]:
    """Loaded with its lexicon by the first message: a refused request need not wait for them."""
    with loading_for_good():
        from shared.chat.language.reading import language
        from shared.chat.talk.conversation import converse

        language()
    return converse
