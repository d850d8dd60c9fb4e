"""`set`: names values for the steps that follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict

from shared.steps.base import Action, Effect, Output, Params, StepContext


class SetParams(Params):
    """The values, by the names that later steps read them under."""

    values: dict[str, Any]


class SetOutput(Output):
    """The values, unchanged."""

    model_config = ConfigDict(extra="allow")


class Set(Action[SetParams, SetOutput]):
    """Stores values, usually built from templates, under `steps.<stepId>`."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"values": {"target": 10}}

    def run(self, params: SetParams, context: StepContext) -> SetOutput:
        return SetOutput.model_validate(params.values)
