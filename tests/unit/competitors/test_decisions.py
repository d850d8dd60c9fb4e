"""What a decision on a suggestion does, told without Firestore."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.decisions.suggestions import (
    AppliedPrice,
    Decision,
    applied_prices,
    is_made,
    new_prices,
    require_applicable,
    updated_by,
)
from shared.documents.suggestions import KINDS, SuggestionStatus
from shared.errors import ConflictError, PermanentError

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
APPROVED, REJECTED = SuggestionStatus.APPROVED, SuggestionStatus.REJECTED
ITEM = {"name": "Blue Dream", "price": 40, "quantity": 3}


def decision(status: SuggestionStatus = APPROVED, by: str = "u1", **more: Any) -> Decision:
    return Decision(status, by, NOW, **more)


def suggested(**fields: Any) -> dict[str, Any]:
    return {"itemId": "i1", "product": "Blue Dream", "currentPrice": 40.0, "suggestedPrice": 36.0, **fields}


def applied(fields: dict[str, Any], *items: tuple[str, dict[str, Any]]) -> tuple[AppliedPrice, ...]:
    return applied_prices(new_prices("s1", fields), items)


def test_an_open_suggestion_may_be_decided() -> None:
    assert not is_made({"status": "pending"}, decision())


def test_the_same_decision_of_the_same_person_is_made_already() -> None:
    assert is_made({"status": "approved", "decidedBy": "u1"}, decision())
    assert is_made({"status": "approved", "decidedBy": "u1", "appliedPrices": [{}]}, decision(apply=True))
    assert is_made({"status": "approved", "decidedBy": "u1", "appliedPrices": [{}]}, decision())


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "rejected", "decidedBy": "u1"},
        {"status": "approved", "decidedBy": "u2"},
        {"status": "approved"},
        {"status": "open"},
        {"status": None},
        {},
    ],
)
def test_anything_else_is_a_conflict(fields: dict[str, Any]) -> None:
    with pytest.raises(ConflictError, match="expected one that is pending"):
        is_made(fields, decision())


def test_prices_are_not_applied_after_an_approval_without_them() -> None:
    with pytest.raises(ConflictError, match="without applying"):
        is_made({"status": "approved", "decidedBy": "u1"}, decision(apply=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [APPROVED, REJECTED])
def test_only_an_approved_pricing_suggestion_sets_prices(kind: str, status: SuggestionStatus) -> None:
    require_applicable(kind, decision(status))
    if (kind, status) == ("pricing_suggestions", APPROVED):
        require_applicable(kind, decision(status, apply=True))
        return
    with pytest.raises(PermanentError, match="apply: found true"):
        require_applicable(kind, decision(status, apply=True))


def test_an_approved_item_gets_the_suggested_price() -> None:
    assert applied(suggested(), ("i1", ITEM)) == (AppliedPrice("i1", 36.0, 40.0),)
    assert applied(suggested(suggestedPrice=36.005), ("i1", ITEM))[0].price == 36.01


def test_products_without_ids_are_found_by_their_exact_names() -> None:
    fields = {
        "products": [
            {"product": "Blue Dream", "currentPrice": 40, "suggestedPrice": 36},
            {"product": "Runtz", "currentPrice": 60.0, "suggestedPrice": 55.5},
        ]
    }
    items = [("i1", ITEM), ("i2", {"name": "Runtz", "price": 60})]
    assert [(one.item_id, one.price) for one in applied(fields, *items)] == [("i1", 36.0), ("i2", 55.5)]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([], "no such item"),
        ([("i1", {**ITEM, "name": "blue dream"})], "no such item"),
        ([("i1", ITEM), ("i2", ITEM)], "2 items"),
    ],
)
def test_a_name_that_is_not_exactly_one_items_is_a_conflict(
    items: list[tuple[str, dict[str, Any]]], message: str
) -> None:
    with pytest.raises(ConflictError, match=message):
        applied({"products": [{"product": "Blue Dream", "suggestedPrice": 36}]}, *items)


def test_an_item_named_twice_is_a_conflict() -> None:
    row = {"product": "Blue Dream", "suggestedPrice": 36}
    with pytest.raises(ConflictError, match="more than once"):
        applied({"products": [row, row]}, ("i1", ITEM))


def test_a_price_that_has_moved_since_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match=r"costs 30\.00 by now; expected 40\.00"):
        applied(suggested(), ("i1", {**ITEM, "price": 30}))


@pytest.mark.parametrize("price", [36, "36.00", None])
def test_an_item_already_at_the_price_or_without_one_is_unchanged(price: Any) -> None:
    assert applied(suggested(), ("i1", {**ITEM, "price": price}))[0].price == 36.0


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"products": []},
        {"products": "all"},
        {"products": [{"suggestedPrice": 3}]},
        {"products": [{"product": "x", "suggestedPrice": 3}] * 31},
        suggested(itemId="a/b"),
        suggested(itemId=7),
        suggested(suggestedPrice=None),
        suggested(suggestedPrice=0),
        suggested(suggestedPrice=0.001),
        suggested(suggestedPrice=-3),
        suggested(suggestedPrice="36-40"),
        suggested(suggestedPrice=True),
        suggested(suggestedPrice=float("nan")),
        suggested(suggestedPrice=float("inf")),
        suggested(currentPrice="40"),
    ],
)
def test_a_malformed_suggestion_sets_no_price(fields: dict[str, Any]) -> None:
    with pytest.raises(PermanentError, match="pricing_suggestions/s1 cannot be applied"):
        new_prices("s1", fields)


@given(st.decimals(min_value="0.01", max_value="1000000", places=2))
def test_every_price_in_cents_is_set_as_it_is(price: Decimal) -> None:
    (one,) = applied(suggested(suggestedPrice=float(price)), ("i1", ITEM))
    assert Decimal(str(one.price)) == price


def test_an_item_tells_which_suggestion_changed_it_who_approved_it_and_how_deep_it_lies() -> None:
    source = {"executionId": "e1", "stepId": "s", "playbookId": "p", "depth": 2, "other": "x"}
    assert updated_by("s1", {"source": source}, decision()) == {
        "executionId": "e1",
        "stepId": "s",
        "playbookId": "p",
        "depth": 2,
        "suggestionId": "s1",
        "decidedBy": "u1",
    }
    assert updated_by("s1", {"source": "?"}, decision()) == {"suggestionId": "s1", "decidedBy": "u1"}
