"""Prices and names out of scraped text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.money import parse_price
from shared.values.text import clean_text


@pytest.mark.parametrize(
    ("raw", "price"),
    [
        (45, "45"),
        (45.5, "45.50"),
        ("$45.00", "45.00"),
        ("45", "45"),
        ("USD 45.00", "45.00"),
        ("1,234.50", "1234.50"),
        ("1.234,56", "1234.56"),
        ("1,234", "1234"),
        ("12,5", "12.50"),
        ("1,234,567", None),
        ("1.234.567,00", None),
        ("$20 – $45", "20"),
        ("$ 34.00 / 3.5g", "34"),
        ("45.", "45"),
        ("33.335", "33.34"),
        ("", None),
        ("call us", None),
        ("-5", None),
        ("-$5", None),
        (0, None),
        ("0.00", None),
        (0.001, None),
        (-3, None),
        (True, None),
        (None, None),
        ([45], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ("9" * 5000, None),
        ("1e309", None),
        ("-1e309", None),
        ("$1.5E+3", None),
        ("12e5", None),
        ("40 each", "40"),
        ("40each", "40"),
    ],
)
def test_a_price_is_read_or_refused(raw: Any, price: str | None) -> None:
    assert parse_price(raw) == (None if price is None else Decimal(price))


@given(st.one_of(st.text(), st.floats(), st.integers(), st.decimals(), st.booleans(), st.none()))
def test_no_input_gives_a_price_that_is_not_one(raw: Any) -> None:
    price = parse_price(raw)
    assert price is None or (price.is_finite() and 0 < price <= 1_000_000)


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999999.99"), places=2))
def test_a_price_written_the_american_way_is_read_back(price: Decimal) -> None:
    assert parse_price(f"${price:,.2f}") == price


@given(st.text(max_size=500))
def test_cleaned_text_is_one_bounded_line(raw: str) -> None:
    text = clean_text(raw, 50)
    assert len(text) <= 50
    assert text == " ".join(text.split())
    assert text.isprintable()


def test_control_and_direction_characters_are_dropped() -> None:
    assert clean_text("Blue\x00 \u202eDream\r\nBcc: x") == "Blue Dream Bcc: x"
