"""Mailjet's Event API: simulates events about accepted email, delivered like Mailjet's."""

from __future__ import annotations

from typing import Any, Literal

import httpx
from pydantic import Field

from local.providers.mailjet_messages import AcceptedMessage, AcceptedMessages
from shared.values.camel_model import CamelModel

USER = "mailjet"
DEMO_SECRET = "demo-mailjet-events-secret"  # noqa: S105 - it opens nothing else
TIMEOUT_SECONDS = 60


class EventOrder(CamelModel, extra="forbid", frozen=True):
    """An event for the email sent to `to` (the newest one, or the one with `customId`).

    Delivered `times` times: Mailjet retries unanswered calls.
    """

    to: str = Field(min_length=3)
    custom_id: str | None = None
    event: Literal["open", "click", "bounce", "blocked", "spam", "unsub"] = "bounce"
    hard: bool = True
    error_related_to: str = "recipient"
    error: str = "user unknown"
    comment: str = "550 5.1.1 The email account that you tried to reach does not exist"
    times: int = Field(default=1, ge=1, le=100, strict=True)


def newest(accepted: AcceptedMessages, order: EventOrder) -> AcceptedMessage | None:
    found = [message for message in accepted.find(order.custom_id) if message.to == order.to]
    return found[-1] if found else None


def event_for(message: AcceptedMessage, order: EventOrder) -> dict[str, Any]:
    """The event in Mailjet's shape."""
    event: dict[str, Any] = {
        "event": order.event,
        "time": int(message.arrived_at.timestamp()),
        "MessageID": message.id,
        "Message_GUID": message.uuid,
        "email": message.to,
        "mj_campaign_id": 0,
        "mj_contact_id": 0,
        "customcampaign": "",
        "CustomID": message.custom_id,
        "Payload": message.payload,
    }
    if order.event in ("bounce", "blocked"):
        event |= {"error_related_to": order.error_related_to, "error": order.error}
    if order.event == "bounce":
        event |= {"blocked": False, "hard_bounce": order.hard, "comment": order.comment}
    if order.event == "spam":
        event |= {"source": "JMRPP"}
    if order.event == "open":
        event |= {"ip": "127.0.0.1", "geo": "US", "agent": "local"}
    if order.event == "click":
        event |= {"url": "https://shop.example/", "ip": "127.0.0.1", "geo": "US", "agent": "local"}
    if order.event == "unsub":
        event |= {"mj_list_id": 0, "ip": "127.0.0.1", "geo": "US", "agent": "local"}
    return event


async def deliver(url: str, event: dict[str, Any], times: int) -> list[int]:
    """Delivers the event to the product; returns the statuses."""
    statuses = []
    async with httpx.AsyncClient(auth=(USER, DEMO_SECRET), timeout=TIMEOUT_SECONDS) as client:
        for _ in range(times):
            answer = await client.post(url, json=[event])
            statuses.append(answer.status_code)
    return statuses
