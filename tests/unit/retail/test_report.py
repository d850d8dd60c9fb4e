"""The report as a mail: what other people typed stays inert, and amounts read as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.retail.figures import change_words, first, number, percent_of, times, usd
from shared.steps.retail._output import build, listed, table

NASTY = "<script>alert(1)</script>\r\nBcc: x@evil.example & {{7*7}}"


def test_names_are_escaped_in_html_and_stay_on_their_line() -> None:
    report = build(f"About {NASTY}", [f"Headline {NASTY}"], [table("T", ("N",), [(NASTY,)])])
    assert "<script>" not in report["html"]
    assert "&lt;script&gt;" in report["html"]
    assert "{{7*7}}" in report["html"]
    assert "\n" not in report["subject"]
    assert "\r" not in report["text"]
    assert "\nBcc" not in report["text"]


def test_a_table_without_rows_is_not_shown_and_what_is_left_out_is_counted() -> None:
    full = table("Full", ("A", "Price", "Expires"), [("x", "$1.00", "Nov 3, 2026"), ("y", "—", "—")], left_out=4)
    report = build("S", ["H", ""], [table("Empty", ("A",), []), full])
    assert report["text"] == "H\n\nFull\n- x: price $1.00, expires Nov 3, 2026\n- y\nand 4 more\n"
    assert "Empty" not in report["html"]
    assert "<p>and 4 more</p>" in report["html"]


@given(st.text(max_size=400))
def test_any_text_makes_a_subject_that_can_be_sent(text: str) -> None:
    subject = build(f"S {text}", ["H"])["subject"]
    assert 0 < len(subject) <= 200
    assert subject == subject.strip()
    assert subject.isprintable() or all(not c.isspace() or c == " " for c in subject)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (usd(Decimal("1234.5")), "$1,234.50"),
        (usd(Decimal("-3")), "-$3.00"),
        (usd(Decimal("0.005")), "$0.01"),
        (number(4.0), "4"),
        (number(2.50), "2.5"),
        (number(1000), "1,000"),
        (number(0), "0"),
        (change_words(Decimal(12), "last week"), "up 12% vs. last week"),
        (change_words(Decimal("-0.5"), "last week"), "down 0.5% vs. last week"),
        (change_words(Decimal(0), "last week"), "the same as last week"),
        (change_words(None, "last week"), "nothing to compare with last week"),
        (listed(["A", "B", "C", "D", "E"]), "A, B, C and 2 more"),
    ],
)
def test_figures_in_words(shown: str, text: str) -> None:
    assert shown == text


def test_cents_and_percent_are_rounded_half_up() -> None:
    assert times(Decimal("0.335"), 3) == Decimal("1.01")  # 1.005
    assert percent_of(1, 800) == Decimal("0.1")  # 0.125
    assert percent_of(9, 2_000) == Decimal("0.5")  # 0.45
    assert percent_of(5, 0) is None


@given(st.lists(st.integers(), max_size=20), st.integers(1, 30))
def test_shown_and_omitted_rows_add_up_to_all(rows: list[int], limit: int) -> None:
    shown, left_out = first(rows, limit)
    assert len(shown) + left_out == len(rows)
    assert len(shown) <= limit
