"""Signing in and out, and who is kept out."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.accounts import PASSWORD, sign_up
from tests.browser.guard import Guard
from tests.browser.shop import Shop


def test_somebody_signs_in_by_email_and_password_and_lands_where_they_wanted(shop: Shop) -> None:
    account = shop.account("editor")
    page = shop.new_page()
    page.goto("/runs?status=failed")
    expect(page).to_have_url(re.compile(r"/signin\?next="))
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/runs\?status=failed$"))
    expect(page.get_by_text(account.email)).to_be_visible()


def test_a_wrong_password_is_said_so_and_signs_nobody_in(shop: Shop, guard: Guard) -> None:
    guard.allow(r"status of 400 .*accounts:signInWithPassword")
    page = shop.new_page()
    page.goto("/signin")
    page.get_by_label("Email").fill(shop.account().email)
    page.get_by_label("Password", exact=True).fill("not-this-one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("don't match")
    expect(page).to_have_url(re.compile(r"/signin$"))


def test_a_reload_keeps_somebody_signed_in_and_signing_out_does_not(shop: Shop) -> None:
    page = shop.sign_in("viewer", "/playbooks")
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/playbooks$"))
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/signin"))
    page.goto("/playbooks")
    expect(page).to_have_url(re.compile(r"/signin\?next=%2Fplaybooks$"))


def test_an_account_without_an_org_is_told_what_to_do(shop: Shop) -> None:
    account = sign_up(shop.stack)
    page = shop.new_page()
    page.goto("/signin")
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(account.email)
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
