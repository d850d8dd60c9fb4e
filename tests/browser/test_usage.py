"""The usage page says what the API says, to the cent, and follows what is counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from shared.billing.metering import increments
from shared.billing.usage_months import months_before
from shared.gcp.clients import firestore
from tests.browser.shop import Shop
from tests.e2e.org import set_step
from tests.harness.locks import WAIT_FOR_LOCK

ZONE = "America/New_York"


@pytest.fixture
def growing(shop: Shop) -> Shop:
    """A shop of the tier growth."""
    shop.write(f"tenants/{shop.id}", {**shop.read(f"tenants/{shop.id}"), "tierId": "growth", "timezone": ZONE})
    return shop


def use(shop: Shop, usd: str = "0", **quantities: int) -> None:
    """What the commit that ends a run counts."""
    path, fields = increments(shop.id, ZONE, datetime.now(UTC), "key", Decimal(usd), quantities)
    firestore().document(path).set(fields, merge=True, retry=WAIT_FOR_LOCK)


def gauge(page: Page, metric: str) -> Locator:
    return page.locator(f"[data-metric={metric}]")


def month_of(shop: Shop) -> dict[str, Any]:
    answer: dict[str, Any] = shop.api("viewer").get("/api/usage").json()
    return answer


def test_the_gauges_and_the_overage_are_those_of_the_api(growing: Shop) -> None:
    use(growing, "3.5", sms_customer=512, sms_internal=1_200, creative_asset=8)
    page = growing.sign_in("viewer", "/usage")
    expect(page).to_have_title("Usage · Playbooks")
    expect(gauge(page, "smsCustomerUsed")).to_contain_text("512 of 500 texts to customers")
    expect(gauge(page, "smsCustomerUsed")).to_contain_text("12 over your plan: $0.60 extra")
    expect(gauge(page, "smsInternalUsed")).to_contain_text("1,200 texts to staff, no limit")
    expect(gauge(page, "creativeAssetsUsed")).to_contain_text("8 of 10 creative assets")
    expect(gauge(page, "creativeAssetsUsed")).to_contain_text("80% used")
    expect(gauge(page, "creativeAssetsUsed").get_by_role("progressbar")).to_have_attribute("aria-valuenow", "80")
    month = month_of(growing)["items"][0]
    assert month["overageCharges"]["total"] == 0.6
    expect(page.locator("[data-figure=overage]")).to_contain_text(f"${month['overageCharges']['total']:.2f}")
    expect(page.locator("[data-figure=cost]")).to_contain_text(f"${month['costUsd']:.2f}")
    (emails,) = [one["used"] for one in month["metrics"] if one["metric"] == "emailsUsed"]
    expect(gauge(page, "emailsUsed")).to_contain_text(f"{emails:,} of 5,000 emails")
    expect(page.locator("[data-metric]")).to_have_count(len(month["metrics"]))


def test_what_is_counted_elsewhere_appears_by_itself(growing: Shop) -> None:
    page = growing.sign_in("owner", "/usage")
    expect(gauge(page, "smsCustomerUsed")).to_contain_text("0 of 500 texts")
    use(growing, "1.25", sms_customer=7)
    expect(gauge(page, "smsCustomerUsed")).to_contain_text("7 of 500 texts")


def test_the_budget_is_shown_with_what_is_spent_of_it(growing: Shop) -> None:
    page = growing.sign_in("owner", "/usage")
    budget = page.locator("[data-figure=budget]")
    expect(budget).to_contain_text("No budget")
    growing.write(f"tenants/{growing.id}", {**growing.read(f"tenants/{growing.id}"), "monthlyBudgetUsd": 4})
    use(growing, "3.5")
    page.reload()
    expect(budget).to_contain_text("$3.50 of $4.00")
    expect(budget).to_contain_text("87.5% spent.")


def test_an_earlier_month_is_chosen_and_is_in_the_address(growing: Shop) -> None:
    now = datetime.now(ZoneInfo(ZONE)).strftime("%Y-%m")
    (before,) = months_before(now, 1)
    stored = {"orgId": growing.id, "period": before, "tierId": "starter", "emailsUsed": 90, "costUsd": 2.5}
    growing.write(f"usage/{growing.id}-{before}", stored)
    page = growing.sign_in("viewer", f"/usage?month={before}")
    expect(gauge(page, "emailsUsed")).to_contain_text("90 of 100 emails")
    expect(page.locator("[data-figure=budget]")).to_have_count(0)
    page.get_by_role("combobox", name="Month").click()
    page.get_by_role("option").first.click()
    expect(gauge(page, "emailsUsed")).to_contain_text("of 5,000 emails")
    expect(page).to_have_url(re.compile(r"/usage$"))


def test_each_playbook_costs_what_its_runs_cost(growing: Shop) -> None:
    growing.org.playbook(set_step(), name="cheap")
    growing.org.run("cheap")
    growing.org.run("cheap")
    growing.until_listed("cheap")
    page = growing.sign_in("owner", "/usage")
    row = (
        page.get_by_role("region", name="Cost by playbook")
        .get_by_role("listitem")
        .filter(has_text="Playbook cheap")
    )
    expect(row).to_contain_text("2 runs")
    expect(row).to_contain_text("$0")
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/playbooks/cheap$"))


def test_somebody_of_another_shop_sees_nothing_of_it(growing: Shop) -> None:
    use(growing, sms_customer=412)
    other = f"{growing.id}_other"
    growing.write(f"tenants/{other}", {"name": "Other", "tierId": "growth"})
    page = growing.stranger("/usage")
    expect(gauge(page, "smsCustomerUsed")).to_contain_text("0 of 500 texts")
