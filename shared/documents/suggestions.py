"""What agents suggest and a person decides: four collections below a tenant, whose documents have these fields."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.documents.org import (
    CAMPAIGN_DRAFTS,
    INVENTORY_RECOMMENDATIONS,
    MARGIN_OPTIMIZATIONS,
    PRICING_SUGGESTIONS,
    org_path,
)
from shared.documents.stored import Stored

KINDS = (PRICING_SUGGESTIONS, CAMPAIGN_DRAFTS, INVENTORY_RECOMMENDATIONS, MARGIN_OPTIMIZATIONS)
"""The collections."""


class SuggestionStatus(StrEnum):
    """A suggestion's status."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Suggestion(Stored, extra="allow"):
    """The fields that all kinds share. A kind's own (a price, a campaign's texts) are extra, named as stored.

    A decision adds `decidedBy`, `decidedAt`, `comment` and, where prices were applied, `appliedPrices`.
    """

    status: SuggestionStatus = SuggestionStatus.PENDING
    agent: str | None
    created_at: datetime
    source: dict[str, Any]
    """The run and step that suggested it."""

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        return self.model_dump(by_alias=True)


def path_of(org_id: str, kind: str, suggestion_id: str) -> str:
    """The document's path."""
    return org_path(org_id, kind, suggestion_id)
