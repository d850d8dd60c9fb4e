"""The Anthropic stand-in: `POST /v1/messages` answers one fixed text, so that calls and faults can be seen.

It writes no prose and fills no schema; a caller must cope with that as with any unhelpful answer.
"""

import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.providers.faults import Faults
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


class _MessagesCall(BaseModel):
    model_config = ConfigDict(extra="ignore")

    model: str = Field(min_length=1)
    max_tokens: int = Field(ge=1)
    messages: list[_Turn] = Field(min_length=1)
    stream: bool = False


class Anthropic:
    def __init__(self, faults: Faults) -> None:
        answer = under_faults("anthropic", _answer, faults, _refusal)
        self.routes = [Route("/v1/messages", answer, methods=["POST"])]


async def _answer(request: Request) -> Response:
    if not request.headers.get("authorization") and not request.headers.get("x-api-key"):
        return _refusal(401, "an API key is required, as Authorization: Bearer or x-api-key")
    body = await request.body()
    try:
        call = _MessagesCall.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return _refusal(400, f"{field}: {first['msg']}")
    if call.stream:
        return _refusal(400, "stream: the local stand-in answers whole messages only")
    return JSONResponse(
        {
            "id": f"msg_{uuid.uuid4().hex[:24]}",
            "type": "message",
            "role": "assistant",
            "model": call.model,
            "content": [{"type": "text", "text": REPLY}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": _tokens(len(body)), "output_tokens": _tokens(len(REPLY))},
        }
    )


def _tokens(characters: int) -> int:
    return max(1, characters // _CHARACTERS_PER_TOKEN)


def _refusal(status: int, message: str = "The service cannot answer this call now.") -> Response:
    error = {"type": _ERROR_TYPES.get(status, "api_error"), "message": message}
    return JSONResponse({"type": "error", "error": error}, status)
