"""Reads Claude's API responses: the text, the tokens used, and why there is no text."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from shared.billing.prices import Cost, model_cost
from shared.error_codes import ErrorCode
from shared.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens used by a call. `input_tokens` excludes cached ones."""

    model: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def cost(self) -> Cost:
        return model_cost(
            self.model,
            self.input_tokens,
            self.output_tokens,
            cache_read_tokens=self.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens,
        )


class ModelAnswerError(PermanentError):
    """Claude's answer is unusable; it was paid for anyway (`usage`)."""

    code = ErrorCode.MODEL_ANSWER_UNUSABLE

    def __init__(self, message: str, usage: Usage) -> None:
        super().__init__(message)
        self.usage = usage


class ModelRefusedError(ModelAnswerError):
    """Claude declined to answer."""

    code = ErrorCode.MODEL_DECLINED


class ModelCutOffError(ModelAnswerError):
    """The answer didn't fit in `max_tokens`."""

    code = ErrorCode.MODEL_ANSWER_CUT_OFF


class _Block(BaseModel):
    type: str
    text: str | None = None


class _StopDetails(BaseModel):
    category: str | None = None


class _Tokens(BaseModel):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None

    def usage(self, model: str) -> Usage:
        read, written = self.cache_read_input_tokens or 0, self.cache_creation_input_tokens or 0
        return Usage(model, self.input_tokens, self.output_tokens, read, written)


class Reply(BaseModel):
    """The parts of an answer that we use."""

    content: list[_Block]
    stop_reason: str | None = None
    stop_details: _StopDetails | None = None
    usage: _Tokens


def text_of(reply: Reply, usage: Usage) -> str:
    """The answer's text, never empty.

    Raises:
        ModelAnswerError: Claude declined, ran out of room or returned nothing.
    """
    if reply.stop_reason == "refusal":
        about = reply.stop_details.category if reply.stop_details else None
        raise ModelRefusedError(f"Claude declined to answer{f' ({about})' if about else ''}", usage)
    if reply.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise ModelCutOffError(f"Claude's answer was cut off ({reply.stop_reason})", usage)
    if reply.stop_reason not in ("end_turn", "stop_sequence"):
        raise ModelAnswerError(f"Claude stopped with {reply.stop_reason!r}; expected an answer", usage)
    text = "".join(block.text or "" for block in reply.content if block.type == "text").strip()
    if not text:
        raise ModelAnswerError("Claude's answer has no text", usage)
    return text
