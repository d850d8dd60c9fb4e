"""The page on which people decide what a run has suggested: what the run tells them leads there."""

from __future__ import annotations

from shared.documents.org import CAMPAIGN_DRAFTS, PRICING_SUGGESTIONS
from shared.messages import links
from shared.steps.base import StepContext

_MADE = (
    ("create_pricing_suggestion", "suggestionId", PRICING_SUGGESTIONS),
    ("create_campaign_draft", "draftId", CAMPAIGN_DRAFTS),
)


def decision_page(context: StepContext) -> str | None:
    """Of the one suggestion, or of all that wait where it made several; None where it suggested nothing."""
    made = {
        links.suggestion(kind, found)
        for action, field, kind in _MADE
        if isinstance(found := context.outputs.get(action, {}).get(field), str)
    }
    if context.outputs.get("consume_competitive_actions", {}).get("createdCount") or len(made) > 1:
        return links.DECISIONS
    return next(iter(made), None)
