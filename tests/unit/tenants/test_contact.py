"""What counts as an email address and as a phone number."""

from __future__ import annotations

import pytest

from shared.tenants.contact import parse_email_address, parse_phone_number


@pytest.mark.parametrize(
    "address",
    ["a@b.co", "first.last+tag@shop.example", "o'neil@sub.shop.example", "x@xn--bcher-kva.example", "1@2.museum"],
)
def test_addresses_that_people_have_are_taken(address: str) -> None:
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
        "a@b@shop.example",
        f"{'x' * 65}@shop.example",
        f"owner@{'shop.' * 60}example",
    ],
)
def test_anything_else_is_refused_and_shown(raw: str) -> None:
    with pytest.raises(ValueError, match="expected one email address"):
        parse_email_address(raw)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("+13155550123", "+13155550123"),
        (" +1 (315) 555-0123 ", "+13155550123"),
        ("315.555.0123", "+13155550123"),
        ("+4930123456", "+4930123456"),
    ],
)
def test_numbers_become_e164(raw: str, number: str) -> None:
    assert parse_phone_number(raw) == number


@pytest.mark.parametrize(
    "raw", ["", "555-0123", "13155550123", "+0123456789", "+1315555012345678", "1155550123", "٣١٥٥٥٥٠١٢٣"]
)
def test_numbers_that_cannot_be_meant_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"expected a phone number in E\.164"):
        parse_phone_number(raw)
