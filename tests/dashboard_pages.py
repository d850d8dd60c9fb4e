"""The dashboard's addresses, read out of its routes, and which of them an address leads to."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

ROUTES = Path(__file__).parents[1] / "web/src/app/routes.tsx"
OUTSIDE_OF_THE_FRAME = "/signin"
_ROUTE = re.compile(r'\bpath: "(?P<path>/[^"]*)"')


def page_of(address: str) -> str | None:
    """The route (like `/runs/:runId`) that a path or a whole address leads to; None where there is none."""
    path = urlsplit(address).path
    return next((route for route in routes() if _pattern(route).fullmatch(path)), None)


def routes() -> list[str]:
    """Every route, the most exact first."""
    found = [match["path"] for match in _ROUTE.finditer(ROUTES.read_text())]
    assert len(found) > 10, f"{ROUTES} holds {len(found)} routes; expected all pages of the dashboard"
    return sorted([*found, OUTSIDE_OF_THE_FRAME], key=lambda route: route.count(":"))


def _pattern(route: str) -> re.Pattern[str]:
    segments = ("[^/]+" if part.startswith(":") else re.escape(part) for part in route.split("/"))
    return re.compile("/".join(segments))
