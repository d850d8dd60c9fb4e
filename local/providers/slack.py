"""The Slack stand-in: incoming webhooks, `POST /services/T…/B…/…` with `{text, blocks}` → `ok`."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local.providers.faults import Faults
from local.providers.outbox import Outbox
from local.providers.standin import under_faults

_WORDS = {
    400: "invalid_payload",
    403: "action_prohibited",
    404: "no_service",
    410: "channel_is_archived",
    429: "rate_limited",
}
"""Slack's plain-text messages by status."""


class _Post(BaseModel):
    model_config = ConfigDict(extra="allow")

    text: str = ""
    blocks: list[dict[str, Any]] = []


class Slack:
    """The outbox's `to` is `team/webhook`; the webhook's third part is its secret and is left out."""

    def __init__(self, outbox: Outbox, faults: Faults) -> None:
        self._outbox = outbox
        post = under_faults("slack", self._post, faults, _refusal)
        self.routes = [Route("/services/{team}/{webhook}/{token}", post, methods=["POST"])]

    async def _post(self, request: Request) -> Response:
        try:
            post = _Post.model_validate_json(await request.body())
        except ValidationError:
            return PlainTextResponse("invalid_payload", 400)
        text = post.text or _text_of(post.blocks)
        if not text:
            return PlainTextResponse("no_text", 400)
        self._outbox.record(
            "slack", to=f"{request.path_params['team']}/{request.path_params['webhook']}", text=text
        )
        return PlainTextResponse("ok")


def _text_of(blocks: list[dict[str, Any]]) -> str:
    """The readable text of header and section blocks, one line each."""
    texts = [block.get("text") for block in blocks]
    return "\n".join(str(text.get("text", "")) for text in texts if isinstance(text, dict))


def _refusal(status: int) -> Response:
    return PlainTextResponse(_WORDS.get(status, "rollup_error"), status)
