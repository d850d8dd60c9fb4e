"""The Anthropic stand-in: `POST /v1/messages` answers as scripted, otherwise a fixed text or minimal JSON.

Callers must handle that like any unhelpful answer.
"""

import json
import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.providers.anthropic_script import AnthropicScript
from local.providers.faults import Faults
from local.providers.schema_instances import SchemaError, minimal_instance
from local.providers.standin import under_faults

REPLY = "This is the local stand-in for Claude: no model has read your message."

_CHARACTERS_PER_TOKEN = 4
_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class _Turn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[dict[str, Any]]


class _Format(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str = Field(pattern="^json_schema$")
    schema_: dict[str, Any] = Field(alias="schema")


class _OutputConfig(BaseModel):
    model_config = ConfigDict(extra="ignore")

    effort: str | None = Field(default=None, pattern="^(low|medium|high|xhigh|max)$")
    format: _Format | None = None


class _MessagesCall(BaseModel):
    model_config = ConfigDict(extra="ignore")

    model: str = Field(min_length=1)
    max_tokens: int = Field(ge=1)
    messages: list[_Turn] = Field(min_length=1)
    system: str | list[dict[str, Any]] | None = None
    output_config: _OutputConfig = _OutputConfig()
    stream: bool = False

    def prompt(self) -> str:
        """The text that a reply's `match` is searched in."""
        texts = [self.system, *(turn.content for turn in self.messages)]
        return "\n".join(_text_of(one) for one in texts if one)


class Anthropic:
    def __init__(self, faults: Faults, script: AnthropicScript) -> None:
        self._script = script
        answer = under_faults("anthropic", self._answer, faults, _refusal)
        self.routes = [Route("/v1/messages", answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        if not request.headers.get("authorization") and not request.headers.get("x-api-key"):
            return _refusal(401, "an API key is required, as Authorization: Bearer or x-api-key")
        body = await request.body()
        try:
            call = _MessagesCall.model_validate_json(body)
            if call.stream:
                return _refusal(400, "stream: the local stand-in answers whole messages only")
            text, stop_reason = self._reply(call)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            return _refusal(400, f"{field}: {first['msg']}")
        except SchemaError as error:
            return _refusal(400, f"output_config.format.schema: {error}")
        usage = {"input_tokens": _tokens(len(body)), "output_tokens": _tokens(len(text))}
        self._record(call, text, stop_reason, usage)
        return JSONResponse(_message(call.model, text, stop_reason, usage))

    def _reply(self, call: _MessagesCall) -> tuple[str, str]:
        # Invalid schemas are refused even if a reply is scripted.
        wanted = call.output_config.format
        smallest = json.dumps(minimal_instance(wanted.schema_)) if wanted else REPLY
        scripted = self._script.take(call.prompt())
        if scripted is None:
            return smallest, "end_turn"
        text = json.dumps(scripted.json_, ensure_ascii=False) if scripted.says_json else scripted.text or ""
        return text, scripted.stop_reason or "end_turn"

    def _record(self, call: _MessagesCall, text: str, stop_reason: str, usage: dict[str, int]) -> None:
        self._script.record(
            model=call.model,
            max_tokens=call.max_tokens,
            system=call.system,
            messages=[turn.model_dump() for turn in call.messages],
            output_config=call.output_config.model_dump(by_alias=True, exclude_none=True),
            reply=text,
            stop_reason=stop_reason,
            usage=usage,
        )


def _message(model: str, text: str, stop_reason: str, usage: dict[str, int]) -> dict[str, Any]:
    refused = {"type": "refusal", "category": None, "explanation": None}
    return {
        "id": f"msg_{uuid.uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": stop_reason,
        "stop_details": refused if stop_reason == "refusal" else None,
        "stop_sequence": None,
        "usage": usage,
    }


def _text_of(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "\n".join(str(block.get("text", "")) for block in content)


def _tokens(characters: int) -> int:
    return max(1, characters // _CHARACTERS_PER_TOKEN)


def _refusal(status: int, message: str = "The service cannot answer this call now.") -> Response:
    error = {"type": _ERROR_TYPES.get(status, "api_error"), "message": message}
    return JSONResponse({"type": "error", "error": error}, status)
