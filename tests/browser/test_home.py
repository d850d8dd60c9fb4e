"""Home: what needs somebody, what was found, what comes next, what the month costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from local.browser import PHONE
from tests.browser.shop import Shop

BIDI = "\u202e"


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def now() -> datetime:
    """Not that of the import: a long run of tests may have come into another day of the shop since."""
    return datetime.now(UTC)


def fill(shop: Shop) -> None:
    """One of everything, as the product writes it."""
    ours: dict[str, Any] = {"orgId": shop.id}
    shop.write(f"approvals/{shop.id}-a", {**ours, "title": "Send 200 texts to VIPs?", **approval()})
    shop.write(shop.path("pricing_suggestions/s"), suggestion(product="Blue Dream 3.5g"))
    shop.write(f"execution_summaries/{shop.id}-r", {**ours, **failed_run(f"Daily {BIDI}Intel")})
    shop.write(f"inbox_notifications/{shop.id}-n", {**ours, **alert("Daily Intel failed", f"{shop.id}-r")})
    shop.write(f"inbox_notifications/{shop.id}-m", {**ours, **alert("80% of your texts are used", None)})
    shop.write(shop.path("competitive_actions/c"), finding("Salt City sells Blue Dream 15% below us ($34.00)"))


def approval() -> dict[str, Any]:
    run = {"playbookId": "p", "executionId": "e", "stepId": "ask", "details": "", "causedBy": []}
    return {**run, "status": "pending", "requestedAt": now(), "expiresAt": now() + timedelta(days=1)}


def suggestion(product: str) -> dict[str, Any]:
    prices = {"product": product, "currentPrice": 40.0, "suggestedPrice": 35.5}
    return {**prices, "status": "pending", "createdAt": now()}


def failed_run(name: str) -> dict[str, Any]:
    run = {"playbookId": "p", "playbookName": name, "playbookVersion": 1, "trigger": {"type": "manual"}}
    ended = {"status": "failed", "statusReason": "the step mail (send_email) failed", "attempt": 4, "costUsd": 0.0}
    return {**run, **ended, "steps": [], "createdAt": now()}


def alert(title: str, execution_id: str | None) -> dict[str, Any]:
    about = {"title": title, "body": "Look at it when you can.", "type": "playbook_failure", "severity": "warning"}
    return {**about, "executionId": execution_id, "read": False, "createdAt": now()}


def finding(trigger: str) -> dict[str, Any]:
    who = {"type": "price_adjustment", "rule": "undercut", "priority": "medium", "agent": "money_mike"}
    of = {"competitorName": "Salt City", "competitorId": "salt", "figure": 15.0, "data": {}, "status": "pending"}
    times = {"createdAt": now(), "updatedAt": now()}
    return {**who, **of, **times, "trigger": trigger, "recommendation": "Match them at $34.00 or bundle it."}


def test_what_needs_somebody_is_listed_once_with_its_link(shop: Shop) -> None:
    fill(shop)
    page = shop.sign_in("editor")
    needs = part(page, "Needs you")
    expect(needs.get_by_role("listitem")).to_have_count(4)
    links = {
        "Send 200 texts to VIPs?": f"/decisions/approvals/{shop.id}-a",
        "New price for Blue Dream 3.5g": "/decisions/pricing_suggestions/s",
        "Daily Intel failed": f"/runs/{shop.id}-r",
        "80% of your texts are used": f"/dashboard/alerts?alert={shop.id}-m",
    }
    for name, path in links.items():
        expect(needs.get_by_role("link", name=name, exact=True)).to_have_attribute("href", path)
    found = part(page, "Today’s findings")
    expect(found.get_by_role("link", name="Salt City sells Blue Dream 15% below us ($34.00)")).to_have_attribute(
        "href", "/competitors/salt"
    )
    expect(found).to_contain_text("Match them at $34.00")


def test_it_moves_by_itself(shop: Shop) -> None:
    page = shop.sign_in("owner")
    expect(part(page, "Needs you")).to_contain_text("You’re all caught up.")
    shop.write(f"execution_summaries/{shop.id}-r", {"orgId": shop.id, **failed_run("Night check")})
    expect(part(page, "Needs you")).to_contain_text("Night check failed")


def test_a_viewer_sees_failures_and_alerts_but_no_decisions(shop: Shop) -> None:
    fill(shop)
    page = shop.sign_in("viewer")
    needs = part(page, "Needs you")
    expect(needs.get_by_role("listitem")).to_have_count(2)
    expect(needs).to_contain_text("Daily Intel failed")
    expect(page.get_by_role("textbox", name="What would you like to know?")).to_be_visible()


def test_the_next_runs_and_the_month(shop: Shop) -> None:
    daily = {"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}
    shop.org.playbook({"action": "set", "params": {"values": {}}}, name="morning", triggers=[daily])
    shop.org.until_scheduled("morning")
    page = shop.sign_in("viewer")
    expect(part(page, "Next runs").get_by_role("link", name="Playbook morning")).to_have_attribute(
        "href", "/playbooks/morning"
    )
    expect(part(page, "Next runs")).to_contain_text("9:00 AM")
    expect(part(page, "This month")).to_contain_text("Emails")


def test_a_new_shop_is_invited_to_say_something(shop: Shop) -> None:
    page = shop.sign_in("owner", window=PHONE)
    examples = page.get_by_role("group", name="Examples")
    expect(part(page, "Today’s findings")).to_contain_text("No findings yet")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    examples.get_by_role("button", name="What do I have?").click()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("You have")


def test_a_page_that_was_never_opened_waits_for_the_network(shop: Shop) -> None:
    shop.guard.allow("ERR_INTERNET_DISCONNECTED|Unable to preload|dynamically imported module")
    # Firestore's client then asks a public address whether there is a network; the page's policy refuses it.
    shop.guard.allow(r"Could not reach Cloud Firestore|WebChannelConnection|cleardot\.gif")
    page = shop.sign_in("owner")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("link", name="Usage").first.click()
    expect(page.get_by_role("heading", name="You're offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Usage", level=1)).to_be_visible()
    expect(page.get_by_text("You're on the Pro plan.")).to_be_visible()
