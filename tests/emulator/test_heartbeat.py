"""Rounds of the heartbeat in a real Firestore: told once, quiet after, told again when worse, each org alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.billing import ledger
from shared.billing.tiers import Metric
from shared.gcp.clients import firestore
from shared.heartbeat.registry import CHECKS
from shared.heartbeat.round import Round, check_org
from shared.retail import items
from shared.retail.shelf import build as building
from shared.retail.shelf import changes
from tests.emulator.heartbeat_shop import DAY, HOUR, NOON, Shop, open_shop
from tests.harness.operations import counted

WITH_A_KEY = {
    "action": "http_request",
    "params": {"url": "https://crm.example/", "headers": {"Authorization": "Bearer hush-hush"}},
}


def test_a_healthy_org_hears_nothing(shop: Shop) -> None:
    shop.item("blue dream", 50)
    assert shop.round() == Round(0, 0, ())
    assert shop.inbox() == []
    assert shop.state()["checkedAt"] == NOON


def test_new_findings_of_a_check_are_one_notification_and_then_it_is_quiet(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.item("jack herer", 0)
    assert shop.round() == Round(2, 2, ())
    for _ in range(3):
        assert shop.round(HOUR) == Round(2, 0, ())
    (notice,) = shop.inbox()
    assert (notice["title"], notice["type"], notice["severity"]) == (
        "2 items are running low",
        "usage_alert",
        "warning",
    )
    assert notice["body"].split("\n")[0] == "Jack Herer is out of stock. Reorder point: 10."
    assert notice["read"] is False


def test_only_what_is_new_or_worse_is_reported(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("jack herer", 2)
    shop.round(HOUR)
    shop.item("blue dream", 0)
    shop.round(HOUR)
    shop.item("blue dream", 5)
    shop.round(HOUR)
    assert [one["body"].split(".")[0] for one in shop.inbox()] == [
        "Blue Dream: 3 left",
        "Jack Herer: 2 left",
        "Blue Dream is out of stock",
    ]


def test_what_went_away_is_forgotten_and_reported_when_it_comes_back(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("blue dream", 40)
    shop.round(HOUR)
    assert shop.state()["findings"] == {}
    shop.item("blue dream", 3)
    shop.round(HOUR)
    assert shop.titles() == ["1 item is running low"] * 2


def test_what_stays_is_reported_again_after_a_week(shop: Shop) -> None:
    shop.item("blue dream", 3)
    for _ in range(9):
        shop.round(DAY)
    assert len(shop.inbox()) == 2


def test_threats_reach_the_owner_and_the_staff_where_they_are_wanted(shop: Shop) -> None:
    shop.threat()
    shop.prefer("competitor_alert", sms=True)
    shop.round()
    shop.threat("a2")
    shop.round(HOUR)
    assert shop.titles() == [
        "🚨 1 critical competitive threat requires attention",
        "🚨 2 critical competitive threats require attention",
    ]
    mails, texts = shop.outbox("email"), shop.outbox("sms")
    assert [mail["to"] for mail in mails] == ["owner@thrive.example"] * 2
    assert "Match the top ten" in mails[0]["text"]
    assert len(texts) == 2
    assert texts[0]["text"].startswith("Thrive: system alert: 1 critical competitive threat requires")
    month = ledger.read(shop.id, "2026-11")
    assert month.usd() == Decimal("0.026")
    assert (month.used(Metric.EMAILS), month.used(Metric.SMS_INTERNAL)) == (2, 2)


def test_what_the_tier_does_not_include_stays_in_the_inbox(shop: Shop) -> None:
    firestore().document(f"tenants/{shop.id}").update({"tierId": "starter"})
    shop.threat()
    shop.prefer("competitor_alert", sms=True)
    shop.round()
    assert (len(shop.inbox()), len(shop.outbox("email")), shop.outbox("sms")) == (1, 1, [])
    month = ledger.read(shop.id, "2026-11")
    assert (month.used(Metric.EMAILS), month.used(Metric.SMS_INTERNAL)) == (1, 0)


def test_a_channel_that_is_off_stays_silent_and_does_not_hold_back_the_news(shop: Shop) -> None:
    shop.threat()
    shop.prefer("competitor_alert", dashboard=False, email=False)
    assert shop.round() == Round(1, 1, ())
    assert shop.inbox() == []
    assert shop.outbox("email") == []
    shop.prefer("competitor_alert", dashboard=True)
    assert shop.round(HOUR) == Round(1, 0, ())


def test_daily_checks_are_made_once_in_the_orgs_morning(shop: Shop) -> None:
    five_in_the_morning = datetime(2026, 11, 24, 10, tzinfo=UTC)
    shop.round()
    shop.put("customers/ann", name="Ann", birthday="11-24")
    assert check_org(shop.id, NOON + HOUR) == Round(0, 0, ())
    assert check_org(shop.id, five_in_the_morning) == Round(0, 0, ())
    assert check_org(shop.id, five_in_the_morning + HOUR) == Round(1, 1, ())
    assert check_org(shop.id, five_in_the_morning + 2 * HOUR) == Round(1, 0, ())


def test_everything_there_is_to_find(shop: Shop) -> None:
    shop.item("low", 3)
    shop.item("old", 20, expiresAt=NOON + DAY)
    shop.item("dear", 20, price=10, cost=9)
    shop.item("malformed", 0, expiresAt="soon")
    shop.put("competitors/green", name="Green", menuUrl="https://green.example/menu")
    for number, names in enumerate((("Dear", "Other"), ("Other",))):
        taken_at = NOON - timedelta(hours=9 - number)
        products = [{"name": name, "price": 12.0} for name in names]
        shop.put(
            f"competitor_snapshots/s{number}",
            competitorId="green",
            takenAt=taken_at,
            expiresAt=NOON + 30 * DAY,
            products=products,
            contentHash=str(number),
        )
    event = {"competitor": "Green", "product": "Other", "oldPrice": 20.0, "newPrice": 12.0}
    shop.put("events/e1", name="competitor.price_change", data=event, createdAt=NOON - HOUR)
    shop.put("events/e2", name="competitor.price_change", data=event, createdAt=NOON - 2 * DAY)
    shop.put("events/e3", name="order.completed", data={}, createdAt=NOON - HOUR)
    shop.threat()
    shop.action("a9", "margin_optimization", "medium")
    shop.action("done", "price_adjustment", "critical", status="resolved")
    shop.put("customers/ann", name="Ann", birthday="1990-11-23")
    shop.put("customers/vip", name="Vi", totalSpent=900, orderCount=9, lastOrderAt=NOON - 40 * DAY)
    shop.put("customers/joe", name="Joe", totalSpent=20, orderCount=1, lastOrderAt=NOON - 40 * DAY)
    for day in range(8, 15):
        for number in range(2):
            shop.put(f"orders/o{day}-{number}", placedAt=NOON - day * DAY, total=50.0)
    for number in range(30):
        shop.put(f"orders/early{number}", placedAt=NOON - 20 * DAY, total=50.0)
    shop.put("orders/big", placedAt=NOON - HOUR, total=5_000.0)
    shop.put("locations/l1", name="Main", licenseExpiresAt=NOON + 5 * DAY)
    shop.put("content/c1", title="Sale", status="pending_review", createdAt=NOON - 3 * DAY)
    shop.put("playbooks/p1", name="Prices", steps=[WITH_A_KEY])
    schedule = {"orgId": shop.id, "playbookId": "p1", "jobs": {}, "nextRunAt": NOON - HOUR}
    firestore().document(f"playbook_schedules/{shop.id}_p1").set(schedule)
    letter = {"orgId": shop.id, "playbookId": "p1", "status": "open", "createdAt": NOON - 2 * DAY, "error": "no"}
    firestore().document("dead_letters/d1").set(letter)
    made = shop.round()
    assert made is not None
    assert made.failed == ()
    found = {name: sorted(known) for name, known in shop.state()["findings"].items()}
    assert set(found) == {check.name for check in CHECKS}
    assert found["playbooks_not_run"] == ["dead:p1", f"late:p1:{(NOON - HOUR).isoformat()}"]
    assert found["keys_in_playbooks"] == ["key:p1"]
    assert found["price_changes"] == ["event:e1"]
    assert found["stock_outs"] == ["gone:green:Dear"]
    assert found["pricing_opportunities"] == ["action:a9"]
    assert found["order_anomalies"] == ["order:big"]
    assert len(shop.inbox()) == 16
    assert "hush-hush" not in str(shop.inbox())
    assert shop.round(HOUR) == Round(made.findings, 0, ())


def test_a_quiet_hour_reads_few_documents_and_writes_one(shop: Shop) -> None:
    for number in range(20):
        shop.item(f"item{number}", 50)
        shop.put(f"customers/c{number}", name="C", lastOrderAt=NOON - DAY)
    shop.round()
    with counted() as operations:
        shop.round(HOUR)
    assert operations.writes == [f"heartbeat_state/{shop.id}"]
    assert len(operations.reads) <= 20, operations.reads


def competitor(shop: Shop, menu: str) -> None:
    """A scan has found the competitor's menu of that id, which asks three times our prices."""
    products = [{"name": f"Gummies {number}", "category": "Edibles", "price": 60} for number in range(4)]
    shop.put(
        "competitors/green", name="Green", lastMenu={"at": shop.now, "snapshotId": menu, "products": len(products)}
    )
    prices = {"min": 60, "max": 60, "median": 60}
    shop.put(
        f"competitor_snapshots/{menu}",
        competitorId="green", takenAt=shop.now, lastSeenAt=shop.now, expiresAt=shop.now + 30 * DAY,
        products=products, priceRange=prices, promoCount=0, contentHash=menu,
    )  # fmt: skip


def test_menus_are_compared_when_one_was_found_and_on_the_next_day(shop: Shop) -> None:
    for number in range(4):
        shop.put(f"inventory/g{number}", name=f"Gummies {number}", category="Edibles", price=20, quantity=5)
    competitor(shop, "m1")
    shop.round()
    assert "pricing_opportunities" in shop.state()["findings"]
    with counted() as operations:
        shop.round(HOUR)
    assert not [path for path in operations.reads if "competitor_snapshots" in path or "shelf/page" in path]
    assert "pricing_opportunities" in shop.state()["findings"], "what was found is still known"
    for later, found in ((HOUR, True), (DAY, False)):
        for number in range(4):
            shop.put(f"inventory/g{number}", name=f"Gummies {number}", category="Edibles", price=60, quantity=5)
            changes.mark(shop.id, f"g{number}", str(later), shop.now)
        shop.round(later)
        assert ("pricing_opportunities" in shop.state()["findings"]) is found
    for number in range(4):
        shop.put(f"inventory/g{number}", name=f"Gummies {number}", category="Edibles", price=20, quantity=5)
        changes.mark(shop.id, f"g{number}", "again", shop.now)
    competitor(shop, "m2")
    shop.round(HOUR)
    assert "pricing_opportunities" in shop.state()["findings"]


def test_checks_that_nobody_can_make_are_reported_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_ITEMS", 2)
    monkeypatch.setattr(items, "MAX_READ_ONE_BY_ONE", 2)
    for number in range(3):
        shop.item(f"item{number}", 3)
    made = shop.round()
    assert made is not None
    assert made.failed == ("low_stock", "expiring_batches", "margin_alerts")
    shop.round(HOUR)
    (told,) = shop.inbox()
    assert told["title"] == "Some of your hourly checks can't run"
    assert "Low stock, expiring batches and margin alerts can't be checked" in told["body"]
    assert "There are more than 150,000 items in the inventory" in told["body"]


def test_five_thousand_and_one_items_are_checked_as_any_others(shop: Shop) -> None:
    for start in range(0, 5_001, 400):
        batch = firestore().batch()
        for number in range(start, min(start + 400, 5_001)):
            reference = firestore().document(f"tenants/{shop.id}/inventory/i{number}")
            batch.set(
                reference, {"name": f"Item {number}", "quantity": 1 if number == 5_000 else 50, "reorderPoint": 9}
            )
        batch.commit()
    assert shop.round() == Round(1, 1, ())
    with counted() as operations:
        shop.round(HOUR)
    assert len(operations.reads) <= 20


def test_each_org_hears_of_its_own(shop: Shop) -> None:
    other = open_shop(shop.stack)
    shop.item("blue dream", 3)
    other.round()
    shop.round()
    assert len(shop.inbox()) == 1
    assert other.inbox() == []
    assert set(other.state()) == {
        "orgId", "findings", "checkedAt", "compared", "dailyOn", "raisedInactive",
    }  # fmt: skip


def test_orgs_that_are_gone_paused_or_malformed_are_skipped(shop: Shop) -> None:
    paused = open_shop(shop.stack, status="suspended")
    malformed = open_shop(shop.stack, timezone="Mars/Olympus")
    assert [check_org(one, NOON) for one in ("org_nowhere", paused.id, malformed.id)] == [None, None, None]
