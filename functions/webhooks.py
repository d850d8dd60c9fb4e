"""`POST /api/hooks/{hookId}/secret`: a hook's new secret. Its account writes secrets and can read none."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import flask
from pydantic import Field, StringConstraints

from functions._hooks import ListedHook, own_hook
from functions._member import OrgBody, member_of
from shared.api.auth import authenticate
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.webhooks import hooks
from shared.webhooks.signatures import new_secret

log = logging.get_logger(__name__)

LONGEST_OVERLAP_HOURS = 72
_SECRET = re.compile(r"/hooks/(?P<hook>[0-9a-f]{32})/secret/?$")


class NewSecret(OrgBody):
    """A hook's new secret. `secret`: one that the sender has made; without it we make one.

    `previous_valid_hours`: for how long calls with the one before it are still accepted.
    """

    secret: Annotated[str, StringConstraints(pattern=r"^[!-~]{16,256}$")] | None = Field(default=None, repr=False)
    previous_valid_hours: int = Field(default=24, ge=0, le=LONGEST_OVERLAP_HOURS)


class MadeSecret(ListedHook):
    """A hook with its new secret: `secret` is shown this once."""

    secret: str = Field(repr=False)


@door(methods=("POST",))
def webhooks(request: flask.Request) -> flask.Response:
    """200 with the hook and its secret, for the org's owners and editors."""
    match = _SECRET.search(request.path)
    if match is None:
        raise not_found("this address")
    return _hook_secret(request, authenticate(request), match["hook"])


def _hook_secret(request: flask.Request, principal: Principal, hook_id: str) -> flask.Response:
    # Who may not write learns nothing about what could be written.
    hook, found = own_hook(principal, hook_id, None)
    body = parse_body(request, NewSecret)
    member_of(principal, body.org_id, "editor")
    value = body.secret or new_secret()
    changed = hooks.set_secret(hook, found, value, Clock().now(), timedelta(hours=body.previous_valid_hours))
    log.info("a hook's secret was set", extra={"orgId": hook.org_id, "hookId": hook_id, "by": principal.uid})
    return json_response(MadeSecret.of(changed, secret=value))
