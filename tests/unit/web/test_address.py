"""Which URLs are taken apart and which are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.address import RefusedAddressError, parse_address


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.com/", "scheme"),
        ("http:///path", "no host"),
        ("http://user:secret@example.com/", "user name"),
        ("http://@example.com/", "user name"),
        ("http://example.com:25/", "port"),
        ("http://example.com:99999/", "malformed"),
        ("http://example.com:8x/", "malformed"),
        ("http://exa mple.com/", "space"),
        ("http://example.com\\@evil.test/", "backslash"),
        ("http://example.com/\r\nX: y", "control"),
        ("http://exa%6dple.com/", "host"),
        ("http://[::1/", "malformed"),
        ("http://" + "a" * 5000, "characters"),
    ],
)
def test_a_bad_url_is_refused_with_the_part_named(url: str, complaint: str) -> None:
    with pytest.raises(RefusedAddressError, match=complaint):
        parse_address(url)


def test_a_refusal_never_repeats_the_password() -> None:
    with pytest.raises(RefusedAddressError) as refusal:
        parse_address("http://user:hunter2@example.com/?key=hunter2")
    assert "hunter2" not in str(refusal.value)


def test_what_is_shown_says_no_more_than_where_it_leads() -> None:
    address = parse_address("HTTPS://Example.COM:443/menu?apiKey=secret#top")
    assert address.shown == "https://example.com/…"
    assert address.page == "https://example.com/menu"
    assert parse_address("https://example.com").shown == "https://example.com/"
    assert address.target == "/menu?apiKey=secret"


def test_an_international_host_becomes_ascii() -> None:
    assert parse_address("https://bücher.example/straße").host == "xn--bcher-kva.example"


def test_an_ipv6_host_keeps_its_brackets_in_the_host_header() -> None:
    assert parse_address("http://[2606:4700::1]:8080/").authority == "[2606:4700::1]:8080"


def test_a_relative_redirect_stays_on_the_origin() -> None:
    address = parse_address("https://example.com/a/b?x=1")
    followed = address.follow("../c?y=2")
    assert (followed.origin, followed.target) == (address.origin, "/c?y=2")


def test_a_space_in_a_redirect_is_escaped() -> None:
    assert parse_address("https://example.com/").follow("/our menu").target == "/our%20menu"


def test_a_redirect_to_another_scheme_is_refused() -> None:
    with pytest.raises(RefusedAddressError, match="scheme"):
        parse_address("https://example.com/").follow("file:///etc/passwd")


@given(st.text(max_size=80))
def test_any_text_is_either_refused_or_a_host_without_surprises(text: str) -> None:
    try:
        address = parse_address("http://" + text)
    except RefusedAddressError:
        return
    assert address.host
    assert address.target.isascii()
    assert not set(address.host + address.target) & set(" \r\n\t\\@\x00") - set("@")
    assert "@" not in address.host
