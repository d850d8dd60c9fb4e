"""What is in a saved file, and what it is called."""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.messages.channels.file_content import MAX_NAME_CHARS, FileFormat, build_file, safe_name

ROWS = [{"name": "Blue Dream", "price": 34.5}, {"price": -3, "tags": ["a", "b"], "fresh": True, "note": None}]
texts = st.text(st.characters(codec="utf-8"))


def written(content: Any, file_format: FileFormat | None = None, name: str = "file") -> str:
    return build_file(name, content, file_format).data.decode()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_objects_become_rows_under_all_their_names() -> None:
    assert rows_of(written(ROWS, FileFormat.CSV)) == [
        ["name", "price", "tags", "fresh", "note"],
        ["Blue Dream", "34.5", "", "", ""],
        ["", "-3", '["a", "b"]', "true", ""],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(cell: str) -> None:
    assert rows_of(written([{cell: cell}], FileFormat.CSV)) == [[f"'{cell}"], [f"'{cell}"]]
    quoted = cell.replace('"', '""')
    assert rows_of(written(f'a,"{quoted}"\r\n', FileFormat.CSV)) == [["a", f"'{cell}"]]


def test_a_spreadsheet_reads_the_accents() -> None:
    data = build_file("menu.csv", [{"name": "Jalapeño Haze"}], None).data
    assert data.decode("utf-8-sig") == "name\r\nJalapeño Haze\r\n"
    assert data.startswith(codecs.BOM_UTF8)
    again = build_file("menu.csv", data.decode(), None).data
    assert again == data, "a file that has the mark already gets no second one"


def test_a_mark_before_a_formula_hides_nothing() -> None:
    assert rows_of(written([{"a": "\ufeff=1+1"}], FileFormat.CSV))[1] == ["'\ufeff=1+1"]


def test_numbers_stay_numbers() -> None:
    assert rows_of(written([{"a": -5, "b": "-5.25"}], FileFormat.CSV))[1] == ["-5", "-5.25"]


@given(st.lists(st.dictionaries(texts, texts | st.integers() | st.none(), min_size=1), max_size=5))
def test_no_text_in_a_csv_starts_a_formula(rows: list[dict[str, Any]]) -> None:
    for cell in (cell for row in rows_of(written(rows, FileFormat.CSV)) for cell in row):
        assert not cell.startswith(("=", "+", "@", "\t", "\r"))
        assert not cell.startswith("-") or cell.removeprefix("-").replace(".", "").isdigit()


def test_one_object_is_one_row_and_none_is_an_empty_file() -> None:
    assert rows_of(written({"a": 1}, FileFormat.CSV)) == [["a"], ["1"]]
    assert written([], FileFormat.CSV) == ""


def test_a_list_of_something_else_is_not_csv() -> None:
    with pytest.raises(PermanentError, match=r"content\[1\] is a int; expected a list of objects"):
        written([{"a": 1}, 7], FileFormat.CSV)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("report", "words", ("report.txt", "text/plain; charset=utf-8")),
        ("report", ROWS, ("report.json", "application/json")),
        ("report.csv", ROWS, ("report.csv", "text/csv; charset=utf-8")),
        ("Report.MD", "# words", ("Report.md", "text/markdown; charset=utf-8")),
        ("page.html", "<p>x</p>", ("page.html", "text/html; charset=utf-8")),
    ],
)
def test_the_format_is_what_the_name_ends_in_or_fits_the_content(
    name: str, content: Any, expected: tuple[str, str]
) -> None:
    built = build_file(name, content, None)
    assert (built.name, built.content_type) == expected


def test_a_format_that_is_given_wins_and_ends_the_name() -> None:
    assert build_file("report.csv", ROWS, FileFormat.JSON).name == "report.csv.json"


def test_json_holds_any_value_and_leaves_json_text_alone() -> None:
    assert json.loads(written({"ü": [1, None]}, FileFormat.JSON)) == {"ü": [1, None]}
    assert written('{"a":1}', FileFormat.JSON) == '{"a":1}'
    assert written("plain", FileFormat.JSON) == '"plain"'


@pytest.mark.parametrize(
    ("content", "file_format", "named"),
    [
        ({"a": 1}, FileFormat.TXT, "content is a dict; expected text"),
        (float("nan"), FileFormat.JSON, "can.t be encoded as JSON"),
        ("\ud800", FileFormat.TXT, "can.t be encoded as UTF-8"),
    ],
)
def test_content_that_the_format_cannot_hold_is_refused(content: Any, file_format: FileFormat, named: str) -> None:
    with pytest.raises(PermanentError, match=named):
        build_file("file", content, file_format)


def test_too_much_is_refused_with_the_number() -> None:
    with pytest.raises(PermanentError, match="content has 1,001 bytes as txt; expected at most 1,000"):
        build_file("file", "x" * 1_001, None, max_bytes=1_000)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc-passwd.txt"),
        ("Prices: week 47?.txt", "Prices- week 47.txt"),
        ("a\r\nb\x00c.txt", "a b c.txt"),
        ("  Übersicht  ", "Übersicht.txt"),
    ],
)
def test_a_name_is_one_that_every_system_takes(name: str, safe: str) -> None:
    assert safe_name(name, FileFormat.TXT) == safe


@pytest.mark.parametrize("name", ["", "...", "/", ".txt", "\n"])
def test_a_name_of_which_nothing_is_left_is_refused(name: str) -> None:
    with pytest.raises(PermanentError, match="expected a file name"):
        safe_name(name, FileFormat.TXT)


@given(st.text())
def test_whatever_a_name_is_made_of_a_path_takes_it(name: str) -> None:
    try:
        safe = safe_name(name, FileFormat.CSV)
    except PermanentError:
        return
    assert len(safe) <= MAX_NAME_CHARS
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe not in (".", "..")
    assert safe_name(safe, FileFormat.CSV) == safe
