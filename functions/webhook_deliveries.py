"""`/api/webhooks/{webhookId}/deliveries` and `/test`: an address's deliveries, redelivery, and a test message."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

import flask

from functions._hooks import hook_path
from functions._member import OrgBody, OrgQuery
from functions._subscriptions import owner_org
from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import parse_query
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.subscriptions import deliveries, resending, subscriptions
from shared.subscriptions.deliveries import DeliveryStatus, WebhookDelivery
from shared.webhooks.payloads import EventType

log = logging.get_logger(__name__)


class TestMessage(OrgBody):
    """Which event to send an example of; without it the first that the webhook is told of."""

    event: EventType | None = None


class DeliveryTry(Answer):
    """One try. `statusCode`: of the answer, where there was one."""

    at: datetime
    duration_ms: int
    status_code: int | None = None
    error_code: str | None = None
    error: str | None = None


class ListedDelivery(Answer):
    """A message to one address. `message_id`: its `webhook-id`. `dead`: given up; it can be sent again."""

    id: str
    message_id: str
    type: EventType
    status: DeliveryStatus
    test: bool
    tries: list[DeliveryTry]
    next_try_at: datetime | None = None
    created_at: datetime
    delivered_at: datetime | None = None
    payload: dict[str, Any]

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        names = set(cls.model_fields) - {"test", "tries", "next_try_at", "payload", "id"}
        return cls(
            **delivery.model_dump(include=names),
            id=delivery.id,
            test=delivery.is_test,
            tries=[DeliveryTry(**one.model_dump()) for one in delivery.tries],
            next_try_at=delivery.due_at,
            payload=json.loads(delivery.payload),
        )


class DeliveryList(Answer):
    """The newest 50 messages to an address, the newest first; they are kept for 30 days."""

    items: list[ListedDelivery]


def _methods(path: str) -> tuple[str, ...]:
    return ("GET",) if hook_path(path, paths.WEBHOOK_DELIVERIES) else ("POST",)


@door(methods=_methods)
def webhook_deliveries(request: flask.Request) -> flask.Response:
    """List: 200 `{items}`. Test and resend: 202 with the delivery. For the org's owners, and agents by scope."""
    resent, tested = hook_path(request.path, paths.WEBHOOK_RESEND), hook_path(request.path, paths.WEBHOOK_TEST)
    found = resent or tested or hook_path(request.path, paths.WEBHOOK_DELIVERIES)
    if found is None:
        raise not_found("this address")
    principal, webhook_id = authenticate(request), found["webhookId"]
    with logging.bind(webhookId=webhook_id):
        if tested:
            return _tested(request, principal, webhook_id)
        if resent:
            return _resent(request, principal, webhook_id, resent["deliveryId"])
        return _listed(request, principal, webhook_id)


def _listed(request: flask.Request, principal: Principal, webhook_id: str) -> flask.Response:
    org_id = owner_org(principal, parse_query(request, OrgQuery).org_id)
    if subscriptions.read(org_id, webhook_id) is None:
        raise subscriptions.missing(webhook_id)
    found = deliveries.of_subscription(webhook_id)
    return json_response(DeliveryList(items=[ListedDelivery.of(one) for one in found if one.org_id == org_id]))


def _tested(request: flask.Request, principal: Principal, webhook_id: str) -> flask.Response:
    owner_org(principal, None)
    body = parse_body(request, TestMessage)
    sent = resending.send_test(owner_org(principal, body.org_id), webhook_id, body.event, Clock().now())
    return json_response(ListedDelivery.of(sent), HTTPStatus.ACCEPTED)


def _resent(request: flask.Request, principal: Principal, webhook_id: str, delivery_id: str) -> flask.Response:
    owner_org(principal, None)
    org_id = owner_org(principal, parse_body(request, OrgBody).org_id)
    sent = resending.resend(org_id, webhook_id, delivery_id, Clock().now())
    log.info("a message was sent again", extra={"orgId": org_id, "deliveryId": delivery_id, "by": principal.id})
    return json_response(ListedDelivery.of(sent), HTTPStatus.ACCEPTED)
