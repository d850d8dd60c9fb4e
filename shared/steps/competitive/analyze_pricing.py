"""`analyze_pricing`: our prices against those in the preceding scan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.competitors.comparing.pricing import analyse, next_step
from shared.competitors.models import CompetitorMenu, Gap, Undercut
from shared.retail import items
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scan_output import products_of, scanned_menus, with_whole_menus
from shared.values.money import Money
from shared.values.words import counted

MAX_UNDERCUTS = 500


class AnalyzePricingParams(Params):
    """An undercut counts if it's at least `thresholdPercent` of our price."""

    threshold_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)


class AnalyzePricingOutput(Output):
    """Percentages are of our price; medians are positive where they are cheaper."""

    price_gap: Money = Field(serialization_alias="price_gap")
    """The largest undercut; 0 if there is none."""
    undercut: tuple[Undercut, ...]
    undercut_count: int
    median_gap_percent: Money | None
    competitor_gaps: tuple[Gap, ...]
    category_gaps: tuple[Gap, ...]
    matched_count: int
    our_product_count: int
    summary: str
    next_step: str
    """What to do about it, or that no price needs a response; reports use exactly these words."""
    notes: tuple[str, ...]
    """What the comparison left out."""


class AnalyzePricing(Action[AnalyzePricingParams, AnalyzePricingOutput]):
    """Matches products by name, size and category, and measures how far their prices are below ours.

    Prices are compared for the same size, or per gram, 10 mg, ml or piece where the sizes differ.
    """

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"thresholdPercent": 5}

    def run(self, params: AnalyzePricingParams, context: StepContext) -> AnalyzePricingOutput:
        """Compare them.

        Raises:
            PermanentError: no scan came before, or too many products of ours may be on their menus.
        """
        scanned = scanned_menus(context, "analyze_pricing")
        menus = with_whole_menus(scanned, context)
        ours = context.effects.read(lambda: items.our_products(context.org.id, products_of(menus)))
        analysis = analyse(ours.products, menus, params.threshold_percent)
        notes = list(_notes(menus))
        if not ours.count:
            notes.append("Our inventory has no item with a price.")
        if analysis.unsure_count:
            notes.append(_unsure(analysis.unsure_count))
        notes += [_misread(name, count) for name, count in analysis.misread.items()]
        if len(analysis.undercut) > MAX_UNDERCUTS:
            notes.append(f"Only the {MAX_UNDERCUTS} deepest of {len(analysis.undercut)} undercuts are listed.")
        return AnalyzePricingOutput(
            price_gap=analysis.price_gap,
            undercut=analysis.undercut[:MAX_UNDERCUTS],
            undercut_count=len(analysis.undercut),
            median_gap_percent=analysis.median_gap_percent,
            competitor_gaps=analysis.competitor_gaps,
            category_gaps=analysis.category_gaps,
            matched_count=analysis.matched_count,
            our_product_count=ours.count,
            summary=analysis.summary,
            next_step=next_step(analysis.undercut),
            notes=tuple(notes),
        )


def _unsure(count: int) -> str:
    products = counted(count, "product looks", "products look")
    return f"{products} the same, but the sizes are missing or too far apart, so the prices weren't compared."


def _misread(competitor: str, count: int) -> str:
    prices = counted(count, "price looks", "prices look")
    return f"{prices} misread on {competitor}'s menu, too far from yours to be right, and weren't compared."


def _notes(menus: list[CompetitorMenu]) -> list[str]:
    notes = [f"{menu.name} couldn't be read: {menu.error}" for menu in menus if menu.error]
    notes += [menu.suspect for menu in menus if menu.suspect]
    notes += [
        f"Only the first {len(menu.products):,} of {menu.product_count:,} products of {menu.name} were compared."
        for menu in menus
        if menu.truncated
    ]
    return notes
