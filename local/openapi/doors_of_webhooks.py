"""Endpoints for an org's outgoing webhooks."""

from __future__ import annotations

from functions import _member, _subscriptions, webhook_deliveries
from local.openapi.door import Door

_OWNER = f"the role `owner`; agents: `{_subscriptions.SCOPE}`"

WEBHOOKS: tuple[Door, ...] = (
    Door(
        "webhooks",
        "GET",
        "/api/webhooks",
        "List the org's webhooks",
        {200: _subscriptions.WebhookList},
        needs=_OWNER,
        query=_member.OrgQuery,
        names="listWebhooks",
    ),
    Door(
        "webhooks",
        "POST",
        "/api/webhooks",
        "Have an address told what happens; its secret is shown this once",
        {201: _subscriptions.WebhookWithSecret},
        needs=_OWNER,
        takes=_subscriptions.NewWebhook,
        conflicts=True,
        names="addWebhook",
    ),
    Door(
        "webhooks",
        "POST",
        "/api/webhooks/{webhookId}",
        "Change a webhook, or enable or disable it",
        {200: _subscriptions.ListedWebhook},
        needs=_OWNER,
        takes=_subscriptions.WebhookChange,
        body_required=False,
        conflicts=True,
        names="changeWebhook",
    ),
    Door(
        "webhooks",
        "DELETE",
        "/api/webhooks/{webhookId}",
        "Delete a webhook and its secret permanently",
        {200: _subscriptions.DeletedWebhook},
        needs=_OWNER,
        query=_member.OrgQuery,
        names="deleteWebhook",
    ),
    Door(
        "webhooks",
        "POST",
        "/api/webhooks/{webhookId}/secret",
        "Give a webhook a new secret, shown this once",
        {200: _subscriptions.WebhookWithSecret},
        needs=_OWNER,
        takes=_subscriptions.RotatedSecret,
        body_required=False,
        names="rotateWebhookSecret",
    ),
    Door(
        "webhook_deliveries",
        "POST",
        "/api/webhooks/{webhookId}/test",
        "Send an example of an event, once",
        {202: webhook_deliveries.ListedDelivery},
        needs=_OWNER,
        takes=webhook_deliveries.TestMessage,
        body_required=False,
        conflicts=True,
        names="testWebhook",
    ),
    Door(
        "webhook_deliveries",
        "GET",
        "/api/webhooks/{webhookId}/deliveries",
        "List the newest messages to an address, and what became of each",
        {200: webhook_deliveries.DeliveryList},
        needs=_OWNER,
        query=_member.OrgQuery,
        names="listWebhookDeliveries",
    ),
    Door(
        "webhook_deliveries",
        "POST",
        "/api/webhooks/{webhookId}/deliveries/{deliveryId}/resend",
        "Send a message once more, under the same id",
        {202: webhook_deliveries.ListedDelivery},
        needs=_OWNER,
        takes=_member.OrgBody,
        body_required=False,
        conflicts=True,
        names="resendWebhookDelivery",
    ),
)
