"""The console's API for the Anthropic stand-in: scripts its replies and lists its calls."""

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.console.problems import parse_body
from local.providers.anthropic_script import AnthropicScript, RecordedCall, ScriptedReply

_calls_adapter = TypeAdapter(list[RecordedCall])


class AnthropicApi:
    def __init__(self, script: AnthropicScript) -> None:
        self._script = script
        self.routes = [
            Route("/api/anthropic/replies", self._list_replies, methods=["GET"]),
            Route("/api/anthropic/replies", self._add_reply, methods=["POST"]),
            Route("/api/anthropic/replies", self._clear, methods=["DELETE"]),
            Route("/api/anthropic/calls", self._list_calls, methods=["GET"]),
            Route("/api/anthropic/calls", self._clear, methods=["DELETE"]),
        ]

    async def _list_replies(self, _request: Request) -> Response:
        return self._pending()

    async def _add_reply(self, request: Request) -> Response:
        self._script.add(await parse_body(request, ScriptedReply))
        return self._pending()

    async def _list_calls(self, _request: Request) -> Response:
        return Response(
            _calls_adapter.dump_json(self._script.calls(), by_alias=True), media_type="application/json"
        )

    async def _clear(self, _request: Request) -> Response:
        """Clears replies and calls, so that a test starts clean."""
        self._script.clear()
        return self._pending()

    def _pending(self) -> Response:
        replies = [one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in self._script.pending()]
        return JSONResponse({"replies": replies})
