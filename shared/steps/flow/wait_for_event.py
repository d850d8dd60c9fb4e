"""`wait_for_event`: pauses the run until an event happens in the org."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.models import Condition, EventName
from shared.playbooks.templates import parse_condition
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.context import EndRunError
from shared.steps.flow.wait import MAX_DAYS
from shared.waiting import event_waits
from shared.waiting.event_waits import EventWait
from shared.waiting.ids import wait_id


class WaitForEventParams(Params):
    """Which event, and for how long at most.

    An event that came since the run began counts too, unless it started the run or another of its waits has met it.
    `filter` is a condition over `event`, the data of the event that comes. `match` names fields of it and the
    values that they must have, which may be templates: `{"orderId": "{{event.orderId}}"}`. `onTimeout`: `continue`
    goes on with `outcome: timeout`, `stop` ends the run as completed, `fail` as failed.
    """

    keeps_written: ClassVar[frozenset[str]] = frozenset({"filter"})

    event_name: EventName
    filter: Condition | None = None
    match: dict[str, str | int | float | bool | None] = Field(default_factory=dict, max_length=10)
    timeout_hours: float = Field(default=72, gt=0, le=MAX_DAYS * 24)
    on_timeout: Literal["continue", "stop", "fail"] = "continue"

    @field_validator("filter")
    @classmethod
    def _reads_the_event_alone(cls, text: str | None) -> str | None:
        names = {path[0] for path in parse_condition(text).paths()} - {"event", "org"} if text else set()
        if names:
            raise ValueError(
                f"reads {', '.join(sorted(names))}; expected event and org alone (use match for values)"
            )
        return text


class WaitForEventOutput(Output):
    """`event`: the data of the event that arrived."""

    outcome: Literal["event", "timeout"]
    event: dict[str, Any] | None = None
    event_id: str | None = None


class WaitForEvent(Action[WaitForEventParams, WaitForEventOutput]):
    """Pauses the run until an event happens in the org, or it times out."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"eventName": "order.completed", "timeoutHours": 24}

    def run(self, params: WaitForEventParams, context: StepContext) -> WaitForEventOutput:
        """Listen, or go on where it came or is too late.

        Raises:
            EndRunError: it did not come and `onTimeout` is `stop`.
            PermanentError: it did not come and `onTimeout` is `fail`.
        """
        until = context.parking.until(context.now + timedelta(hours=params.timeout_hours))
        wait = self._begin(params, context, until)
        if wait.status == "met":
            return WaitForEventOutput(outcome="event", event=wait.event, event_id=wait.event_id)
        if context.now < wait.until:
            context.parking.park(wait.until, {"channel": "event", "eventName": params.event_name})
        return _timeout(params)

    def _begin(self, params: WaitForEventParams, context: StepContext, until: datetime) -> EventWait:
        wait = EventWait(
            id=wait_id(context.execution_id, context.step_id),
            org_id=context.org.id,
            playbook_id=context.playbook_id,
            execution_id=context.execution_id,
            step_id=context.step_id,
            event_name=params.event_name,
            filter=params.filter,
            match=params.match,
            since=context.now,
            until=until,
        )
        summary = {"collection": event_waits.COLLECTION, "eventName": params.event_name}
        back_to = context.parking.run_began(context.now)
        trigger = context.scope.get("trigger", {})
        used = {trigger["eventId"]} if trigger.get("eventId") else set()
        return context.effects.write(
            "listen", summary, lambda: event_waits.begin(wait, back_to, used, context.now), sample=wait
        )


def _timeout(params: WaitForEventParams) -> WaitForEventOutput:
    output = WaitForEventOutput(outcome="timeout")
    reason = f"{params.event_name} did not happen within {params.timeout_hours:g} hours"
    if params.on_timeout == "fail":
        raise PermanentError(reason, code=ErrorCode.EVENT_MISSED)
    if params.on_timeout == "stop":
        raise EndRunError(reason, output.model_dump(mode="json", by_alias=True))
    return output
