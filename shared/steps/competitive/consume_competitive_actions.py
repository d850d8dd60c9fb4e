"""`consume_competitive_actions`: agents turn their pending competitive actions into drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from shared.competitors.actions import consuming
from shared.competitors.actions.consuming import Consumed
from shared.competitors.actions.drafts import CONSUMERS, draft_of
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.documents import origin
from shared.values.camel_model import CamelModel


class ConsumeCompetitiveActionsParams(Params):
    """`agent`: only this one's actions; all three agents' if left out."""

    agent: Literal["money_mike", "craig", "pops"] | None = None


class CreatedDraft(CamelModel):
    """A draft for a person to approve; `path` is below the tenant."""

    action_id: str
    type: str
    agent: str
    competitor_name: str
    path: str


class ConsumeCompetitiveActionsOutput(Output):
    """`created` by collection: `pricingSuggestions`, `campaignDrafts`, …; `moreRemain`: over 200 were pending."""

    created: list[CreatedDraft]
    created_count: int
    pricing_suggestions: int
    campaign_drafts: int
    inventory_recommendations: int
    margin_optimizations: int
    more_remain: bool
    malformed: int
    """Pending documents that could not be read as actions."""
    summary: str


class ConsumeCompetitiveActions(Action[ConsumeCompetitiveActionsParams, ConsumeCompetitiveActionsOutput]):
    """Turns pending actions into price suggestions, campaign drafts and recommendations for a person to approve."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"agent": "money_mike"}

    def run(self, params: ConsumeCompetitiveActionsParams, context: StepContext) -> ConsumeCompetitiveActionsOutput:
        """Make the drafts; an action becomes one draft, however many runs pick it up."""
        org_id, run = context.org.id, context.execution_id
        agents = {params.agent} if params.agent else set(CONSUMERS.values())
        earlier = context.effects.read(lambda: consuming.consumed_in(org_id, run, agents))
        waiting = context.effects.read(lambda: consuming.pending(org_id, agents))
        planned = [Consumed(one, consuming.result_path(one, draft_of(one))) for one in waiting.actions]
        source = origin(context)
        created: list[Consumed] = list(earlier)
        if planned:
            created += context.effects.write(
                "drafts",
                {
                    "count": len(planned),
                    "drafts": [{"path": one.path, "trigger": one.action.trigger} for one in planned[:20]],
                },
                lambda: consuming.consume(org_id, waiting.actions, run, source, context.now),
                sample=planned,
            )
        return _output(created, waiting.more, waiting.malformed)


def _output(created: list[Consumed], more: bool, malformed: int) -> ConsumeCompetitiveActionsOutput:
    counts = dict.fromkeys(
        ("pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations"), 0
    )
    for one in created:
        counts[one.path.partition("/")[0]] += 1
    summary = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    return ConsumeCompetitiveActionsOutput(
        created=[
            CreatedDraft(
                action_id=one.action.id,
                type=one.action.type,
                agent=CONSUMERS[one.action.type],
                competitor_name=one.action.competitor_name,
                path=one.path,
            )
            for one in created
        ],
        created_count=len(created),
        more_remain=more,
        malformed=malformed,
        summary=f"For you to approve: {summary}." if summary else "No competitive action was pending.",
        **counts,
    )
