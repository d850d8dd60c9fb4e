import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

HOSTILE = "</script><script>alert('x')</script> & \"Kush\""
MENU = {
    "name": "Green Leaf",
    "products": [
        {"name": "Blue Dream 3.5g", "category": "Flower", "price": 34},
        {"name": "Gummies", "category": "Edibles", "price": 18.5},
        {"name": HOSTILE, "category": "Flower", "price": "12.99"},
    ],
}


def page_of(console: TestClient, menu: dict[str, Any]) -> LexborHTMLParser:
    assert console.put("/api/stores/green-leaf", json=menu).status_code == 200
    answer = console.get("/stores/green-leaf")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(answer.text)


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text(strip=True) for node in page.css(selector)]


def structured_data(page: LexborHTMLParser) -> Any:
    (script,) = page.css("script")
    assert script.attributes["type"] == "application/ld+json"
    return json.loads(script.text())


def test_the_page_shows_every_product_with_its_price(console: TestClient) -> None:
    page = page_of(console, MENU)

    assert texts(page, "h1") == ["Green Leaf"]
    shown = dict(zip(texts(page, ".product-name"), texts(page, ".product-price"), strict=True))
    assert shown == {"Blue Dream 3.5g": "$34.00", HOSTILE: "$12.99", "Gummies": "$18.50"}


def test_products_stand_under_their_category(console: TestClient) -> None:
    assert texts(page_of(console, MENU), "h2") == ["Flower", "Edibles"]


def test_the_structured_data_holds_the_same_products(console: TestClient) -> None:
    data = structured_data(page_of(console, MENU))

    assert data["@type"] == "ItemList"
    items = [element["item"] for element in data["itemListElement"]]
    assert [(item["name"], item["category"], item["offers"]["price"]) for item in items] == [
        ("Blue Dream 3.5g", "Flower", "34.00"),
        ("Gummies", "Edibles", "18.50"),
        (HOSTILE, "Flower", "12.99"),
    ]
    assert {item["offers"]["priceCurrency"] for item in items} == {"USD"}


def test_a_hostile_name_makes_no_markup(console: TestClient) -> None:
    page = page_of(console, {"name": HOSTILE, "products": [{"name": HOSTILE, "category": HOSTILE, "price": 1}]})

    assert len(page.css("script")) == 1
    assert texts(page, "h1") == texts(page, "h2") == texts(page, "h3") == [HOSTILE]


def test_a_new_menu_replaces_the_old_one(console: TestClient) -> None:
    page_of(console, MENU)

    assert texts(page_of(console, {"name": "Green Leaf", "products": []}), ".product-name") == []


def test_an_unknown_store_is_not_found(console: TestClient) -> None:
    assert console.get("/stores/nowhere").status_code == 404


def test_a_fault_closes_the_store_for_one_visit(console: TestClient) -> None:
    console.put("/api/stores/green-leaf", json=MENU)
    console.post("/api/faults", json={"provider": "store", "status": 503})

    assert [console.get("/stores/green-leaf").status_code for _ in range(2)] == [503, 200]


def test_robots_are_welcome(console: TestClient) -> None:
    assert "Allow: /" in console.get("/robots.txt").text


def test_an_unchanged_page_is_not_sent_twice(console: TestClient) -> None:
    page_of(console, MENU)
    tag = console.get("/stores/green-leaf").headers["etag"]
    again = console.get("/stores/green-leaf", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    page_of(console, {**MENU, "products": []})
    assert console.get("/stores/green-leaf", headers={"If-None-Match": tag}).status_code == 200


def put_exactly(console: TestClient, page: dict[str, Any]) -> None:
    answer = console.put("/api/stores/green-leaf/page", json=page)
    assert answer.json() == {"slug": "green-leaf", "url": "http://127.0.0.1:8025/stores/green-leaf"}


def test_a_page_is_served_exactly_as_it_was_put(console: TestClient) -> None:
    html = "<h1>Ménü</h1><script>alert(1)</script>"
    put_exactly(console, {"html": html, "headers": {"Content-Type": "text/plain; charset=utf-8", "X-Menu": "1"}})

    answer = console.get("/stores/green-leaf")

    assert (answer.status_code, answer.content) == (200, html.encode())
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-menu"] == "1"


def test_a_page_is_html_unless_it_says_otherwise(console: TestClient) -> None:
    put_exactly(console, {"html": "", "status": 403})

    answer = console.get("/stores/green-leaf")

    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_page_is_served_until_the_next_put(console: TestClient) -> None:
    page_of(console, MENU)
    put_exactly(console, {"html": "first"})
    put_exactly(console, {"html": "second"})
    assert console.get("/stores/green-leaf").text == "second"

    assert texts(page_of(console, MENU), "h1") == ["Green Leaf"]


def test_a_fault_comes_before_a_page_that_was_put(console: TestClient) -> None:
    put_exactly(console, {"html": "menu"})
    console.post("/api/faults", json={"provider": "store", "status": 503})

    assert [console.get("/stores/green-leaf").status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ({}, "html: this field is required"),
        ({"html": 1}, "html: "),
        ({"html": "", "status": 99}, "status: "),
        ({"html": "", "headers": {"X-Menu": "a\r\nSet-Cookie: b"}}, "headers.X-Menu: "),
        ({"html": "", "headers": {"X Menu": "a"}}, "headers.X Menu"),
        ({"html": "", "body": ""}, "body: unknown field"),
    ],
)
def test_a_page_that_cannot_be_sent_is_refused(console: TestClient, page: dict[str, Any], named: str) -> None:
    answer = console.put("/api/stores/green-leaf/page", json=page)

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(named)
    assert console.get("/stores/green-leaf").status_code == 404
