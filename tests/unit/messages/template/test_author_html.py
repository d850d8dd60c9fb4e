"""HTML of authors: what stays, what goes, and that nothing in it runs or loads what it should not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser

from shared.messages.template.author_html import author_body
from tests.harness.profiles import examples

NAMES = "a b p div span table tr td th ul li h1 script style svg img form iframe body html br pre dl dt dd !--"
TAGS = NAMES.split(" ")
fragments = st.lists(
    st.one_of(
        st.sampled_from([f"<{name}>" for name in TAGS] + [f"</{name}>" for name in TAGS]),
        st.sampled_from(
            [
                "<a href='javascript:alert(1)'>",
                "<a href='https://ok.example/x'>",
                "<td onclick=alert(1) style='background:url(//x)'>",
                "<td colspan=9999999>",
                "<img src=//evil.example/p.gif alt=pixel>",
                "<img src=http://evil.example/p.gif>",
                "<img src=https://ok.example/p.png>",
                "<p style='position:fixed;color:red;text-align:center'>",
                "&lt;script&gt;",
                "<![CDATA[",
                "\x00",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=25,
).map("".join)


@given(fragments)
@settings(max_examples=examples(300))
def test_any_html_is_reduced_to_safe_markup_and_checked_addresses(markup: str) -> None:
    tree = LexborHTMLParser(f"<body>{author_body(markup, 'T')}")
    assert not tree.css("script, style, svg, form, iframe, input, object")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert (value or "").startswith("https://ok.example/")
            assert "url(" not in (value or "")
            assert "position" not in (value or "")


def test_words_emphasis_struck_out_prices_tables_and_pictures_stay() -> None:
    kept = author_body(
        "<p>Now <s>$40</s> <del>$38</del> <b>$34</b></p>"
        "<table><tr><td align='right' colspan='2'>1</td></tr></table>"
        "<img src='https://shop.example/a.png' alt='A jar' width='300'>",
        "T",
    )
    for part in ("<s>$40</s>", "<del>$38</del>", "<b>$34</b>", 'colspan="2"', 'alt="A jar"', 'width="300"'):
        assert part in kept
    assert "max-width: 100%" in kept


def test_a_heading_that_repeats_the_title_is_dropped() -> None:
    for title in ("Hello", "We've missed you", 'The "best" & <last>'):
        for written in ("<h1>{}</h1>", '<h2 style="text-align:center"> {}</h2>', "<h3><b>{}</b></h3>"):
            body = author_body(written.format(escape(title)) + "<p>x</p>", title)
            assert (body.striptags(), body.startswith("<p")) == ("x", True)
    assert "Hello" in author_body("<h1>Hello you</h1><p>x</p>", "Hello")


@pytest.mark.parametrize(
    "address", ["//x.example", "/relative", "https://a:b@x.example", "data:text/html,x", "a b"]
)
def test_a_link_to_anything_but_a_plain_address_is_words(address: str) -> None:
    assert "href" not in author_body(f"<a href='{address}'>go</a>", "T")


@pytest.mark.parametrize("markup", ["<div>" * 5_000, "<b>" * 5_000, "<table><tr><td>" * 1_000, "<ul><li>" * 2_000])
def test_markup_of_any_depth_is_read(markup: str) -> None:
    assert author_body(f"{markup}deep &amp; down", "T") == "<p>deep &amp; down</p>"


@pytest.mark.parametrize(
    "markup", ["", "   ", "<img src=x>", "<!-- c -->", "<ul></ul>", "<h2></h2>", "<script>x</script>"]
)
def test_html_without_text_is_empty(markup: str) -> None:
    assert author_body(markup, "T") == ""


def test_nothing_turns_the_writing_direction() -> None:
    assert author_body("<p>Hi \u202eevil &#8238;twice</p>", "") == author_body("<p>Hi evil twice</p>", "")
