"""Playbooks in the browser: the list, one with its flow and schedule, and everything people do to them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.shop import Shop
from tests.e2e.conftest import assignment_path, eventually
from tests.e2e.org import email_step, set_step

NEW_YORK = "America/New_York"
DAILY = {"type": "schedule", "id": "schedule", "cron": "0 9 * * *", "timezone": NEW_YORK}
HOSTILE = "<img src=x onerror=alert(1)> \u202egpj.exe"


def put(shop: Shop, *steps: dict[str, Any], name: str = "pb", **fields: Any) -> None:
    """A playbook whose summary is there."""
    shop.org.playbook(*steps, name=name, createdAt=datetime.now(UTC), lastEditedBy="somebody", **fields)
    until_summary(shop, name)


def until_summary(shop: Shop, playbook_id: str, **fields: Any) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        found = shop.read(f"playbook_summaries/{shop.id}_{playbook_id}")
        return found if found and all(found.get(field) == value for field, value in fields.items()) else None

    return eventually(there, what=f"the summary of {playbook_id} with {fields}")


def until_jobs(shop: Shop, *crons: str) -> None:
    eventually(
        lambda: sorted(job.schedule for job in shop.org.jobs()) == sorted(crons) or None,
        what=f"jobs of {shop.id}: {crons}",
    )


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


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
    expect(page.get_by_role("heading", name="No playbook matches")).to_be_visible()


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


def test_a_schedule_is_edited_by_a_form_and_its_job_follows(shop: Shop) -> None:
    put(shop, set_step(), triggers=[DAILY])
    until_jobs(shop, "0 9 * * *")
    page = shop.sign_in("editor", "/playbooks/pb")
    page.get_by_role("button", name="Edit schedule").click()
    form = page.get_by_role("dialog", name="Edit schedule")
    expect(form).to_contain_text(re.compile(r"Every day at 9:00 AM E[SD]T"))
    form.get_by_role("combobox", name="How often").click()
    page.get_by_role("option", name="On days of the week").click()
    for day in ("Wednesday", "Thursday", "Friday"):
        form.get_by_label(day).uncheck()
    form.get_by_label("At", exact=True).fill("17:30")
    expect(form).to_contain_text(re.compile(r"Every Monday and Tuesday at 5:30 PM E[SD]T"))
    form.get_by_role("button", name="Save schedule").click()
    expect(form).to_have_count(0)
    until_jobs(shop, "30 17 * * 1,2")
    expect(page.get_by_role("region", name="When")).to_contain_text("Every Monday and Tuesday at 5:30 PM")
    (trigger,) = shop.read(shop.path("playbooks/pb"))["triggers"]
    assert (trigger["id"], trigger["timezone"]) == ("schedule", NEW_YORK)


def test_limits_are_edited_by_a_form_and_emptied_again(shop: Shop) -> None:
    low = {"type": "event", "id": "low", "eventName": "inventory.low_stock"}
    put(shop, set_step(), triggers=[DAILY, low])
    page = shop.sign_in("editor", "/playbooks/pb")
    limits = page.get_by_role("region", name="Limits")
    expect(limits).to_contain_text("Only your plan's limits apply.")
    limits.get_by_role("button", name="Edit limits").click()
    form = page.get_by_role("dialog", name="Edit limits")
    form.get_by_label("Runs at the same time").fill("1")
    form.get_by_label("Runs it may start").fill("5")
    form.get_by_label("Seconds to wait for more events").fill("60")
    form.get_by_label("Separately for each").fill("steps.note.x")
    form.get_by_role("button", name="Save limits").click()
    expect(form.get_by_role("alert")).to_contain_text("expected a value of the event")
    form.get_by_label("Separately for each").fill("event.itemId")
    form.get_by_role("button", name="Save limits").click()
    expect(form).to_have_count(0)
    expect(limits).to_contain_text("Up to 1 run at the same time.")
    expect(limits).to_contain_text("Up to 5 runs an hour.")
    expect(limits).to_contain_text("Starts once no new event has come for 60 seconds, separately for each itemId.")
    stored = shop.read(shop.path("playbooks/pb"))
    paced = {**low, "throttle": {"runs": 5, "per": "hour"}, "debounce": {"seconds": 60, "by": "event.itemId"}}
    assert (stored["concurrency"], stored["triggers"], stored["status"]) == (1, [DAILY, paced], "active")
    limits.get_by_role("button", name="Edit limits").click()
    for name in ("Runs at the same time", "Runs it may start", "Seconds to wait for more events"):
        form.get_by_label(name).fill("")
    form.get_by_role("button", name="Save limits").click()
    expect(form).to_have_count(0)
    expect(limits).to_contain_text("Only your plan's limits apply.")
    stored = shop.read(shop.path("playbooks/pb"))
    assert ("concurrency" in stored, stored["triggers"]) == (False, [DAILY, low])


def test_a_schedule_that_the_plan_does_not_allow_is_not_saved(shop: Shop) -> None:
    shop.update(f"tenants/{shop.id}", tierId="starter")
    put(shop, set_step(), triggers=[{**DAILY, "cron": "*/5 * * * *"}], status="draft")
    page = shop.sign_in("editor", "/playbooks/pb")
    page.get_by_role("button", name="Edit schedule").click()
    form = page.get_by_role("dialog", name="Edit schedule")
    expect(form).to_contain_text("too special for the form")
    expect(form).to_contain_text("every hour on starter")
    expect(form.get_by_role("button", name="Save schedule")).to_be_disabled()


def test_a_schedule_gets_a_start_an_end_a_number_of_runs_and_a_single_run_beside_it(shop: Shop) -> None:
    put(shop, set_step(), triggers=[{**DAILY, "cron": "0 9 * * 2"}])
    until_jobs(shop, "0 9 * * 2")
    page = shop.sign_in("editor", "/playbooks/pb")
    page.get_by_role("button", name="Edit schedule").click()
    form = page.get_by_role("dialog", name="Edit schedule")
    form.get_by_role("combobox", name="Repeat").click()
    page.get_by_role("option", name="Every other week").click()
    # The stack's clock may be far ahead: other tests move it, and never back.
    year = shop.org.console.now().year + 1
    form.get_by_label("Starts (optional)").fill(f"{year}-12-01")
    form.get_by_label("Ends (optional)").fill(f"{year}-11-01")
    expect(form.get_by_role("alert")).to_have_text("Choose an end after the start.")
    expect(form.get_by_role("button", name="Save schedule")).to_be_disabled()
    form.get_by_label("Ends (optional)").fill(f"{year}-12-25")
    form.get_by_label("Runs at most (optional)").fill("6")
    expect(form).to_contain_text(
        re.compile(
            rf"Every other Tuesday at 9:00 AM E[SD]T, from Dec 1, {year} until Dec 25, {year}, at most 6 times"
        )
    )
    expect(form).to_contain_text(", and then it's finished")
    form.get_by_role("button", name="Add a schedule").click()
    second = form.get_by_role("group", name="Schedule 2")
    second.get_by_role("combobox", name="How often").click()
    page.get_by_role("option", name="Once", exact=True).click()
    second.get_by_label("Date", exact=True).fill(f"{year}-01-15")
    second.get_by_label("At", exact=True).fill("15:00")
    expect(form).to_contain_text(re.compile(rf"Once, on \w{{3}}, Jan 15, {year} at 3:00 PM EST"))
    form.get_by_role("button", name="Save schedule").click()
    expect(form).to_have_count(0)
    bounded, once = shop.read(shop.path("playbooks/pb"))["triggers"]
    eastern = ZoneInfo(NEW_YORK)
    assert (bounded["id"], bounded["every"], bounded["maxRuns"]) == ("schedule", {"weeks": 2}, 6)
    assert bounded["startsAt"] == datetime(year, 12, 1, tzinfo=eastern)
    assert bounded["endsAt"] == datetime(year, 12, 25, 23, 59, 59, tzinfo=eastern)
    assert once == {"type": "once", "at": datetime(year, 1, 15, 15, tzinfo=eastern)}
    eventually(
        lambda: (record := shop.org.schedule()).get("once") and record.get("nextRunAt") == once["at"],
        what="its record, with the next run",
    )
    expect(page.get_by_role("region", name="When")).to_contain_text("Every other Tuesday")
    page.get_by_role("button", name="Edit schedule").click()
    expect(form.get_by_label("Starts (optional)")).to_have_value(f"{year}-12-01")
    expect(form.get_by_label("Runs at most (optional)")).to_have_value("6")
    expect(form.get_by_label("Date", exact=True)).to_have_value(f"{year}-01-15")


def test_a_playbook_whose_last_run_has_been_says_that_it_is_finished(shop: Shop) -> None:
    ended = {**DAILY, "startsAt": datetime(2025, 1, 1, tzinfo=UTC), "endsAt": datetime(2025, 2, 1, tzinfo=UTC)}
    put(shop, set_step(), triggers=[ended])
    page = shop.sign_in("viewer", "/playbooks/pb")
    expect(page.get_by_role("region", name="When")).to_contain_text("Finished: no more scheduled runs.")
    page.get_by_role("navigation").get_by_role("link", name="Playbooks").first.click()
    expect(row(page, "Playbook pb")).to_contain_text("Finished")


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


def test_the_history_shows_what_changed_and_goes_back(shop: Shop) -> None:
    put(shop, email_step(), name="mail")
    changed = {"to": "owner@shop.example", "subject": "Changed", "text": "How are you?"}
    shop.org.change("mail", steps=[{**email_step(), "params": changed}], topic="x")
    page = shop.sign_in("editor", "/playbooks/mail?tab=history")
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("Step 1 (Send an email), subject")
    expect(panel).to_contain_text("Changed")
    panel.get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    found = shop.read(shop.path("playbooks/mail"))
    assert found["steps"][0]["params"]["subject"] == "Hello"
    assert (found["status"], found["version"], "topic" in found) == ("active", 2, False)
    expect(panel).to_contain_text("You made 2 changes")


def test_json_is_saved_only_where_it_could_run(shop: Shop) -> None:
    put(shop, email_step(), name="mail")
    page = shop.sign_in("editor", "/playbooks/mail?tab=json")
    text = page.get_by_label("Playbook as JSON")
    content = json.loads(text.input_value())
    save = page.get_by_role("button", name="Check and save")
    for wrong, told in (
        ("{", "This isn't valid JSON"),
        (json.dumps({**content, "status": "active"}), "expected only name"),
        (json.dumps({**content, "steps": [{"action": "send_email", "params": {}}]}), "steps[0].params.to"),
    ):
        text.fill(wrong)
        save.click()
        expect(page.get_by_role("alert").filter(has_text="Not saved")).to_contain_text(told)
    assert shop.read(shop.path("playbooks/mail"))["name"] == "Playbook mail"
    text.fill(json.dumps({**content, "name": "Renamed"}))
    save.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renamed")
    # The page shows an edit before the server has it.
    until_summary(shop, "mail", name="Renamed", version=2)


def test_a_playbook_in_error_names_the_field_and_runs_again_once_it_is_saved(shop: Shop) -> None:
    shop.org.playbook({"action": "send_email", "params": {"subject": "x", "text": "y"}}, lastEditedBy="somebody")
    until_summary(shop, "pb", status="error")
    page = shop.sign_in("editor", "/playbooks/pb")
    expect(page.get_by_role("alert")).to_contain_text("Step 1 (Send an email), to")
    page.get_by_role("link", name="JSON").click()
    text = page.get_by_label("Playbook as JSON")
    content = json.loads(text.input_value())
    content["steps"][0]["params"]["to"] = "owner@shop.example"
    text.fill(json.dumps(content))
    page.get_by_role("button", name="Check and save").click()
    until_summary(shop, "pb", status="active")
    expect(page.get_by_role("alert").filter(has_text="can't run")).to_have_count(0)


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
    expect(card).to_contain_text("It takes no calls until it has a secret.")
    url = card.get_by_text("/api/hooks/").inner_text()
    card.get_by_role("button", name="Make a secret").click()
    shown = page.get_by_role("dialog", name="The webhook's secret")
    secret = shown.get_by_test_id("new-key").inner_text()
    shown.get_by_role("button", name="I've kept it").click()
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
