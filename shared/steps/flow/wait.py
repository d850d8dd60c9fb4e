"""`wait`: pauses the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, model_validator

from shared.playbooks.instants import Instant
from shared.steps.base import Action, Effect, Output, Params, StepContext

MAX_DAYS = 60


class WaitParams(Params):
    """How long (the parts add up), or until when; at most 60 days."""

    seconds: int = Field(default=0, ge=0, le=MAX_DAYS * 86_400)
    minutes: int = Field(default=0, ge=0, le=MAX_DAYS * 1_440)
    hours: int = Field(default=0, ge=0, le=MAX_DAYS * 24)
    days: int = Field(default=0, ge=0, le=MAX_DAYS)
    until: Instant | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> WaitParams:
        if (self.until is not None) == bool(self.span()):
            raise ValueError("says both or neither of a span and `until`; expected one of them")
        if self.span() > timedelta(days=MAX_DAYS):
            raise ValueError(f"waits {self.span()}; expected at most {MAX_DAYS} days")
        return self

    def span(self) -> timedelta:
        """The parts together."""
        return timedelta(seconds=self.seconds, minutes=self.minutes, hours=self.hours, days=self.days)


class WaitOutput(Output):
    """When the wait ended."""

    waited_until: datetime


class Wait(Action[WaitParams, WaitOutput]):
    """Pauses the run for a while; nothing runs in the meantime."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"hours": 2}

    def run(self, params: WaitParams, context: StepContext) -> WaitOutput:
        """Wait, or continue if the time is up."""
        farthest = context.now + timedelta(days=MAX_DAYS)
        until = context.parking.until(min(params.until or context.now + params.span(), farthest))
        if context.now < until:
            context.parking.park(until, {"channel": "wait"})
        return WaitOutput(waited_until=until)
