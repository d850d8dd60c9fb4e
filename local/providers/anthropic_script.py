"""Scripted replies of the Anthropic stand-in, and the calls it received."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.values.camel_model import CamelModel

KEPT_CALLS = 50

StopReason = Literal[
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"
]


class ScriptedReply(BaseModel):
    """The reply to the next `times` calls whose system part or messages contain `match`.

    `text`, or `json` as text; `stop_reason` alone returns no text (a refusal), or cuts off `text`.
    Without `match` every call fits. Replies are used in order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: str | None = Field(default=None, min_length=1)
    text: str | None = None
    json_: Any = Field(default=None, alias="json")
    stop_reason: StopReason | None = None
    times: int = Field(default=1, ge=1, le=1_000_000, strict=True)

    @model_validator(mode="after")
    def _check_meaning(self) -> Self:
        given = self.model_fields_set
        if {"text", "json_"} <= given:
            raise ValueError("text: found together with json; expected one of them")
        if not given & {"text", "json_", "stop_reason"}:
            raise ValueError("text: found nothing to answer; expected text, json or stop_reason")
        return self

    @property
    def says_json(self) -> bool:
        return "json_" in self.model_fields_set


class RecordedCall(CamelModel, frozen=True):
    """A received call and its reported usage, without the key."""

    model: str
    max_tokens: int
    system: Any = None
    messages: list[Any]
    output_config: Any = None
    reply: str
    stop_reason: str
    usage: dict[str, int]
    received_at: datetime


class AnthropicScript:
    """Scripted replies and the newest calls; `now` is the stack's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._replies: list[ScriptedReply] = []
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT_CALLS)

    def add(self, reply: ScriptedReply) -> None:
        self._replies.append(reply)

    def take(self, prompt: str) -> ScriptedReply | None:
        """Uses the first matching reply once; None if there is none."""
        for index, reply in enumerate(self._replies):
            if reply.match is None or reply.match in prompt:
                self._use_up(index, reply)
                return reply
        return None

    def _use_up(self, index: int, reply: ScriptedReply) -> None:
        if reply.times == 1:
            del self._replies[index]
        else:
            # model_copy(update=…) uses field names and keeps what was set.
            self._replies[index] = reply.model_copy(update={"times": reply.times - 1})

    def record(self, **fields: Any) -> None:
        self._calls.append(RecordedCall(**fields, received_at=self._now()))

    def pending(self) -> list[ScriptedReply]:
        """The remaining replies with their remaining `times`."""
        return list(self._replies)

    def calls(self) -> list[RecordedCall]:
        """The last calls, oldest first."""
        return list(self._calls)

    def clear(self) -> None:
        self._replies.clear()
        self._calls.clear()
