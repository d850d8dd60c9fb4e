from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.agents.announcement import announcement, for_customers
from shared.agents.extract import KINDS, by_pattern, wanted
from shared.agents.facts import facts_of, shown, words_of
from shared.agents.figures import asked_for, figures_of
from shared.agents.narrate_report import numbers_in, unfounded
from shared.agents.sms_draft import sms_body
from shared.agents.summary import extract_summary, forecast_words
from shared.messages.sms_text import is_gsm, units

json_values = st.recursive(
    st.text(max_size=20)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def test_facts_are_reported_by_name() -> None:
    facts = facts_of({"priceGap": 15, "topProduct": "Blue Dream", "rows": [{"name": "A", "price": 40}], "tags": []})
    assert (
        facts.text() == "- Price gap: 15%\n- Top product: Blue Dream\n- Rows: 1\n  - A: price $40.00\n- Tags: none"
    )


def test_omitted_facts_are_counted() -> None:
    assert facts_of({str(number): number for number in range(1, 30)}, limit=10).text().endswith("- and 19 more")
    assert "  - and 3 more" in facts_of({"rows": [{"name": str(number)} for number in range(8)]}).text()


@given(json_values)
@example([10**400, 1.7e308, 1.7e308])
def test_any_json_has_facts_figures_and_a_summary(value: object) -> None:
    facts_of(value).text()
    [figure.sentence() for figure in figures_of(value)]
    assert extract_summary(value, 3)
    assert isinstance(forecast_words(value), str)


@pytest.mark.parametrize(("name", "words"), [("priceGap", "Price gap"), ("price_gap", "Price gap"), ("a", "A")])
def test_a_field_is_named_in_words(name: str, words: str) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("price", 1234.5, "$1,234.50"), ("count", 1234, "1,234"), ("percent", 15.0, "15%"), ("ok", True, "yes")],
)
def test_a_value_is_written_as_its_name_says(name: str, value: object, text: str) -> None:
    assert shown(name, value) == text


def test_a_question_is_answered_by_the_figure_it_names() -> None:
    rows = [{"name": "A", "price": 40, "quantity": 3}, {"name": "B", "price": 210, "quantity": 9}]
    (figure,) = asked_for(figures_of(rows), "What is our highest price?")
    assert figure.answer("What is our highest price?") == "The highest price is $210.00 (B)."
    assert figure.answer("Which one is cheapest?") == "The lowest price is $40.00 (A)."
    assert figure.answer("And the average?") == "The median price is $125.00, the mean $125.00."


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=20))
def test_figures_are_those_of_the_numbers(numbers: list[int]) -> None:
    (figure,) = figures_of([{"units": number} for number in numbers])
    assert (figure.count, figure.total, figure.lowest, figure.highest) == (
        len(numbers), sum(numbers), min(numbers), max(numbers),
    )  # fmt: skip
    assert figure.lowest <= figure.median <= figure.highest


def test_a_summary_keeps_the_first_sentence_and_those_with_figures_in_order() -> None:
    text = "The week was calm. Staff was in. Sales rose 12 %. People were kind. Two vapes sold out, 3 remain."
    assert extract_summary(text, 3) == "The week was calm. Sales rose 12 %. Two vapes sold out, 3 remain."


def test_a_summary_of_nothing_says_so() -> None:
    assert extract_summary("", 2) == extract_summary({}, 2) == "There is nothing to summarize."


def test_a_forecast_names_what_runs_out_first() -> None:
    items = [
        {"name": "B", "stockOutDate": "2026-12-09"},
        {"name": "A", "stockOutDate": "2026-12-01"},
        {"name": "C"},
    ]
    forecast = {"text": "About 210 units; 2 items run out.\n\nBy item\nA", "items": items}
    told = forecast_words(forecast)
    assert told == "About 210 units; 2 items run out. First to run out: A on 2026-12-01, B on 2026-12-09."


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Blue Dream is 15% below ours at $34.", []),
        ("It is about 15 percent.", []),
        ("It fell by 97 % to $1.", ["97%", "$1"]),
        ("3 of 4 stores, 2 products.", []),
        ("There are 250 of them.", ["250"]),
        ("They ask 1,234.50.", []),
        ("They ask 1,235.", []),
        ("Median 38.5 USD", []),
    ],
)
def test_a_number_that_no_source_has_is_named(text: str, missing: list[str]) -> None:
    source = "price 34.00, percent 15.04, total 1234.50 ours 40 median 38.5"
    assert [one.replace(" ", "") for one in unfounded(text, [source])] == missing


@given(st.text(), st.text())
def test_a_text_that_repeats_its_source_is_founded(text: str, more: str) -> None:
    assert unfounded(text, [more, text]) == []


def test_numbers_are_read_as_written() -> None:
    assert numbers_in("-5 % of 1,200.50 in 3.5g") == [Decimal(5), Decimal("1200.50"), Decimal("3.5")]


@given(st.text(max_size=400))
def test_an_sms_is_one_segment_that_ends_with_age_and_opt_out(text: str) -> None:
    body = sms_body(text)
    assert is_gsm(body)
    assert units(body) <= 160
    assert body.endswith("21+. Reply STOP to opt out.")
    assert body.count("Reply STOP to opt out.") == 1 or "Reply STOP" in text


def test_an_sms_is_cut_at_a_word() -> None:
    body = sms_body("Thrive: " + "flower " * 40)
    assert "flower... 21+" in body


def test_an_ending_is_not_repeated() -> None:
    assert sms_body("Hi. 21+. Reply STOP to opt out.") == "Hi. 21+. Reply STOP to opt out."


@pytest.mark.parametrize(
    ("purpose", "news"),
    [
        ("Tell our regulars what is new about Blue Dream", "Blue Dream"),
        ("Let customers know that flower is back.", "Flower is back"),
        ("Announce our new hours", "Our new hours"),
        ("Blue Dream is back in stock", "Blue Dream is back in stock"),
        ("Answer our neighbour's price cut", "News from Thrive"),
        ("Wish a happy birthday", "Happy birthday from Thrive"),
        ("Thank them for the order", "Thank you from Thrive"),
    ],
)
def test_instructions_to_the_writer_do_not_reach_the_reader(purpose: str, news: str) -> None:
    assert announcement(purpose, "Thrive") == news


def test_customers_are_not_told_of_competitors_costs_and_stock() -> None:
    facts = [
        {"product": "Blue Dream", "ourPrice": 40, "theirPrice": 34, "competitor": "X", "margin": 3, "quantity": 9}
    ]
    assert for_customers(facts) == [{"product": "Blue Dream", "price": 40}]


@given(json_values | st.text(st.sampled_from("a: $%,.@-+/0123456789\n"), max_size=80))
@example("units: " + "9" * 400)
def test_whatever_is_extracted_is_json_of_its_kind(value: object) -> None:
    fields = [wanted(kind, kind) for kind in KINDS]
    found = by_pattern(fields, value)
    assert set(found) == set(KINDS)
    json.dumps(found, allow_nan=False)
