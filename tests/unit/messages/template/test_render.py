"""The HTML mail: its form, its colors, and that nothing out of data becomes markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.messages.template import build
from shared.messages.template.addresses import plain, product_picture
from shared.messages.template.as_slack import slack_blocks
from shared.messages.template.as_text import message_sms, message_text
from shared.messages.template.author_html import author_body
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import (
    Bar,
    Button,
    Chart,
    Heading,
    Listing,
    Message,
    Paragraph,
    Picture,
)
from shared.messages.template.render import MAX_BYTES, message_html, render
from tests.harness.profiles import examples
from tests.look.samples import AUTHORS_HTML, SAMPLES, report
from tests.unit.messages.template.markup import Shape, find_all, links, parsed, shape, tag, words
from tests.unit.messages.template.render import HOSTILE, LETTERHEAD, document, with_text_everywhere

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)).map("x{}".format)


@given(texts)
@settings(max_examples=examples(150))
def test_no_text_changes_the_tags_attributes_or_addresses_of_a_mail(text: str) -> None:
    calm = parsed(document(with_text_everywhere("calm")))
    said = parsed(document(with_text_everywhere(text), LETTERHEAD.model_copy(update={"org_name": plain(text)})))
    lines = {"br"}
    assert without(shape(said), lines) == without(shape(calm), lines)
    assert links(said) == links(calm)


def without(found: Shape, names: set[str]) -> Shape:
    """The shape without the line breaks that a text may have."""
    name, attributes, children = found
    return name, attributes, tuple(without(child, names) for child in children if child[0] not in names)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_read_as_it_was_written(text: str) -> None:
    root = parsed(document(Message(title="T", sections=(Paragraph(text=text),))))
    assert words(root).count(" ".join(text.translate({0x202E: None, 0: None, 0x1B: None}).split())) >= 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/relative",
        "https://user:pass@evil.example",
        'https://a.example/"onclick=',
        "https://a.example/ b",
        "https://",
        "https://[bad",
        "vbscript:x",
        "java\nscript:x",
        "mailto:a@b.example",
    ],
)
def test_a_button_leads_to_a_plain_web_address_alone(url: str) -> None:
    with pytest.raises(ValidationError, match="expected an address with the scheme http, https"):
        Button(label="Go", url=url)


PHOTO = "https://images.shop.example/jar.png"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "a jar",
        "http://shop.example/jar.png",
        "data:image/png;base64,AAAA",
        "//shop.example/jar.png",
        "https://user:pass@shop.example/jar.png",
        'https://shop.example/"onerror="alert(1)',
        "https://localhost/jar.png",
        "https://router.lan/jar.png",
        "https://metadata.google.internal/jar.png",
        "https://intranet/jar.png",
        "https://192.168.1.1/jar.png",
        "https://8.8.8.8/jar.png",
        "https://127.1/jar.png",
        "https://[::1]/jar.png",
        "https://shop.example/" + "j" * 500,
    ],
)
def test_a_picture_that_no_mail_can_or_may_show_is_left_out(url: str | None) -> None:
    assert product_picture(url) is None
    assert build.product("Blue Dream", url) == build.product("Blue Dream", None)


def test_a_product_s_photo_is_next_to_its_name_and_nowhere_but_in_html() -> None:
    rows = [
        (build.product("Blue <b>Dream</b>", PHOTO), "9"),
        (build.product("Gummies", "http://x.example/g.png"), "2"),
    ]
    listed = Listing(items=(build.product("Blue Dream", PHOTO),))
    message = build.message("T", "L", [*build.table(("Item", "Left"), rows), listed])
    root = parsed(document(message))
    in_table, in_list = find_all(root, "img")
    expected = {"src": PHOTO, "alt": "Photo of Blue <b>Dream</b>", "width": "40", "height": "40"}
    assert expected.items() <= in_table.attrib.items()
    assert in_list.attrib["alt"] == "Photo of Blue Dream"
    # The column of pictures is there in each row, so that no row is shifted.
    assert [len(find_all(row, "td")) for row in find_all(root, "tr") if "9" in words(row) or "2" in words(row)][
        -2:
    ] == [3, 3]
    assert find_all(root, "th")[0].attrib["colspan"] == "2"
    assert message_html(message).count("<img") == 2
    assert "shop.example" not in message_text(message) + message_sms(message) + str(slack_blocks(message))
    assert Message.model_validate(message.model_dump()) == message


def test_a_table_without_photos_has_no_column_for_them() -> None:
    root = parsed(document(build.message("T", "L", build.table(("Item", "Left"), [("Blue Dream", "9")]))))
    assert "colspan" not in find_all(root, "th")[0].attrib


def test_every_kind_of_section_is_there_and_the_title_is_the_one_h1() -> None:
    root = parsed(document(report()))
    assert [words(found) for found in find_all(root, "h1")] == [report().title]
    said = words(root)
    for part in (
        "Green Leaf sells Blue Dream 3.5g for $34",
        "Menus read",
        "+2 since yesterday",
        "Sour Diesel",
        "and 4 more",
        "$41.25",
    ):
        assert part in said


def test_styles_are_on_the_elements_and_the_one_sheet_is_for_dark_and_narrow_screens() -> None:
    root = parsed(document(report()))
    body = find_all(root, "body")[0]
    bare = [tag(each) for each in body.iter() if tag(each) in {"td", "th", "p", "h1", "h2", "a", "ul", "li", "img"}]
    styled = [tag(each) for each in body.iter() if tag(each) in set(bare) and each.attrib.get("style")]
    assert bare.count("p") == styled.count("p")
    assert set(bare) == set(styled)
    (sheet,) = find_all(root, "style")
    assert re.findall(r"@media \(([^)]*)\)", sheet.text or "") == ["prefers-color-scheme: dark", "max-width: 480px"]


def test_nothing_is_loaded_but_pictures_over_https() -> None:
    page = document(report())
    assert [each.attrib["src"] for each in find_all(parsed(page), "img")] == ["https://shop.example/jar.png"] * 2
    with pytest.raises(ValidationError, match="expected an address with the scheme https"):
        Picture(url="http://shop.example/jar.png", alt="A jar")
    assert "url(" not in page
    assert "<link" not in page
    assert "@import" not in page


def test_light_and_dark_are_announced_and_600_pixels_are_the_widest() -> None:
    root = parsed(document(report()))
    announced = {each.attrib.get("name"): each.attrib.get("content") for each in find_all(root, "meta")}
    assert announced["color-scheme"] == announced["supported-color-schemes"] == "light dark"
    assert any("max-width:600px" in each.attrib.get("style", "") for each in find_all(root, "table"))
    assert all(
        each.attrib.get("role") == "presentation" or find_all(each, "th") for each in find_all(root, "table")
    )


def test_the_footer_says_why_and_how_to_stop() -> None:
    root = parsed(document(Message(title="T")))
    assert "You get this because of a test." in words(root)
    assert links(root) == [LETTERHEAD.preferences_url, LETTERHEAD.unsubscribe_url]


def test_the_preheader_is_the_lead_or_the_first_paragraph() -> None:
    def hidden(message: Message) -> str:
        body = find_all(parsed(document(message)), "body")[0]
        return (body[0].text or "").replace("\u00a0", "").replace("\u200c", "").strip()

    sections = (Heading(text="Not this"), Paragraph(text="Prices fell. " * 20))
    assert hidden(Message(title="T", sections=sections)).startswith("Prices fell. Prices")
    assert len(hidden(Message(title="T", sections=sections))) <= 140
    assert hidden(Message(title="T", lead="Look", sections=sections)) == "Look"


def test_a_long_report_stays_below_what_gmail_cuts_off_and_says_what_is_left_out() -> None:
    rows = [(f"Product {number} with quite a long name", "Green Leaf", "$34.00", "15%") for number in range(400)]
    (table,) = build.table("abcd", rows)
    page = document(Message(title="T", sections=(table, table, table)))
    assert len(page.encode()) <= MAX_BYTES
    assert re.search(r"and 3\d\d more: the plain text part", page)


def test_bars_are_as_long_as_their_numbers() -> None:
    bars = (
        Bar(label="a", value="10", amount=10),
        Bar(label="b", value="5", amount=5),
        Bar(label="c", value="0", amount=0),
    )
    root = parsed(document(Message(title="T", sections=(Chart(bars=bars),))))
    assert [each.attrib["width"] for each in find_all(root, "td") if each.attrib.get("class") == "r"] == [
        "100%",
        "50%",
    ]


@pytest.mark.parametrize("name", SAMPLES())
def test_the_samples_that_people_look_at_are_well_formed(name: str) -> None:
    assert parsed(document(SAMPLES()[name])).tag == "{http://www.w3.org/1999/xhtml}html"


def test_the_parser_of_these_tests_refuses_an_open_tag() -> None:
    with pytest.raises(ET.ParseError):
        parsed("<!DOCTYPE html>\n<html><p></html>")


def test_an_author_s_html_is_in_the_letterhead() -> None:
    body = author_body(AUTHORS_HTML, "New on the shelf")
    page = render(Message(title="New on the shelf"), LETTERHEAD, "BakedBot Playbooks", body)
    assert page.count("New on the shelf") == 2  # the document's title and its one heading
    for kept in (
        "<s>$40</s>",
        "<del>$40.00</del>",
        'src="https://shop.example/jar.png"',
        "https://shop.example/new",
    ):
        assert kept in page
    assert "red" not in page
    assert re.search(r"border-color: #[0-9a-f]{6} !important", page)


def test_of_the_addresses_in_a_text_only_the_products_own_become_links() -> None:
    text = "Go to https://app.example/x?y=1. Not https://app.example.evil.example/x, not http://evil.example/."
    root = parsed(document(Message(title="T", sections=tuple(sections_of_text(text, "https://app.example")))))
    assert links(root)[0] == "https://app.example/x?y=1"
    assert len(links(root)) == 3
    assert text in words(root)
