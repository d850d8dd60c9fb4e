"""One operation of the HTTP API in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from shared.api.idempotency import MAX_KEY_LENGTH, REUSE_FAILED

Method = Literal["GET", "POST", "DELETE"]
Credential = Literal["user", "agent", "cron", "mailjet", "signature"]
CREDENTIALS: Mapping[Credential, tuple[str, Mapping[str, str]]] = {
    "user": (
        "userToken",
        {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A Firebase ID token with the custom claims `orgId` and `role`.",
        },
    ),
    "agent": (
        "agentKey",
        {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "An agent key of the org."},
    ),
    "cron": (
        "cronSecret",
        {"type": "http", "scheme": "bearer", "description": "CRON_SECRET, for the platform's own calls."},
    ),
    "mailjet": (
        "mailjetLogin",
        {"type": "http", "scheme": "basic", "description": "The name and password that Mailjet was given."},
    ),
    "signature": (
        "hookSignature",
        {
            "type": "apiKey",
            "in": "header",
            "name": "Webhook-Signature",
            "description": "A signature with the hook's secret, in one of five forms (docs/webhooks.md).",
        },
    ),
}
"""Security scheme names and definitions, by caller."""


@dataclass(frozen=True, slots=True)
class Door:
    """One operation.

    `function`: the module in `functions/`. `who`: accepted credentials; empty means public. `needs`: the role or
    scope in words. `answers`: by status, the JSON model or another media type. `takes`: the model of the JSON body,
    or of a form if `form` is set.
    """

    function: str
    method: Method
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel] | str]
    who: tuple[Credential, ...] = ("user", "agent")
    needs: str = ""
    query: type[BaseModel] | None = None
    takes: type[BaseModel] | None = None
    body_required: bool = True
    form: bool = False
    conflicts: bool = False
    names: str = ""
    """`operationId`; also names the client's method."""
    headers: tuple[str, ...] = ()
    """Request headers from `HEADERS`, besides credentials."""

    @property
    def tag(self) -> str:
        """The first part of the path after `/api`."""
        return self.path.split("/")[2]


HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Idempotency-Key": (
        "The same key with the same request is answered as the first time, and nothing is done again.",
        {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
    ),
    "Idempotency-Reuse": (
        "`failed`: where the key's run has failed, start another one under the key.",
        {"const": REUSE_FAILED},
    ),
}
