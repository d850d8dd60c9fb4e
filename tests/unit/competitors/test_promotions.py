"""What a promotion takes off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.menus.promotions import announces_promotion, gives_one_free, is_deep, percent_off


@pytest.mark.parametrize(
    "text",
    [
        "BOGO",
        "bogo on all edibles",
        "Buy one get one free",
        "Buy 1, get 1 50% off",
        "2 for 1 Tuesdays",
        "two-for-one",
    ],
)
def test_these_give_one_free(text: str) -> None:
    assert announces_promotion(text)
    assert gives_one_free(text)
    assert is_deep(text)


@pytest.mark.parametrize("text", ["2 for $60", "Bogota blend", "Buy 3 get 10% off", "12 for 1000", "1 for 1"])
def test_these_do_not(text: str) -> None:
    assert not gives_one_free(text)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("50% off everything", "50"),
        ("20 % OFF", "20"),
        ("up to 60% off, 10% off vapes", "60"),
        ("Half price Mondays", "50"),
        ("half off", "50"),
        ("Save up to 55%", "55"),
        ("12.5% off", "12.5"),
        ("500% off", "0"),
        ("1,150% off", "0"),
        ("$50 off", "0"),
        ("THC 28%", "0"),
        ("", "0"),
    ],
)
def test_the_largest_discount_is_read(text: str, percent: str) -> None:
    assert percent_off(text) == Decimal(percent)


@pytest.mark.parametrize(("text", "deep"), [("49% off", False), ("49.99% off", False), ("50% off", True)])
def test_half_off_is_deep(text: str, deep: bool) -> None:
    assert is_deep(text) is deep


@given(st.text(max_size=300))
def test_any_text_has_a_discount_from_0_to_100(text: str) -> None:
    assert 0 <= percent_off(text) <= 100
