"""Sizes: how menus write them, which are the same, how they are told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.size import SAME, UNKNOWN, Relation, Size, relation
from shared.values.size_grammar import without_sizes
from shared.values.size_reading import SoldBy, parse_size


def _size(text: str, sold_by: SoldBy | None = None) -> Size:
    found = parse_size(text, sold_by)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1/8 oz", "3.5g"),
        ("1/8th", "3.5g"),
        ("eighth", "3.5g"),
        ("Eighths", "3.5g"),
        ("eighth ounce", "3.5g"),
        ("⅛ oz.", "3.5g"),
        ("3.54g", "3.5g"),
        ("3,5 g", "3.5g"),
        ("quarter", "7g"),
        ("1/4oz", "7g"),
        ("half ounce", "14g"),
        ("14.17 grams", "14g"),
        ("1 oz", "28g"),
        ("28.35g", "28g"),
        ("1½ oz", "42g"),
        ("quarter pound", "112g"),
        ("½ g", "0.5g"),
        (".5G", "0.5g"),
        ("half gram", "0.5g"),
        ("gram", "1g"),
        ("100mg", "100mg"),
        ("1,000 mg", "1000mg"),
        ("10-pack", "10-pack"),
        ("5pk", "5-pack"),
        ("30 ct", "30-pack"),
        ("2x0.5g", "2 x 0.5g"),
        ("0.5g x 2", "2 x 0.5g"),
        ("5pk 0.5g each", "5 x 0.5g"),
        ("5-pack (2.5g)", "5 x 0.5g"),
        ("2.5g (5 x 0.5g)", "5 x 0.5g"),
        ("5pk 0.5g", "5 x 0.5g"),
        ("2pk 1g", "2-pack 1g"),
        ("10 x 10mg = 100mg", "10 x 10mg"),
        ("10mg 10pk 100mg", "10 x 10mg"),
        ("10pk 100mg", "10 x 10mg"),
        ("30 ml", "30ml"),
        ("1 fl oz", "30ml"),
        ("30mL 1000mg", "30ml 1000mg"),
        ("Blue Dream - Ounce", "28g"),
        ("Half", "14g"),
        ("Qtr Oz", "7g"),
        ("Two Ounces", "56g"),
        ("Gram Pre-Roll", "1g"),
        ("Net Wt. 0.123 oz (3.5 g)", "3.5g"),
        ("0.12oz/3.5g", "3.5g"),
        ("7pk/3.5g", "7 x 0.5g"),
        ("2pk x 0.75g", "2 x 0.75g"),
        ("Pre-Rolls 2.5g (Pack of 5)", "5 x 0.5g"),
        ("Twin Pack", "2-pack"),
        ("bag of 7g", "7g"),
    ],
)
def test_a_size_is_read_as_menus_write_it_and_shown_as_people_say_it(text: str, told: str) -> None:
    assert str(_size(text)) == told
    assert parse_size(told) == _size(text)


@pytest.mark.parametrize(
    ("text", "sold_by", "told"),
    [
        ("500mg", "weight", "0.5g"),
        ("1000 mg", "weight", "1g"),
        ("0.5ml", "weight", "0.5g"),
        ("1g 850mg THC", "weight", "1g"),
        ("500mg", "content", "500mg"),
        ("12 oz", "volume", "355ml"),
        ("12 oz", "content", "336g"),
    ],
)
def test_what_a_unit_means_depends_on_how_the_product_is_sold(text: str, sold_by: SoldBy, told: str) -> None:
    assert str(_size(text, sold_by)) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "Blue Dream",
        "50/50",
        "$10/gram",
        "$10 per ounce",
        "Half Baked",
        "1g / 3.5g",
        "Gelato 33",
        "$34",
        "0g",
        "0 pack",
        "1:1",
    ],
)
def test_what_names_no_size_or_several_has_none(text: str | None) -> None:
    assert parse_size(text) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1/8 oz", "3.5g", SAME),
        ("1 oz", "28.35g", SAME),
        ("100mg", "10pk 100mg", SAME),
        ("30ml", "1 fl oz", SAME),
        ("1000mg", "30ml 1000mg", SAME),
        ("1g", "1g 850mg", SAME),
        ("2pk 1g", "2pk 1g", SAME),
        ("3.5g", "1g", Relation("scaled", "g")),
        ("3.5g", "3.6g", Relation("scaled", "g")),
        ("1g", "2 x 0.5g", Relation("scaled", "g")),
        ("100mg", "50mg", Relation("scaled", "10mg")),
        ("5-pack", "2-pack", Relation("scaled", "piece")),
        ("30ml", "15ml", Relation("scaled", "ml")),
        ("30ml 300mg", "60ml 600mg", Relation("scaled", "10mg")),
        ("30ml 300mg", "30ml 1000mg", UNKNOWN),
        ("30ml 300mg", "30ml", UNKNOWN),
        ("100mg", "10-pack", UNKNOWN),
        ("100mg", "3.5g", UNKNOWN),
        ("2pk 1g", "1g", UNKNOWN),
    ],
)
def test_sizes_are_the_same_or_comparable_by_a_unit_or_neither(one: str, other: str, expected: Relation) -> None:
    assert relation(_size(one), _size(other)) == relation(_size(other), _size(one)) == expected


_AMOUNTS = st.decimals(Decimal("0.01"), Decimal(9999), places=2)
_SOLD = st.sampled_from([None, "weight", "content", "volume"])
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789 ./x×gmolzpk½-,", max_size=60),
    st.lists(
        st.sampled_from(["1/8 oz", "3.5g", "10 x", "10mg", "5pk", "each", "½", "eighth", "30ml", "0", "1/0 oz"])
    ).map(" ".join),
)


@given(_TEXTS, _SOLD)
def test_any_text_is_a_size_or_none_and_what_is_reported_a_size_is_read_as_that_size(
    text: str, sold_by: SoldBy | None
) -> None:
    found = parse_size(text, sold_by)
    if found is not None:
        assert str(found)
        assert relation(found, found) == SAME
        assert all(amount is None or amount > 0 for amount in (found.grams, found.milligrams, found.milliliters))


@given(_AMOUNTS, st.sampled_from(["g", "mg", "ml"]))
def test_an_amount_is_shown_as_it_was_written(amount: Decimal, unit: str) -> None:
    text = f"{amount.normalize():f}{unit}"
    assert parse_size(str(_size(text))) == _size(text)


@given(_TEXTS, _TEXTS)
def test_how_two_sizes_stand_is_the_same_from_both_sides(one: str, other: str) -> None:
    first, second = parse_size(one), parse_size(other)
    if first is not None and second is not None:
        assert relation(first, second) == relation(second, first)
        unit = relation(first, second).unit
        if unit is not None:
            assert (first.in_units(unit) or 0) > 0
            assert (second.in_units(unit) or 0) > 0


@pytest.mark.parametrize(
    "hostile", ["1" * 5000, "1 x " * 2000, "1/" * 2000, "10-" * 2000, "half " * 2000, "0.5 " * 2000, "1½" * 2000]
)
def test_no_text_makes_reading_hang(hostile: str) -> None:
    assert parse_size(hostile) == parse_size(hostile[:400])
    assert len(without_sizes(hostile)) <= len(hostile)
