"""Schedules, limits and definitions of playbooks, edited in the browser."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.playbooks import DAILY, NEW_YORK, put, row, until_jobs, until_summary
from tests.browser.shop import Shop
from tests.e2e.conftest import eventually
from tests.e2e.org import email_step, set_step


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
    form.get_by_role("combobox", name="When a run fails").click()
    page.get_by_role("option", name="Retry after a time I choose").click()
    form.get_by_label("Seconds before each retry").fill("60, soon")
    form.get_by_label("Runs it may start").fill("5")
    form.get_by_label("Seconds to wait for more events").fill("60")
    form.get_by_label("Separately for each").fill("steps.note.x")
    form.get_by_role("button", name="Save limits").click()
    expect(form.get_by_role("alert")).to_contain_text("expected a value of the event")
    expect(form.get_by_role("alert")).to_contain_text("Delay before retry 2")
    form.get_by_label("Separately for each").fill("event.itemId")
    form.get_by_label("Seconds before each retry").fill("60, 3600")
    form.get_by_role("button", name="Save limits").click()
    expect(form).to_have_count(0)
    expect(limits).to_contain_text("Up to 1 run at the same time.")
    expect(limits).to_contain_text("Up to 5 runs an hour.")
    expect(limits).to_contain_text("Starts once no new event has come for 60 seconds, separately for each itemId.")
    expect(limits).to_contain_text("Failed runs are retried after 60 s, 3,600 s.")
    stored = shop.read(shop.path("playbooks/pb"))
    assert stored["retryDelaysSeconds"] == [60, 3600]
    paced = {**low, "throttle": {"runs": 5, "per": "hour"}, "debounce": {"seconds": 60, "by": "event.itemId"}}
    assert (stored["concurrency"], stored["triggers"], stored["status"]) == (1, [DAILY, paced], "active")
    limits.get_by_role("button", name="Edit limits").click()
    for name in ("Runs at the same time", "Runs it may start", "Seconds to wait for more events"):
        form.get_by_label(name).fill("")
    form.get_by_role("combobox", name="When a run fails").click()
    page.get_by_role("option", name="Retry as usual").click()
    form.get_by_role("button", name="Save limits").click()
    expect(form).to_have_count(0)
    expect(limits).to_contain_text("Only your plan's limits apply.")
    stored = shop.read(shop.path("playbooks/pb"))
    assert stored["triggers"] == [DAILY, low]
    assert stored.keys().isdisjoint({"concurrency", "retryDelaysSeconds"})


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
