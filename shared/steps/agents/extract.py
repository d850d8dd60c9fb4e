"""`extract`: reads typed values from a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.agents import claude
from shared.agents.extract import RequestedField, by_pattern, coerced, wanted
from shared.agents.fence import Fenced, Part, PromptLabel, as_text, fence
from shared.agents.models import Task
from shared.steps.agents._model import ModelAction, ModelOutput, consult, joined_notes, left_out, speaker
from shared.steps.base import Params, StepContext

MAX_FIELDS = 30
INSTRUCTIONS = """\
Read the wanted values out of the material. Answer with the number of each field that the material states, and \
its value as text: dates as YYYY-MM-DD, numbers with digits only, yes or no for booleans, addresses and names \
exactly as they stand there. Leave out a field that the material does not state; never guess one."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w{0,59}$")]


class ExtractParams(Params):
    """`fields`: name → kind (`text, number, integer, price, percent, date, email, phone, boolean`), a description,
    or both: `"date: when it was delivered"`."""

    input: Any
    fields: dict[FieldName, Annotated[str, StringConstraints(max_length=300)]] = Field(
        min_length=1, max_length=MAX_FIELDS
    )


class ExtractOutput(ModelOutput):
    """Each wanted field's value, null where the input does not have it; dates as YYYY-MM-DD, phones in E.164."""

    values: dict[str, Any]
    missing: list[str]


class _ReadField(BaseModel):
    model_config = ConfigDict(extra="ignore")

    field: int
    value: str


class _Reading(BaseModel):
    model_config = ConfigDict(extra="ignore")

    found: list[_ReadField]


class Extract(ModelAction[ExtractParams, ExtractOutput]):
    """Extracts typed values from text or data; missing values are null.

    The values are the point of this action: transient model failures are retried. Without a model they are read by
    name (`name: value`) and by pattern (emails, phones, prices, dates, percents). An address that does not stand in
    the input is never an answer.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "input": "Vendor: Hudson Farms\nInvoice total $1,250.00, due 12/15/2026. Questions: billing@hudson.example",
        "fields": {"vendor": "text", "total": "price", "dueDate": "date", "email": "email", "phone": "phone"},
    }

    def run(self, params: ExtractParams, context: StepContext) -> ExtractOutput:
        """Read them.

        Raises:
            TransientError: the model cannot answer now.
        """
        fields = [wanted(name, written) for name, written in params.fields.items()]
        day = context.now.astimezone(ZoneInfo(context.org.timezone)).date()
        material = fence("input", params.input)
        parts: list[Part] = [fence("today", day.isoformat()), PromptLabel.FIELDS, _listed(fields), material]
        system = f"{speaker(context, 'leo').introduction()}\n\n{INSTRUCTIONS}"
        consulted = consult(
            context,
            Task.ROUTINE,
            lambda: claude.ask_for(_Reading, Task.ROUTINE, system, parts, max_tokens=1_500),
            required=True,
        )
        if consulted.answer is None:
            return _output(by_pattern(fields, params.input), "computed", consulted.note)
        values = _read(consulted.answer.value, fields, as_text(params.input))
        return _output(values, "model", left_out([material]))


def _listed(fields: list[RequestedField]) -> Fenced:
    lines = [f"{number}. {one.name} ({one.kind}): {one.description}" for number, one in enumerate(fields, 1)]
    return fence("fields", "\n".join(lines))


def _read(reading: _Reading, fields: list[RequestedField], source: str) -> dict[str, Any]:
    """The first valid value of each requested field; anything else the model says is ignored."""
    values: dict[str, Any] = dict.fromkeys(one.name for one in fields)
    for found in reading.found:
        if 1 <= found.field <= len(fields):
            field = fields[found.field - 1]
            if values[field.name] is None:
                values[field.name] = coerced(field, found.value, source)
    return values


def _output(values: dict[str, Any], source: Any, note: str | None) -> ExtractOutput:
    missing = [name for name, value in values.items() if value is None]
    return ExtractOutput(values=values, missing=missing, source=source, note=joined_notes(note))
