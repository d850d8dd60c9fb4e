"""`generate_competitor_report`: the scan and the pricing analysis as a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, Field, ValidationError

from shared.competitive.models import Undercut
from shared.competitive.report import build_report
from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scan_output import scanned_menus

ANALYSIS = "analyze_pricing"


class GenerateCompetitorReportParams(Params):
    """None: the report is about what the steps before it found."""


class GenerateCompetitorReportOutput(Output):
    """Ready for `send_email` or `notify`."""

    subject: str
    text: str
    html: str


class _Analysis(BaseModel):
    undercut: list[Undercut] = []
    undercut_count: int = Field(default=0, alias="undercutCount")
    summary: str | None = None


class GenerateCompetitorReport(Action[GenerateCompetitorReportParams, GenerateCompetitorReportOutput]):
    """Computes subject, text and HTML; undercuts are in it when an `analyze_pricing` step came before."""

    params = GenerateCompetitorReportParams
    output = GenerateCompetitorReportOutput
    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {}

    def run(
        self,
        params: GenerateCompetitorReportParams,
        context: StepContext,
    ) -> GenerateCompetitorReportOutput:
        """Write it.

        Raises:
            PermanentError: no scan came before.
        """
        menus = scanned_menus(context, "generate_competitor_report")
        analysis = _analysis(context)
        report = build_report(context.org.name, menus, analysis.undercut, analysis.undercut_count, analysis.summary)
        return GenerateCompetitorReportOutput(subject=report.subject, text=report.text, html=report.html)


def _analysis(context: StepContext) -> _Analysis:
    """What the analysis found; nothing where there was none."""
    try:
        return _Analysis.model_validate(context.outputs.get(ANALYSIS, {}))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise PermanentError(f"the output of {ANALYSIS} is not one: {where}: {error.errors()[0]['msg']}") from None
