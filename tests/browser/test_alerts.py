"""The alerts page: what happened is read, filtered and followed to its cause; what one reads is read for all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from local.browser import PHONE
from shared.notices import inbox
from shared.notices.inbox import InboxNotification
from tests.browser.axe import violations
from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.e2e.conftest import eventually
from tests.e2e.org import OWNER_EMAIL


def tell(shop: Shop, number: int, **fields: Any) -> str:
    """An alert of so many minutes ago; its id."""
    given = {
        "type": "playbook_failure",
        "title": f"Alert {number}",
        "body": f"Body {number}",
        "severity": "warning",
    }
    one = InboxNotification.model_validate(
        {"orgId": shop.id, **given, "createdAt": datetime.now(UTC) - timedelta(minutes=number), **fields}
    )
    alert_id = f"{shop.id}-{number}"
    path, document = inbox.document(alert_id, one)
    shop.write(path, document)
    return alert_id


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Alerts", exact=True).locator("> li")


def in_menu(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Alerts"))


def is_read(shop: Shop, alert_id: str) -> bool:
    return shop.read(f"inbox_notifications/{alert_id}").get("read") is True


def test_opening_an_alert_reads_it_and_the_rest_is_read_at_once(shop: Shop) -> None:
    ids = [tell(shop, number, executionId="run-1", playbookId="pb") for number in range(1, 4)]
    page, colleague = shop.sign_in("viewer", "/dashboard/alerts"), shop.sign_in("editor", "/alerts")
    expect(rows(page)).to_have_count(3)
    expect(in_menu(page)).to_contain_text("3 unread")
    page.get_by_role("button", name="Alert 2").click()
    expect(page).to_have_url(re.compile(f"alert={ids[1]}$"))
    expect(page.get_by_text("Body 2")).to_be_visible()
    expect(page.get_by_role("link", name="Open the run")).to_have_attribute("href", "/runs/run-1")
    for each in (page, colleague):
        expect(in_menu(each)).to_contain_text("2 unread")
    assert [is_read(shop, one) for one in ids] == [False, True, False]
    assert shop.read(f"inbox_notifications/{ids[1]}")["readBy"] == shop.account("viewer").uid
    page.get_by_role("button", name="Mark all as read").click()
    for each in (page, colleague):
        expect(in_menu(each)).not_to_contain_text("unread")
    assert all(is_read(shop, one) for one in ids)
    expect(page.get_by_role("button", name="Mark all as read")).to_be_disabled()


def test_a_new_alert_comes_by_itself(shop: Shop) -> None:
    page = shop.sign_in("owner", "/dashboard/alerts")
    expect(page.get_by_text("All quiet")).to_be_visible()
    tell(shop, 0, title="The <b>oven</b> \u202eis on")
    expect(rows(page)).to_contain_text("The <b>oven</b> is on")
    expect(in_menu(page)).to_contain_text("1 unread")


def test_filters_stand_in_the_address(shop: Shop) -> None:
    tell(shop, 1, severity="critical")
    tell(shop, 2, type="usage_alert", link="/usage")
    tell(shop, 3, type="usage_alert", severity="critical")
    page = shop.sign_in("owner", "/dashboard/alerts")
    page.get_by_text("Critical", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"\?severity=critical$"))
    expect(rows(page)).to_have_count(2)
    page.get_by_role("combobox", name="Type").click()
    page.get_by_role("option", name="Usage and shop").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Alert 3")
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(rows(page)).to_have_count(2)
    page.goto("/dashboard/alerts?type=billing_alert")
    expect(page.get_by_text("No matching alerts")).to_be_visible()
    page.get_by_role("button", name="Show all alerts").click()
    expect(rows(page)).to_have_count(3)


def test_what_repeats_is_one_row_and_opening_it_reads_all_of_it(shop: Shop) -> None:
    ids = [tell(shop, number, title="It failed", executionId=f"run-{number}") for number in range(1, 4)]
    tell(shop, 9, title="Other")
    page = shop.sign_in("editor", "/dashboard/alerts")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("3 times")
    rows(page).first.get_by_role("button").click()
    expect(rows(page).first.locator(".occasions a")).to_have_count(3)
    expect(in_menu(page)).to_contain_text("1 unread")
    assert all(is_read(shop, one) for one in ids)


def test_older_alerts_are_a_page_further_and_month_old_ones_gone(shop: Shop) -> None:
    for number in range(1, 31):
        tell(shop, number)
    tell(shop, 31 * 24 * 60, title="Long ago")
    page = shop.sign_in("viewer", "/dashboard/alerts")
    expect(rows(page)).to_have_count(25)
    page.get_by_role("button", name="Older").click()
    expect(rows(page)).to_have_count(5)
    expect(rows(page).last).to_contain_text("Alert 30")
    page.get_by_role("button", name="Newest").click()
    expect(rows(page)).to_have_count(25)


def test_the_mail_of_a_failed_run_leads_to_the_run_and_to_the_alert(shop: Shop) -> None:
    shop.write(f"tenants/{shop.id}", {**shop.read(f"tenants/{shop.id}"), "ownerEmail": f"{shop.id}@shop.example"})
    shop.write(f"notification_preferences/{shop.id}", {"playbook_failure": {"email": True, "dashboard": True}})
    shop.org.playbook({"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}})
    execution_id = shop.org.start()
    shop.org.until(execution_id, "failed")
    mine = f"{shop.id}@shop.example"
    mail = eventually(
        lambda: next((one for one in shop.org.console.outbox("email") if one["to"] == mine), None),
        what="the mail of the failed run",
    )
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', mail["html"])]
    run, alert = links[0], links[1]
    assert run.endswith(f"/runs/{execution_id}")
    page = shop.sign_in("owner")
    page.goto(alert)
    expect(rows(page)).to_have_count(1)
    expect(rows(page).get_by_role("button", expanded=True)).to_contain_text("Playbook failed")
    expect(in_menu(page)).not_to_contain_text("unread")
    assert OWNER_EMAIL not in page.content()


def test_an_alert_that_is_on_no_page_is_shown_by_its_link_and_a_strange_one_is_not(
    shop: Shop, guard: Guard
) -> None:
    guard.allow("permission|status of 403")
    for number in range(1, 28):
        tell(shop, number)
    far = tell(shop, 40, title="Far down", severity="info")
    page = shop.sign_in("viewer", f"/dashboard/alerts?alert={far}")
    expect(page.get_by_role("list", name="The alert you opened")).to_contain_text("Body 40")
    eventually(lambda: is_read(shop, far), what="the alert read")
    for unknown in ("nothing", "a/b", ".."):
        page.goto(f"/dashboard/alerts?alert={unknown}")
        expect(page.get_by_text("That alert isn't here")).to_be_visible()
        expect(rows(page)).to_have_count(25)
    stranger = shop.stranger(f"/dashboard/alerts?alert={far}")
    expect(stranger.get_by_text("That alert isn't here")).to_be_visible()
    assert "Far down" not in stranger.content()


def test_it_is_used_by_keyboard_and_accessible_on_a_phone_in_the_dark(shop: Shop) -> None:
    for number, severity in enumerate(("critical", "warning", "info"), start=1):
        tell(shop, number, severity=severity, title=f"{severity} " + "word " * 20, note="Not texted: no phone.")
    page = shop.sign_in("owner", "/dashboard/alerts", window=PHONE, colors="dark")
    rows(page).first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Body 1")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.keyboard.press("Enter")
    expect(page.get_by_text("Body 1")).not_to_be_visible()
