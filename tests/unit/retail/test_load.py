"""Documents as other systems write them: what is read, what is passed over, what is too much."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import PermanentError
from shared.gcp import clients
from shared.gcp.logging import fields_of
from shared.retail import load
from shared.retail.load import CustomerStream, load_items, load_locations
from tests.harness.shop_records import customers_of, orders_of
from tests.unit.retail.builders import NOW
from tests.unit.retail_shop import Shop

ITEM = "tenants/org1/inventory"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop()
    monkeypatch.setattr(clients, "firestore", lambda: shop)
    return shop


def test_a_float_is_the_amount_that_was_written(shop: Shop) -> None:
    shop.documents[f"{ITEM}/a"] = {"name": "A", "price": 0.1, "quantity": 3, "somethingElse": [1]}
    (item,) = load_items("org1").records
    assert (item.price, item.quantity) == (Decimal("0.1"), 3)


def test_null_counts_as_left_out(shop: Shop) -> None:
    shop.documents[f"{ITEM}/a"] = {"name": "A", "price": None, "quantity": None, "reorderPoint": None}
    (item,) = load_items("org1").records
    assert (item.price, item.quantity, item.reorder_point) == (None, 0, 0)


def test_null_in_a_line_of_an_order_counts_as_left_out(shop: Shop) -> None:
    line = {"name": "A", "price": 5, "quantity": None, "itemId": None}
    shop.documents["tenants/org1/orders/o"] = {"placedAt": NOW, "total": 5, "items": [line]}
    (order,) = orders_of("org1", NOW, NOW + timedelta(days=1)).records
    assert order.items[0].quantity == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "A", "quantity": float("inf")},
        {"name": "A", "quantity": "many"},
        {"name": "A", "quantity": [3]},
        {"name": ["A"]},
        {"name": True},
    ],
)
def test_anything_other_than_an_item_is_counted_and_skipped(shop: Shop, fields: dict[str, Any]) -> None:
    shop.documents[f"{ITEM}/good"] = {"name": "Good"}
    shop.documents[f"{ITEM}/bad"] = fields
    loaded = load_items("org1")
    assert [item.id for item in loaded.records] == ["good"]
    assert loaded.malformed == 1


def test_the_documents_own_id_is_above_a_field_of_that_name(shop: Shop) -> None:
    shop.documents[f"{ITEM}/a"] = {"name": "A", "id": "other"}
    assert load_items("org1").records[0].id == "a"


def test_another_orgs_documents_are_not_read(shop: Shop) -> None:
    shop.documents["tenants/org2/inventory/a"] = {"name": "A"}
    assert load_items("org1").records == ()


def test_an_item_without_a_listing_date_counts_from_its_documents_creation(shop: Shop) -> None:
    shop.documents |= {f"{ITEM}/a": {"name": "A"}, f"{ITEM}/b": {"name": "B", "createdAt": NOW}}
    shop.created |= {f"{ITEM}/a": NOW - timedelta(days=2), f"{ITEM}/b": NOW - timedelta(days=2)}
    assert [item.listed_at for item in load_items("org1").records] == [NOW - timedelta(days=2), NOW]


def test_orders_are_read_from_the_start_up_to_the_end(shop: Shop) -> None:
    for number in range(4):
        shop.documents[f"tenants/org1/orders/o{number}"] = {
            "placedAt": NOW + timedelta(days=number),
            "total": 1,
            "items": [{"name": "A", "price": 1}],
        }
    since, until = NOW + timedelta(days=1), NOW + timedelta(days=3)
    assert [order.id for order in orders_of("org1", since, until).records] == ["o1", "o2"]
    assert all(not order.items for order in orders_of("org1", since, until, with_lines=False).records)


def test_a_birthday_that_is_an_instant_is_its_day_and_nonsense_does_not_hide_the_customer(shop: Shop) -> None:
    shop.documents["tenants/org1/customers/a"] = {"birthday": NOW}
    shop.documents["tenants/org1/customers/b"] = {"birthday": "soon"}
    assert [one.birthday for one in customers_of("org1").records] == ["2026-11-23", "soon"]


def test_too_many_records_for_one_step_are_refused_with_the_number(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "MAX_ITEMS", 3)
    shop.documents |= {f"{ITEM}/{n}": {"name": "A", "quantity": 3} for n in range(3)}
    assert len(load_items("org1").records) == 3
    shop.documents[f"{ITEM}/x"] = {"name": "A", "quantity": 3}
    with pytest.raises(PermanentError, match="more than 3 inventory"):
        load_items("org1")


@pytest.mark.parametrize("few", [0, 2, 3, 9])
def test_customers_are_streamed_as_often_as_needed_however_many(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(load, "FEW_CUSTOMERS", few)
    shop.documents |= {f"tenants/org1/customers/{n}": {"name": f"N{n}"} for n in range(3)}
    shop.documents["tenants/org1/customers/x"] = {"name": ["no name"]}
    stream = CustomerStream("org1")
    for _ in range(3):
        assert [(one.id, one.name) for one in stream] == [("0", "N0"), ("1", "N1"), ("2", "N2")]
        assert stream.malformed_ids == ("x",)
        # They are read once.
        shop.documents.clear()


def test_customers_of_whom_only_some_were_streamed_are_read_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "FEW_CUSTOMERS", 0)
    shop.documents |= {f"tenants/org1/customers/{n}": {"name": f"N{n}"} for n in range(5)}
    stream = CustomerStream("org1")
    assert next(iter(stream)).id == "0"
    assert len(list(stream)) == len(list(stream)) == 5


@pytest.mark.parametrize(
    "field",
    [
        {"price": "forty"},
        {"price": float("nan")},
        {"price": -1},
        {"price": 1e300},
        {"expiresAt": "soon"},
        {"category": ["Flower"]},
        {"supplier": {"name": "Acme"}},
        {"reorderPoint": "a few"},
    ],
)
def test_a_field_that_cannot_be_read_is_left_out_and_named(
    shop: Shop, caplog: pytest.LogCaptureFixture, field: dict[str, Any]
) -> None:
    shop.documents[f"{ITEM}/a"] = {"name": "A", "quantity": 3, "imageUrl": "https://a.example/a.png", **field}
    loaded = load_items("org1")
    (item,) = loaded.records
    assert (item.name, item.quantity, item.image_url) == ("A", 3, "https://a.example/a.png")
    assert (loaded.malformed, loaded.in_part) == (0, 1)
    (line,) = caplog.records
    said = fields_of(line)
    assert str(said["path"]).endswith("/a")
    assert next(iter(field)) in str(said["reason"])
    assert "forty" not in str(said["reason"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"price": "1,299.00"}, {"price": Decimal("1299.00")}),
        ({"price": "$12.5", "cost": " 3 "}, {"price": Decimal("12.5"), "cost": Decimal(3)}),
        ({"quantity": "12", "reorderPoint": "1,000"}, {"quantity": 12, "reorder_point": 1000}),
        ({"quantity": "-3"}, {"quantity": -3}),
        ({"name": 420}, {"name": "420"}),
        ({"name": 7.0, "locationId": 12}, {"name": "7", "location_id": "12"}),
        ({"expiresAt": "2026-11-23T15:00:00Z"}, {"expires_at": NOW.replace(hour=15, minute=0, second=0)}),
        ({"expiresAt": "2026-11-23"}, {"expires_at": NOW.replace(hour=0, minute=0, second=0)}),
        ({"expiresAt": 1795446000}, {"expires_at": NOW.replace(hour=15, minute=0, second=0)}),
        ({"expiresAt": 1795446000000}, {"expires_at": NOW.replace(hour=15, minute=0, second=0)}),
    ],
)
def test_values_of_other_systems_are_read_as_meant(
    shop: Shop, written: dict[str, Any], read: dict[str, Any]
) -> None:
    shop.documents[f"{ITEM}/a"] = {"name": "A", **written}
    loaded = load_items("org1")
    assert {name: getattr(loaded.records[0], name) for name in read} == read
    assert (loaded.malformed, loaded.in_part) == (0, 0)


@pytest.mark.parametrize("phone", [3155550123, 3155550123.0, "3155550123"])
def test_a_numeric_phone_loses_no_customer(shop: Shop, phone: object) -> None:
    shop.documents["tenants/org1/customers/c"] = {"email": "c@shop.example", "phone": phone}
    (customer,) = customers_of("org1").records
    assert (customer.email, customer.phone) == ("c@shop.example", "3155550123")


def test_a_numeric_license_loses_no_location(shop: Shop) -> None:
    shop.documents["tenants/org1/locations/l"] = {"name": "Main", "licenseNumber": 40412, "licenseExpiresAt": []}
    loaded = load_locations("org1")
    assert (loaded.records[0].license_number, loaded.records[0].license_expires_at) == ("40412", None)
    assert loaded.in_part == 1


def test_a_customer_with_one_bad_field_is_still_reached(shop: Shop) -> None:
    shop.documents["tenants/org1/customers/c"] = {"email": "c@shop.example", "phone": ["x"], "orderCount": "many"}
    (customer,) = customers_of("org1").records
    assert (customer.email, customer.phone, customer.order_count) == ("c@shop.example", None, 0)
    assert not customer.email_opt_out


def test_an_unreadable_opt_out_counts_as_an_opt_out(shop: Shop) -> None:
    shop.documents["tenants/org1/customers/c"] = {
        "email": "c@shop.example",
        "emailOptOut": "since May",
        "smsOptOut": [],
    }
    (customer,) = customers_of("org1").records
    assert (customer.email_opt_out, customer.sms_opt_out) == (True, True)


@pytest.mark.parametrize("field", [{"status": "shipped"}, {"total": "some"}, {"total": None}])
def test_an_order_is_never_counted_as_something_that_it_is_not(shop: Shop, field: dict[str, Any]) -> None:
    shop.documents["tenants/org1/orders/o"] = {"placedAt": NOW, "total": 5, **field}
    loaded = orders_of("org1", NOW, NOW + timedelta(days=1))
    assert (loaded.records, loaded.malformed) == ((), 1)


def test_an_unreadable_line_does_not_affect_the_other_lines(shop: Shop) -> None:
    lines = [{"name": "A", "price": 5}, {"name": "B", "price": "?"}, "C", {"name": "D", "price": "1,299.00"}]
    shop.documents["tenants/org1/orders/o"] = {"placedAt": NOW, "total": 5, "items": lines}
    loaded = orders_of("org1", NOW, NOW + timedelta(days=1))
    assert [line.name for line in loaded.records[0].items] == ["A", "D"]
    assert loaded.malformed == 0
