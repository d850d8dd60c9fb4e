"""One request and its answer, whatever pieces it comes in and whatever else the server says."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.http11 import Exchange

ANSWER = (
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"
)


class Wire(httpcore.NetworkStream):
    """A server that sends these pieces, and then nothing more."""

    def __init__(self, pieces: Sequence[bytes], *, takes: bool = True) -> None:
        self._pieces = list(pieces)
        self._takes = takes
        self.sent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not self._takes:
            raise httpcore.WriteError("broken pipe")
        self.sent += buffer


def exchange(wire: Wire, body: bytes | None = None) -> Exchange:
    begun = Exchange(wire, 1.0)
    headers = [("host", "example.com"), ("connection", "close")]
    length = [("content-length", str(len(body)))] if body is not None else []
    begun.send("POST" if body else "GET", "/a?b=c", headers + length, body)
    return begun


@given(cuts=st.sets(st.integers(1, len(ANSWER) - 1), max_size=20))
def test_an_answer_is_read_whatever_pieces_it_comes_in(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(ANSWER)]
    begun = exchange(Wire([ANSWER[a:b] for a, b in itertools.pairwise(edges)]))
    status, headers = begun.head()
    assert (status, dict(headers)[b"Content-Type"]) == (201, b"text/plain")
    assert b"".join(begun.body()) == b"hello world"


def test_a_request_leaves_in_one_piece_with_its_body() -> None:
    wire = Wire([])
    exchange(wire, b"hush")
    head, _, body = wire.sent.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert b"content-length: 4" in head
    assert body == b"hush"


def test_an_early_refusal_by_the_server_is_read() -> None:
    refused = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    begun = exchange(Wire([refused], takes=False), b"x" * 100)
    assert begun.head()[0] == 413
    assert list(begun.body()) == []


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"no HTTP at all\r\n\r\n"],
        [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000],
    ],
    ids=["nothing", "no HTTP", "another protocol", "an endless header"],
)
def test_an_invalid_response_is_reported_as_no_answer(pieces: list[bytes]) -> None:
    with pytest.raises(httpcore.RemoteProtocolError):
        exchange(Wire(pieces)).head()


def test_a_truncated_body_is_an_error() -> None:
    begun = exchange(Wire([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"]))
    assert begun.head()[0] == 200
    with pytest.raises(httpcore.RemoteProtocolError):
        list(begun.body())


@pytest.mark.parametrize(("method", "name"), [("GET", "a b"), ("G T", "a")])
def test_an_invalid_request_is_never_sent(method: str, name: str) -> None:
    wire = Wire([])
    with pytest.raises(httpcore.LocalProtocolError):
        Exchange(wire, 1.0).send(method, "/", [("host", "example.com"), (name, "x")], None)
    assert wire.sent == b""
