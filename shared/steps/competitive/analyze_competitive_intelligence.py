"""`analyze_competitive_intelligence`: turns scanned menus into actions for agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from shared.competitors.actions import store as actions
from shared.competitors.actions.models import action_id
from shared.competitors.actions.rule_matches import RuleMatch, findings
from shared.competitors.actions.store import Recorded
from shared.competitors.models import CompetitorMenu
from shared.competitors.own_products import OwnProducts
from shared.retail import items
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scan_output import products_of, scanned_menus, with_whole_menus
from shared.values.camel_model import CamelModel

_ORDER = ("critical", "high", "medium", "low")
MAX_SHOWN = 100


class AnalyzeCompetitiveIntelligenceParams(Params):
    """None: the thresholds are the product's."""


class FoundAction(CamelModel):
    """A finding of this run. `actionId` is its first action's id, which a later one continues with a number."""

    action_id: str
    type: str
    rule: str
    priority: str
    agent: str
    competitor_name: str
    competitor_id: str
    trigger: str
    recommendation: str


class AnalyzeCompetitiveIntelligenceOutput(Output):
    """`actions`: what was found, the most urgent first, at most 100 of `actionCount`. The counts say what it did.

    `held`: findings that somebody resolved in the last seven days and that are no worse. `lapsed`: pending
    actions that today's menus give no reason for any more.
    """

    actions: list[FoundAction]
    action_count: int
    critical_count: int
    opened: int
    updated: int
    held: int
    lapsed: int
    summary: str
    notes: tuple[str, ...]


class AnalyzeCompetitiveIntelligence(
    Action[AnalyzeCompetitiveIntelligenceParams, AnalyzeCompetitiveIntelligenceOutput]
):
    """Turns undercuts, promotions and unstocked categories from the preceding scan into competitive actions."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {}

    def run(
        self, params: AnalyzeCompetitiveIntelligenceParams, context: StepContext
    ) -> AnalyzeCompetitiveIntelligenceOutput:
        """Find them and store them.

        Raises:
            PermanentError: no scan came before, or too many products of ours may be on their menus.
        """
        menus = with_whole_menus(scanned_menus(context, "analyze_competitive_intelligence"), context)
        ours = context.effects.read(lambda: items.our_products(context.org.id, products_of(menus)))
        found = {menu.competitor_id: findings(menu, ours) for menu in menus if not menu.error}
        every = sorted(
            (one for of_one in found.values() for one in of_one),
            key=lambda one: (_ORDER.index(one.rule.priority), -one.figure, one.competitor, one.rule.name),
        )
        recorded = _record(found, every, context)
        return AnalyzeCompetitiveIntelligenceOutput(
            actions=[_shown(one) for one in every[:MAX_SHOWN]],
            action_count=len(every),
            critical_count=sum(one.rule.priority == "critical" for one in every),
            opened=len(recorded.opened),
            updated=len(recorded.updated),
            held=len(recorded.held),
            lapsed=len(recorded.lapsed),
            summary=_summary(every),
            notes=tuple(_notes(menus, ours)),
        )


def _record(found: Mapping[str, Sequence[RuleMatch]], every: Sequence[RuleMatch], context: StepContext) -> Recorded:
    if not found:
        return Recorded()
    return context.effects.write(
        "actions",
        {
            "collection": "competitive_actions",
            "count": len(every),
            "actions": [f"{one.rule.priority} {one.rule.type}: {one.trigger}" for one in every[:20]],
        },
        lambda: actions.record(context.org.id, found, context.now),
        sample=Recorded(),
    )


def _shown(finding: RuleMatch) -> FoundAction:
    rule = finding.rule
    return FoundAction(action_id=action_id(finding.competitor_id, rule.type, rule.name), **finding.fields())


def _summary(every: Sequence[RuleMatch]) -> str:
    if not every:
        return "The competitors' menus call for no action."
    more = f" And {len(every) - 1} more." if len(every) > 1 else ""
    return f"{every[0].trigger} {every[0].recommendation}{more}"


def _notes(menus: Sequence[CompetitorMenu], ours: OwnProducts) -> list[str]:
    notes = [f"{menu.name} couldn't be read: {menu.error}" for menu in menus if menu.error]
    notes += [menu.suspect for menu in menus if menu.suspect]
    if not ours.count:
        notes.append("Our inventory has no item with a price, so prices were not compared.")
    if not ours.categories:
        notes.append("Our inventory names no category, so categories were not compared.")
    return notes
