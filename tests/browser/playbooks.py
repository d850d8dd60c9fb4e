"""Playbooks of a test's org, as the browser tests make them and wait for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.shop import Shop
from tests.e2e.conftest import eventually

NEW_YORK = "America/New_York"
DAILY = {"type": "schedule", "id": "schedule", "cron": "0 9 * * *", "timezone": NEW_YORK}


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
