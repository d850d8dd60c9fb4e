"""A real HTTP server on loopback whose answers each test writes itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class Received:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A server: `routes` says how each path answers, `received` what was asked, in order."""

    base: str
    routes: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def page(self, path: str, body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None) -> str:
        """Serve a fixed answer and return its URL."""

        def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
            handler.send_response(status)
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(body)

        self.routes[path] = answer
        return self.base + path

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        """Serve a redirect and return its URL."""
        return self.page(path, status=status, headers={"Location": location})


def _serve(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.received.append(Received(self.command, self.path, headers, body))
            site.routes[self.path.split("?")[0]](self, body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Keep the test output clean."""

    return Handler


def running_site() -> Iterator[Site]:
    site = Site("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _serve(site))
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback."""
    yield from running_site()


@pytest.fixture
def other_site() -> Iterator[Site]:
    """Another server: another origin."""
    yield from running_site()
