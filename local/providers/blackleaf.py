"""The Blackleaf stand-in: one SMS per `GET /api/messaging/send/?apiKey=…&to=1XXXXXXXXXX&body=…`.

Like the provider, it refuses messages with 200 and `{"status": "error", "error": …}`.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.providers.faults import Faults
from local.providers.outbox import Outbox
from local.providers.standin import under_faults


class _Sms(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    api_key: str = Field(alias="apiKey", min_length=1)
    to: Annotated[str, StringConstraints(pattern=r"^1\d{10}$")]
    body: str = Field(min_length=1, max_length=1600)


class Blackleaf:
    def __init__(self, outbox: Outbox, faults: Faults) -> None:
        self._outbox = outbox
        send = under_faults("blackleaf", self._send, faults, _refusal)
        self.routes = [Route("/api/messaging/send/", send, methods=["GET"])]

    async def _send(self, request: Request) -> Response:
        try:
            sms = _Sms.model_validate(dict(request.query_params))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return JSONResponse({"status": "error", "error": f"{first['loc'][0]}: {first['msg']}"})
        message = self._outbox.record("sms", to=sms.to, text=sms.body)
        return JSONResponse({"status": "success", "messageId": message.id})


def _refusal(status: int) -> Response:
    return JSONResponse({"status": "error", "error": "service unavailable"}, status)
