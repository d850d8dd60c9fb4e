"""The shop's campaigns, locations and content: `tenants/{orgId}/campaigns`, `locations` and `content`."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.documents.customers import Instant
from shared.documents.record import Amount, Count, Record, Text


class Campaign(Record):
    """`campaigns/{campaignId}`."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "name", "status"})

    name: Text
    status: Text = "sent"
    channel: Text | None = None
    cost: Amount | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    recipients: Count = 0


class Location(Record):
    """`locations/{locationId}`."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "name"})

    name: Text
    license_number: Text | None = None
    license_expires_at: Instant | None = None


class Content(Record):
    """`content/{contentId}`: content to review before it is published."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "title", "status"})

    title: Text
    status: Literal["draft", "pending_review", "approved", "published", "rejected"] = "draft"
    created_at: Instant | None = None
