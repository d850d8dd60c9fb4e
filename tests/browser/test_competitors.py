"""The competitors' pages: added, scanned, compared, removed; as editor, viewer and somebody of another shop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.guard import Guard
from tests.browser.shop import Shop

SCAN: dict[str, Any] = {"action": "scan_competitors", "agent": "ezal"}
MENU: Mapping[str, float] = {"Blue Dream 3.5g": 40.0, "OG Kush 3.5g": 52.0, "BOGO gummies": 9.0}
HOSTILE = "<img src=x onerror=alert(1)>"
REFUSED = r"status of (4\d\d|503)"


@pytest.fixture
def scanned(shop: Shop) -> Shop:
    """A shop that sells two products, and a playbook that scans."""
    shop.org.item("blue-dream", name="Blue Dream 3.5g", price=40.0)
    shop.org.item("og-kush", name="OG Kush 3.5g", price=50.0)
    shop.org.playbook(SCAN, name="scan")
    return shop


def sells(shop: Shop, menu: Mapping[str, float], name: str = "Salt City", slug: str = "salt") -> str:
    """Give the competitor this menu; its address."""
    store = f"{shop.id}-{slug}".replace("_", "-")
    products = [{"name": product, "category": "Flower", "price": str(price)} for product, price in menu.items()]
    address = shop.org.console.set_store(store, name, products)
    shop.write(shop.path(f"competitors/{slug}"), {"name": name, "menuUrl": address})
    return address


def add(page: Page, name: str, address: str) -> None:
    page.get_by_role("button", name="Add competitor").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Menu address").fill(address)
    dialog.get_by_role("button", name="Add competitor").click()


def test_an_editor_adds_a_competitor_and_stops_tracking_it(shop: Shop) -> None:
    page = shop.sign_in("editor", "/competitors")
    expect(page).to_have_title("Competitors · Playbooks")
    expect(page.get_by_role("heading", name="No competitors yet")).to_be_visible()
    add(page, "", "menu")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Enter the competitor's name.")).to_be_visible()
    expect(dialog.get_by_text("Enter the address of their menu page")).to_be_visible()
    dialog.get_by_label("Name").fill("Green Leaf")
    dialog.get_by_label("Menu address").fill("greenleaf.example/menu")
    dialog.get_by_role("button", name="Add competitor").click()
    row = page.get_by_role("listitem").filter(has_text="Green Leaf")
    expect(row).to_contain_text("greenleaf.example/menu")
    expect(row).to_contain_text("Not scanned yet")
    expect(page.get_by_role("main")).to_contain_text("1 of 10 tracked.")
    row.get_by_role("button", name="Stop tracking Green Leaf").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop tracking").click()
    expect(page.get_by_role("heading", name="No competitors yet")).to_be_visible()
    assert shop.api().get("/api/competitors").json()["items"] == []


def test_one_more_than_the_plan_tracks_is_refused_in_words(shop: Shop, guard: Guard) -> None:
    guard.allow(REFUSED)
    shop.write(f"tenants/{shop.id}", {**shop.read(f"tenants/{shop.id}"), "tierId": "starter"})
    sells(shop, MENU)
    page = shop.sign_in("owner", "/competitors")
    expect(page.get_by_role("main")).to_contain_text("1 of 1 tracked. You've reached your plan's limit.")
    add(page, "Second", "https://second.example/menu")
    refusal = page.get_by_role("dialog").get_by_role("alert")
    expect(refusal).to_contain_text("includes 1 tracked competitor and 1 is tracked")
    expect(refusal).to_contain_text("growth (3)")
    assert [item["id"] for item in shop.api().get("/api/competitors").json()["items"]] == ["salt"]


def test_two_scans_at_different_prices_are_drawn_beside_our_price(scanned: Shop) -> None:
    sells(scanned, MENU)
    scanned.org.run("scan")
    sells(scanned, {**MENU, "Blue Dream 3.5g": 30.0})
    scanned.org.run("scan")
    page = scanned.sign_in("viewer", "/competitors")
    row = page.get_by_role("listitem").filter(has_text="Salt City")
    expect(row).to_contain_text("25% below us on Blue Dream 3.5g")
    expect(row).to_contain_text("Menu read")
    row.get_by_role("link", name="Salt City").click()
    expect(page).to_have_title("Salt City · Playbooks")
    chart = page.get_by_role("img", name="Price of Blue Dream 3.5g")
    expect(chart).to_be_visible()
    expect(chart.locator("circle")).to_have_count(2)
    expect(chart.locator("desc")).to_contain_text(
        re.compile(r"From \$40\.00 to \$30\.00 .*Your price today is \$40\.00")
    )
    page.get_by_text("Show as a table").click()
    history = page.get_by_role("table").filter(has_text="Seen").get_by_role("row")
    assert [history.nth(number).locator("td").last.inner_text() for number in (1, 2)] == ["$30.00", "$40.00"]
    rows = page.locator(".product-table tbody tr")
    expect(rows.nth(0)).to_contain_text("25% below us")
    expect(rows.nth(1)).to_contain_text("4% above us")
    expect(rows.nth(2)).to_contain_text("Nothing to compare with")
    expect(page.get_by_role("region", name="Promotions on their page")).to_contain_text("BOGO gummies")
    page.get_by_role("button", name="Their price").click()
    expect(page).to_have_url(re.compile(r"sort=theirs"))
    expect(rows.nth(0)).to_contain_text("$9.00")
    page.reload()
    expect(rows.nth(0)).to_contain_text("$9.00")


def test_a_scan_that_failed_is_reported_with_its_reason(scanned: Shop) -> None:
    sells(scanned, MENU)
    scanned.org.run("scan")
    scanned.write(
        scanned.path("competitors/salt"),
        {**scanned.read(scanned.path("competitors/salt")), "menuUrl": "http://127.0.0.1:1/gone"},
    )
    scanned.org.start("scan")
    page = scanned.sign_in("owner", "/competitors")
    row = page.get_by_role("listitem").filter(has_text="Salt City")

    def failed() -> bool:
        page.reload()
        expect(row).to_be_visible()
        return "Couldn't be read" in row.inner_text()

    assert any(failed() for _ in range(20))
    expect(row).to_contain_text("Couldn't be read this")
    row.get_by_role("link", name="Salt City").click()
    expect(page.get_by_role("alert")).to_contain_text("What you see below was read before that.")
    expect(page.locator(".product-table tbody tr")).to_have_count(3)


def test_an_editor_scans_now_and_lands_on_the_run(scanned: Shop) -> None:
    sells(scanned, MENU)
    scanned.until_listed("scan")
    page = scanned.sign_in("editor", "/competitors")
    page.get_by_role("button", name="Scan now").click()
    page.get_by_role("dialog").get_by_role("button", name="Run Playbook scan").click()
    expect(page).to_have_url(re.compile(r"/runs/"))
    execution_id = page.url.rpartition("/")[2]
    assert scanned.org.until(execution_id, "completed")["playbookId"] == "scan"
    page.goto("/competitors")
    expect(page.get_by_role("listitem").filter(has_text="Salt City")).to_contain_text("3 products, 2 also yours")


def test_a_viewer_reads_and_changes_nothing(scanned: Shop) -> None:
    sells(scanned, MENU)
    page = scanned.sign_in("viewer", "/competitors")
    expect(page.get_by_role("listitem").filter(has_text="Salt City")).to_be_visible()
    main = page.get_by_role("main")
    expect(main.get_by_role("button", name=re.compile("Add|Scan|Stop"))).to_have_count(0)
    page.goto("/competitors/salt")
    expect(page.get_by_role("heading", name="No menu yet")).to_be_visible()
    expect(main.get_by_role("button", name="Change address")).to_have_count(0)


def test_somebody_of_another_shop_finds_nothing(scanned: Shop, guard: Guard) -> None:
    guard.allow(REFUSED)
    sells(scanned, MENU)
    page = scanned.stranger("/competitors/salt")
    expect(page.get_by_role("alert")).to_contain_text("does not exist")
    expect(page.get_by_role("main")).not_to_contain_text("Salt City")


def test_hostile_names_are_text(scanned: Shop) -> None:
    sells(
        scanned,
        {"Blue <3 onerror=alert(1)": 33.0, f"Green {HOSTILE}Crack": 30.0, "Blue Dream 3.5g": 30.0},
        name=f"Salt \u202e{HOSTILE}",
    )
    scanned.org.run("scan")
    page = scanned.sign_in("owner", "/competitors/salt")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Salt {HOSTILE}")
    expect(page.locator(".product-table")).to_contain_text("Blue <3 onerror=alert(1)")
    expect(page.locator(".product-table")).to_contain_text("Green Crack")
    expect(page.locator("main img")).to_have_count(0)


def test_an_editor_changes_the_address(shop: Shop) -> None:
    sells(shop, MENU)
    page = shop.sign_in("editor", "/competitors/salt")
    page.get_by_role("button", name="Change address").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Menu address").fill("https://new.example/menu")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="new.example/menu")).to_be_visible()
    answer: httpx.Response = shop.api().get("/api/competitors/salt")
    assert answer.json()["menuUrl"] == "https://new.example/menu"


def test_a_menu_that_needs_a_second_scan_says_so_beside_the_last_good_one(scanned: Shop) -> None:
    shop = scanned
    full = {f"Blue Dream lot {number}": 40.0 + number for number in range(10)}
    for menu in (full, {"Blue Dream 3.5g": 4.0}):
        sells(shop, menu)
        shop.org.run("scan")
    page = shop.sign_in("owner", "/competitors")
    row = page.get_by_role("listitem").filter(has_text="Salt City")
    expect(row).to_contain_text("Needs a second scan")
    expect(row).to_contain_text("it showed 1 product, down from 10 last time")
    row.get_by_role("link", name="Salt City").click()
    expect(page.get_by_text("We couldn't read the last menu properly")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Blue Dream lot 9")


def test_a_menu_that_cannot_be_read_says_since_when_why_and_what_to_do(scanned: Shop) -> None:
    shop = scanned
    sells(shop, MENU)
    at = "2026-11-24T15:00:00Z"
    shop.write(
        shop.path("competitors/salt"),
        {
            **shop.read(shop.path("competitors/salt")),
            "lastScan": {"at": at, "status": "failed", "error": "x"},
            "unreadable": {
                "failures": 3,
                "since": at,
                "lastFailedAt": at,
                "kind": "blocked",
                "reason": "the site blocked our visit",
                "remedy": "check the address",
            },
        },
    )
    page = shop.sign_in("viewer", "/competitors/salt")
    expect(page.get_by_text("This menu can't be read")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(
        "3 scans failed since Nov 24: the site blocked our visit. Check the address."
    )
