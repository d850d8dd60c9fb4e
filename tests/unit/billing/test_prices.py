"""The price table: what a model's call costs, and what has no price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.prices import MODEL_PRICES, UNIT_PRICES, cost, model_cost
from shared.errors import PermanentError

TOKENS = st.integers(min_value=0, max_value=10_000_000)


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("claude-haiku-4-5", "6"),
        ("claude-haiku-4-5-20251001", "6"),
        ("claude-sonnet-4-6", "18"),
        ("claude-sonnet-5", "12"),
        ("claude-sonnet-5-5", "12"),
        ("claude-opus-4-5-20251101", "30"),
        ("claude-opus-5", "30"),
        ("claude-opus-5-5", "24"),
        ("claude-fable-5-1", "60"),
        ("something-new", "60"),
    ],
)
def test_a_million_tokens_each_way_cost_what_the_list_says(model: str, usd: str) -> None:
    assert model_cost(model, 1_000_000, 1_000_000).usd == Decimal(usd)


def test_the_small_model_costs_more_once_its_prompt_is_long() -> None:
    assert model_cost("claude-haiku-5-5", 100_000, 100_000).usd == Decimal("0.06")
    assert model_cost("claude-haiku-5-5", 100_001, 0).usd == Decimal("0.0500005")
    assert model_cost("claude-haiku-5-5", 1, 0, cache_read_tokens=100_000).usd == Decimal("0.0050005")


def test_cached_tokens_cost_their_part() -> None:
    read = model_cost("claude-sonnet-4-5", 0, 0, cache_read_tokens=1_000_000)
    written = model_cost("claude-sonnet-4-5", 0, 0, cache_write_tokens=1_000_000)
    assert (read.usd, written.usd) == (Decimal("0.3"), Decimal("3.75"))
    assert model_cost("claude-opus-5-5", 0, 0, cache_read_tokens=1_000_000).usd == Decimal("0.2")
    assert read.quantity == 1_000_000


@given(st.sampled_from(sorted(MODEL_PRICES)), TOKENS, TOKENS)
def test_more_tokens_never_cost_less(model: str, given_in: int, given_out: int) -> None:
    less = model_cost(model, given_in, given_out)
    assert less.usd <= model_cost(model, given_in + 1, given_out).usd
    assert less.usd < model_cost(model, given_in, given_out + 1).usd
    assert less.quantity == given_in + given_out


@given(st.sampled_from(sorted(UNIT_PRICES)), st.integers(min_value=0, max_value=100_000))
def test_an_items_cost_is_exactly_its_price_times_the_quantity(item: str, quantity: int) -> None:
    assert cost(item, quantity).usd == UNIT_PRICES[item] * quantity


def test_an_item_without_a_price_is_refused_by_name() -> None:
    with pytest.raises(PermanentError, match="'fax' has no price; expected one of email"):
        cost("fax")


def test_four_competitors_by_apify_cost_between_20_and_48_cents() -> None:
    assert Decimal("0.20") <= cost("apify_page", 4).usd <= Decimal("0.48")
