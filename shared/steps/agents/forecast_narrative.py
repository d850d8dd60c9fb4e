"""`forecast_narrative`: a demand forecast in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.agents.fence import as_text, fence
from shared.agents.models import Task
from shared.agents.narrate_report import invented_number
from shared.agents.summary import forecast_words
from shared.errors import PermanentError
from shared.steps.agents._model import ModelAction, ModelOutput, narrated, speaker
from shared.steps.base import Params, StepContext

SOURCE = "forecast_demand"
INSTRUCTIONS = """\
Tell the shop's owner what the forecast says in three to five sentences of plain prose: what runs out first and \
when, what to order, and how sure the forecast is. Use the figures as they are given and no others."""


class ForecastNarrativeParams(Params):
    """`input`: the forecast; left out, the last `forecast_demand` step's."""

    input: Any = None


class ForecastNarrativeOutput(ModelOutput):
    """The narration."""

    text: str


class ForecastNarrative(ModelAction[ForecastNarrativeParams, ForecastNarrativeOutput]):
    """Describes a demand forecast in a few sentences. They are computed if the model fails."""

    example: ClassVar[Mapping[str, Any]] = {
        "input": {
            "expectedUnits": 210,
            "runningOut": 1,
            "items": [{"name": "Blue Dream 3.5g", "quantity": 9, "stockOutDate": "2026-12-01"}],
        }
    }

    def run(self, params: ForecastNarrativeParams, context: StepContext) -> ForecastNarrativeOutput:
        """Describe it.

        Raises:
            PermanentError: there is neither `input` nor an earlier forecast.
        """
        forecast = params.input if params.input is not None else context.outputs.get(SOURCE)
        if forecast is None:
            raise PermanentError(f"input is missing, and no {SOURCE} step came before; expected one of the two")
        given = _without_markup(forecast)
        source = as_text(given)
        written = narrated(
            context,
            task=Task.ROUTINE,
            agent=speaker(context, "pops"),
            instructions=INSTRUCTIONS,
            parts=[fence("forecast", given)],
            computed=forecast_words(forecast),
            required=False,
            max_tokens=400,
            check=lambda text: invented_number(text, [source]),
        )
        return ForecastNarrativeOutput(text=written.text, source=written.source, note=written.note)


def _without_markup(forecast: Any) -> Any:
    """The forecast without its HTML, which repeats the text and would cost tokens twice."""
    if not isinstance(forecast, Mapping):
        return forecast
    return {name: value for name, value in forecast.items() if name != "html"}
