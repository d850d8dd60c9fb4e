"""The addresses of the dashboard and of the API, read out of their routes, and where one leads."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

ROUTES = Path(__file__).parents[1] / "web/src/app/routes.tsx"
HOSTING = Path(__file__).parents[1] / "firebase.json"
OUTSIDE_OF_THE_FRAME = "/signin"
_ROUTE = re.compile(r'\bpath: "(?P<path>/[^"]*)"')


def page_of(address: str) -> str | None:
    """The route (like `/runs/:runId`) that a path or a whole address leads to; None where there is none."""
    path = urlsplit(address).path
    return next((route for route in routes() if _pattern(route).fullmatch(path)), None)


def leads_somewhere(address: str) -> bool:
    """Whether a page of the dashboard or a route of the API answers there."""
    path = urlsplit(address).path
    return page_of(address) is not None or any(fnmatchcase(path, source) for source in api_routes())


def api_routes() -> list[str]:
    """The patterns whose calls the hosting hands to a function, but for the rest, which is not found."""
    rewrites = json.loads(HOSTING.read_text())["hosting"]["rewrites"]
    return [one["source"] for one in rewrites if "function" in one and one["source"] != "/api/**"]


def routes() -> list[str]:
    """Every route, the most exact first."""
    found = [match["path"] for match in _ROUTE.finditer(ROUTES.read_text())]
    assert len(found) > 10, f"{ROUTES} holds {len(found)} routes; expected all pages of the dashboard"
    return sorted([*found, OUTSIDE_OF_THE_FRAME], key=lambda route: route.count(":"))


def _pattern(route: str) -> re.Pattern[str]:
    segments = ("[^/]+" if part.startswith(":") else re.escape(part) for part in route.split("/"))
    return re.compile("/".join(segments))
