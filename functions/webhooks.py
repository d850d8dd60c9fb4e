"""`/api/webhooks`, and `POST /api/hooks/{hookId}/secret`: endpoints that create secrets."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import flask
from pydantic import Field, StringConstraints

from functions import _subscriptions as subscribed
from functions._hooks import ListedHook, hook_path, own_hook
from functions._member import OrgBody, member_of
from functions._subscriptions import LONGEST_OVERLAP_HOURS
from shared.api import paths
from shared.api.auth import authenticate
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.paths import is_at
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.webhooks import hooks
from shared.webhooks.signatures import new_secret

log = logging.get_logger(__name__)


class NewHookSecret(OrgBody):
    """A hook's new secret. `secret`: one that the sender has made; without it we make one.

    `previous_valid_hours`: for how long calls with the one before it are still accepted.
    """

    secret: Annotated[str, StringConstraints(pattern=r"^[!-~]{16,256}$")] | None = Field(default=None, repr=False)
    previous_valid_hours: int = Field(default=24, ge=0, le=LONGEST_OVERLAP_HOURS)


class MadeSecret(ListedHook):
    """A hook with its new secret: `secret` is shown this once."""

    secret: str = Field(repr=False)


def _methods(path: str) -> tuple[str, ...]:
    if is_at(path, paths.WEBHOOKS):
        return "GET", "POST"
    return ("POST", "DELETE") if hook_path(path, paths.WEBHOOK) else ("POST",)


@door(methods=_methods)
def webhooks(request: flask.Request) -> flask.Response:
    """`/webhooks`: an org's subscriptions, for its owners. `/hooks/{hookId}/secret`: for owners and editors."""
    if hook := hook_path(request.path, paths.HOOK_SECRET):
        return _hook_secret(request, authenticate(request), hook["hookId"])
    if is_at(request.path, paths.WEBHOOKS):
        answer = subscribed.webhook_list if request.method == "GET" else subscribed.webhook_added
        return answer(request, authenticate(request))
    secret_of = hook_path(request.path, paths.WEBHOOK_SECRET)
    webhook = secret_of or hook_path(request.path, paths.WEBHOOK)
    if webhook is None:
        raise not_found("this address")
    principal, webhook_id = authenticate(request), webhook["webhookId"]
    with logging.bind(webhookId=webhook_id):
        if secret_of:
            return subscribed.webhook_secret(request, principal, webhook_id)
        if request.method == "DELETE":
            return subscribed.webhook_deleted(request, principal, webhook_id)
        return subscribed.webhook_changed(request, principal, webhook_id)


def _hook_secret(request: flask.Request, principal: Principal, hook_id: str) -> flask.Response:
    # Who may not write learns nothing about what could be written.
    hook, found = own_hook(principal, hook_id, None)
    body = parse_body(request, NewHookSecret)
    member_of(principal, body.org_id, "editor")
    value = body.secret or new_secret()
    changed = hooks.set_secret(hook, found, value, Clock().now(), timedelta(hours=body.previous_valid_hours))
    log.info("a hook's secret was set", extra={"orgId": hook.org_id, "hookId": hook_id, "by": principal.uid})
    return json_response(MadeSecret.of(changed, secret=value))
