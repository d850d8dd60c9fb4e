"""Sizes with their prices, and pages without any markup that says what is what."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu

THREE = [("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00")]
_ROWS = (("Blue Dream", "12", "34.00"), ("OG Kush", "14", "38.50"), ("Runtz", "16", "44.00"))


def _each(card: str) -> str:
    return "".join(card.format(name=name, gram=gram, eighth=eighth) for name, gram, eighth in _ROWS)


SIZED = {
    "buttons": _each(
        "<div class=card><h3>{name}</h3><button>1g ${gram}</button><button>3.5g ${eighth}</button></div>"
    ),
    "options": _each(
        "<div class=card><h3>{name}</h3><select><option>Choose a size</option><option>1g - ${gram}</option>"
        "<option>3.5g - ${eighth}</option></select></div>"
    ),
    "columns of a table": "<table><tr><th>Strain</th><th>1g</th><th>3.5g</th></tr>"
    + _each("<tr><td>{name}</td><td>${gram}</td><td>${eighth}</td></tr>")
    + "</table>",
    "columns of bare numbers": "<table><tr><th>Strain</th><th>1g</th><th>3.5g</th></tr>"
    + _each("<tr><td>{name}</td><td>{gram}</td><td>{eighth}</td></tr>")
    + "</table>",
    "rows of a list": _each(
        "<div class=card><h3>{name}</h3><ul><li><span>1g</span> <b>${gram}</b></li>"
        "<li><span>3.5g</span> <b>${eighth}</b></li></ul></div>"
    ),
    "one line": _each("<li>{name} 1g ${gram} | 3.5g ${eighth}</li>"),
}


@pytest.mark.parametrize("kind", SIZED)
def test_every_size_has_its_price(kind: str) -> None:
    products = parse_menu(SIZED[kind]).products
    assert [(one.name, str(one.price), one.size) for one in products] == [
        (name, f"{gram}.00", "1g") for name, gram, _ in _ROWS
    ]
    assert [[(size.size, str(size.price)) for size in one.sizes] for one in products] == [
        [("1g", f"{gram}.00"), ("3.5g", eighth)] for _, gram, eighth in _ROWS
    ]


def test_columns_named_as_people_call_sizes_are_sizes() -> None:
    heads = ("Gram", "Eighth", "Quarter", "Half", "Ounce")
    cells = "<td>$12</td><td>$34</td><td>$60</td><td>$110</td><td>$200</td>"
    rows = "".join(f"<tr><td>{name}</td>{cells}</tr>" for name, _, _ in _ROWS)
    head = "".join(f"<th>{one}</th>" for one in heads)
    products = parse_menu(f"<table><tr><th>Strain</th>{head}</tr>{rows}</table>").products
    assert [[size.size for size in one.sizes] for one in products] == [list(heads)] * len(_ROWS)


def test_a_bare_dollar_sign_on_a_canadian_page_is_not_a_us_dollar() -> None:
    menu = _each("<div class=card><h3>{name}</h3><span>${eighth}</span></div>")
    products = parse_menu(f'<html lang="en-CA"><body>{menu}</body></html>').products
    assert [(one.price, one.currency) for one in products] == [(None, "CAD")] * len(_ROWS)
    said = '<meta property="og:price:currency" content="USD">'
    assert parse_menu(f'<html lang="en-CA"><head>{said}</head><body>{menu}</body></html>').products[0].price


PLAIN = {
    "preformatted lines": "<pre>Blue Dream   $34\nOG Kush   $38.50\nRuntz   $44</pre>",
    "a sentence": "<p>We carry Blue Dream for $34 an eighth, OG Kush for $38.50 and Runtz at $44.</p>",
    "names in pictures": _each("<div class=c><a href=/p><img alt='{name}'></a><p>${eighth}</p></div>"),
    "names in labels of links": _each("<div class=c><a href=/p aria-label='{name}'></a><p>${eighth}</p></div>"),
    "a column of bare prices": "<table><tr><th>Strain</th><th>Price</th></tr>"
    + _each("<tr><td>{name}</td><td>{eighth}</td></tr>")
    + "</table>",
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_page_is_read(kind: str) -> None:
    assert [(one.name, str(one.price)) for one in parse_menu(PLAIN[kind]).products] == THREE


def test_a_page_about_one_product_is_read_by_its_heading() -> None:
    (product,) = parse_menu(
        "<h1>Blue Dream</h1><s>$50</s><span class=price>$34.00</span><button>Buy</button>"
    ).products
    assert (product.name, str(product.price), str(product.list_price)) == ("Blue Dream", "34.00", "50.00")


def test_a_products_earlier_price_is_kept_separately() -> None:
    menu = parse_menu("<div><h3>Blue Dream</h3><s>$50</s> $34</div><div><h3>Runtz</h3><s>$60</s> $44</div>")
    assert [(str(one.price), str(one.list_price)) for one in menu.products] == [
        ("34.00", "50.00"),
        ("44.00", "60.00"),
    ]


def test_sold_out_products_are_marked_as_sold_out() -> None:
    menu = parse_menu("<li class=sold-out><h3>Blue Dream</h3>$34</li><li><h3>Runtz</h3>$44</li>")
    assert [one.available for one in menu.products] == [False, True]
