"""Google's REST APIs as far as the Firebase CLI's deploy calls them; everything else is refused and remembered."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.deploy.state import Json, RefusedError, State


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the CLI's. `host` is the API that it was meant for."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    body: Any
    size: int


Answer = Json | None
Handler = Callable[["Google", Request, re.Match[str]], Answer]
_ROUTES: list[tuple[str, str, re.Pattern[str], Handler]] = []


def route(host: str, methods: str, path: str) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        for method in methods.split():
            _ROUTES.append((host, method, re.compile(path), handler))
        return handler

    return add


class Google:
    """Answers for one project, whose `state` may be looked at and changed between calls."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self.requests: list[Request] = []
        self.unanswered: list[Request] = []
        self.operations: dict[str, Json] = {}
        self.not_yet: set[str] = set()
        """Functions that are refused the first time, as the first one of a project is."""
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> tuple[int, Json]:
        """The status and body; a request that no real API was modelled for is a 501 and kept in `unanswered`."""
        self.requests.append(request)
        for host, method, path, handler in _ROUTES:
            match = path.fullmatch(request.path) if (host, method) == (request.host, request.method) else None
            if match:
                try:
                    return 200, handler(self, request, match) or {}
                except RefusedError as refused:
                    error = {"code": refused.status, "message": refused.message, "status": "REFUSED"}
                    return refused.status, {"error": error}
        self.unanswered.append(request)
        return 501, {"error": {"code": 501, "message": f"not modelled: {request.host}{request.path}"}}

    def later(self, response: Json, parent: str = "operations") -> Json:
        """An operation that is done when it is asked about."""
        name = f"{parent}/op-{next(self._numbers)}"
        self.operations[name] = {"name": name, "done": True, "response": response}
        return {"name": name, "done": False}

    def number(self) -> str:
        return str(next(self._numbers))


def found(things: dict[str, Json], name: str) -> Json:
    if name not in things:
        raise RefusedError(404, f"{name} was not found")
    return things[name]


def masked(before: Json, request: Request) -> Json:
    """`before` with those fields of the request's body that its mask names, and no others."""
    after: Json = json.loads(json.dumps(before))
    for path in request.query["updateMask"].split(","):
        *parents, last = path.split(".")
        source, target = request.body, after
        for parent in parents:
            source, target = source.get(parent, {}), target.setdefault(parent, {})
        if last in source:
            target[last] = source[last]
        else:
            target.pop(last, None)
    return after


def port_of(request: Request) -> str:
    return request.query["port"]
