"""`/api/webhooks`, and `POST /api/hooks/{hookId}/secret`: what gives out secrets, which its account cannot read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import flask
from pydantic import Field, StringConstraints

from functions import _subscriptions as subscribed
from functions._hooks import ListedHook, own_hook
from functions._member import OrgBody, member_of
from functions._subscriptions import LONGEST_OVERLAP_HOURS
from shared.api.auth import authenticate
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.webhooks import hooks
from shared.webhooks.signatures import new_secret

log = logging.get_logger(__name__)

_HOOK_SECRET = re.compile(r"/hooks/(?P<hook>[0-9a-f]{32})/secret/?$")
_WEBHOOK = re.compile(r"/webhooks(?:/(?P<webhook>[0-9a-f]{32})(?P<secret>/secret)?)?/?$")


class NewSecret(OrgBody):
    """A hook's new secret. `secret`: one that the sender has made; without it we make one.

    `previous_valid_hours`: for how long calls with the one before it are still accepted.
    """

    secret: Annotated[str, StringConstraints(pattern=r"^[!-~]{16,256}$")] | None = Field(default=None, repr=False)
    previous_valid_hours: int = Field(default=24, ge=0, le=LONGEST_OVERLAP_HOURS)


class MadeSecret(ListedHook):
    """A hook with its new secret: `secret` is shown this once."""

    secret: str = Field(repr=False)


def _methods(path: str) -> tuple[str, ...]:
    match = _WEBHOOK.search(path)
    if match is None or match["secret"]:
        return ("POST",)
    return ("POST", "DELETE") if match["webhook"] else ("GET", "POST")


@door(methods=_methods)
def webhooks(request: flask.Request) -> flask.Response:
    """`/webhooks`: an org's subscriptions, for its owners. `/hooks/{hookId}/secret`: for owners and editors."""
    hook, webhook = _HOOK_SECRET.search(request.path), _WEBHOOK.search(request.path)
    if hook is not None:
        return _hook_secret(request, authenticate(request), hook["hook"])
    if webhook is None:
        raise not_found("this address")
    return _subscription(request, authenticate(request), webhook)


def _subscription(request: flask.Request, principal: Principal, match: re.Match[str]) -> flask.Response:
    webhook_id = match["webhook"]
    if webhook_id is None:
        listed = request.method == "GET"
        return (subscribed.webhook_list if listed else subscribed.webhook_added)(request, principal)
    with logging.bind(webhookId=webhook_id):
        if match["secret"]:
            return subscribed.webhook_secret(request, principal, webhook_id)
        if request.method == "DELETE":
            return subscribed.webhook_deleted(request, principal, webhook_id)
        return subscribed.webhook_changed(request, principal, webhook_id)


def _hook_secret(request: flask.Request, principal: Principal, hook_id: str) -> flask.Response:
    # Who may not write learns nothing about what could be written.
    hook, found = own_hook(principal, hook_id, None)
    body = parse_body(request, NewSecret)
    member_of(principal, body.org_id, "editor")
    value = body.secret or new_secret()
    changed = hooks.set_secret(hook, found, value, Clock().now(), timedelta(hours=body.previous_valid_hours))
    log.info("a hook's secret was set", extra={"orgId": hook.org_id, "hookId": hook_id, "by": principal.uid})
    return json_response(MadeSecret.of(changed, secret=value))
