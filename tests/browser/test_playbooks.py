"""Playbooks in the browser: the list, one with its flow and schedule, and everything people do to them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.playbooks import DAILY, put, row, until_jobs, until_summary
from tests.browser.shop import Shop
from tests.e2e.conftest import assignment_path, eventually
from tests.e2e.org import email_step, set_step

HOSTILE = "<img src=x onerror=alert(1)> \u202egpj.exe"


def test_the_list_says_what_each_does_when_it_runs_and_pauses_it(shop: Shop) -> None:
    put(shop, email_step(), name="mail", category="Intelligence", triggers=[DAILY], description="Mails the prices.")
    until_jobs(shop, "0 9 * * *")
    page = shop.sign_in("editor", "/playbooks")
    mine = row(page, "Playbook mail")
    expect(page.get_by_role("region", name="Intelligence")).to_contain_text("Playbook mail")
    expect(mine).to_contain_text("Mails the prices.")
    expect(mine).to_contain_text(re.compile(r"Every day at 9:00 AM E[SD]T"))
    expect(mine).to_contain_text(re.compile(r"Next: \w{3}, \w{3} \d+, 9:00 AM"))
    expect(mine).to_contain_text("No runs yet")
    shop.org.until(shop.org.start("mail"), "completed")
    expect(mine).to_contain_text("Completed")
    mine.get_by_role("switch").click(force=True)
    expect(mine).to_contain_text("Paused")
    until_jobs(shop)
    assert shop.read(shop.path("playbooks/mail"))["lastEditedBy"] == shop.account("editor").uid
    mine.get_by_role("switch").click(force=True)
    expect(mine).to_contain_text("Active")
    until_jobs(shop, "0 9 * * *")


def test_the_list_is_searched_and_filtered_by_its_address(shop: Shop) -> None:
    put(shop, set_step(), name="a", category="pricing")
    put(shop, set_step(), name="b", category="loyalty", status="paused")
    page = shop.sign_in("viewer", "/playbooks?status=paused")
    expect(row(page, "Playbook b")).to_be_visible()
    expect(row(page, "Playbook a")).to_have_count(0)
    page.goto("/playbooks")
    page.get_by_label("Search playbooks").fill("playbook A")
    expect(row(page, "Playbook b")).to_have_count(0)
    expect(row(page, "Playbook a")).to_be_visible()
    expect(page).to_have_url(re.compile(r"search=playbook"))
    page.get_by_label("Search playbooks").fill("nothing like it")
    expect(page.get_by_role("heading", name="No matching playbooks")).to_be_visible()


def test_a_run_by_hand_is_seen_to_its_end_and_a_dry_run_sends_nothing(shop: Shop) -> None:
    put(shop, email_step(), name="mail")
    page = shop.sign_in("editor", "/playbooks/mail")
    page.get_by_role("button", name="Dry run").click()
    dry = page.get_by_role("dialog", name="Dry run")
    expect(dry).to_contain_text("Email to owner@shop.example")
    expect(dry).to_contain_text("Nothing was sent or changed.")
    expect(dry).to_contain_text("A run costs about")
    assert shop.org.executions("mail") == {}
    dry.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Run now").click()
    page.get_by_role("button", name="Run it").click()
    expect(page).to_have_url(re.compile(r"/runs/"))
    shop.org.until(shop.org.first_execution("mail"), "completed")
    page.goto("/playbooks/mail?tab=runs")
    expect(page.get_by_role("tabpanel")).to_contain_text("Completed")


def test_an_events_playbook_is_run_with_the_events_data(shop: Shop) -> None:
    step = set_step(item="{{event.name}}")
    trigger = {"type": "event", "id": "e", "eventName": "inventory.low_stock", "filter": "event.quantity < 5"}
    put(shop, step, name="low", triggers=[trigger])
    page = shop.sign_in("editor", "/playbooks/low")
    expect(page.get_by_role("region", name="When")).to_contain_text("When an item falls below its reorder point")
    expect(page.get_by_role("region", name="When")).to_contain_text("Only if quantity is less than 5")
    page.get_by_role("button", name="Run now").click()
    data = page.get_by_label("Event data")
    expect(data).to_have_value(re.compile("Blue Dream"))
    data.fill("[1]")
    expect(page.get_by_role("button", name="Run it")).to_be_disabled()
    data.fill('{"name": "Gelato", "quantity": 1}')
    page.get_by_role("button", name="Run it").click()
    run = shop.org.until(shop.org.first_execution("low"), "completed")
    assert run["eventData"]["name"] == "Gelato"


def test_a_copy_is_a_draft_and_a_deleted_playbook_is_gone(shop: Shop) -> None:
    put(shop, email_step(), name="mail", triggers=[DAILY])
    until_jobs(shop, "0 9 * * *")
    page = shop.sign_in("owner", "/playbooks/mail")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Make a copy").click()
    expect(page.get_by_role("heading", name="Copy of Playbook mail")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Draft")
    until_jobs(shop, "0 9 * * *")
    page.goto("/playbooks/mail")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete playbook").click()
    expect(page).to_have_url(re.compile(r"/playbooks$"))
    expect(row(page, "Copy of Playbook mail")).to_be_visible()
    until_jobs(shop)
    page.goto("/playbooks/mail")
    expect(page.get_by_role("heading", name="Playbook not found")).to_be_visible()


def test_nested_steps_are_shown_with_who_is_notified(shop: Shop) -> None:
    texts = {"action": "send_sms", "params": {"to": "{{item.phone}}", "body": "Hi"}}
    put(
        shop,
        set_step(n=1),
        {"action": "for_each", "id": "each", "params": {"items": [1], "steps": [texts]}},
        {
            "action": "branch",
            "id": "b",
            "params": {
                "cases": [{"when": "steps.facts.n > 3", "steps": [email_step()]}],
                "else": [set_step("z", a=1)],
            },
        },
    )
    page = shop.sign_in("editor", "/playbooks/pb")
    flow = page.get_by_role("region", name="What it does")
    for words in ("Repeat for each item", "Each time", "Send a text", "If n is more than 3", "Otherwise"):
        expect(flow).to_contain_text(words)
    told = page.get_by_role("region", name="Who gets notified")
    expect(told).to_contain_text("Text · the customer")
    expect(told).to_contain_text("Email · owner@shop.example")


def test_a_deleted_playbook_of_the_plan_comes_back(shop: Shop) -> None:
    intel, assignment = shop.org.reference("daily-intel"), assignment_path(shop.id, "daily-intel")
    shop.delete(assignment)
    shop.update(f"tenants/{shop.id}", name="The shop whose plan has it again")
    eventually(lambda: intel.get().exists or None, what="the playbook of the plan")
    intel.delete()
    eventually(lambda: shop.read(assignment).get("removed"), what="the news of the deletion")
    page = shop.sign_in("editor", "/playbooks")
    page.get_by_role("button", name="Restore Daily Intel").click()
    expect(page.get_by_role("button", name="Restore Daily Intel")).to_have_count(0)
    expect(row(page, "Daily Intel")).to_contain_text("In your plan")
    assert (intel.get().to_dict() or {})["status"] == "active"


def test_a_viewer_sees_it_all_and_no_button_that_would_be_refused(shop: Shop) -> None:
    put(shop, email_step(), name="mail", triggers=[DAILY])
    page = shop.sign_in("viewer", "/playbooks")
    mine = row(page, "Playbook mail")
    expect(mine).to_be_visible()
    expect(page.get_by_role("switch")).to_have_count(0)
    expect(page.get_by_role("link", name="New playbook")).to_have_count(0)
    mine.get_by_role("link").click()
    expect(page.get_by_role("region", name="When")).to_contain_text("Every day at 9:00 AM")
    expect(page.get_by_role("region", name="What it does")).to_contain_text("Send an email")
    for name in ("Run now", "Dry run", "Pause", "More actions", "Edit schedule"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("tab")).to_have_text(["Overview", "Runs"])
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("No runs yet")


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_a_playbook_that_is_not_there_is_reported_as_missing(shop: Shop, role: Any) -> None:
    page = shop.sign_in(role, "/playbooks/nothing")
    expect(page.get_by_role("heading", name="Playbook not found")).to_be_visible()


def test_a_stranger_finds_nothing(shop: Shop) -> None:
    put(shop, email_step(), name="mail")
    page = shop.stranger("/playbooks/mail")
    expect(page.get_by_role("heading", name="Playbook not found")).to_be_visible()


def test_hostile_names_are_text(shop: Shop) -> None:
    put(shop, set_step(), name="odd:id.1", description=HOSTILE)
    shop.org.change("odd:id.1", name=HOSTILE, version=2)
    until_summary(shop, "odd:id.1", version=2)
    page = shop.sign_in("editor", "/playbooks")
    page.get_by_role("link", name="<img src=x onerror=alert(1)> gpj.exe").click()
    expect(page).to_have_url(re.compile(r"/playbooks/odd%3Aid\.1$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("<img src=x onerror=alert(1)> gpj.exe")


def test_a_webhook_gets_a_secret_that_is_shown_once_and_its_calls_are_replayed(shop: Shop) -> None:
    put(shop, set_step(total="{{event.total}}"), triggers=[{"type": "webhook", "signature": "bearer"}])
    page = shop.sign_in("editor", "/playbooks/pb")
    card = page.get_by_role("region", name="Webhooks")
    expect(card).to_contain_text("It can't be called until it has a secret.")
    url = card.get_by_text("/api/hooks/").inner_text()
    card.get_by_role("button", name="Create a secret").click()
    shown = page.get_by_role("dialog", name="The webhook's secret")
    secret = shown.get_by_test_id("new-key").inner_text()
    shown.get_by_role("button", name="I've saved it").click()
    expect(card).to_contain_text("Secret made")
    expect(page.get_by_text(secret)).to_have_count(0)
    sent = httpx.post(url, json={"total": 5}, headers={"Authorization": f"Bearer {secret}"})
    assert sent.status_code == 202, sent.text
    shop.org.until(shop.org.first_execution(), "completed")
    card.get_by_role("button", name="Show calls").click()
    expect(card.get_by_role("listitem")).to_have_count(1)
    expect(card.get_by_role("listitem")).to_contain_text("Completed")
    card.get_by_role("button", name="Replay").click()
    expect(card.get_by_role("listitem")).to_have_count(2)
    eventually(lambda: len(shop.org.executions()) == 2, what="the run of the replay")


def test_a_viewer_sees_no_webhook(shop: Shop) -> None:
    put(shop, set_step(total=1), triggers=[{"type": "webhook"}])
    page = shop.sign_in("viewer", "/playbooks/pb")
    expect(page.get_by_role("region", name="When")).to_contain_text("When another system calls its webhook")
    expect(page.get_by_role("region", name="Webhooks")).to_have_count(0)
