"""One report out of many results: figures, sections, next steps; as text, HTML and data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser

from shared.errors import PermanentError
from shared.messages.template.models import Actions, Chart, Figure, Figures, Heading, Table
from shared.messages.template.timeline import Timeline
from shared.steps.delivery.compose_report import ComposeReport, ComposeReportOutput, ComposeReportParams
from tests.unit.steps.fakes import step_context

NAME = {"label": "Item", "field": "name"}
LEFT = {"label": "Left", "field": "quantity", "format": "number"}
ROWS = [{"name": "Blue Dream 3.5g", "quantity": 9}, {"name": "OG Kush", "quantity": 0}]


def compose(**params: Any) -> ComposeReportOutput:
    given = ComposeReportParams.model_validate({"subject": "Today", **params})
    output = ComposeReport().run(given, step_context())
    assert isinstance(output, ComposeReportOutput)
    return output


def first_figure(report: ComposeReportOutput) -> Figure:
    figures = report.message.sections[0]
    assert isinstance(figures, Figures)
    return figures.figures[0]


def test_a_report_begins_with_its_figures_and_ends_with_what_to_do() -> None:
    report = compose(
        intro="good morning.",
        figures=[{"label": "Revenue", "value": 1834.5, "format": "money", "note": "3 orders"}],
        sections=[{"title": "Low stock", "rows": ROWS, "columns": [NAME, LEFT]}],
        actions=[{"text": "Order today."}],
    )
    assert report.text == (
        "Good morning.\n\nRevenue: $1,835 (3 orders)\n\n"
        "Low stock\n- Blue Dream 3.5g: left 9\n- OG Kush: left 0\n\n"
        "What to do next\n- Order today.\n"
    )
    assert report.has_content


def test_the_message_has_figures_tables_and_bars() -> None:
    report = compose(
        figures=[{"label": "Revenue", "value": 10, "format": "money", "change": -5, "against": "the day before"}],
        sections=[
            {"title": "Low stock", "rows": ROWS, "columns": [NAME, LEFT]},
            {"title": "Day by day", "rows": ROWS, "columns": [NAME, LEFT], "bars": True},
        ],
    )
    found = {type(section): section for section in report.message.sections}
    assert found.keys() >= {Figures, Table, Chart}
    figures = found[Figures]
    assert isinstance(figures, Figures)
    assert (figures.figures[0].value, figures.figures[0].trend) == ("$10", "bad")


def test_the_first_thing_to_do_that_has_a_page_is_the_main_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    steps = [
        {"text": "Not now.", "page": "usage", "when": False},
        {"text": "Order today."},
        {"text": "Approve 2 drafts.", "page": "decisions"},
        {"text": "Look.", "page": "competitors"},
    ]
    last = compose(actions=steps).message.sections[-1]
    assert isinstance(last, Actions)
    assert [button.url for button in last.buttons] == [
        "https://app.example/decisions",
        "https://app.example/runs/run_1",
    ]
    assert "Approve 2 drafts." in compose(actions=steps).members_text


@pytest.mark.parametrize(
    ("change", "rising", "trend"),
    [(3, "good", "good"), (-3, "good", "bad"), (3, "bad", "bad"), (-3, "bad", "good"), (0, "good", "flat")],
)
def test_a_change_is_good_or_bad_by_what_rises(change: float, rising: str, trend: str) -> None:
    report = compose(figures=[{"label": "Low", "value": 1, "change": change, "rising": rising}])
    assert first_figure(report).trend == trend


CHART = {
    "form": "columns",
    "series": [
        {"name": "Revenue", "points": [{"day": "2026-11-09", "amount": 900}, {"day": "2026-11-16", "amount": 1200}]}
    ],
    "alt": "Revenue by week: $900 in the week of Nov 9, $1,200 in the week of Nov 16.",
}


def test_a_chart_of_a_step_before_is_a_picture_in_mail_and_words_in_text() -> None:
    report = compose(sections=[{"title": "Revenue by week", "chart": CHART}, {"title": "Prices", "chart": None}])
    assert report.text == f"Revenue by week\n{CHART['alt']}\n"
    assert [type(section) for section in report.message.sections] == [Heading, Timeline]


def test_a_row_s_photo_is_next_to_its_name() -> None:
    photo = "https://images.shop.example/jar.png"
    rows = [
        {**ROWS[0], "imageUrl": photo},
        {**ROWS[1], "imageUrl": "http://10.0.0.1/x"},
        {**ROWS[1], "imageUrl": 7},
    ]
    report = compose(sections=[{"title": "Low stock", "rows": rows, "columns": [NAME, LEFT]}])
    table = report.message.sections[-1]
    assert isinstance(table, Table)
    assert [row.cells[0].picture for row in table.rows] == [photo, None, None]
    other = compose(
        sections=[{"title": "T", "rows": [{"name": "A", "photo": photo}], "columns": [NAME], "picture": "photo"}]
    )
    assert photo in other.html


def test_null_false_and_empty_values_are_left_out() -> None:
    report = compose(
        figures=[{"label": "Average", "value": None}],
        sections=[
            {"title": "Never", "text": "x", "when": False},
            {"title": "Nothing", "rows": [], "columns": [NAME]},
        ],
        actions=[{"text": "No", "when": False}],
    )
    assert (report.text, report.has_content) == ("\n", False)


def test_an_empty_table_shows_its_given_text() -> None:
    report = compose(sections=[{"title": "Low stock", "rows": [], "columns": [NAME], "empty": "Nothing is low."}])
    assert report.text == "Low stock\nNothing is low.\n"


def test_rows_beyond_the_limit_are_counted() -> None:
    section = {"title": "Low stock", "rows": ROWS, "columns": [NAME], "limit": 1, "total": 40}
    assert "and 39 more" in compose(sections=[section]).text
    assert "and 1 more" in compose(sections=[{**section, "total": 0}]).text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (12.345, "money", "$12.35"),
        (1234.5, "money", "$1,235"),
        ("12.5", "percent", "13%"),
        (2.63, "percent", "2.6%"),
        (1234567, "number", "1,234,567"),
        (["a", "b"], "count", "2"),
        ("2026-11-23", "day", "Mon, Nov 23"),
        ("2026-11-23", "date", "Nov 23, 2026"),
        ("2026-11-23T14:00:00Z", "day", "Mon, Nov 23"),
        ("at_risk", "words", "At risk"),
        ("vip", "words", "VIP"),
        (["a", "b"], "text", "a, b"),
        (True, "text", "true"),
    ],
)
def test_values_read_as_people_write_them(value: Any, form: str, text: str) -> None:
    report = compose(figures=[{"label": "It", "value": value, "format": form}])
    assert first_figure(report).value == text


@pytest.mark.parametrize(("value", "form"), [("many", "number"), (True, "money"), ("soon", "day"), ({}, "percent")])
def test_a_value_that_does_not_fit_its_format_is_refused(value: Any, form: str) -> None:
    with pytest.raises(PermanentError, match="a report shows"):
        compose(figures=[{"label": "It", "value": value, "format": form}])


def test_a_path_reads_nested_fields_and_missing_ones_show_a_placeholder() -> None:
    columns = [
        {"label": "Draft", "field": "output.draft.name"},
        {"label": "Limit", "field": "limit", "format": "number", "none": "unlimited"},
    ]
    rows = [{"output": {"draft": {"name": "Sale"}}, "limit": None}]
    assert "- Sale: limit unlimited" in compose(sections=[{"title": "T", "rows": rows, "columns": columns}]).text


@pytest.mark.parametrize(
    "section",
    [
        {"title": "T", "rows": ROWS},
        {"title": "T", "rows": ROWS, "columns": [NAME], "bars": True},
        {"title": "T", "rows": ROWS, "columns": [NAME], "limit": 0},
    ],
)
def test_a_section_that_cannot_be_shown_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        compose(sections=[section])


@given(st.text(alphabet="<>&\"'/ab={}\n\x00\u202e", max_size=40))
def test_shown_values_never_become_markup(hostile: str) -> None:
    report = compose(
        subject=f"S{hostile}",
        intro=hostile,
        figures=[{"label": "L", "value": hostile, "format": "text", "note": hostile}],
        sections=[{"title": f"T{hostile}", "text": hostile, "rows": [{"name": hostile}], "columns": [NAME]}],
        actions=[{"text": f"A{hostile}"}],
    )
    known = {
        "html",
        "head",
        "body",
        "p",
        "br",
        "b",
        "dl",
        "dt",
        "dd",
        "h3",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
    }
    tree = LexborHTMLParser(report.html)
    assert {node.tag for node in tree.css("*")} <= known
    assert "\n" not in report.subject


def test_what_names_customers_is_for_the_mail_and_not_for_every_member() -> None:
    people = {"title": "Stay away", "rows": [{"name": "Maya Ortiz", "quantity": 2}], "columns": [NAME, LEFT]}
    report = compose(
        sections=[{**people, "personal": True}, {"title": "Low stock", "rows": ROWS, "columns": [NAME, LEFT]}],
        actions=[{"text": "Call Maya Ortiz.", "personal": True}, {"text": "Order today."}],
    )
    assert report.text.count("Maya Ortiz") == 2
    assert "Maya Ortiz" in report.html
    assert report.members_text == (
        "Low stock\n- Blue Dream 3.5g: left 9\n- OG Kush: left 0\n\nWhat to do next\n- Order today.\n"
    )
