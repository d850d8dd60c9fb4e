"""The decisions page: who may, decides once; who may not knows it beforehand; a link decides nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from google.cloud.firestore_v1.base_query import FieldFilter
from playwright.sync_api import Locator, Page, expect

from local.browser import PHONE
from shared.gcp import clients
from tests.browser.axe import violations
from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.e2e.conftest import eventually
from tests.e2e.org import set_step

TITLE = "Lower Blue Dream to $35?"
ITEM = {"name": "Blue Dream 3.5g", "category": "Flower", "price": 40.0, "cost": 22.0, "quantity": 9}
SUGGESTION = {
    "status": "pending",
    "itemId": "blue-dream",
    "product": "Blue Dream 3.5g",
    "currentPrice": 40.0,
    "suggestedPrice": 36.0,
    "changePercent": -10.0,
    "reason": "Higher Level sells it for $34.00.",
    "priority": "high",
    "agent": "money_mike",
    "source": {"executionId": "run-1", "stepId": "s", "playbookId": "pb", "depth": 1, "causedBy": ["somebody"]},
}


def asked(shop: Shop, by: httpx.Client | None = None, **params: Any) -> tuple[str, str]:
    """A run that waits for an approval: its id, and the approval's."""
    ask = {"title": TITLE, "details": "Higher Level sells it for $34.", **params}
    shop.org.playbook(
        {"id": "ask", "action": "wait_for_approval", "params": ask}, set_step("after", done=True), ownerId="author"
    )
    answer = shop.org.execute(client=by)
    assert answer.status_code == 202, answer.text
    execution_id: str = answer.json()["executionId"]
    shop.org.until(execution_id, "waiting")
    mine = FieldFilter("executionId", "==", execution_id)
    (found,) = clients.firestore().collection("approvals").where(filter=mine).stream()
    return execution_id, found.id


def suggested(shop: Shop, **fields: Any) -> str:
    """A price that waits for a decision; the page of it."""
    shop.write(shop.path("inventory/blue-dream"), ITEM)
    path = shop.path("pricing_suggestions/s1")
    shop.write(path, {**SUGGESTION, "createdAt": datetime.now(UTC), **fields})
    return "/decisions/pricing_suggestions/s1"


def card(page: Page, title: str = TITLE) -> Locator:
    return page.get_by_role("article", name=title)


def button(page: Page, verb: str, title: str = TITLE) -> Locator:
    return card(page, title).get_by_role("button", name=re.compile(f"^{verb}"))


def test_an_approval_wakes_the_run_and_moves_to_what_is_decided(shop: Shop) -> None:
    execution_id, approval_id = asked(shop)
    page = shop.sign_in("editor", "/decisions")
    expect(card(page)).to_contain_text("Higher Level sells it for $34.")
    # Other tests may have moved the stack's clock ahead.
    expect(card(page)).to_contain_text(re.compile(r"Expires in \d+ days"))
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("1 waiting")
    button(page, "Approve").click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    shop.org.until(execution_id, "completed")
    page.get_by_role("tab", name="Decided").click()
    expect(page).to_have_url(re.compile(r"tab=decided$"))
    expect(card(page)).to_contain_text("Approved by you")
    assert shop.read(f"approvals/{approval_id}")["decidedBy"] == shop.account("editor").uid


def test_a_rejection_with_a_comment_ends_the_run(shop: Shop) -> None:
    execution_id, approval_id = asked(shop)
    page = shop.sign_in("owner", f"/decisions/approvals/{approval_id}")
    card(page).get_by_label(re.compile("^Comment")).fill("  Not <b>this</b> month  ")
    button(page, "Reject").click()
    expect(card(page)).to_contain_text("Rejected by you")
    expect(card(page)).to_contain_text("Not <b>this</b> month")
    assert "was rejected by" in shop.org.until(execution_id, "completed")["statusReason"]
    assert shop.read(f"approvals/{approval_id}")["comment"] == "Not <b>this</b> month"


def test_who_asked_is_told_why_they_cannot_decide(shop: Shop) -> None:
    execution_id, approval_id = asked(shop, by=shop.api("owner"))
    for path in ("/decisions", f"/decisions/approvals/{approval_id}"):
        page = shop.sign_in("owner", path)
        expect(card(page)).to_contain_text("someone else in the org has to decide")
        for verb in ("Approve", "Reject"):
            expect(button(page, verb)).to_be_disabled()
    assert shop.read(f"approvals/{approval_id}")["status"] == "pending"
    button(shop.sign_in("editor", "/decisions"), "Approve").click()
    shop.org.until(execution_id, "completed")


def test_viewers_see_what_waits_without_details_or_buttons(shop: Shop) -> None:
    _, approval_id = asked(shop)
    suggested(shop)
    page = shop.sign_in("viewer", "/decisions")
    for title in (TITLE, "New price for Blue Dream 3.5g"):
        expect(card(page, title)).to_be_visible()
        expect(card(page, title).get_by_role("button")).to_have_count(0)
    expect(card(page)).not_to_contain_text("Higher Level")
    page.goto(f"/decisions/approvals/{approval_id}")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(card(page).get_by_role("button")).to_have_count(0)


def test_strangers_find_nothing(shop: Shop, guard: Guard) -> None:
    guard.allow("permission|status of 40[34]")
    _, approval_id = asked(shop)
    paths = [
        f"/decisions/approvals/{approval_id}",
        suggested(shop),
        "/decisions/odd/x",
        "/decisions/approvals/a%2Fb",
    ]
    for path in paths:
        page = shop.stranger(path)
        expect(page.get_by_text("This decision isn't here")).to_be_visible()
        assert TITLE not in page.content()
        assert "Blue Dream" not in page.content()


def test_an_applied_price_is_on_the_menu(shop: Shop) -> None:
    path, title = suggested(shop), "New price for Blue Dream 3.5g"
    page = shop.sign_in("editor", path)
    for shown in ("$40.00", "$36.00", "-10%", "Suggested by Money Mike", "margin goes from 45% to 38.9%"):
        expect(card(page, title)).to_contain_text(shown)
    card(page, title).get_by_role("switch", name="Apply this price").click()
    button(page, "Approve", title).click()
    expect(card(page, title)).to_contain_text("The price was set to $36.00, from $40.00.")
    assert shop.read(shop.path("inventory/blue-dream"))["price"] == 36.0
    page.goto("/decisions?tab=decided")
    expect(card(page, title)).to_contain_text("Approved by you")


def test_a_price_that_is_only_approved_changes_nothing(shop: Shop) -> None:
    suggested(shop)
    page, title = shop.sign_in("editor", "/decisions"), "New price for Blue Dream 3.5g"
    button(page, "Approve", title).click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    assert shop.read(shop.path("inventory/blue-dream"))["price"] == 40.0
    assert shop.read(shop.path("pricing_suggestions/s1"))["status"] == "approved"


def test_a_price_that_does_not_fit_any_more_says_so(shop: Shop, guard: Guard) -> None:
    guard.allow("status of 409")
    path, title = suggested(shop), "New price for Blue Dream 3.5g"
    page = shop.sign_in("editor", path)
    expect(card(page, title)).to_contain_text("margin")
    shop.write(shop.path("inventory/blue-dream"), {**ITEM, "price": 44.0})
    expect(card(page, title)).to_contain_text("It sells for $44.00 by now")
    card(page, title).get_by_role("switch", name="Apply this price").click()
    button(page, "Approve", title).click()
    expect(card(page, title).get_by_role("alert")).to_contain_text("costs 44")
    assert shop.read(shop.path("pricing_suggestions/s1"))["status"] == "pending"


def test_who_stands_behind_a_suggestion_does_not_decide_it(shop: Shop) -> None:
    suggested(shop, source={**SUGGESTION["source"], "causedBy": [shop.account("editor").uid]})  # type: ignore[dict-item]
    page = shop.sign_in("editor", "/decisions")
    expect(card(page, "New price for Blue Dream 3.5g")).to_contain_text("This came from a run of yours")
    expect(button(page, "Approve", "New price")).to_be_disabled()


def test_what_somebody_else_decided_meanwhile_says_who_and_when(shop: Shop, guard: Guard) -> None:
    guard.allow("status of 409")
    _, approval_id = asked(shop)
    page = shop.sign_in("editor", f"/decisions/approvals/{approval_id}")
    expect(button(page, "Approve")).to_be_enabled()
    answer = shop.api("owner").post(f"/api/approvals/{approval_id}", json={"decision": "reject"})
    assert answer.status_code == 200
    expect(card(page)).to_contain_text(f"Rejected by {shop.account('owner').email} just now")
    expect(button(page, "Approve")).to_have_count(0)


def test_a_mail_leads_here_and_opening_it_decides_nothing(shop: Shop) -> None:
    reader = f"{shop.id}@reader.example"
    execution_id, approval_id = asked(shop, to=[reader])
    (mail,) = [one for one in shop.org.console.outbox("email") if one["to"] == reader]
    (link,) = re.findall(r'href="([^"]+)"[^>]*>Review and decide<', mail["html"])
    assert httpx.get(link).status_code == 200
    page = shop.new_page()
    page.goto(link)
    expect(page).to_have_url(re.compile("/signin"))
    page = shop.sign_in("editor")
    page.goto(link)
    expect(button(page, "Approve")).to_be_enabled()
    assert shop.read(f"approvals/{approval_id}")["status"] == "pending"
    assert shop.org.execution(execution_id)["status"] == "waiting"


def test_what_expired_cannot_be_decided(shop: Shop) -> None:
    _, approval_id = asked(shop)
    late = datetime.now(UTC) - timedelta(minutes=1)
    shop.write(f"approvals/{approval_id}", {**shop.read(f"approvals/{approval_id}"), "expiresAt": late})
    page = shop.sign_in("editor", f"/decisions/approvals/{approval_id}")
    expect(card(page)).to_contain_text("Nobody decided in time.")
    expect(card(page).get_by_role("button")).to_have_count(0)


def test_what_a_cancelled_run_asked_is_gone(shop: Shop) -> None:
    execution_id, _ = asked(shop)
    page = shop.sign_in("editor", "/decisions")
    expect(card(page)).to_be_visible()
    shop.api("owner").post(f"/api/executions/{execution_id}/cancel", json={}).raise_for_status()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    page.get_by_role("tab", name="Decided").click()
    expect(card(page)).to_contain_text("Its run ended before anyone decided.")


OTHERS: dict[str, dict[str, Any]] = {
    "campaign_drafts": {
        "name": "Weekend <script>sale</script>",
        "channels": ["email", "sms"],
        "segment": "price_sensitive",
        "subject": "10% off",
        "body": "Come by.\n\n<img src=x onerror=alert(1)>",
        "discountPercent": 10,
        "agent": "craig",
    },
    "inventory_recommendations": {
        "title": "Categories that Salt sells",
        "reason": "Salt sells what we do not stock.",
        "categories": ["Tinctures"],
        "examples": [{"category": "Tinctures", "products": [{"name": "Night drops", "price": 32}]}],
        "agent": "pops",
    },
    "margin_optimizations": {
        "title": "Room above our prices",
        "products": [
            {"product": f"Product {n}", "currentPrice": 20, "theirPrice": 30, "suggestedPrice": 25}
            for n in range(3)
        ],
        "productCount": 5,
        "agent": "money_mike",
    },
}


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("campaign_drafts", "<img src=x onerror=alert(1)>"),
        ("inventory_recommendations", "Night drops $32.00"),
        ("margin_optimizations", "+25%"),
    ],
)
def test_each_kind_shows_what_is_to_be_decided(shop: Shop, kind: str, shown: str) -> None:
    fields = OTHERS[kind]
    shop.write(shop.path(f"{kind}/x1"), {"status": "pending", "createdAt": datetime.now(UTC), **fields})
    title = fields.get("title") or fields["name"]
    page = shop.sign_in("editor", f"/decisions?kind={kind}")
    expect(card(page, title)).to_contain_text(shown)
    assert violations(page) == []
    button(page, "Reject", title).click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    eventually(lambda: shop.read(shop.path(f"{kind}/x1"))["status"] == "rejected", what="the rejection")


def test_it_is_accessible_on_a_phone_in_the_dark(shop: Shop) -> None:
    asked(shop, title="Lower " + "it " * 60)
    suggested(shop)
    for kind, fields in OTHERS.items():
        shop.write(shop.path(f"{kind}/x1"), {"status": "pending", "createdAt": datetime.now(UTC), **fields})
    page = shop.sign_in("editor", "/decisions", window=PHONE, colors="dark")
    expect(page.get_by_role("article")).to_have_count(5)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
