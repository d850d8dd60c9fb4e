"""An email's own checks, and what HTML says in plain text."""

from __future__ import annotations

import pytest

from shared.errors import PermanentError
from shared.messages.email import compose, html_to_text, subject_line


def test_one_address_or_a_list_is_taken() -> None:
    assert compose("a@b.example", "S", text="t").to == ("a@b.example",)
    assert compose(["a@b.example", "c@d.example"], "S", text="t").to == ("a@b.example", "c@d.example")


def test_a_bad_address_is_named() -> None:
    with pytest.raises(PermanentError, match=r"to\[1\]: found a text of 6 characters; expected one email address"):
        compose(["a@b.example", "nobody"], "S", text="t")


@pytest.mark.parametrize("recipients", [[], ["a@b.example"] * 51])
def test_the_number_of_recipients_is_bounded(recipients: list[str]) -> None:
    with pytest.raises(PermanentError, match="to: "):
        compose(recipients, "S", text="t")


def test_a_subject_out_of_names_becomes_one_short_line() -> None:
    assert subject_line(" Low:\r\nBcc: a@b.example\u2028 Blue\u202e Dream ") == "Low: Bcc: a@b.example Blue Dream"
    assert subject_line("x" * 300) == "x" * 254 + "…"
    assert subject_line("x" * 255) == "x" * 255
    with pytest.raises(ValueError, match="expected words"):
        subject_line("\r\n \u202e")


@pytest.mark.parametrize("subject", ["Hi\nBcc: all@b.example", "Hi\r\nX: y", "Hi\u2028there", "", "   ", "x" * 256])
def test_a_subject_is_one_line_of_at_most_255_signs(subject: str) -> None:
    with pytest.raises(PermanentError, match="subject: "):
        compose("a@b.example", subject, text="t")


@pytest.mark.parametrize(("text", "html"), [(None, None), ("", None), (" \n", ""), (None, " ")])
def test_a_mail_without_a_body_is_refused(text: str | None, html: str | None) -> None:
    with pytest.raises(PermanentError, match="text and html are both missing or empty"):
        compose("a@b.example", "S", text=text, html=html)


def test_html_becomes_readable_text() -> None:
    markup = """<html><head><title>no</title><style>p {color: red}</style></head><body>
      <h1>Report</h1><p>Two <b>stores</b> are
      lower.</p><script>alert(1)</script>
      <table><tr><th>Product</th><th>Price</th></tr><tr><td>Blue Dream</td><td>$34.00 &lt; $40.00</td></tr></table>
      <a href="https://app.example/r">Open</a> <a href="javascript:x">no</a></body></html>"""
    assert html_to_text(markup) == (
        "Report\n\nTwo stores are lower.\n\nProduct | Price\n\nBlue Dream | $34.00 < $40.00\n\n"
        "Open (https://app.example/r) no"
    )


def test_key_figures_are_lines_of_their_own() -> None:
    assert html_to_text("<p>Hi</p><dl><dt>Sales</dt><dd>$3</dd>\n<dt>Orders</dt><dd>2</dd></dl>") == (
        "Hi\n\nSales: $3\nOrders: 2"
    )


def test_html_without_words_makes_an_empty_text() -> None:
    assert html_to_text("<img src='x.png'><br>") == ""
