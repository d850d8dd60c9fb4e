"""Runs, as people see them: live, down to the step that failed, and what they may do about it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from local.browser import PHONE
from tests.browser.shop import Shop
from tests.e2e.conftest import eventually
from tests.e2e.org import OWNER_EMAIL, email_step, set_step

HOSTILE = '<img src=x onerror="document.title=1">\u202eevil'
FAILS = {"id": "bad", "action": "stop", "params": {"reason": "the shelf is empty", "status": "failed"}}
WAITS = {"id": "pause", "action": "wait", "params": {"minutes": 20}}
LOOP = {
    "id": "each",
    "action": "for_each",
    "params": {
        "items": ["a", "b"],
        "steps": [{"id": "note", "action": "set", "params": {"values": {"x": "{{item}}"}}}],
    },
}


def status(page: Page) -> Any:
    """The badge in the run's head."""
    return page.get_by_role("main").locator(".status").first


def step(page: Page, name: str) -> Any:
    """The step's row in the waterfall."""
    return page.get_by_role("treeitem", name=re.compile(rf"^{name}\b", re.IGNORECASE))


def details(page: Page) -> Any:
    """The pane beside the waterfall."""
    return page.get_by_role("region", name="Details")


def climb(shop: Shop, run: str, number: int) -> None:
    """Let the next attempt come due."""
    waiting = shop.org.until_failed_attempt(run, number)
    shop.org.advance_to(waiting["nextAttemptAt"])


def fail_for_good(shop: Shop) -> str:
    run = shop.org.start()
    shop.org.until(run, "failed")
    return run


def test_a_run_that_somebody_else_starts_appears_and_ends_on_the_page(shop: Shop) -> None:
    shop.org.playbook(set_step(price=12), email_step(), name="hello")
    page = shop.sign_in("editor", "/runs")
    expect(page.get_by_text("Nothing has run yet")).to_be_visible()
    run = shop.org.start("hello", eventData={"customer": "Ann"})
    row = page.get_by_role("listitem").filter(has_text="Playbook hello")
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("By hand")
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/runs/{run}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Playbook hello")
    expect(page).to_have_title("Playbook hello · Playbooks")
    expect(details(page)).to_contain_text("Ann")
    expect(details(page)).to_contain_text("Email")


def test_the_page_of_a_run_moves_while_it_runs(shop: Shop) -> None:
    shop.org.playbook(set_step(), WAITS, LOOP)
    run = shop.org.start()
    page = shop.sign_in("editor", f"/runs/{run}")
    expect(status(page)).to_have_text("Waiting")
    expect(step(page, "pause")).to_have_attribute("aria-selected", "true")
    expect(step(page, "each")).to_have_attribute("aria-label", re.compile("not started"))
    waiting = shop.org.until(run, "waiting")
    shop.org.advance_to(waiting["dueAt"])
    expect(status(page)).to_have_text("Completed")
    expect(step(page, "each")).to_have_attribute("aria-label", re.compile("completed"))
    expect(page.get_by_role("treeitem", name=re.compile("^Note, Item 1"))).to_be_visible()


def test_a_failed_provider_is_seen_climbing_the_ladder_and_retried_from_the_page(shop: Shop) -> None:
    shop.org.playbook(set_step(price=12), email_step())
    shop.org.console.fail("mailjet", status=503, times=4)
    run = shop.org.start()
    page = shop.sign_in("editor", f"/runs/{run}")
    expect(status(page)).to_have_text("Retrying")
    expect(page.get_by_text("Attempt 1 of 4")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(re.compile("Next try in|Trying again now"))).to_be_visible()
    for number in (1, 2, 3):
        climb(shop, run, number)
    expect(status(page)).to_have_text("Failed")
    expect(page.get_by_text("Attempt 4 of 4")).to_be_visible()
    expect(step(page, "mail")).to_have_attribute("aria-selected", "true")
    expect(details(page).get_by_role("alert")).to_contain_text("503")
    expect(details(page)).to_contain_text("How are you?")
    page.get_by_role("button", name="Retry from the failed step").click()
    expect(status(page)).to_have_text("Completed")
    step(page, "mail").click()
    expect(details(page)).to_contain_text(f"Email to {OWNER_EMAIL}")
    expect(details(page)).to_contain_text(re.compile(r"Accepted \d+:\d\d:\d\d [AP]M, message id \d+"))
    mail = details(page).locator("iframe")
    expect(mail).to_have_attribute("sandbox", "")
    expect(mail.content_frame.get_by_text("How are you?", exact=True)).to_be_visible()
    assert len(shop.org.emails(run)) == 1


def test_arrow_keys_go_through_the_steps_and_the_address_keeps_the_place(shop: Shop) -> None:
    shop.org.playbook(set_step("first", price=12), set_step("second", size="XL"))
    run = shop.org.run()
    assert run["status"] == "completed"
    execution_id = next(iter(shop.org.executions()))
    page = shop.sign_in("editor", f"/runs/{execution_id}")
    expect(page.get_by_role("treeitem", name="Whole run")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tree", name="Steps").focus()
    page.keyboard.press("ArrowDown")
    expect(step(page, "first")).to_have_attribute("aria-selected", "true")
    expect(details(page).get_by_role("region", name="Output")).to_contain_text('"price": 12')
    page.keyboard.press("End")
    expect(details(page)).to_contain_text("XL")
    page.reload()
    expect(step(page, "second")).to_have_attribute("aria-selected", "true")


def test_a_run_is_canceled_and_run_again_from_its_page(shop: Shop) -> None:
    shop.org.playbook(WAITS)
    run = shop.org.start(eventData={"customer": "Ann"})
    shop.org.until(run, "waiting")
    page = shop.sign_in("editor", f"/runs/{run}")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(status(page)).to_have_text("Canceled")
    shop.org.until(run, "cancelled")
    page.get_by_role("button", name="Run again").click()
    page.get_by_role("dialog").get_by_role("button", name="Run again").click()
    expect(status(page)).to_have_text("Waiting")
    (again,) = shop.org.executions().keys() - {run}
    expect(page).to_have_url(re.compile(f"/runs/{again}$"))
    assert shop.org.execution(again)["eventData"] == {"customer": "Ann"}


def test_all_failed_runs_are_retried_at_once_with_progress(shop: Shop) -> None:
    shop.org.playbook(FAILS)
    runs = [fail_for_good(shop) for _ in range(3)]
    page = shop.sign_in("editor", "/runs?status=failed")
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("button", name="Cancel active runs")).to_have_count(0)
    page.get_by_role("button", name="Retry failed runs").click()
    page.get_by_role("dialog").get_by_role("button", name="Retry 3 failed runs").click()
    expect(page.get_by_role("main").get_by_role("status").filter(has_text="3 runs retried.")).to_be_visible()
    for run in runs:
        eventually(lambda run=run: shop.org.execution(run)["replay"] == 1, what=f"{run} sent back")  # type: ignore[misc]


def test_the_filter_is_in_the_address(shop: Shop) -> None:
    shop.org.playbook(set_step(), name="fine")
    shop.org.playbook(FAILS, name="bad")
    shop.org.run("fine")
    shop.org.run("bad")
    page = shop.sign_in("viewer", "/runs")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(2)
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Failed").click()
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?status=failed$"))
    page.reload()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Playbook bad")
    page.goto("/runs?status=failed&playbook=fine&trigger=manual&time=24h")
    expect(page.get_by_text("No runs match")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(2)


def test_older_runs_are_shown_on_demand(shop: Shop) -> None:
    now = datetime.now(UTC)
    for number in range(30):
        summary = {
            "orgId": shop.id,
            "playbookId": "p",
            "playbookName": f"Run {number:02}",
            "playbookVersion": 1,
            "trigger": {"type": "manual"},
            "status": "completed",
            "attempt": 1,
            "costUsd": 0.0,
            "steps": [],
            "createdAt": now - timedelta(minutes=number),
        }
        shop.write(f"execution_summaries/{shop.id}-{number}", summary)
    page = shop.sign_in("viewer", "/runs")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(25)
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(30)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_viewer_sees_what_happened_and_no_button_that_would_be_refused(shop: Shop) -> None:
    shop.org.playbook(set_step(customer="Ann Nonymous"), FAILS)
    run = fail_for_good(shop)
    page = shop.sign_in("viewer", f"/runs/{run}")
    expect(status(page)).to_have_text("Failed")
    expect(step(page, "bad")).to_have_attribute("aria-selected", "true")
    step(page, "facts").click()
    expect(details(page)).to_contain_text("Editors and owners also see")
    main = page.get_by_role("main")
    expect(main.get_by_role("button")).to_have_count(0)
    expect(main).not_to_contain_text("Ann Nonymous")
    page.goto("/runs")
    expect(main.get_by_role("listitem")).to_have_count(1)
    for name in ("Retry failed runs", "Cancel active runs"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_a_stranger_is_told_the_same_as_of_a_run_that_is_none(shop: Shop) -> None:
    shop.org.playbook(set_step())
    shop.org.run()
    (run,) = shop.org.executions()
    page = shop.stranger(f"/runs/{run}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.goto("/runs/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.goto("/runs")
    expect(page.get_by_text("Nothing has run yet")).to_be_visible()
    expect(shop.sign_in("viewer", "/runs/none").get_by_role("heading", level=1)).to_have_text("Page not found")


def test_hostile_names_and_mails_are_only_ever_text(shop: Shop) -> None:
    mail = email_step(
        params={
            "to": OWNER_EMAIL,
            "subject": HOSTILE,
            "html": f"<p>Hi {HOSTILE}</p><script>top.document.title=1</script>",
        }
    )
    shop.org.reference().set(
        {
            "name": HOSTILE,
            "status": "active",
            "orgId": shop.id,
            "triggers": [],
            "steps": [set_step(x=HOSTILE), mail],
        }
    )
    shop.org.run()
    (run,) = shop.org.executions()
    page = shop.sign_in("editor", f"/runs/{run}?step=mail")
    shown = HOSTILE.replace("\u202e", "")
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    expect(details(page).locator("iframe").content_frame.get_by_text("Hi evil", exact=True)).to_be_visible()
    expect(page).to_have_title(f"{shown} · Playbooks")
    step(page, "facts").click()
    expect(details(page)).to_contain_text("onerror")
    assert page.locator("main img").count() == 0
    page.goto("/runs")
    expect(page.get_by_role("main").get_by_role("link", name=shown)).to_be_visible()


def test_runs_from_before_times_were_kept_are_shown(shop: Shop) -> None:
    shop.org.playbook(set_step("first"), set_step("second"))
    shop.org.run()
    (run,) = shop.org.executions()
    for path, field in ((f"playbook_executions/{run}", "stepResults"), (f"execution_summaries/{run}", "steps")):
        document = shop.read(path)
        results = [{name: value for name, value in one.items() if name != "startedAt"} for one in document[field]]
        shop.update(path, **{field: results})
    for role in ("editor", "viewer"):
        page = shop.sign_in(role, f"/runs/{run}?step=second")
        expect(step(page, "second")).to_have_attribute("aria-label", re.compile("completed"))


def test_it_all_fits_a_phone(shop: Shop) -> None:
    shop.org.playbook(set_step("a_step_with_a_rather_long_name", x="y" * 200), LOOP, FAILS)
    run = fail_for_good(shop)
    page = shop.sign_in("editor", f"/runs/{run}", window=PHONE)
    expect(details(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto("/runs")
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
