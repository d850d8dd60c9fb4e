"""Getting in without the old password: by a reset, by an invitation, and by a shop that one is added to."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.sync_api import Page, expect

from tests.accounts import PASSWORD, Account, change_account, sign_up
from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.harness.eventually import PATIENCE_SECONDS

NEW_PASSWORD = "another-long-password"


def reset_code(shop: Shop, email: str) -> str:
    """The code of the newest link that Firebase has mailed to the address."""
    url = f"{shop.stack.ports.url('auth')}/emulator/v1/projects/{shop.stack.project}/oobCodes"
    codes = httpx.get(url, timeout=PATIENCE_SECONDS).json()["oobCodes"]
    code: str = [one["oobCode"] for one in codes if one["email"] == email][-1]
    return code


def mails_to(shop: Shop, email: str) -> list[dict[str, Any]]:
    sent = httpx.get(
        f"{shop.stack.console_url}/api/outbox", params={"channel": "email"}, timeout=PATIENCE_SECONDS
    ).json()
    return [one for one in sent if email in str(one["to"])]


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_forgotten_password_is_replaced_and_the_page_that_was_asked_for_is_kept(shop: Shop) -> None:
    account = shop.account("editor")
    page = shop.new_page()
    page.goto("/runs")
    page.get_by_role("link", name="Forgot password?").click()
    page.get_by_label("Email").fill(account.email)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("status")).to_contain_text(account.email)
    page.goto(f"/signin?mode=resetPassword&oobCode={reset_code(shop, account.email)}&next=%2Fruns")
    expect(page.get_by_role("main")).to_contain_text(account.email)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/runs$"))


def test_whether_an_address_has_an_account_is_not_told(shop: Shop, guard: Guard) -> None:
    guard.allow(r"status of 400 .*accounts:sendOobCode")
    page = shop.new_page()
    page.goto("/signin?mode=forgot")
    page.get_by_label("Email").fill(f"{uuid.uuid4().hex}@nobody.example")
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("status")).to_contain_text("has an account, a link is on its way")


def test_a_link_that_was_used_offers_a_new_one(shop: Shop, guard: Guard) -> None:
    guard.allow(r"status of 400 .*accounts:resetPassword")
    page = shop.new_page()
    page.goto("/signin?mode=resetPassword&oobCode=used-before&email=pat@shop.example")
    expect(page.get_by_role("main")).to_contain_text("expired or was already used")
    expect(page.get_by_label("Email")).to_have_value("pat@shop.example")


def test_somebody_is_invited_and_gets_in(shop: Shop) -> None:
    address = f"{uuid.uuid4().hex[:12]}@shop.example"
    owner = shop.sign_in("owner", "/settings/people")
    owner.get_by_label("Email").fill(address)
    owner.get_by_label("Role", exact=True).select_option("Viewer")
    owner.get_by_role("button", name="Invite").click()
    row = owner.locator(".row", has_text=address)
    # The first call of a function starts it, with all that it needs to send mail.
    expect(row).to_contain_text("Invited")
    (mail,) = mails_to(shop, address)
    (link,) = re.findall(r"http\S+/signin\?\S+", mail["text"])
    assert parse_qs(urlsplit(link).query)["email"] == [address]
    invited = shop.new_page()
    invited.goto(link)
    invited.get_by_label("New password").fill(NEW_PASSWORD)
    invited.get_by_role("button", name="Save and sign in").click()
    expect(invited.get_by_role("navigation", name="Main")).to_be_visible()
    expect(invited.get_by_text("viewer", exact=True)).to_be_visible()
    owner.reload()
    expect(row).to_contain_text("Signed in")


def test_who_is_added_to_a_shop_checks_again_and_is_in(shop: Shop) -> None:
    account: Account = sign_up(shop.stack)
    page = shop.new_page()
    page.goto("/playbooks")
    sign_in(page, account.email, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("You don't belong to a shop yet")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("Nothing has changed yet.")
    change_account(shop.stack, account.uid, customAttributes=f'{{"orgId": "{shop.id}", "role": "viewer"}}')
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/playbooks$"))


def test_a_link_to_another_site_leads_home(shop: Shop) -> None:
    page = shop.new_page()
    page.goto("/signin?next=https%3A%2F%2Fevil.example%2F")
    sign_in(page, shop.account("viewer").email, PASSWORD)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert urlsplit(page.url).path == "/"
