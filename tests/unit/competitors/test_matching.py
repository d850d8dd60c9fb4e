"""Which names, sizes and categories count as the same product."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.models import Product, SizePrice
from shared.competitors.products.matching import Match, match_products
from shared.values.size import Relation


def _matched(ours: str, theirs: str, our_category: str | None = None, their_category: str | None = None) -> bool:
    matches = match_products(
        [Product(name=ours, category=our_category)], [Product(name=theirs, category=their_category)]
    )
    return any(match.is_same_size for match in matches)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Blue Dream", "BLUE DREAM"),
        ("Blue Dream", "Blue-Dream!"),
        ("Blue Dream", "Dream, Blue"),
        ("Blue Dream 3.5g", "Blue Dream - 1/8 oz"),
        ("Blue Dream 3.5 grams", "Blue Dream (eighth)"),
        ("Blue Dream ½ oz", "Blue Dream 14g"),
        ("Blue Dream 1oz", "Blue Dream 28 G"),
        ("Blue Dream", "Premium Indoor Blue Dream Flower"),
        ("Gummies 100mg", "Gummies 100 mg"),
        ("Sour Diesel", "Sour Deisel"),
        ("Café Racer", "Cafe Racer"),
        ("Gelato #33", "Gelato 33"),
        ("Stiiizy Blue Dream", "Blue Dream by Stiiizy"),
    ],
)
def test_the_same_product_written_differently_matches(ours: str, theirs: str) -> None:
    assert _matched(ours, theirs)
    assert _matched(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Blue Dream", "Blue Cookies"),
        ("Blue Dream", "Blue Dream Live Resin"),
        ("Blue Dream 3.5g", "Blue Dream 7g"),
        ("Blue Dream", "Blue Dream 3.5g"),
        ("Gummies 10mg", "Gummies 100mg"),
        ("Gelato 33", "Gelato 41"),
        ("OG Kush", "GG Kush"),
        ("Joints 2pk", "Joints 5pk"),
        ("Blue Dream Cart 1g", "Blue Dream"),
        ("Blue Dream Gummies", "Blue Dream"),
        ("Blue Dream Pre-Roll", "Blue Dream"),
    ],
)
def test_different_products_do_not_match(ours: str, theirs: str) -> None:
    assert not _matched(ours, theirs)
    assert not _matched(theirs, ours)


def test_categories_must_agree_if_both_are_known() -> None:
    assert not _matched("Blue Dream", "Blue Dream", "Flower", "Vapes")
    assert _matched("Blue Dream", "Blue Dream", "Flower", "Cannabis > Flowers")
    assert _matched("Blue Dream", "Blue Dream", "Pre-Rolls", "Joints")
    assert _matched("Blue Dream", "Blue Dream", "Flower", None)


def test_a_form_in_the_name_agrees_with_the_same_form_as_category() -> None:
    assert _matched("Blue Dream Cart", "Blue Dream", "Vapes", "Cartridges")
    assert not _matched("Blue Dream Cart", "Blue Dream", "Vapes", None)


def test_the_same_size_is_preferred() -> None:
    theirs = [Product(name="Blue Dream"), Product(name="Blue Dream 1/8 oz"), Product(name="Blue Dream 1oz")]
    (match,) = match_products([Product(name="Blue Dream 3.5g")], theirs)
    assert match.is_same_size
    assert match.theirs.product.name == "Blue Dream 1/8 oz"


def test_sizes_that_differ_are_compared_by_the_unit_with_the_nearest_one() -> None:
    theirs = [Product(name="Blue Dream", sizes=(_size("1g"), _size("1/4 oz"), _size("1oz")))]
    (match,) = match_products([Product(name="Blue Dream 3.5g")], theirs)
    assert (match.theirs.product.size, match.sizes) == ("1/4 oz", Relation("scaled", "g"))


def test_a_gram_is_not_compared_with_an_ounce() -> None:
    (match,) = match_products([Product(name="Blue Dream 1g")], [Product(name="Blue Dream 28g")])
    assert match.sizes.kind == "unknown"


def _size(text: str) -> SizePrice:
    return SizePrice(size=text, price=Decimal(10))


def test_milligrams_are_weight_if_either_shelf_says_so() -> None:
    assert _matched("Zkittlez 0.5g", "Zkittlez 500mg", "Vapes", None)
    assert not _matched("Zkittlez 0.5g", "Zkittlez 500mg", "Edibles", None)


def test_a_crowd_of_near_names_does_not_hide_the_exact_one() -> None:
    crowd = [Product(name=f"Blue Dream Aa{n:03}") for n in range(500)]
    (match,) = match_products([Product(name="Blue Dream")], [*crowd, Product(name="Dream Blue")])
    assert match.theirs.product.name == "Dream Blue"


_NAMES = st.builds(
    lambda words, size: " ".join(words) + size,
    st.lists(st.sampled_from(["Blue", "Dream", "OG", "Kush", "Sour", "Haze", "33"]), min_size=1, max_size=3),
    st.sampled_from(["", " 3.5g", " 1/8 oz", " 7g"]),
)
_PRODUCTS = st.lists(
    st.builds(
        Product,
        name=_NAMES,
        category=st.sampled_from([None, "Flower", "Vape"]),
        price=st.sampled_from([None, Decimal(10), Decimal(20)]),
    ),
    max_size=8,
)


@given(_PRODUCTS, _PRODUCTS, st.randoms())
def test_the_order_of_the_input_does_not_matter(
    ours: list[Product], theirs: list[Product], chance: random.Random
) -> None:
    expected = _told(match_products(ours, theirs))
    chance.shuffle(ours)
    chance.shuffle(theirs)
    assert _told(match_products(ours, theirs)) == expected


def _told(matches: list[Match]) -> list[tuple[Product, Product, float, Relation]]:
    return [(one.ours.product, one.theirs.product, one.likeness, one.sizes) for one in matches]


@given(_PRODUCTS, _PRODUCTS)
def test_no_product_is_matched_twice(ours: list[Product], theirs: list[Product]) -> None:
    matches = match_products(ours, theirs)
    assert len({id(match.ours) for match in matches}) == len(matches)
    assert len({id(match.theirs) for match in matches}) == len(matches)


@given(
    st.lists(st.text(min_size=1, max_size=30), max_size=6), st.lists(st.text(min_size=1, max_size=30), max_size=6)
)
def test_any_names_can_be_compared(ours: list[str], theirs: list[str]) -> None:
    for match in match_products([Product(name=n) for n in ours], [Product(name=n, size=n) for n in theirs]):
        assert 0 < match.likeness <= 1
