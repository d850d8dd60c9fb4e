"""Calls Claude for text or a pydantic model and reports the cost. The only module that calls Claude."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from shared.agents.answers import ModelAnswerError, Reply, Usage, text_of
from shared.agents.fence import STANDING_INSTRUCTION, Part, prompt_of
from shared.agents.models import Task, effort_for, model_for
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, PlaybookError, ThrottledError, TransientError, error_for_status
from shared.gcp import tracing
from shared.gcp.settings import settings
from shared.web import throttle

if TYPE_CHECKING:
    import anthropic
    from anthropic import Anthropic
    from anthropic.types import OutputConfigParam

CONNECT_SECONDS = 4.0
CALL_SECONDS = 25.0
"""Limit for a call and its second try; less than half of a run's lease, as for every provider."""
MIN_TRY_SECONDS = 5.0
"""With less time left, don't try again."""
THINKING_TOKENS = 1_500
"""Room for the model's thinking, which counts as output and precedes the text."""
MAX_PROMPT_CHARS = 120_000

_CONFLICT = 409
_SAID = 300

M = TypeVar("M", bound=BaseModel)


class ModelUnavailableError(PermanentError):
    """No API key is set."""

    code = ErrorCode.MODEL_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, never empty."""

    text: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Parsed(Generic[M]):
    value: M
    usage: Usage


def available() -> bool:
    return settings().anthropic_api_key is not None


def ask(task: Task, system: str, parts: Sequence[Part], *, max_tokens: int = 800, tries: int = 1) -> Answer:
    """Claude's text for the prompt `parts`; data in them is fenced (`shared.agents.fence`).

    `max_tokens` limits the text alone. With `tries` 2, a passing failure is retried at once within the same
    `CALL_SECONDS`, unless Claude asks us to wait.

    Raises:
        ModelUnavailableError: no key is set.
        ModelAnswerError: Claude declined, ran out of room or returned nothing.
        TransientError: Claude can't be reached or can't answer now.
        PermanentError: Claude rejects the call (wrong key, unknown model).
    """
    text, usage = _asked(task, system, parts, None, max_tokens, tries)
    return Answer(text, usage)


def ask_for(
    model_class: type[M],
    task: Task,
    system: str,
    parts: Sequence[Part],
    *,
    max_tokens: int = 1_500,
    tries: int = 1,
) -> Parsed[M]:
    """Claude's answer as a `model_class` instance, using structured output; otherwise like `ask`.

    Raises:
        ModelAnswerError: as in `ask`, or the answer doesn't fit the model; names the first field.
    """
    text, usage = _asked(task, system, parts, model_class, max_tokens, tries)
    try:
        return Parsed(model_class.model_validate_json(text), usage)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise ModelAnswerError(
            f"Claude's answer is not a valid {model_class.__name__}: {where}: {first['msg']}", usage
        ) from None


def _asked(
    task: Task,
    system: str,
    parts: Sequence[Part],
    model_class: type[BaseModel] | None,
    max_tokens: int,
    tries: int,
) -> tuple[str, Usage]:
    model = model_for(task)
    prompt = prompt_of(parts)
    if len(prompt) > MAX_PROMPT_CHARS:
        raise PermanentError(
            f"prompt: found {len(prompt):,} characters; expected at most {MAX_PROMPT_CHARS:,}",
            code=ErrorCode.TOO_LARGE,
        )
    constant = f"{STANDING_INSTRUCTION}\n\n{system}"
    arguments: dict[str, Any] = {
        "model": model,
        "max_tokens": max_tokens + THINKING_TOKENS,
        "system": [{"type": "text", "text": constant, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": prompt}],
    }
    config = _output_config(task, model, model_class)
    if config:
        arguments["output_config"] = config
    reply = _with_tries(arguments, tries)
    usage = reply.usage.usage(model)
    return text_of(reply, usage), usage


def _output_config(task: Task, model: str, model_class: type[BaseModel] | None) -> OutputConfigParam:
    config: OutputConfigParam = {}
    effort = effort_for(task, model)
    if effort:
        config["effort"] = effort
    if model_class is not None:
        from anthropic import transform_schema

        config["format"] = {"type": "json_schema", "schema": transform_schema(model_class)}
    return config


def _with_tries(arguments: dict[str, Any], tries: int) -> Reply:
    deadline = time.monotonic() + CALL_SECONDS
    for remaining in range(tries, 0, -1):
        left = deadline - time.monotonic()
        try:
            return _sent(arguments, left / remaining)
        except TransientError as error:
            if remaining == 1 or error.retry_after_seconds or deadline - time.monotonic() < MIN_TRY_SECONDS:
                raise
    raise ValueError(f"tries is {tries}; expected at least 1")


def _sent(arguments: dict[str, Any], seconds: float) -> Reply:
    """One request. The client's own retries are off: it would sleep as long as `retry-after` says."""
    client = _client()
    throttle.require_open(_account(), "Claude")
    with tracing.span("Claude POST", {"gen_ai.request.model": str(arguments["model"])}, kind="client") as span:
        reply = _answered(client, arguments, seconds)
        span.set("gen_ai.usage.input_tokens", reply.usage.input_tokens)
        span.set("gen_ai.usage.output_tokens", reply.usage.output_tokens)
    return reply


def _answered(client: Anthropic, arguments: dict[str, Any], seconds: float) -> Reply:
    import anthropic

    try:
        message = client.messages.create(
            **arguments, timeout=anthropic.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        )
        return Reply.model_validate(message, from_attributes=True)
    except anthropic.APIStatusError as error:
        raise _refusal(error) from None
    except anthropic.APITimeoutError:
        raise TransientError(
            f"Claude did not answer within {seconds:.0f} s", code=ErrorCode.PROVIDER_UNAVAILABLE
        ) from None
    except anthropic.APIConnectionError as error:
        raise TransientError(
            f"could not reach Claude: {type(error.__cause__ or error).__name__}",
            code=ErrorCode.PROVIDER_UNAVAILABLE,
        ) from None
    except (anthropic.APIError, ValueError) as error:
        raise TransientError(
            f"Claude's answer cannot be read: {type(error).__name__}", code=ErrorCode.PROVIDER_UNAVAILABLE
        ) from None


def _refusal(error: anthropic.APIStatusError) -> PlaybookError:
    reason = " ".join(str(error.api_message or error.type or "no reason given").split())[:_SAID]
    key = settings().anthropic_api_key
    message = f"Claude answered {error.status_code}: {reason.replace(key, '…') if key else reason}"
    if error.status_code == _CONFLICT:
        # Two calls collided at the provider; the next one may succeed.
        return TransientError(message, code=ErrorCode.PROVIDER_UNAVAILABLE)
    found = error_for_status(error.status_code, message, error.response.headers)
    if isinstance(found, ThrottledError):
        return throttle.refused(_account(), message, found.retry_after_seconds)
    return found


def _account() -> str:
    return throttle.account_of("Claude", settings().anthropic_api_key or "")


def _client() -> Anthropic:
    known = settings()
    if known.anthropic_api_key is None:
        raise ModelUnavailableError("ANTHROPIC_API_KEY is not set; expected the key of a Claude account")
    return _cached_client(known.anthropic_api_key, known.anthropic_base_url)


@functools.lru_cache(maxsize=4)
def _cached_client(api_key: str, base_url: str) -> Anthropic:
    """One per process, to reuse connections. Redirects are off: they would leak the key."""
    from anthropic import Anthropic, DefaultHttpxClient

    return Anthropic(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        http_client=DefaultHttpxClient(follow_redirects=False),
    )
