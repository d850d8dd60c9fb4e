"""An org's webhooks, managed by its owner: listed, added with a secret that is shown once, changed, deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Self

import flask
from pydantic import AfterValidator, Field

from functions._member import OrgBody, OrgQuery
from shared.api.answers import Answer
from shared.api.body import parse_query
from shared.api.errors import InvalidFieldsError
from shared.api.http import json_response, parse_body
from shared.api.principal import Kind, Principal
from shared.errors import PermanentError
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.subscriptions import subscriptions
from shared.subscriptions.subscriptions import DisabledBecause, Status, Subscription
from shared.web.address import RefusedAddressError, parse_address
from shared.web.fetch import require_callable
from shared.webhooks.payloads import EventType

SCOPE = "webhooks:write"
MOST_URL_CHARS = 2_000
LONGEST_OVERLAP_HOURS = 72
_OPENED_BY: tuple[Kind, ...] = ("user", "agent")


def _checked_url(url: str) -> str:
    stripped = url.strip()
    try:
        address = parse_address(stripped)
    except RefusedAddressError as error:
        raise ValueError(str(error)) from None
    # The local stack's receivers have no certificates.
    if address.scheme != "https" and not settings().allow_private_network_fetch:
        raise ValueError("expected an https address")
    return stripped


def _once_each(events: list[EventType]) -> list[EventType]:
    return list(dict.fromkeys(events))


WebhookUrl = Annotated[
    str,
    Field(min_length=1, max_length=MOST_URL_CHARS, json_schema_extra={"format": "public-url"}),
    AfterValidator(_checked_url),
]
Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType)), AfterValidator(_once_each)]


class NewWebhook(OrgBody):
    """An https address, and the events that it is notified of."""

    url: WebhookUrl
    events: Events


class WebhookChange(OrgBody):
    """What is to change. `status`: `active` forgets earlier failures."""

    url: WebhookUrl | None = None
    events: Events | None = None
    status: Status | None = None


class RotatedSecret(OrgBody):
    """For how long messages are signed with the secret before it too."""

    previous_valid_hours: int = Field(default=24, ge=0, le=LONGEST_OVERLAP_HOURS)


class ListedWebhook(Answer):
    """A webhook. `disabledBecause`: its owner did it, the address is `gone` (410), or `failing` again and again."""

    id: str
    url: str
    events: list[EventType]
    status: Status
    disabled_because: DisabledBecause | None = None
    disabled_at: datetime | None = None
    dead_in_a_row: int
    """Messages that were given up since one last arrived."""
    secret_set_at: datetime
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, subscription: Subscription, **more: Any) -> Self:
        fields = subscription.model_dump(include=set(ListedWebhook.model_fields) - {"created_by"})
        by = subscription.created_by_name or subscription.created_by
        return cls(**fields, id=subscription.id, created_by=by, **more)


class WebhookWithSecret(ListedWebhook):
    """A webhook with its new secret: `secret` is shown this once."""

    secret: str = Field(repr=False)


class WebhookList(Answer):
    """An org's webhooks, the oldest first."""

    items: list[ListedWebhook]
    limit: int


class DeletedWebhook(Answer):
    """A webhook that is gone."""

    id: str


def owner_org(principal: Principal, named: str | None) -> str:
    """The caller's org, whose webhooks they may see and change.

    Raises:
        NotFoundError: another org is named.
        ForbiddenError: the caller is no owner, and no agent with the scope.
    """
    org_id = named or principal.org_id
    principal.require(org_id=org_id, kinds=_OPENED_BY, role="owner", scope=SCOPE, resource=f"org {org_id}")
    return org_id or ""


def webhook_list(request: flask.Request, principal: Principal) -> flask.Response:
    """200 `{items, limit}`."""
    org_id = owner_org(principal, parse_query(request, OrgQuery).org_id)
    items = [ListedWebhook.of(one) for one in subscriptions.of_org(org_id)]
    return json_response(WebhookList(items=items, limit=subscriptions.MOST_SUBSCRIPTIONS))


def webhook_added(request: flask.Request, principal: Principal) -> flask.Response:
    """201 with the webhook and its secret, which no other answer ever holds."""
    # Who may not write learns nothing about what could be written.
    owner_org(principal, None)
    body = parse_body(request, NewWebhook)
    org_id = owner_org(principal, body.org_id)
    _require_callable(body.url)
    made, secret = subscriptions.create(
        org_id, body.url, body.events, principal.id or "", principal.called, Clock().now()
    )
    return json_response(WebhookWithSecret.of(made, secret=secret), HTTPStatus.CREATED)


def webhook_changed(request: flask.Request, principal: Principal, webhook_id: str) -> flask.Response:
    """200 with the webhook as it is now."""
    owner_org(principal, None)
    body = parse_body(request, WebhookChange)
    org_id = owner_org(principal, body.org_id)
    if body.url is not None:
        _require_callable(body.url)
    changed = subscriptions.change(
        org_id, webhook_id, Clock().now(), url=body.url, events=body.events, status=body.status
    )
    return json_response(ListedWebhook.of(changed))


def webhook_secret(request: flask.Request, principal: Principal, webhook_id: str) -> flask.Response:
    """200 with the webhook and its new secret."""
    owner_org(principal, None)
    body = parse_body(request, RotatedSecret)
    org_id = owner_org(principal, body.org_id)
    overlap = timedelta(hours=body.previous_valid_hours)
    changed, secret = subscriptions.rotate_secret(org_id, webhook_id, Clock().now(), overlap)
    return json_response(WebhookWithSecret.of(changed, secret=secret))


def webhook_deleted(request: flask.Request, principal: Principal, webhook_id: str) -> flask.Response:
    """200 `{id}`."""
    org_id = owner_org(principal, parse_query(request, OrgQuery).org_id)
    subscriptions.delete(org_id, webhook_id)
    return json_response(DeletedWebhook(id=webhook_id))


def _require_callable(url: str) -> None:
    try:
        require_callable(url)
    except PermanentError as error:
        detail = {
            "field": "url",
            "found": "an address that may not be called",
            "expected": "a public https address",
        }
        raise InvalidFieldsError(f"url: {error}", [detail]) from None
