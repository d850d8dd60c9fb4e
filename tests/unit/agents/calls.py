"""Calling one action of the agents as a step would, and a fitting reply of Claude for each."""

from __future__ import annotations

from typing import Any

from shared.steps.base import Cost, StepContext
from shared.steps.registry import load_action
from tests.unit.steps.fakes import PerformingEffects, step_context

CREATIVE = "creative_asset"
REPLIES: dict[str, dict[str, Any]] = {
    "delegate": {"text": "Revenue was $18,250."},
    "generate": {"text": "Blue Dream and gummies came in."},
    "summarize": {"text": "Sales rose 12 %."},
    "analyze": {"text": "White Widow has the highest price."},
    "forecast_narrative": {"text": "Blue Dream runs out on 2026-12-01."},
    "classify": {"json": {"choices": [{"item": 1, "label": 1}, {"item": 2, "label": 2}, {"item": 3, "label": 3}]}},
    "extract": {"json": {"found": [{"field": 1, "value": "Hudson Farms"}, {"field": 2, "value": "$1,250.00"}]}},
    "review_compliance": {"json": {"issues": [{"rule": "health_claim", "excerpt": "gummies", "suggestion": "x"}]}},
    "draft_email": {"json": {"subject": "New this week", "text": "Blue Dream is $40."}},
    "draft_sms": {"json": {"body": "Thrive: Blue Dream is back."}},
    "draft_campaign": {
        "json": {
            "name": "Flower",
            "subject": "10 % off",
            "email_text": "All flower.",
            "sms_text": "Thrive: flower.",
        }
    },
}


def run(name: str, context: StepContext | None = None, **params: Any) -> dict[str, Any]:
    action = load_action(name)
    given = action.params.model_validate(params or dict(action.example))
    dumped: dict[str, Any] = action.run(given, context or step_context()).model_dump(mode="json", by_alias=True)
    return dumped


def spent(context: StepContext) -> list[Cost]:
    """What was paid for; what only counts against the tier is `CREATIVE`."""
    charged = context.effects.charged if isinstance(context.effects, PerformingEffects) else []
    return [one for one in (*context.costs, *charged) if one.item != CREATIVE]
