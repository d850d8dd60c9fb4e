"""What counts as a phone number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.phone_number import masked, parse_phone_number, phone_number_or_none, written_forms

US = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", " - ", "‑", "\u00a0"])


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("+13155550123", "+13155550123"),
        (" +1 (315) 555-0123 ", "+13155550123"),
        ("315.555.0123", "+13155550123"),
        ("(315)-555-0123", "+13155550123"),
        ("13155550123", "+13155550123"),
        ("tel:+1-315-555-0123", "+13155550123"),
        ("\u202a+1 315 555 0123\u202c", "+13155550123"),
        ("٣١٥٥٥٥٠١٢٣", "+13155550123"),
        ("+4930123456", "+4930123456"),
        ("011 49 30 123456", "+4930123456"),
    ],
)
def test_numbers_become_e164(raw: str, number: str) -> None:
    assert parse_phone_number(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            "555-0123",
            "+0123456789",
            "+1315555012345678",
            "1155550123",
            "call me",
            "315-555-0123 x5",
            "+",
            "()",
        ),
        *("call 315-555-0123", "315-555-0123, 315-555-0124", "1-800-FLOWERS", "1" * 500),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"expected a phone number in E\.164"):
        parse_phone_number(raw)


@pytest.mark.parametrize("value", [3155550123, 13155550123, 3155550123.0, "(315) 555 0123"])
def test_a_document_s_number_is_read_without_quotes_too(value: object) -> None:
    assert phone_number_or_none(value) == "+13155550123"


@pytest.mark.parametrize("value", [None, True, 5, 3.5, [], {"a": 1}, "none"])
def test_anything_other_than_a_number_is_none(value: object) -> None:
    assert phone_number_or_none(value) is None


def test_a_masked_number_keeps_its_last_four_digits() -> None:
    assert masked("+13155550123") == "…0123"


def test_the_usual_ways_to_write_a_number_fit_into_one_query() -> None:
    forms = written_forms("+13155550123")
    assert len(forms) == len(set(map(repr, forms)))
    usual = ["+13155550123", "3155550123", "(315) 555-0123", "(315)-555-0123", "315-555-0123", 3155550123]
    assert set(usual) <= set(forms[:30])
    assert {"1-315-555-0123", "+1 (315) 555-0123"} <= set(forms[:60]) == set(forms)
    assert written_forms("+4915112345678") == ["+4915112345678", "4915112345678", 4915112345678]


@given(number=US)
def test_each_written_form_is_read_as_the_number(number: str) -> None:
    assert {phone_number_or_none(form) for form in written_forms(f"+1{number}")} == {f"+1{number}"}


@given(
    number=US,
    first=SEPARATORS,
    second=SEPARATORS,
    brackets=st.booleans(),
    code=st.sampled_from(["", "1", "+1", "+1 ", "1-"]),
)
def test_punctuation_makes_no_difference(number: str, first: str, second: str, brackets: bool, code: str) -> None:
    area = f"({number[:3]})" if brackets else number[:3]
    assert parse_phone_number(f"{code}{area}{first}{number[3:6]}{second}{number[6:]}") == f"+1{number}"


@given(raw=st.text(max_size=40))
def test_what_is_taken_stays_as_it_is_when_it_is_read_again(raw: str) -> None:
    number = phone_number_or_none(raw)
    assert number is None or parse_phone_number(number) == number
