"""What templates fill into HTML is words there, unless an action wrote it as HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from shared.playbooks.templates import render_markup


def test_values_are_escaped_and_the_authors_own_markup_stays() -> None:
    scope = {"event": {"name": "<a href='x'>Blue & Dream</a>", "n": 3}}
    text = "<p>{{event.name}}: {{event.n}} left</p>"
    assert render_markup(text, scope) == ("<p>&lt;a href=&#39;x&#39;&gt;Blue &amp; Dream&lt;/a&gt;: 3 left</p>")


def test_an_actions_own_html_stays_as_it_is() -> None:
    scope = {"steps": {"report": {"html": Markup("<b>15%</b>"), "text": "<b>15%</b>"}}}
    assert render_markup("{{steps.report.html}}", scope) == "<b>15%</b>"
    assert render_markup("<div>{{steps.report.html | default('')}}</div>", scope) == "<div><b>15%</b></div>"
    assert render_markup("{{steps.report.text}}", scope) == "&lt;b&gt;15%&lt;/b&gt;"


def test_what_is_made_of_html_and_other_text_is_escaped_where_it_is_not_markup() -> None:
    scope = {"steps": {"report": {"html": Markup("<b>x</b>")}}, "event": {"name": "<i>"}}
    assert render_markup("{{steps.report.html + event.name}}", scope) == "<b>x</b>&lt;i&gt;"
    assert render_markup("{{event.name + event.name}}", scope) == "&lt;i&gt;&lt;i&gt;"


@given(st.text())
def test_no_value_makes_an_element(value: str) -> None:
    page = LexborHTMLParser(render_markup("<p id='mine'>{{event.value}}</p>", {"event": {"value": value}}))
    body = page.body
    assert body is not None
    assert [node.tag for node in body.css("*")] == ["body", "p"]
