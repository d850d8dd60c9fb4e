"""The console's call that simulates Mailjet events: `POST /api/mailjet/events`."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.console.problems import parse_body, problem
from local.providers.mailjet_events import EventOrder, deliver, event_for, newest
from local.providers.mailjet_messages import AcceptedMessages

EVENTS_PATH = "/api/mailjet/events"


class MailjetApi:
    """`public_url`: the product's address, as in Mailjet's settings."""

    def __init__(self, accepted: AcceptedMessages, public_url: str) -> None:
        self._accepted = accepted
        self._url = f"{public_url}{EVENTS_PATH}"
        self.routes = [Route(EVENTS_PATH, self._happen, methods=["POST"])]

    async def _happen(self, request: Request) -> Response:
        """Answers `{event, statuses}`: the event sent and the product's responses."""
        order = await parse_body(request, EventOrder)
        message = newest(self._accepted, order)
        if message is None:
            return problem(404, "Not Found", f"to: found {order.to!r}; no email to this address was accepted")
        event = event_for(message, order)
        return JSONResponse({"event": event, "statuses": await deliver(self._url, event, order.times)})
