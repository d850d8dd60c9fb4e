"""What the filters make of what people have: names, amounts, dates; and fields with awkward names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.playbooks.expressions import ExpressionError, compile_expression
from shared.playbooks.numbers import number_words, usd
from shared.playbooks.templates import holds, render, render_text

NEW_YORK = {"timezone": "America/New_York"}
AT = datetime(2026, 5, 4, 13, 30, tzinfo=UTC)


def made(source: str, value: Any = None) -> Any:
    return compile_expression(source).evaluate({"x": value, "org": NEW_YORK})


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("joe's o'brien gummies", "Joe's O'Brien Gummies"),
        ("don't panic, we're here", "Don't Panic, We're Here"),
        ("steiner’s d’angelo", "Steiner’s D’Angelo"),
        ("i'll be at the 1st 3.5g eighth", "I'll Be At The 1st 3.5g Eighth"),
        ("BLUE DREAM PRE-ROLL", "Blue Dream Pre-Roll"),
        ("McDonald's iPhone", "McDonald's iPhone"),
        ("rock'n'roll at ten o'clock", "Rock'n'roll At Ten O'clock"),
        ("jalapeño élan ñandú", "Jalapeño Élan Ñandú"),
        ("", ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert made("x | title", text) == title


@pytest.mark.parametrize(
    ("value", "money"),
    [
        (-0.004, "$0.00"),
        (0, "$0.00"),
        (-0.0, "$0.00"),
        (-5, "-$5.00"),
        (-1234.5, "-$1,234.50"),
        (1299, "$1,299.00"),
        ("1,299.00", "$1,299.00"),
        ("$12.5", "$12.50"),
        ("-$3", "-$3.00"),
        (0.005, "$0.01"),
        (5e-324, "$0.00"),
    ],
)
def test_money(value: Any, money: str) -> None:
    assert made("x | money", value) == money


@pytest.mark.parametrize(
    ("call", "value", "words"),
    [
        ("counted('order')", 1, "1 order"),
        ("counted('order')", 1200, "1,200 orders"),
        ("counted('fix', 'fixes')", 0, "no fixes"),
        ("dollars", 34, "$34"),
        ("dollars", "1,234.50", "$1,235"),
        ("dollars", -6.0, "-$6"),
        ("counted('item is', 'items are')", 2, "2 items are"),
        ("counted('hour')", 1.5, "1.5 hours"),
    ],
)
def test_a_number_has_its_word_in_the_singular_or_the_plural(call: str, value: Any, words: str) -> None:
    assert made(f"x | {call}", value) == words


@pytest.mark.parametrize("value", ["5E+3", "12 or 13", "", "1,29", "nan", True, None, [], float("inf")])
def test_anything_other_than_an_amount_is_refused(value: Any) -> None:
    for name in ("money", "round"):
        with pytest.raises(ExpressionError, match="expected"):
            made(f"x | {name}", value)


def test_no_zero_is_below_zero() -> None:
    assert usd(Decimal("-0.004")) == "$0.00"
    assert number_words(Decimal("-0.001")) == "0"
    assert str(made("x | round(2)", -0.004)) == "0.0"
    assert render_text("now {{x}}", {"x": -1e-8}) in ("now 0", "now 0.0")
    assert render_text("now {{x}}", {"x": -0.0}) == "now 0"


def test_a_timestamp_in_a_text_reads_in_the_orgs_zone() -> None:
    scope = {"event": {"at": AT, "day": date(2026, 5, 4), "rows": [{"at": AT}]}, "org": NEW_YORK}
    assert render_text("at {{event.at}}", scope) == "at May 4, 2026, 9:30 AM EDT"
    assert render_text("on {{event.day}}", scope) == "on May 4, 2026"
    assert render_text("all {{event.rows}}", scope) == 'all [{"at": "May 4, 2026, 9:30 AM EDT"}]'
    assert render_text("at {{event.at}}", {**scope, "org": {"id": "o"}}) == "at May 4, 2026, 1:30 PM UTC"


def test_a_timestamp_alone_is_rfc_3339_in_the_orgs_zone() -> None:
    assert render({"a": "{{event.at}}"}, {"event": {"at": AT}, "org": NEW_YORK}) == {
        "a": "2026-05-04T09:30:00-04:00"
    }


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x | date", "May 4, 2026"),
        ("x | date('short')", "May 4"),
        ("x | date('long')", "Monday, May 4, 2026"),
        ("x | date('iso')", "2026-05-04"),
        ("x | date('us')", "05/04/2026"),
        ("x | date('%d.%m.%Y')", "04.05.2026"),
        ("x | date('%A')", "Monday"),
        ("x | time", "9:30 AM"),
        ("x | time('24h')", "09:30"),
        ("x | time('%H.%M')", "09.30"),
        ("x | datetime", "May 4, 2026, 9:30 AM EDT"),
        ("x | datetime('iso')", "2026-05-04T09:30:00-04:00"),
    ],
)
def test_dates_and_times_in_the_forms_that_people_use(source: str, text: str) -> None:
    assert made(source, AT) == text


@pytest.mark.parametrize(
    "value",
    [
        "2026-05-04T13:30:00Z",
        "2026-05-04T09:30:00-04:00",
        "2026-05-04T09:30:00",
        "2026-05-04 13:30:00+00:00",
        1777901400,
        1777901400.0,
        1777901400000,
        "1777901400",
        {"seconds": 1777901400, "nanoseconds": 0},
        {"_seconds": 1777901400, "_nanoseconds": 0},
    ],
)
def test_an_instant_is_read_from_all_that_systems_send(value: Any) -> None:
    assert made("x | datetime", value) == "May 4, 2026, 9:30 AM EDT"


def test_a_day_stays_that_day_in_every_zone() -> None:
    assert made("x | date", "2026-05-04") == "May 4, 2026"


@pytest.mark.parametrize(
    "value", ["soon", "", None, True, 12, 10**30, float("nan"), [], {"seconds": "x"}, "2026-02-30"]
)
def test_anything_other_than_an_instant_is_refused(value: Any) -> None:
    for name in ("date", "time", "datetime"):
        with pytest.raises(ExpressionError, match="expected a date or a time"):
            made(f"x | {name}", value)


@pytest.mark.parametrize("form", ["'nonsense'", "'%q'", "'%'", "'%-A'", "'%999d'", "3", "null"])
def test_an_unknown_format_is_refused(form: str) -> None:
    with pytest.raises(ExpressionError, match="expected"):
        made(f"x | date({form})", AT)


@pytest.mark.parametrize(
    "word",
    ["from", "class", "if", "in", "and", "or", "not", "is", "None", "True", "import", "lambda", "for", "with"],
)
def test_a_field_may_be_called_like_a_word_of_the_grammar(word: str) -> None:
    scope = {"event": {word: {word: 40}, "rows": [{word: 1}], "to": 35}}
    assert render_text(f"{{{{ event.{word}.{word} }}}}", scope) == 40
    assert render_text(f"from {{{{event.{word}.{word}}}}} to {{{{ event.to }}}}", scope) == "from 40 to 35"
    assert render_text(f"{{{{ event['{word}'].{word} }}}}", scope) == 40
    assert render_text(f"{{{{ event.rows[0].{word} }}}}{{{{ event.rows.0.{word} }}}}", scope) == "11"
    assert holds(f"event.{word}.{word} > event.to and not event.to in [event.{word}.{word}]", scope)
    assert holds(f"'x.{word}' == 'x.{word}'", scope)
    assert compile_expression(f"event.{word}.x").paths() == [("event", word, "x")]


def test_longer_names_that_begin_with_such_a_word_are_whole() -> None:
    assert made("x.from_date + x.iffy + x.order", {"from_date": 1, "iffy": 2, "order": 3}) == 6
