"""What the menu's health check finds, and the score."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.inventory import Item
from shared.retail.menu import POINTS, scan
from tests.unit.retail.builders import item

GOOD: dict[str, Any] = {
    "price": 40,
    "cost": 20,
    "category": "Flower",
    "description": "Grown slowly and trimmed by hand.",
    "image_url": "https://x.example/a.jpg",
    "quantity": 5,
}


def _good(item_id: str = "a", **changes: Any) -> Item:
    return item(item_id, **{**GOOD, **changes})


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"price": None}, "no_price"),
        ({"price": 0}, "no_price"),
        ({"price": 19}, "below_cost"),
        ({"category": None}, "no_category"),
        ({"category": " "}, "no_category"),
        ({"description": None}, "no_description"),
        ({"description": "Nice."}, "short_description"),
        ({"image_url": None}, "no_image"),
        ({"quantity": 0}, "out_of_stock"),
    ],
)
def test_each_flaw_is_found_and_costs_its_points(changes: dict[str, Any], kind: str) -> None:
    health = scan([_good(**changes)])
    assert [found.kind for found in health.findings] == [kind]
    assert health.by_kind == {kind: 1}
    assert health.score == 100 - POINTS[kind]  # type: ignore[index]


def test_a_menu_without_a_flaw_scores_a_hundred() -> None:
    health = scan([_good("a"), _good("b", name="Other")])
    assert (health.score, health.findings, health.healthy) == (100, (), 2)


def test_a_menu_with_one_small_flaw_among_many_is_not_perfect() -> None:
    items = [_good(str(n), name=f"Strain {n}") for n in range(500)]
    assert scan([*items, _good("x", name="X", description="Short.")]).score == 99


def test_an_empty_menu_has_no_score() -> None:
    assert scan([]).score == 0


def test_the_same_thing_written_otherwise_is_a_duplicate_and_another_size_is_not() -> None:
    items = [
        _good("a", name="Blue Dream 3.5g"),
        _good("b", name="blue dream (1/8 oz)"),
        _good("c", name="Blue Dream 7g"),
        _good("d", name="Blue Dream 3.5g", location_id="elsewhere"),
    ]
    found = scan(items).findings
    assert [(one.item_id, one.kind) for one in found] == [("b", "duplicate")]
    assert "(a)" in found[0].message


def test_a_price_far_from_the_likes_of_it_is_an_outlier_and_a_large_pack_is_not() -> None:
    items = [_good(str(n), name=f"Strain {'abcdef'[n]} 3.5g", price=40 + n) for n in range(5)]
    items += [_good("typo", name="Strain x 3.5g", price=400), _good("ounce", name="Strain y 28g", price=210)]
    found = scan(items).findings
    assert [(one.item_id, one.kind) for one in found] == [("typo", "price_outlier")]


def test_a_document_that_cannot_be_read_has_no_points() -> None:
    assert scan([_good()], unreadable=1).score == 50


FIELDS = st.fixed_dictionaries(
    {
        "price": st.none() | st.integers(0, 500),
        "cost": st.none() | st.integers(0, 500),
        "category": st.sampled_from((None, "", "Flower", "Vapes")),
        "description": st.sampled_from((None, "short", "long enough to say something")),
        "image_url": st.sampled_from((None, "https://x.example")),
        "quantity": st.integers(-1, 3),
        "name": st.sampled_from(("A 1g", "B 1g", "!!!", "a 1 gram")),
    }
)


@given(st.lists(FIELDS, max_size=15), st.integers(0, 3))
def test_a_score_is_between_nothing_and_a_hundred(menu: list[dict[str, Any]], unreadable: int) -> None:
    health = scan([item(str(n), **fields) for n, fields in enumerate(menu)], unreadable)
    assert 0 <= health.score <= 100
    assert (health.score == 100) == (bool(menu) and not health.findings and not unreadable)
    assert sum(health.by_kind.values()) == len(health.findings)
