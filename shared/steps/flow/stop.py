"""`stop`: ends the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.context import EndRunError


class StopParams(Params):
    """The reason, and whether the run counts as completed or failed (a failed one becomes a dead letter)."""

    reason: str = Field(min_length=1, max_length=500)
    status: Literal["completed", "failed"] = "completed"


class StopOutput(Output):
    """The reason again; it is the execution's `statusReason` too."""

    reason: str


class Stop(Action[StopParams, StopOutput]):
    """Ends the run here: no step after it runs."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"reason": "Nothing to report today."}

    def run(self, params: StopParams, context: StepContext) -> StopOutput:
        """End it.

        Raises:
            EndRunError: always, where the status is `completed`.
            PermanentError: where it is `failed`.
        """
        if params.status == "failed":
            raise PermanentError(params.reason, code=ErrorCode.STOPPED_BY_STEP)
        raise EndRunError(params.reason, StopOutput(reason=params.reason).model_dump(by_alias=True))
