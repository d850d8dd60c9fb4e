"""What counts as an email address, and which spellings are one mailbox."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.email_address import (
    email_address_or_none,
    mailbox_key,
    masked,
    parse_email_address,
    same_mailbox,
)

LOCAL = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[A-Za-z0-9+_-]{1,20}){0,2}", fullmatch=True)
DOMAINS = st.sampled_from(
    ["shop.example", "Sub.Shop.Example", "bücher.example", "xn--bcher-kva.example", "2.museum"]
)


@pytest.mark.parametrize(
    "address",
    ["a@b.co", "first.last+tag@shop.example", "o'neil@sub.shop.example", "x@xn--bcher-kva.example", "1@2.museum"],
)
def test_real_addresses_are_accepted(address: str) -> None:
    assert parse_email_address(address) == address


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "owner",
        "owner@shop",
        "@shop.example",
        "owner@",
        "a@b.example, c@d.example",
        "Owner <owner@shop.example>",
        "owner@shop.example\nBcc: all@shop.example",
        "own er@shop.example",
        "owner@shop..example",
        ".owner@shop.example",
        "owner@-shop.example",
        "owner@192.168.0.1",
        "owner@[192.168.0.1]",
        "a@b@shop.example",
        '"a\nb"@shop.example',
        "jané@shop.example",
        f"{'x' * 65}@shop.example",
        f"owner@{'shop.' * 60}example",
    ],
)
def test_anything_else_is_refused_and_shown(raw: str) -> None:
    with pytest.raises(ValueError, match="expected one email address"):
        parse_email_address(raw)
    assert email_address_or_none(raw) is None


@pytest.mark.parametrize(
    ("spelling", "written"),
    [
        (" Jane.Doe@Shop.Example ", "Jane.Doe@shop.example"),
        ('"jane.doe"@shop.example', "jane.doe@shop.example"),
        ("jane@shop.example.", "jane@shop.example"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example"),
        ("jane@BÜCHER.example", "jane@xn--bcher-kva.example"),
        ('"jane doe"@shop.example', '"jane doe"@shop.example'),
    ],
)
def test_an_address_is_written_as_mail_programs_write_it(spelling: str, written: str) -> None:
    assert parse_email_address(spelling) == written
    assert same_mailbox(spelling, written)


@pytest.mark.parametrize(
    "other", ["jane@shop.example", "j.ane+x@shop.example", "jane+x@example.shop", "jane+y@shop.example"]
)
def test_dots_and_tags_tell_mailboxes_apart(other: str) -> None:
    assert not same_mailbox("jane+x@shop.example", other)


def test_anything_other_than_an_address_still_has_a_key() -> None:
    assert mailbox_key(" Owner ") == "owner"


def test_a_masked_address_keeps_the_first_sign_and_the_domain() -> None:
    assert masked("jane@shop.example") == "j…@shop.example"


@given(local=LOCAL, domain=DOMAINS)
def test_every_spelling_of_a_mailbox_has_the_same_key(local: str, domain: str) -> None:
    key = mailbox_key(f"{local}@{domain}")
    for spelling in (
        f"  {local}@{domain}\t",
        f"{local.upper()}@{domain.upper()}",
        f'"{local}"@{domain}',
        f"{local}@{domain}.",
    ):
        assert mailbox_key(spelling) == key


@given(raw=st.text(max_size=80))
def test_what_is_taken_stays_as_it_is_when_it_is_read_again(raw: str) -> None:
    address = email_address_or_none(raw)
    assert address is None or parse_email_address(address) == address
    assert mailbox_key(mailbox_key(raw)) == mailbox_key(raw)
