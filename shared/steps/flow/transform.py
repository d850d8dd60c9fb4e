"""`transform`: reshapes an object, or each object in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext

JsonObject = dict[str, Any]


class TransformParams(Params):
    """First `defaults` fill fields that are missing or null, then `pick` keeps some, then `rename` renames."""

    input: JsonObject | list[JsonObject]
    pick: list[str] | None = Field(default=None, min_length=1)
    rename: dict[str, str] = Field(default_factory=dict)
    defaults: JsonObject = Field(default_factory=dict)


class TransformOutput(Output):
    """An object or a list, like the input."""

    result: JsonObject | list[JsonObject]


class Transform(Action[TransformParams, TransformOutput]):
    """Picks and renames fields, and fills in defaults."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"input": {"name": "Blue Dream", "price": 40}, "pick": ["name"]}

    def run(self, params: TransformParams, context: StepContext) -> TransformOutput:
        """Reshape the input."""
        if isinstance(params.input, list):
            rows = [_reshaped(row, params, f"input[{index}]") for index, row in enumerate(params.input)]
            return TransformOutput(result=rows)
        return TransformOutput(result=_reshaped(params.input, params, "input"))


def _reshaped(row: JsonObject, params: TransformParams, where: str) -> JsonObject:
    filled = {**row, **{name: value for name, value in params.defaults.items() if row.get(name) is None}}
    return _renamed(_picked(filled, params.pick, where), params.rename, where)


def _picked(row: JsonObject, names: list[str] | None, where: str) -> JsonObject:
    if names is None:
        return row
    _refuse_missing(names, row, f"{where}: pick")
    return {name: row[name] for name in names}


def _renamed(row: JsonObject, names: Mapping[str, str], where: str) -> JsonObject:
    _refuse_missing(list(names), row, f"{where}: rename")
    targets = [names.get(name, name) for name in row]
    twice = sorted({name for name in targets if targets.count(name) > 1})
    if twice:
        raise PermanentError(f"{where}: rename makes two fields called {', '.join(twice)}; expected one of each")
    return dict(zip(targets, row.values(), strict=True))


def _refuse_missing(names: list[str], row: JsonObject, where: str) -> None:
    missing = [name for name in names if name not in row]
    if missing:
        found = ", ".join(row) or "no fields"
        raise PermanentError(f"{where} names {', '.join(missing)}, which is not there; found {found}")
