"""Documents that somebody wrote wrongly: a page shows what it can of them, and the others beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from shared.api.principal import Role
from tests.browser.guard import Guard
from tests.browser.shop import Shop

WRONG: tuple[Any, ...] = (None, 7, "text", True, ["a", None, {}], {"a": {"b": 1}})
"""Every field has each of them in one of the documents."""
SUGGESTIONS = ("pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations")
TOP_LEVEL: dict[str, tuple[str, ...]] = {
    "execution_summaries": (
        *("playbookName", "playbookId", "trigger", "status", "statusReason", "attempts", "steps", "planned"),
        *("waits", "costUsd", "startedAt", "completedAt", "replay", "attempt", "nextAttemptAt", "playbookVersion"),
    ),
    "playbook_summaries": (
        *("playbookId", "name", "description", "category", "when", "nextRuns", "triggers", "steps"),
        *("statusReason", "pausedBy", "source", "status", "adHoc", "version", "agent"),
    ),
    "inbox_notifications": ("type", "title", "body", "severity", "playbookId", "executionId", "link", "note"),
    "approvals": (
        *("title", "details", "requestedBy", "requestedByName", "causedBy", "expiresAt", "playbookId"),
        *("executionId", "stepId", "comment"),
    ),
    "bulk_jobs": ("action", "filter", "status", "matched", "done", "failed", "skipped", "completedAt", "problems"),
    "playbook_schedules": ("playbookId", "jobs"),
}
SUGGESTED = (
    *("title", "name", "product", "reason", "source", "agent", "priority", "suggestedPrice", "currentPrice"),
    *("theirPrice", "itemId", "products", "productCount", "subject", "emailCopy", "smsCopy", "recommendations"),
    *("categories", "discountPercent", "audience", "data", "emailSubject", "emailBody", "smsText"),
)
FOUND = ("competitorId", "trigger", "recommendation", "competitorName", "data", "figure", "type", "priority")
PAGES = (
    "/",
    "/playbooks",
    "/runs",
    "/runs?status=failed",
    "/dashboard/alerts",
    "/decisions",
    "/decisions?tab=decided",
)


def write_wrong_documents(shop: Shop) -> None:
    now = datetime.now(UTC)
    for number, value in enumerate(WRONG):
        # Firestore keeps no list in a list.
        part = {"a": value} if isinstance(value, list) else value
        times = {
            "createdAt": now,
            "updatedAt": now,
            "requestedAt": now,
            "editedAt": now,
            "nextRunAt": now + timedelta(hours=1),
        }
        queried = {"status": "pending", "read": False, "decidedAt": now, **times, "orgId": shop.id}
        for collection, fields in TOP_LEVEL.items():
            document = {**queried, **dict.fromkeys(fields, value)}
            if collection == "approvals":
                document["status"] = "pending"
            shop.write(f"{collection}/{shop.id}_wrong{number}", document)
        for kind in SUGGESTIONS:
            shop.write(shop.path(f"{kind}/wrong{number}"), {**dict.fromkeys(SUGGESTED, value), **queried})
        shop.write(shop.path(f"competitive_actions/wrong{number}"), {**dict.fromkeys(FOUND, value), **queried})
        # Failed runs and pressing alerts are Home's.
        shop.write(
            f"execution_summaries/{shop.id}_failed{number}",
            {**queried, **dict.fromkeys(TOP_LEVEL["execution_summaries"], value), "status": "failed"},
        )
        shop.write(
            f"inbox_notifications/{shop.id}_pressing{number}",
            {**queried, **dict.fromkeys(TOP_LEVEL["inbox_notifications"], value), "severity": "critical"},
        )
        # A filter of times leaves these out; a plain list does not.
        shop.write(f"execution_summaries/{shop.id}_time{number}", {"orgId": shop.id, "createdAt": value})
        shop.write(f"playbook_summaries/{shop.id}_time{number}", {"orgId": shop.id, "createdAt": value})
        wrong_playbook = {"status": "draft", "name": value, "triggers": value, "steps": value, "description": value}
        shop.write(shop.path(f"playbooks/wrong{number}"), wrong_playbook)
        shop.write(
            shop.path(f"playbooks/parts{number}"),
            {
                "status": "draft",
                "name": "Parts",
                "triggers": [
                    part,
                    {"type": "schedule", "cron": value, "timezone": value, "id": value},
                    {"type": "event", "eventName": value, "filter": value},
                    {"type": value},
                ],
                "steps": [part, {"action": value, "params": value, "condition": value, "agent": value}],
                "onFailure": value,
            },
        )


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_lists_show_what_they_can(shop: Shop, role: Role) -> None:
    write_wrong_documents(shop)
    shop.write(
        f"inbox_notifications/{shop.id}_good",
        {
            "orgId": shop.id,
            "type": "usage_alert",
            "title": "A good alert",
            "body": "",
            "severity": "info",
            "read": False,
            "createdAt": datetime.now(UTC),
        },
    )
    page = shop.sign_in(role)
    for path in PAGES:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main [aria-busy=true]"), path).to_have_count(0)
        expect(page.get_by_role("heading", name="Something went wrong"), path).to_have_count(0)
        if path == "/dashboard/alerts":
            expect(page.get_by_text("A good alert")).to_be_visible()


def test_one_document_is_shown_as_far_as_it_can_be(shop: Shop, guard: Guard) -> None:
    guard.allow("status of 404")  # the API shows no approval that it cannot read
    write_wrong_documents(shop)
    page = shop.sign_in("owner")
    for number in range(len(WRONG)):
        for path in (
            f"/playbooks/wrong{number}",
            f"/playbooks/parts{number}",
            f"/playbooks/parts{number}?tab=json",
            f"/decisions/approvals/{shop.id}_wrong{number}",
            *(f"/decisions/{kind}/wrong{number}" for kind in SUGGESTIONS),
        ):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.locator("main [aria-busy=true]"), path).to_have_count(0)
            expect(page.get_by_role("heading", name="Something went wrong"), path).to_have_count(0)
        page.goto(f"/playbooks/parts{number}")
        page.get_by_role("button", name="Edit schedule").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_role("heading", name="Something went wrong")).to_have_count(0)
