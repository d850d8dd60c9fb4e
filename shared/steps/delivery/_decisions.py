"""The page where people decide on a run's suggestions; the run's messages link to it."""

from __future__ import annotations

from shared.documents.org import CAMPAIGN_DRAFTS, PRICING_SUGGESTIONS
from shared.messages import links
from shared.steps.base import StepContext

_MADE = (
    ("create_pricing_suggestion", "suggestionId", PRICING_SUGGESTIONS),
    ("create_campaign_draft", "draftId", CAMPAIGN_DRAFTS),
)


def decision_page(context: StepContext) -> str | None:
    """The page of the suggestion, or of all pending ones if it made several; None if it made none."""
    made = {
        links.suggestion(kind, found)
        for action, field, kind in _MADE
        if isinstance(found := context.outputs.get(action, {}).get(field), str)
    }
    if context.outputs.get("consume_competitive_actions", {}).get("createdCount") or len(made) > 1:
        return links.DECISIONS
    return next(iter(made), None)
