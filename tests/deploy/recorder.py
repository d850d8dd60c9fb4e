"""A server on this machine that stands for all of Google, and a Firebase CLI that reaches nothing else."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.setup.paths import NODE_MODULES
from tests.deploy import google_data, google_functions, google_project
from tests.deploy.google import Google, Request

PARTS = (google_data, google_functions, google_project)
"""Each adds what it answers when it is imported."""
_GUARD = Path(__file__).parent / "guard.cjs"
_API = NODE_MODULES / "firebase-tools" / "lib" / "api.js"
_ORIGIN = re.compile(
    r'envOverride\("([A-Z_0-9]+)",\s*(?:utils\.envOverride\("([A-Z_0-9]+)",\s*)?"https://([a-z0-9.-]+)"'
)


class Recorder:
    """Where the CLI finds Google while this runs."""

    def __init__(self, google: Google, folder: Path) -> None:
        self.google = google
        self.port = 0
        self._folder = folder
        self._guard_log = folder / "guard.jsonl"

    def environment(self) -> dict[str, str]:
        """For the CLI: signed in, every origin here, no other way out, no settings of the person's own."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            **{name: f"http://{host}:{self.port}" for name, host in origins().items()},
            "CI": "1",
            "FIREBASE_TOKEN": "a-refresh-token",
            "HOME": str(self._folder),
            "XDG_CONFIG_HOME": str(self._folder),
            "NO_UPDATE_NOTIFIER": "1",
            "NODE_OPTIONS": f"--require={_GUARD} --max-semi-space-size=64",
            "GUARD_LOG": str(self._guard_log),
            "GUARD_PORT": str(self.port),
        }

    def connections(self) -> set[str]:
        """`host:port` of everything that the CLI tried to reach."""
        lines = self._guard_log.read_text().splitlines() if self._guard_log.exists() else []
        return {entry["value"] for entry in map(json.loads, lines) if entry["kind"] == "connect"}

    async def handle(self, request: HttpRequest) -> Response:
        raw = await request.body()
        host = request.headers["host"].partition(":")[0]
        query = {**request.query_params, "port": str(self.port)}
        status, answer = self.google.answer(
            Request(request.method, host, request.url.path, query, _decode(raw), len(raw))
        )
        return JSONResponse(answer, status)


def origins() -> dict[str, str]:
    """The environment variables with which the CLI's Google origins are moved, and the hosts that they are."""
    found = {}
    for outer, inner, host in _ORIGIN.findall(_API.read_text()):
        found[inner or outer] = host
    return found


def _decode(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw


@contextmanager
def recording(google: Google, folder: Path) -> Iterator[Recorder]:
    """`google`, listening."""
    recorder = Recorder(google, folder)
    app = Starlette(
        routes=[Route("/{path:path}", recorder.handle, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the recorder could not listen")
            thread.join(0.01)
        recorder.port = server.servers[0].sockets[0].getsockname()[1]
        yield recorder
    finally:
        server.should_exit = True
        thread.join(10)
