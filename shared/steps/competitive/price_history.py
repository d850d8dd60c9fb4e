"""`price_history`: competitors' prices for an undercut product over the last 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.competitors.models import Undercut
from shared.messages.template.timeline import Timeline
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._price_chart import chart_of
from shared.steps.competitive._scan_output import scanned_menus


class PriceHistoryParams(Params):
    """`undercut`: of `analyze_pricing` or `claim_findings`; the first product sold in our size is looked up."""

    undercut: list[Undercut] = Field(default=[], max_length=1_000)


class PriceHistoryOutput(Output):
    """`chart` is for a section of `compose_report`; null where the prices of one day alone are known.

    `text` says the same in words; both are of `product`, with its size.
    """

    product: str | None = None
    chart: Timeline | None = None
    text: str = ""


class PriceHistory(Action[PriceHistoryParams, PriceHistoryOutput]):
    """Reads competitors' prices for a product over the last 30 days, and makes a chart for a report."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"undercut": []}

    def run(self, params: PriceHistoryParams, context: StepContext) -> PriceHistoryOutput:
        """Read it.

        Raises:
            PermanentError: no scan came before.
        """
        found = chart_of(params.undercut, scanned_menus(context, "price_history"), context)
        if found is None:
            return PriceHistoryOutput()
        return PriceHistoryOutput(product=found.product, chart=found.chart, text=found.chart.words)
