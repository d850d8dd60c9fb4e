"""`generate_competitor_report`: the scan and the pricing analysis as an email."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from shared.agents.addresses import redact
from shared.agents.models import Task
from shared.agents.narrate_report import ReportFacts, narrate
from shared.competitors.comparing.changes_text import MenuChanges
from shared.competitors.comparing.report import Pricing, Report, build_report
from shared.competitors.models import MenuItem, PriceChange, Shakeup, Undercut
from shared.errors import PermanentError
from shared.messages.template import build
from shared.messages.template.models import Message
from shared.steps.agents._model import Narrated, consult, joined_notes
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.competitive._price_chart import chart_of
from shared.steps.competitive._scan_output import scanned_menus
from shared.steps.reports import ReportOutput, rendered

ANALYSIS = "analyze_pricing"
DIFF = "diff_snapshots"
M = TypeVar("M", bound=BaseModel)


def report_opening(context: StepContext, facts: ReportFacts) -> Narrated:
    """Three to five sentences to put above the report; empty if no model may or can write them.

    The report then goes out as computed: this never fails a step. The text is plain: escape it in HTML.
    An action that calls this declares its effect idempotent, so that its result is kept and not paid for twice.
    """
    consulted = consult(context, Task.ROUTINE, lambda: narrate(facts), required=False, key="narration")
    if consulted.answer is None:
        return Narrated("", "computed", consulted.note)
    written = redact(consulted.answer.text)
    return Narrated(written.text, "model", joined_notes(written.note))


class GenerateCompetitorReportParams(Params):
    """The report covers what earlier steps found.

    `narrate`: whether Claude may open it with a few sentences; the figures are computed in any case, and without a
    key or beyond the org's budget the report goes out as it was computed.
    """

    narrate: bool = True


class GenerateCompetitorReportOutput(ReportOutput):
    """The report, and the same as figures."""

    data: dict[str, Any]
    """The same as figures: `{headline, competitors[], undercut[], undercutCount, changes[], changeCount}`."""
    source: Literal["model", "computed"] = "computed"
    """Who wrote the opening; `computed` if there is none."""
    note: str | None = None


class _Analysis(BaseModel):
    undercut: list[Undercut] = []
    undercut_count: int = Field(default=0, alias="undercutCount")
    summary: str | None = None


class _Changes(BaseModel):
    changes: list[PriceChange] = []
    added: list[MenuItem] = []
    removed: list[MenuItem] = []
    shakeups: list[Shakeup] = []
    change_count: int = Field(default=0, alias="changeCount")
    added_count: int = Field(default=0, alias="addedCount")
    removed_count: int = Field(default=0, alias="removedCount")


class GenerateCompetitorReport(Action[GenerateCompetitorReportParams, GenerateCompetitorReportOutput]):
    """Computes a report of the scan, with undercuts and menu changes if earlier steps found them."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    slow: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {}

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One call to the smallest model, unless `narrate` is off."""
        return {} if params.get("narrate") is False else {"model:routine": 1}

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
        analysis = _before(ANALYSIS, _Analysis, context)
        pricing = Pricing(analysis.undercut, analysis.undercut_count, analysis.summary)
        changes = MenuChanges(**dict(_before(DIFF, _Changes, context)))
        chart = chart_of(analysis.undercut, menus, context)
        report = build_report(context.org.name, menus, pricing, changes, chart)
        opening = _opening(report, context) if params.narrate else Narrated("", "computed", None)
        return GenerateCompetitorReportOutput(
            **rendered(_opened(report.message, opening.text)),
            data=report.data,
            source=opening.source,
            note=opening.note,
        )


def _opened(message: Message, opening: str) -> Message:
    """The message with the narrated opening above its sections."""
    written = build.paragraphs(*opening.split("\n\n"))
    return message.model_copy(update={"sections": (*written, *message.sections)})


def _opening(report: Report, context: StepContext) -> Narrated:
    data = report.data
    facts = ReportFacts(context.org.name, data["headline"], data["competitors"], data["undercut"])
    return report_opening(context, facts)


def _before(action: str, model: type[M], context: StepContext) -> M:
    """An earlier step's results, or nothing."""
    try:
        return model.model_validate(context.outputs.get(action, {}))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise PermanentError(f"the output of {action} is not one: {where}: {error.errors()[0]['msg']}") from None
