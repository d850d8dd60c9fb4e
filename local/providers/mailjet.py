"""The Mailjet stand-in: Send API v3.1 and message lookup v3, with basic auth.

Serves below its prefix `POST /v3.1/send`, `GET /v3/REST/message` (filters CustomID, Limit, Offset) and
`GET /v3/REST/message/{id}`. A `CustomID` of the form `{executionId}:{stepId}` marks the outbox message.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.providers import mailjet_wire as wire
from local.providers.faults import Faults
from local.providers.mailjet_messages import AcceptedMessage, AcceptedMessages
from local.providers.outbox import Outbox
from local.providers.standin import under_faults

_UNAUTHORIZED = (
    "API key authentication/authorization failure. You may be unauthorized to access the API or your API key "
    "may be expired. Visit API keys management section to check your keys."
)


@dataclass(frozen=True)
class MailjetCredentials:
    key: str
    secret: str = field(repr=False)


DEMO_CREDENTIALS = MailjetCredentials("demo-mailjet-key", "demo-mailjet-secret")


class _LookupQuery(BaseModel):
    model_config = ConfigDict(extra="ignore")

    CustomID: str | None = None
    Limit: int = Field(default=10, ge=1, le=1000)
    Offset: int = Field(default=0, ge=0)


class Mailjet:
    def __init__(
        self, outbox: Outbox, faults: Faults, accepted: AcceptedMessages, credentials: MailjetCredentials
    ) -> None:
        self._outbox = outbox
        self._accepted = accepted
        self._credentials = credentials
        send = under_faults("mailjet", self._send, faults, _refusal)
        search = under_faults("mailjet", self._search, faults, _refusal, lookup=True)
        show = under_faults("mailjet", self._show, faults, _refusal, lookup=True)
        self.routes = [
            Route("/v3.1/send", send, methods=["POST"]),
            Route("/v3/REST/message", search, methods=["GET"]),
            Route("/v3/REST/message/{message_id:int}", show, methods=["GET"]),
        ]

    async def _send(self, request: Request) -> Response:
        if not self._authorized(request):
            return _refusal(401, _UNAUTHORIZED)
        try:
            call = wire.SendCall.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse(wire.malformed(error), 400)
        answers = [self._accept(message, sandbox=call.SandboxMode) for message in call.Messages]
        accepted = any(answer["Status"] == "success" for answer in answers)
        return JSONResponse({"Messages": answers}, 200 if accepted else 400)

    def _accept(self, raw: dict[str, Any], *, sandbox: bool) -> dict[str, Any]:
        try:
            message = wire.Message.model_validate(raw)
        except ValidationError as error:
            return {"Status": "error", "Errors": wire.message_errors(error)}
        if not sandbox:
            self._record(message)
        return {
            "Status": "success",
            "CustomID": message.CustomID or "",
            "To": self._receipts(message.To, message, sandbox=sandbox),
            "Cc": self._receipts(message.Cc, message, sandbox=sandbox),
            "Bcc": self._receipts(message.Bcc, message, sandbox=sandbox),
        }

    def _record(self, message: wire.Message) -> None:
        execution_id, _, step_id = (message.CustomID or "").partition(":")
        self._outbox.record(
            "email",
            to=", ".join(address.Email for address in message.To),
            subject=message.Subject,
            text=message.TextPart,
            html=message.HTMLPart,
            execution_id=execution_id or None,
            step_id=step_id or None,
            headers=message.Headers,
            inlined={
                each.ContentID
                or each.Filename: f"data:{each.ContentType};base64,{base64.b64encode(each.Base64Content).decode()}"
                for each in message.InlinedAttachments
            },
        )

    def _receipts(
        self, addresses: list[wire.Address], message: wire.Message, *, sandbox: bool
    ) -> list[dict[str, Any]]:
        return [_receipt(address, None if sandbox else self._remember(address, message)) for address in addresses]

    def _remember(self, address: wire.Address, message: wire.Message) -> AcceptedMessage:
        return self._accepted.add(
            custom_id=message.CustomID or "",
            subject=message.Subject or "",
            to=address.Email,
            payload=message.EventPayload or "",
        )

    async def _search(self, request: Request) -> Response:
        if not self._authorized(request):
            return _rest_refusal(401, _UNAUTHORIZED)
        try:
            query = _LookupQuery.model_validate(dict(request.query_params))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            return _rest_refusal(400, f'Invalid filter "{first["loc"][0]}": {first["msg"]}')
        found = self._accepted.find(query.CustomID)
        return _rest_page(found[query.Offset : query.Offset + query.Limit])

    async def _show(self, request: Request) -> Response:
        if not self._authorized(request):
            return _rest_refusal(401, _UNAUTHORIZED)
        message = self._accepted.get(request.path_params["message_id"])
        return _rest_page([message]) if message else _rest_refusal(404, "Object not found")

    def _authorized(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return False
        expected = f"{self._credentials.key}:{self._credentials.secret}".encode()
        return secrets.compare_digest(given, expected)


def _receipt(address: wire.Address, message: AcceptedMessage | None) -> dict[str, Any]:
    message_id = message.id if message else 0
    return {
        "Email": address.Email,
        "MessageUUID": message.uuid if message else "",
        "MessageID": message_id,
        "MessageHref": f"https://api.mailjet.com/v3/REST/message/{message_id}",
    }


def _rest_page(messages: list[AcceptedMessage]) -> Response:
    data = [_rest_message(message) for message in messages]
    return JSONResponse({"Count": len(data), "Data": data, "Total": len(data)})


def _rest_message(message: AcceptedMessage) -> dict[str, Any]:
    return {
        "ArrivedAt": message.arrived_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "CustomID": message.custom_id,
        "ID": message.id,
        "Status": "sent",
        "Subject": message.subject,
        "UUID": message.uuid,
    }


def _rest_refusal(status: int, message: str) -> Response:
    return JSONResponse({"ErrorInfo": "", "ErrorMessage": message, "StatusCode": status}, status)


def _refusal(status: int, message: str = "The service cannot answer this call now.") -> Response:
    return JSONResponse(wire.call_error(status, message), status)
