"""The settings pages: what is changed stays changed, and who may not change anything has no way to try."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect
from werkzeug.datastructures import Headers

from local.browser import PHONE
from shared.api.principal import Role
from shared.webhooks.signatures import verify
from tests.browser.axe import violations
from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.harness.eventually import PATIENCE_SECONDS, eventually
from tests.unit.local.cloud.receiver import receiving

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe {{7*7}} 'Ann & Co'"


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_a_preference_is_saved_as_it_is_switched(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/notifications")
    texts = page.get_by_role("switch", name="Competitors: Text")
    email = page.get_by_role("switch", name="Reports: Email")
    expect(texts).not_to_be_checked()
    texts.check(force=True)
    email.uncheck(force=True)
    saved(page)
    page.reload()
    expect(texts).to_be_checked()
    expect(email).not_to_be_checked()
    preferences = shop.api("viewer").get("/api/settings/notifications").json()
    assert preferences["competitor_alert"] == {"email": True, "dashboard": True, "sms": True}
    assert preferences["weekly_report"] == {"email": False, "dashboard": True, "sms": False}


def test_a_preference_that_was_not_saved_goes_back_and_says_so(shop: Shop, guard: Guard) -> None:
    guard.allow("net::ERR_FAILED")
    page = shop.sign_in("owner", "/settings/notifications")
    texts = page.get_by_role("switch", name="Billing: Text")
    expect(texts).not_to_be_checked()
    page.route("**/api/settings/notifications", lambda route: route.abort())
    texts.check(force=True)
    expect(page.get_by_text("That wasn't saved")).to_be_visible()
    expect(page.get_by_text("Not saved")).to_be_visible()
    expect(texts).not_to_be_checked()


def test_quiet_hours_are_kept(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/notifications")
    page.get_by_role("switch", name="Keep quiet hours").check(force=True)
    start = page.get_by_label("From")
    start.fill("22:30")
    start.blur()
    saved(page)
    page.reload()
    expect(page.get_by_label("From")).to_have_value("22:30")
    hours = shop.api("viewer").get("/api/settings/notifications").json()["quietHours"]
    assert hours == {"start": "22:30", "end": "08:00", "enabled": True}
    page.get_by_label("Until").fill("22:30")
    expect(page.get_by_text("Choose a time other than the start")).to_be_visible()


def test_the_owner_switches_the_daily_digest_on_and_picks_its_hour(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/notifications")
    switch = page.get_by_role("switch", name="Send one email a day")
    expect(switch).not_to_be_checked()
    expect(page.get_by_label("Send it at")).to_have_count(0)
    switch.check(force=True)
    hour = page.get_by_label("Send it at")
    expect(hour).to_have_value("10:00")
    expect(page.get_by_text("Daily reports start at 9:00 AM")).to_have_count(0)
    hour.select_option(label="8:00 AM")
    expect(
        page.get_by_text("Daily reports start at 9:00 AM, so this email has the ones from the day before.")
    ).to_be_visible()
    saved(page)
    assert shop.read(f"tenants/{shop.id}")["settings"] == {"digest": {"at": "08:00"}}
    page.reload()
    expect(hour).to_have_value("08:00")
    reader = shop.sign_in("viewer", "/settings/notifications")
    expect(reader.get_by_text("Every day at 8:00 AM.")).to_be_visible()
    expect(reader.get_by_role("switch")).to_have_count(0)
    switch.uncheck(force=True)
    expect(hour).to_have_count(0)
    saved(page)
    assert shop.read(f"tenants/{shop.id}")["settings"]["digest"] is None


def test_a_dialog_opened_by_keyboard_can_be_read_out_and_gives_the_focus_back(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/keys")
    opener = page.get_by_role("button", name="New key")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Agent")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_refused_address_is_named_in_words_and_the_message_can_be_dismissed(shop: Shop) -> None:
    shop.guard.allow("status of 422")
    page = shop.sign_in("owner", "/settings/people")
    page.get_by_role("textbox", name="Email").fill(f"{'long' * 20}@shop.example")
    page.get_by_role("button", name="Invite").click()
    message = page.get_by_role("alert")
    expect(message).to_contain_text("Email: expected one email address")
    message.get_by_role("button", name="Dismiss").click()
    expect(message).to_have_count(0)


def test_a_key_is_shown_once_works_and_stops_working(shop: Shop, org_id: str) -> None:
    page = shop.sign_in("owner", "/settings/keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Agent").fill("Price Scout")
    page.get_by_label("Chat").uncheck()
    page.get_by_role("button", name="Create key").click()
    key = page.get_by_test_id("new-key").inner_text()
    assert re.fullmatch(r"pbk_[0-9a-f]{16}_[\w-]{43}", key)
    page.get_by_role("button", name="I've saved it").click()

    def ask() -> int:
        url = f"{shop.stack.public_url}/api/playbooks"
        return httpx.get(url, headers={"X-Api-Key": key}, timeout=PATIENCE_SECONDS).status_code

    assert ask() == 200
    page.reload()
    row = page.locator(".row", has_text="Price scout")
    expect(row).to_contain_text("last used just now")
    expect(row).not_to_contain_text("chat")
    assert key not in page.content()
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    expect(row.get_by_role("button")).to_have_count(0)
    assert ask() == 401


def test_a_secret_is_set_used_and_deleted_and_its_value_is_never_shown(shop: Shop) -> None:
    value = "sk_live_0123456789abcdef"
    page = shop.sign_in("owner", "/settings/secrets")
    page.get_by_role("button", name="New secret").click()
    page.get_by_label("Name").fill("shop api-key")
    page.get_by_label("Value").fill("short")
    expect(page.get_by_text("At least 8 characters")).to_be_visible()
    page.get_by_label("Value").fill(value)
    expect(page.get_by_text("{{secrets.SHOP_API_KEY}}")).to_be_visible()
    page.get_by_role("button", name="Save secret").click()
    row = page.locator(".row", has_text="SHOP_API_KEY")
    expect(row).to_contain_text("Set just now")
    expect(row).to_contain_text("Used by no playbook")
    page.reload()
    expect(row).to_be_visible()
    assert value not in page.content()
    editor = shop.sign_in("editor", "/settings/secrets")
    expect(editor.locator(".row", has_text="SHOP_API_KEY")).to_be_visible()
    expect(editor.get_by_role("main").get_by_role("button")).to_have_count(0)
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No secrets yet")).to_be_visible()


def test_a_webhook_is_added_tested_rotated_and_deleted_and_its_secret_is_shown_once(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/webhooks")
    with receiving() as receiver:
        page.get_by_role("button", name="New webhook").click()
        page.get_by_label("Address").fill(f"{receiver.url}/hook")
        page.get_by_label("Your shop got an alert").uncheck()
        page.get_by_role("button", name="Add webhook").click()
        secret = page.get_by_test_id("new-key").inner_text()
        assert secret.startswith("whsec_")
        page.get_by_role("button", name="I've saved it").click()
        row = page.locator(".row", has_text=f"{receiver.url}/hook")
        expect(row).to_contain_text("A run completed · A run failed · A run needs a decision")
        row.get_by_role("button", name="Send test").click()
        (received,) = receiver.wait_for(1)
        headers = Headers(list(received.headers.items()))
        # The stack's clock may be ahead of ours.
        sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert verify("standard", headers, received.body, [secret], sent_at) == "standard"
        expect(row).to_contain_text("run.completed (test)")

        def has_arrived() -> bool:
            row.get_by_role("button", name="Refresh").click()
            return row.get_by_text("answered 200").count() > 0

        eventually(has_arrived)
    page.reload()
    assert secret not in page.content()
    row.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    row.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("Active")
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No webhooks yet")).to_be_visible()


def test_a_role_is_changed_and_a_person_removed(shop: Shop) -> None:
    editor = shop.account("editor")
    working = shop.sign_in("editor", "/settings/notifications")
    page = shop.sign_in("owner", "/settings/people")
    row = page.locator(".row", has_text=editor.email)
    row.get_by_role("combobox").select_option("Owner")
    expect(page.get_by_text("is now an owner")).to_be_visible()
    working.get_by_role("link", name="Organization").click()
    expect(working.get_by_role("heading", level=1)).to_have_text("Organization")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("was removed")).to_be_visible()
    expect(row).to_have_count(0)
    found = shop.api("owner").get("/api/people").json()["items"]
    assert [one["email"] for one in found] == [shop.account("owner").email]


def test_the_organization_is_changed_and_what_is_wrong_is_at_its_field(shop: Shop, guard: Guard) -> None:
    guard.allow("status of 422")
    page = shop.sign_in("owner", "/settings/organization")
    page.get_by_label("Name").fill(HOSTILE)
    page.get_by_label("Time zone").select_option("America/Chicago")
    page.get_by_label("Monthly budget in US dollars").fill("lots")
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_label("Phone 1", exact=True).fill("12")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Enter a phone number, like +1 315 555 0123.")).to_be_visible()
    expect(page.get_by_text("Enter an amount from 0 to 1,000,000.")).to_be_visible()
    assert shop.read(f"tenants/{shop.id}")["timezone"] == "America/New_York"
    page.get_by_label("Monthly budget in US dollars").fill("250")
    page.get_by_label("Phone 1", exact=True).fill("(315) 555-0101")
    page.get_by_role("button", name="Save changes").click()
    saved(page)
    expect(page.get_by_label("Phone 1", exact=True)).to_have_value("+13155550101")
    expect(page.get_by_role("banner")).to_contain_text("<img src=x onerror=alert(1)>gnp.exe")
    stored = shop.read(f"tenants/{shop.id}")
    assert (stored["name"], stored["timezone"], stored["staffPhones"], stored["monthlyBudgetUsd"]) == (
        HOSTILE,
        "America/Chicago",
        ["+13155550101"],
        250,
    )


def test_what_is_stored_and_cannot_be_used_is_shown_as_it_is(shop: Shop) -> None:
    shop.write(
        f"tenants/{shop.id}", {**shop.read(f"tenants/{shop.id}"), "staffPhones": ["12"], "ownerEmail": "pat"}
    )
    page = shop.sign_in("owner", "/settings/organization")
    expect(page.get_by_label("Email for reports and alerts")).to_have_value("pat")
    expect(page.get_by_label("Phone 1", exact=True)).to_have_value("12")
    page.get_by_label("Email for reports and alerts").fill("pat@shop.example")
    page.get_by_role("button", name="Remove phone 1").click()
    page.get_by_role("button", name="Save changes").click()
    saved(page)
    expect(page.get_by_text("can't be used")).to_have_count(0)
    assert shop.read(f"tenants/{shop.id}")["staffPhones"] == []


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_see_and_have_nothing_to_press(shop: Shop, role: Role) -> None:
    page = shop.sign_in(role, "/settings/notifications")
    main = page.get_by_role("main")
    expect(main.get_by_text("Only owners can change these settings.")).to_be_visible()
    expect(main.get_by_role("switch")).to_have_count(0)
    page.get_by_role("link", name="Organization").click()
    expect(main.get_by_text("Only owners can change this.")).to_be_visible()
    expect(main.get_by_role("textbox")).to_have_count(0)
    expect(main.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="Keys")).to_have_count(0)
    page.goto("/settings/keys")
    expect(main.get_by_text("Only owners of your shop can see this.")).to_be_visible()
    page.goto("/settings/people")
    if role == "editor":
        expect(main.get_by_text(shop.account(role).email)).to_be_visible()
        expect(main.get_by_role("combobox")).to_have_count(0)
    else:
        expect(main.get_by_text("Only owners and editors of your shop can see this.")).to_be_visible()
    expect(main.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("section", ["notifications", "people", "keys", "secrets", "webhooks", "organization"])
def test_nothing_is_wider_than_a_phone(shop: Shop, section: str) -> None:
    page = shop.sign_in("owner", f"/settings/{section}", window=PHONE)
    expect(page.get_by_role("main").get_by_role("status", name="Loading")).to_have_count(0)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_address_that_is_not_a_section_is_not_found(shop: Shop) -> None:
    page = shop.sign_in("owner", "/settings/moon")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
