"""`track_competitor`: adds a tracked competitor, or updates one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.competitors import tracking
from shared.competitors.tracking import Competitor, CompetitorName, MenuUrl, Priority, Tracked
from shared.steps.base import Action, Effect, Output, Params, StepContext


class TrackCompetitorParams(Params):
    """`menuUrl`: the page with the menu. `priority`: the lower, the earlier in a scan of the `top` ones."""

    name: CompetitorName
    menu_url: MenuUrl
    priority: Priority | None = None


class TrackCompetitorOutput(Output):
    """`created`: it wasn't tracked before. `limit`: None if the org's tier has none."""

    competitor_id: str
    name: str
    created: bool
    used: int
    limit: int | None


class TrackCompetitor(Action[TrackCompetitorParams, TrackCompetitorOutput]):
    """Tracks a competitor's menu, if the org's tier includes one more; one that is tracked already is updated."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "name": "Empire Farms",
        "menuUrl": "https://empirefarms.example/menu",
        "priority": 2,
    }

    def run(self, params: TrackCompetitorParams, context: StepContext) -> TrackCompetitorOutput:
        """Track it.

        Raises:
            PermanentError: it would be one more than the org's tier includes.
        """
        org = context.org
        competitor = Competitor(params.name, params.menu_url, params.priority)
        expected = context.effects.read(lambda: tracking.look_up(org.id, org.tier_id, params.name))
        tracked: Tracked = context.effects.write(
            "competitor",
            {
                "collection": "competitors",
                "id": expected.competitor_id,
                "name": params.name,
                "menuUrl": params.menu_url,
                "priority": params.priority,
                "created": expected.created,
            },
            lambda: tracking.track(org.id, org.tier_id, competitor, context.execution_id, context.now),
            sample=expected,
        )
        return TrackCompetitorOutput(
            competitor_id=tracked.competitor_id,
            name=params.name,
            created=tracked.created,
            used=tracked.used,
            limit=tracked.limit,
        )
