"""The console's page: the API's data for people."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from local.console.problems import parse_query
from local.console.world import World
from local.providers.faults import PROVIDERS
from local.providers.outbox import Channel, OutboxMessage

ASSETS = Path(__file__).parent / "assets"

_LISTED_MESSAGES = 200
_LISTED_TASKS = 50

# Email markup is untrusted: styles are allowed, scripts and network access aren't.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class PageQuery(BaseModel):
    """`message` is the id of the open outbox message; `channel` filters the list."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel | None = None
    message: str | None = None


class ConsolePage:
    """`/` is the page; `/panels` are its live parts, which it polls."""

    def __init__(self, world: World, dashboard_url: str) -> None:
        self._world = world
        self._dashboard_url = dashboard_url
        self._templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
        self._templates.env.filters.update(leaf=leaf, moment=moment, pretty=pretty)
        self.routes = [
            Route("/", self._page, methods=["GET"]),
            Route("/panels", self._panels, methods=["GET"]),
        ]

    async def _page(self, request: Request) -> Response:
        return self._render(request, "page.html")

    async def _panels(self, request: Request) -> Response:
        return self._render(request, "panels.html")

    def _render(self, request: Request, template: str) -> Response:
        query = parse_query(request, PageQuery)
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
        return self._templates.TemplateResponse(request, template, self._context(query), headers=headers)

    def _context(self, query: PageQuery) -> dict[str, Any]:
        snapshot = self._world.cloud.snapshot()
        messages = self._world.outbox.messages()
        listed = [message for message in messages if query.channel in (None, message.channel)]
        return {
            "query": query,
            "dashboard": self._dashboard_url,
            "now": self._world.cloud.clock.now(),
            "missing": self._world.missing(),
            "queues": snapshot.get("queues", []),
            "listed_tasks": _LISTED_TASKS,
            "jobs": snapshot.get("jobs", []),
            "counts": _counts(messages),
            "matching": len(listed),
            "messages": list(reversed(listed[-_LISTED_MESSAGES:])),
            "open_message": self._world.outbox.find(query.message) if query.message else None,
            "faults": self._world.faults.pending(),
            "providers": PROVIDERS,
            "stores": self._world.stores.menus(),
        }


def _counts(messages: list[OutboxMessage]) -> dict[str, int]:
    counts = {"all": len(messages), "email": 0, "sms": 0, "slack": 0, "drive": 0}
    for message in messages:
        counts[message.channel] += 1
    return counts


def leaf(name: object) -> str:
    """The last part of a resource name: `projects/…/jobs/nightly` → `nightly`."""
    return str(name).rsplit("/", 1)[-1]


def moment(value: object) -> str:
    """A readable UTC time; anything else unchanged."""
    if value is None or value == "":
        return "–"
    parsed = value if isinstance(value, datetime) else _parsed_moment(str(value))
    return parsed.astimezone(UTC).strftime("%a %d %b %Y, %H:%M:%S") if parsed else str(value)


def _parsed_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def pretty(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2, default=str, ensure_ascii=False)
