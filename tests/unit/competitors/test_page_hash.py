"""Which changes of a page its hash sees."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.fetching.pages import page_hash

LD = b'<script type="application/ld+json">{"price": 34}</script>'


def page(nonce: str = "a", price: str = "34", more: str = "") -> bytes:
    return (
        f'<html><meta name="csrf-token" content="{nonce}"><script nonce="{nonce}">var t = "{nonce}";</script>'
        f"<!-- rendered in {nonce} ms --><p>Blue Dream ${price}</p>"
        f'<input type="hidden" name="t" value="{nonce}">'
        f'<script nonce="{nonce}" type="application/ld+json">{{"price": {price}}}</script>{more}'
    ).encode()


def test_parts_that_change_on_each_load_are_ignored() -> None:
    assert page_hash(page("a")) == page_hash(page("b"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (page(price="34"), page(price="35")),
        (LD, LD.replace(b"34", b"35")),
        (b"<p>34</p>", b"<p>35</p>"),
        (b"<script>x <p>34</p>", b"<script>x <p>35</p>"),
        (b"<!-- <script> --><p>34</p><script>x</script>", b"<!-- <script> --><p>35</p><script>x</script>"),
        (b"<!-- <p>34</p> -->", b"<!-- <p>35</p> -->"),
        (b'<meta itemprop="price" content="34">', b'<meta itemprop="price" content="35">'),
    ],
)
def test_parts_that_may_hold_a_price_are_hashed(one: bytes, other: bytes) -> None:
    assert page_hash(one) != page_hash(other)


@given(st.binary(max_size=500))
def test_any_bytes_have_one_hash(body: bytes) -> None:
    assert page_hash(body) == page_hash(body)


@pytest.mark.parametrize("piece", [b"<script", b"<script>", b"<!--", b"<meta ", b'nonce="', b"<script></script"])
def test_a_hostile_page_takes_no_longer_than_its_length(piece: bytes) -> None:
    started = time.process_time()
    page_hash(piece * (2_000_000 // len(piece)))
    assert time.process_time() - started < 5
