"""No page crashes the reader, hangs it, or makes it take much memory; and ordinary ones are not refused for it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.competitors.menus.reading import parse_menu
from shared.errors import PermanentError
from shared.values.text import MAX_NAME_LENGTH
from tests.unit.competitors.menus.shop_pages import SHOPS
from tests.unit.competitors.menus.trap_pages import TRAPS
from tests.unit.limited import survived

ENOUGH_BOMBS = 40
SECONDS = 2.0


def test_no_bomb_hangs_the_reader_or_takes_much_memory() -> None:
    assert survived("tests.unit.competitors.menus.bombs") >= ENOUGH_BOMBS


ORDINARY = {
    "elements that close themselves": '<div class="c"><img/><br/><input/><h3>{}</h3><svg><path/><g/></svg><p>$34.00</p></div>'
    * 600,
    "comparisons in scripts": "<script>for(i=0;i<n;i++){if(a<b&&c<d){document.write('<div><div>')}}</script>"
    * 2_000
    + "<li>Runtz $44</li>" * 2,
    "paragraphs and cells that are never closed": "<table>" + "<tr><td><p>Runtz<td>$44" * 5_000,
    "unclosed list items": "<ul>" + "<li>Runtz $44<br>" * 5_000,
    "comments with markup": "<!-- <div><div> -->" * 5_000 + "<li>Runtz $44</li>" * 2,
    "attributes with markup": "<i title=\"<div><div>\" alt='>'></i>" * 5_000 + "<li>Runtz $44</li>" * 2,
    "text that looks like tags": "<p>1 < 2 and a <3 heart</p>" * 5_000 + "<li>Runtz $44</li>" * 2,
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_page_is_not_refused(kind: str) -> None:
    assert parse_menu(ORDINARY[kind].replace("{}", "Runtz")).products


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<div>" * 100_000, "nests"),
        ("<div></x>" * 1_000, "nests"),
        ("<svg>" + "<path>" * 1_000, "nests"),
        ("<br>" * 200_000, "elements"),
        ("<a " + " ".join(f"a{n}" for n in range(1_000)) + ">", "attributes"),
        ("<p>" + "".join(f"<b id={n}>" for n in range(400)) + "</p>" + "<p>x" * 2_000, "formatting"),
        ("x" * 5_000_001, "characters"),
    ],
)
def test_a_page_that_would_take_too_much_is_refused_with_a_reason(page: str, why: str) -> None:
    with pytest.raises(PermanentError, match=why):
        parse_menu(page)


_PAGES = [*SHOPS.values(), *TRAPS.values()]
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@graph",
                    "@id",
                    "@value",
                    "name",
                    "offers",
                    "price",
                    "prices",
                    "variants",
                    "options",
                    "size",
                    "hasVariant",
                    "itemOffered",
                    "priceSpecification",
                    "priceCurrency",
                    "id",
                    "__ref",
                    "currency",
                ]
            ),
            inner | st.sampled_from(["Product", "ProductGroup", "Offer", "$-3", "NaN", "CAD", "1/8 oz", "#a"]),
            max_size=6,
        )
    ),
    max_leaves=25,
)
_PIECES = st.one_of(
    st.sampled_from(
        [
            "div",
            "p",
            "h2",
            "h3",
            "li",
            "ul",
            "del",
            "table",
            "tr",
            "td",
            "script",
            "b",
            "span",
            "button",
            "sup",
            "a",
            "dl",
            "dt",
            "dd",
            "select",
            "option",
        ]
    ).flatmap(
        lambda tag: st.sampled_from(
            [f"<{tag}>", f"</{tag}>", f'<{tag} class="price name">', f"<{tag} itemscope itemprop=name>"]
        )
    ),
    st.text(max_size=8),
    st.sampled_from(
        ["$12.50 ", "$", "34", "1/8 oz", "Blue Dream", "Was", "CA$", ".00", "&amp;#36;", "<!--", "{", '"price":']
    ),
)


def _assert_sane(html: str) -> None:
    started = time.process_time()
    menu = parse_menu(html)
    assert time.process_time() - started < SECONDS
    assert (menu.verdict == "menu") == bool(menu.products) == (menu.source != "none")
    for product in menu.products:
        assert 0 < len(product.name) <= MAX_NAME_LENGTH
        assert product.name.isprintable()
        for price in (product.price, product.list_price, *(one.price for one in product.sizes)):
            assert price is None or (price.is_finite() and price > 0)
        assert product.currency == "USD" or product.price is None


@settings(deadline=None)
@given(st.lists(_JSON, max_size=3), st.booleans())
def test_any_data_gives_a_sane_menu(documents: list[Any], of_schema: bool) -> None:
    kind = "application/ld+json" if of_schema else "application/json"
    _assert_sane(
        "".join(
            f'<script type="{kind}">{json.dumps({"price": one})}{json.dumps(one)}</script>' for one in documents
        )
    )


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_any_page_gives_a_sane_menu(pieces: list[str]) -> None:
    _assert_sane("".join(pieces))


@settings(deadline=None)
@given(st.sampled_from(_PAGES), st.data())
def test_any_part_of_a_real_page_gives_a_sane_menu(page: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, len(page)))
    _assert_sane(page[:start] + data.draw(st.text(max_size=5)) + page[end:])
