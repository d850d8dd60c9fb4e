"""The demo's shop is a believable one, the same for the same instant, and made of documents that can be read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.demo.menus import STORES
from local.demo.people import CUSTOMERS as PEOPLE
from local.demo.people import birthday_of
from local.demo.seed import DEMO_ORG_ID, demo_documents
from local.demo.shop import DAYS
from shared.gcp import clients
from shared.retail import load
from shared.retail.birthdays import parse_birthday
from tests.harness.shop_records import customers_of, orders_of
from tests.unit.retail_shop import Shop

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ORG = f"tenants/{DEMO_ORG_ID}"
# Around a change of the clocks, a leap day, midnight in New York, and the end of a year.
INSTANTS = [
    NOW,
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 17, tzinfo=UTC),
    datetime(2027, 3, 1, 4, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 5, 0, tzinfo=UTC),
]


def _documents(kind: str, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    documents = demo_documents("http://console.example", now)
    start = f"{ORG}/{kind}/"
    return {path.removeprefix(start): fields for path, fields in documents.items() if path.startswith(start)}


def test_the_shop_is_the_same_for_the_same_instant() -> None:
    assert demo_documents("http://x", NOW) == demo_documents("http://x", NOW)


@pytest.mark.parametrize("now", INSTANTS)
def test_every_document_can_be_read(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(dict(demo_documents("http://x", now)))
    monkeypatch.setattr(clients, "firestore", lambda: shop)
    readers = (
        load.load_items, customers_of, load.load_campaigns, load.load_locations, load.load_content,
    )  # fmt: skip
    loaded = [read(DEMO_ORG_ID) for read in readers]
    assert [found.malformed for found in loaded] == [0] * len(readers)
    assert [len(found.records) for found in loaded] == [25, 40, 3, 2, 3]
    orders = orders_of(DEMO_ORG_ID, now - timedelta(days=DAYS + 2), now)
    assert orders.malformed == 0
    assert 180 <= len(orders.records) <= 230


@pytest.mark.parametrize("now", INSTANTS)
def test_no_order_is_of_the_future_and_each_one_adds_up(now: datetime) -> None:
    for fields in _documents("orders", now).values():
        assert now - timedelta(days=DAYS + 1) <= fields["placedAt"] <= now
        assert fields["total"] == pytest.approx(sum(line["price"] * line["quantity"] for line in fields["items"]))
    assert {fields["status"] for fields in _documents("orders", now).values()} >= {"completed", "refunded"}


@pytest.mark.parametrize("now", INSTANTS)
def test_customers_agree_with_their_orders(now: datetime) -> None:
    bought = Counter(
        fields["customerId"]
        for fields in _documents("orders", now).values()
        if "customerId" in fields and fields["status"] == "completed"
    )
    for customer_id, fields in _documents("customers", now).items():
        assert fields["orderCount"] >= bought[customer_id]
        assert ("lastOrderAt" in fields) == (fields["orderCount"] > 0)
        parse_birthday(fields["birthday"])


def test_somebody_has_their_birthday_today_and_one_on_29_february() -> None:
    today = NOW.date()
    birthdays = [birthday_of(person, today)[-5:] for person in PEOPLE]
    assert birthdays.count("11-23") == 2
    assert "02-29" in birthdays


def test_the_top_three_competitors_are_reported_by_their_priority() -> None:
    competitors = _documents("competitors")
    ranked = sorted(competitors.values(), key=lambda fields: fields["priority"])
    assert [fields["priority"] for fields in ranked] == [1, 2, 3, 4]
    assert [fields["name"] for fields in ranked] == [store.name for store in STORES]
    assert ranked[0]["name"] == "Higher Level Syracuse"


def test_a_license_and_some_batches_expire_soon_and_content_waits_for_review() -> None:
    licenses = [fields["licenseExpiresAt"] - NOW for fields in _documents("locations").values()]
    assert min(licenses) == timedelta(days=20)
    expiring = [fields["expiresAt"] - NOW for fields in _documents("inventory").values() if "expiresAt" in fields]
    assert sum(left < timedelta(days=30) for left in expiring) == 2
    assert Counter(fields["status"] for fields in _documents("content").values())["pending_review"] == 2


def test_phones_and_addresses_are_nobodys() -> None:
    customers = _documents("customers").values()
    assert all(fields["email"].endswith(".example") for fields in customers)
    phones = {fields["phone"] for fields in customers}
    assert len(phones) == len(customers)
    assert all(phone.startswith("+131555501") and len(phone) == 12 for phone in phones)
