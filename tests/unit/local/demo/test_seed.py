"""The demo org is what the story says it is, and its stores are what the console takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from local.demo.menus import HIGHER_LEVEL, PRODUCTS, STORES, DemoStore, menu_of
from local.demo.seed import DEMO_ORG_ID, DEMO_TENANT, demo_documents
from local.providers.stores import Menu
from shared.tenants.tenant import TierId, parse_tenant


def test_the_tenant_is_a_valid_one() -> None:
    tenant = parse_tenant(DEMO_ORG_ID, DEMO_TENANT)
    assert (tenant.name, tenant.tier_id, tenant.timezone) == ("Thrive Syracuse", TierId.PRO, "America/New_York")
    assert tenant.staff_phones == ("+13155550123",)


def test_blue_dream_is_the_only_undercut_above_ten_percent() -> None:
    above = [
        (store.slug, product.item_id, 100 * (product.price - price) / product.price)
        for product in PRODUCTS
        for store, price in zip(STORES, product.rival_prices, strict=True)
        if price is not None and abs(product.price - price) / product.price > Decimal("0.1")
    ]
    assert above == [(HIGHER_LEVEL.slug, "blue-dream-3-5g", Decimal(15))]


def test_nothing_is_low_at_the_start() -> None:
    assert all(product.quantity >= product.reorder_point for product in PRODUCTS)


def test_every_item_has_its_own_document() -> None:
    documents = demo_documents("http://console.example")
    inventory = [fields for path, fields in documents.items() if "/inventory/" in path]
    assert len(inventory) == len(PRODUCTS) == 25
    assert documents[f"tenants/{DEMO_ORG_ID}/competitors/higher-level-syracuse"] == {
        "name": "Higher Level Syracuse",
        "menuUrl": "http://console.example/stores/higher-level-syracuse",
        "priority": 1,
    }


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.slug)
def test_the_console_takes_every_menu(store: DemoStore) -> None:
    menu = Menu.model_validate(menu_of(store))
    assert len(menu.products) >= 20
