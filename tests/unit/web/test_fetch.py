"""`fetch` against real servers: redirects, limits, time-outs and what each failure means."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, ThrottledError, TransientError
from shared.web.address import RefusedAddressError
from shared.web.fetch import USER_AGENT, Fetcher, fetch
from shared.web.network import anywhere

from .conftest import Site

LOCAL = Fetcher(may_connect=anywhere)
ONLY_LOOPBACK = Fetcher(may_connect=lambda address: address == ipaddress.ip_address("127.0.0.1"))


def _drop(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def test_loopback_is_refused_unless_the_setting_allows_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.page("/menu", b"menu")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.delenv("ALLOW_PRIVATE_NETWORK_FETCH", raising=False)
    with pytest.raises(RefusedAddressError):
        fetch(url)
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORK_FETCH", "true")
    assert fetch(url).body == b"menu"


def test_requests_carry_our_user_agent(site: Site) -> None:
    LOCAL.fetch(site.page("/menu"))
    assert site.received[0].headers["user-agent"] == USER_AGENT


def test_text_is_decoded_as_the_answer_says(site: Site) -> None:
    url = site.page("/menu", "café".encode("latin-1"), headers={"Content-Type": "text/html; charset=latin-1"})
    page = LOCAL.fetch(url)
    assert (page.text, page.media_type) == ("café", "text/html")


def test_an_unknown_charset_falls_back_to_utf8(site: Site) -> None:
    url = site.page("/menu", "café".encode(), headers={"Content-Type": "text/html; charset=klingon"})
    assert LOCAL.fetch(url).text == "café"


def test_a_redirect_is_followed(site: Site) -> None:
    site.page("/new", b"here")
    page = LOCAL.fetch(site.redirect("/old", "/new?key=secret"))
    assert (page.body, page.shown_url) == (b"here", site.base + "/…")


def test_a_redirect_to_a_refused_address_is_refused(site: Site) -> None:
    url = site.redirect("/trap", "http://169.254.169.254/computeMetadata/v1/")
    with pytest.raises(RefusedAddressError, match=r"169\.254\.169\.254"):
        ONLY_LOOPBACK.fetch(url)


def test_a_circle_of_redirects_ends(site: Site) -> None:
    with pytest.raises(PermanentError, match="5 redirects"):
        LOCAL.fetch(site.redirect("/round", "/round"))
    assert len(site.received) == 6


def test_credentials_stay_on_their_own_origin(site: Site, other_site: Site) -> None:
    other_site.page("/there")
    url = site.redirect("/here", other_site.base + "/there")
    LOCAL.fetch(url, headers={"Authorization": "Bearer s", "X-Api-Key": "s", "Cookie": "s", "Accept": "text/html"})
    first, second = site.received[0].headers, other_site.received[0].headers
    assert (first["authorization"], first["x-api-key"], first["cookie"]) == ("Bearer s", "s", "s")
    assert not {"authorization", "x-api-key", "cookie"} & second.keys()
    assert second["accept"] == "text/html"


def test_credentials_travel_along_on_the_same_origin(site: Site) -> None:
    site.page("/new")
    LOCAL.fetch(site.redirect("/old", "/new"), headers={"Authorization": "Bearer s"})
    assert site.received[1].headers["authorization"] == "Bearer s"


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [(303, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"), (308, "PUT", "PUT")],
)
def test_the_method_after_a_redirect(site: Site, status: int, method: str, then: str) -> None:
    site.page("/new")
    LOCAL.fetch(site.redirect("/old", "/new", status), method=method, body=b"x")
    assert (site.received[1].method, site.received[1].body) == (then, b"" if then == "GET" else b"x")


def test_a_body_over_the_limit_is_permanent(site: Site) -> None:
    with pytest.raises(PermanentError, match="1,000 bytes"):
        LOCAL.fetch(site.page("/big", b"x" * 1001), max_bytes=1000)


def test_a_body_at_the_limit_is_read(site: Site) -> None:
    assert len(LOCAL.fetch(site.page("/fits", b"x" * 1000), max_bytes=1000).body) == 1000


def test_compressed_content_is_unpacked(site: Site) -> None:
    packed = gzip.compress(b"hello ") + gzip.compress(b"world")
    url = site.page("/zip", packed, headers={"Content-Encoding": "gzip"})
    assert LOCAL.fetch(url).body == b"hello world"


def test_a_decompression_bomb_counts_by_what_it_becomes(site: Site) -> None:
    url = site.page("/bomb", gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(PermanentError, match="100,000 bytes"):
        LOCAL.fetch(url, max_bytes=100_000)


def test_compressed_content_that_ends_early_is_transient(site: Site) -> None:
    cut = gzip.compress(b"hello" * 1000)[:-12]
    with pytest.raises(TransientError, match="ends early"):
        LOCAL.fetch(site.page("/cut", cut, headers={"Content-Encoding": "gzip"}))


def test_dripping_bytes_do_not_outlive_the_total_time(site: Site) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        # It ends by itself, so that a fetch that goes on reading gets an answer, and fails the test.
        for _ in range(1_000):
            if stop.wait(0.05):
                return
            handler.wfile.write(b".")

    site.routes["/drip"] = drip
    try:
        with pytest.raises(TransientError, match="in time"):
            LOCAL.fetch(site.base + "/drip", timeout=0.4)
    finally:
        stop.set()


def test_a_dropped_read_is_transient_and_not_of_unknown_outcome(site: Site) -> None:
    site.routes["/drop"] = _drop
    with pytest.raises(TransientError) as failure:
        LOCAL.fetch(site.base + "/drop?key=secret")
    assert not isinstance(failure.value, OutcomeUnknownError)
    assert "secret" not in str(failure.value)


def test_a_dropped_change_has_an_unknown_outcome(site: Site) -> None:
    site.routes["/drop"] = _drop
    with pytest.raises(OutcomeUnknownError):
        LOCAL.fetch(site.base + "/drop", method="POST", body=b"{}")
    assert len(site.received) == 1


def test_no_connection_is_transient_even_for_a_change() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TransientError) as failure:
        LOCAL.fetch(f"http://127.0.0.1:{port}/", method="POST", body=b"{}")
    assert not isinstance(failure.value, OutcomeUnknownError)


def test_a_failure_after_an_accepted_change_has_an_unknown_outcome(site: Site) -> None:
    site.page("/receipt", status=503)
    with pytest.raises(OutcomeUnknownError):
        LOCAL.fetch(site.redirect("/order", "/receipt", 303), method="POST", body=b"{}")


@pytest.mark.parametrize("location", ["http://169.254.169.254/", "ftp://example.com/", "/missing"])
def test_a_bad_redirect_after_an_accepted_change_has_an_unknown_outcome(site: Site, location: str) -> None:
    site.page("/missing", status=404)
    with pytest.raises(OutcomeUnknownError):
        ONLY_LOOPBACK.fetch(site.redirect("/order", location, 303), method="POST", body=b"{}")


def test_an_unreadable_answer_to_an_accepted_change_has_an_unknown_outcome(site: Site) -> None:
    with pytest.raises(OutcomeUnknownError, match="100 bytes"):
        LOCAL.fetch(site.page("/order", b"x" * 101), method="POST", body=b"{}", max_bytes=100)


@pytest.mark.parametrize(
    ("status", "method", "error"),
    [
        (404, "GET", PermanentError),
        (400, "POST", PermanentError),
        (429, "GET", ThrottledError),
        (503, "POST", TransientError),
        (504, "POST", OutcomeUnknownError),
    ],
)
def test_a_bad_status_maps_to_an_error(site: Site, status: int, method: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"answered {status}") as failure:
        LOCAL.fetch(site.page("/bad", status=status) + "?key=secret", method=method)
    assert type(failure.value) is error
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil"}, {"Content-Length": "3"}, {"A b": "c"}, {"X": "a\r\nY: b"}, {"X": "é"}]
)
def test_a_header_that_could_reframe_the_message_is_refused(site: Site, headers: dict[str, str]) -> None:
    with pytest.raises(PermanentError, match="headers"):
        LOCAL.fetch(site.page("/menu"), headers=headers)
    assert site.received == []


def test_a_head_request_has_no_body(site: Site) -> None:
    page = LOCAL.fetch(site.page("/menu", b"x" * 2000), method="HEAD", max_bytes=1000)
    assert (page.status, page.body) == (200, b"")


def test_a_body_that_is_to_be_cut_is_cut(site: Site) -> None:
    assert LOCAL.fetch(site.page("/big", b"xy" * 1001), max_bytes=1001, cut=True).body == (b"xy" * 501)[:1001]


def test_an_answer_of_any_status_is_an_answer_where_it_is_asked_for(site: Site) -> None:
    answer = LOCAL.fetch(site.page("/gone", b"closed", status=410), any_status=True)
    assert (answer.status, answer.body, answer.moved_to) == (410, b"closed", None)


@pytest.mark.parametrize(("status", "for_good"), [(301, True), (308, True), (302, False), (307, False)])
def test_a_redirect_to_another_host_says_whether_it_is_permanent(site: Site, status: int, for_good: bool) -> None:
    home = site.page("/home", b"x").replace("127.0.0.1", "localhost")
    answer = LOCAL.fetch(site.page("/menu", status=status, headers={"Location": home}))
    assert (answer.moved_to is not None and answer.moved_to.host == "localhost") == for_good
    same = LOCAL.fetch(site.page("/here", status=status, headers={"Location": "/home"}))
    assert same.moved_to is None
