"""An author's HTML as sections: what stays, what goes, and that no markup in it survives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messages.template.from_html import sections_of_html
from shared.messages.template.models import (
    Chart,
    Figures,
    Heading,
    Letterhead,
    Listing,
    Message,
    Paragraph,
    Table,
    text_of,
)
from shared.messages.template.render import render
from tests.harness.profiles import examples
from tests.unit.messages.template.markup import find_all, links, parsed, tag, words

TAGS = [
    "a",
    "b",
    "p",
    "div",
    "span",
    "table",
    "tr",
    "td",
    "th",
    "ul",
    "li",
    "h1",
    "script",
    "style",
    "svg",
    "img",
    "form",
    "iframe",
    "body",
    "html",
    "br",
    "pre",
    "dl",
    "dt",
    "dd",
    "!--",
]
fragments = st.lists(
    st.one_of(
        st.sampled_from([f"<{name}>" for name in TAGS] + [f"</{name}>" for name in TAGS]),
        st.sampled_from(
            [
                "<a href='javascript:alert(1)'>",
                "<a href='https://ok.example/x'>",
                "<td onclick=alert(1) style='background:url(//x)'>",
                "<table class=bars><tr data-amount=nan><td>x<td>y",
                "<td colspan=9999>",
                "<img src=//evil.example/p.gif alt=pixel>",
                "&lt;script&gt;",
                "<![CDATA[",
                "\x00",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=25,
).map("".join)
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "p",
    "a",
    "b",
    "i",
    "code",
    "ul",
    "ol",
    "li",
    "span",
    "br",
}


def page(markup: str) -> str:
    return render(Message(title="T", sections=tuple(sections_of_html(markup))), Letterhead(), "P")


@given(fragments)
@settings(max_examples=examples(300))
def test_whatever_the_html_a_mail_has_the_templates_tags_and_plain_addresses_alone(markup: str) -> None:
    root = parsed(page(markup))
    assert {tag(each) for each in root.iter()} <= ALLOWED
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]
    assert all(url == "https://ok.example/x" for url in links(root))
    assert len(find_all(root, "h1")) == 1


def test_words_emphasis_links_and_breaks_stay() -> None:
    (paragraph,) = sections_of_html(
        "<p>Two <b>big <i>stores</i></b> are\n lower.<br>See <a href='https://a.example/'>how</a></p>"
    )
    assert isinstance(paragraph, Paragraph)
    assert text_of(paragraph.text) == "Two big stores are lower.\nSee how"
    assert [(run.text, run.bold, run.italic, run.href) for run in paragraph.text if run.bold or run.href] == [
        ("big ", True, False, None),
        ("stores", True, True, None),
        ("how", False, False, "https://a.example/"),
    ]


def test_scripts_styles_and_pictures_go_and_a_picture_leaves_its_words() -> None:
    markup = (
        "<style>p{}</style><script>alert(1)</script>"
        "<p>Hi <img src='https://x.example/a.png' alt='a jar'></p><form><input></form>"
    )
    assert words(parsed(page(markup))).endswith("Hi a jar")


def test_a_whole_document_gives_what_its_body_says() -> None:
    sections = sections_of_html(
        "<html><head><title>no</title></head><body><h1>A</h1><div>b<p>c</p>d</div></body></html>"
    )
    assert [text_of(each.text) for each in sections if isinstance(each, Heading | Paragraph)] == [
        "A",
        "b",
        "c",
        "d",
    ]


def test_a_table_keeps_its_cells_and_numbers_stand_to_the_right() -> None:
    (table,) = sections_of_html(
        "<table border=1><thead><tr><th>Product</th><th>Price</th><th>Lasts</th></tr></thead>"
        "<tr><td>Blue &lt;Dream&gt;</td><td>$1,034.00</td><td>3.2 days</td></tr>"
        "<tr><td>OG</td><td>—</td><td>no sales</td></tr>"
        "<tr><td>X</td><td colspan=2>could not be read</td></tr></table>"
    )
    assert isinstance(table, Table)
    assert [(column.label, column.align) for column in table.columns] == [
        ("Product", "left"),
        ("Price", "right"),
        ("Lasts", "left"),
    ]
    assert [[text_of(cell.text) for cell in row] for row in table.rows] == [
        ["Blue <Dream>", "$1,034.00", "3.2 days"],
        ["OG", "—", "no sales"],
        ["X", "could not be read"],
    ]


def test_a_table_that_only_lays_out_is_what_is_in_it() -> None:
    sections = sections_of_html("<table><tr><td><p>a</p><ul><li>b</ul></td></tr></table>")
    assert [each.kind for each in sections] == ["paragraph", "list"]


def test_key_figures_and_bars_have_forms_of_their_own() -> None:
    figures, chart = sections_of_html(
        "<dl><dt>Sales</dt><dd>$1,200</dd><dd class='good'>+4%</dd><dt>Orders</dt><dd>30</dd></dl>"
        "<table class='bars'><tr data-amount='34'><td>Ours</td><td>$34</td></tr></table>"
    )
    assert isinstance(figures, Figures)
    assert [(each.label, each.value, each.change, each.trend) for each in figures.figures] == [
        ("Sales", "$1,200", "+4%", "good"),
        ("Orders", "30", None, "flat"),
    ]
    assert isinstance(chart, Chart)
    assert chart.bars[0].amount == 34


def test_lists_within_lists_keep_their_points() -> None:
    (listing,) = sections_of_html("<ol><li>a<ul><li>b</li><li>c</li></ul></li><li> </li><li>d</li></ol>")
    assert isinstance(listing, Listing)
    assert listing.ordered
    assert [text_of(item) for item in listing.items] == ["a\n• b\n• c", "d"]


def test_lines_of_code_stay_as_they_are() -> None:
    (code,) = sections_of_html("<pre>a  b\n  c</pre>")
    assert isinstance(code, Paragraph)
    assert (code.tone, text_of(code.text)) == ("code", "a  b\n  c")


@pytest.mark.parametrize(
    "markup", ["<div>" * 20_000 + "deep", "<b>" * 20_000 + "deep", "<table><tr><td>" * 3_000 + "deep"]
)
def test_markup_of_any_depth_is_read(markup: str) -> None:
    assert "deep" in words(parsed(page(markup)))


@pytest.mark.parametrize(
    "markup", ["", "   ", "<img src=x>", "<!-- c -->", "<dl><dt>a</dt></dl>", "<ul></ul>", "<h2></h2>"]
)
def test_html_that_says_nothing_has_no_sections(markup: str) -> None:
    assert sections_of_html(markup) == []
