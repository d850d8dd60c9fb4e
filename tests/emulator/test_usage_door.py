"""`/api/usage` against real Firestore: the months, the budget, and what each playbook has cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import flask
import pytest

from functions.usage import usage
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.billing.overages import charges
from shared.billing.tiers import TIERS, UNLIMITED, Metric
from shared.billing.usage_months import Usage, months_before, usage_by_month
from shared.gcp.clients import firestore
from shared.runs.playbook_costs import bounds, costs_by_playbook
from tests.accounts import sign_up
from tests.emulator.metered import MONTH, NOW, ZONE, Metered

Headers = Mapping[str, str]


@pytest.fixture
def org(on_emulators: Stack) -> Metered:
    return Metered(on_emulators).open()


def call(path: str, headers: Headers) -> tuple[int, dict[str, Any]]:
    with flask.Flask("door").test_request_context(f"/api/{path}", headers=dict(headers)) as context:
        answer = usage(context.request)
        return answer.status_code, answer.get_json()


def user(org: Metered, role: str = "viewer", org_id: str | None = None) -> Headers:
    return {"Authorization": f"Bearer {sign_up(org.stack, orgId=org_id or org.id, role=role).id_token}"}


def metric(answer: Usage, name: Metric, number: int = 0) -> dict[str, Any]:
    (found,) = [one for one in answer.items[number].metrics if one.metric is name]
    return found.model_dump(mode="json", by_alias=True, exclude_none=True)


def test_usage_is_shown_against_the_tier_and_overages_are_charged_to_the_cent(org: Metered) -> None:
    org.use("1.25", sms_customer=512, email=5_001)
    firestore().document(f"tenants/{org.id}/competitors/c").set({"name": "C"})
    found = usage_by_month(org.id, 1, NOW)
    assert (found.tier_id, found.month, found.timezone) == ("growth", MONTH, ZONE)
    assert [one.metric for one in found.items[0].metrics] == list(Metric)
    assert metric(found, Metric.SMS_CUSTOMER) == {
        "metric": "smsCustomerUsed",
        "used": 512,
        "limit": 500,
        "percent": 102.4,
        "atRisk": True,
        "overageRateUsd": 0.05,
        "overageUsd": 0.6,
    }
    assert metric(found, Metric.AI_SESSIONS) == {
        "metric": "aiSessionsUsed",
        "used": 0,
        "limit": UNLIMITED,
        "atRisk": False,
        "overageUsd": 0.0,
    }
    assert metric(found, Metric.COMPETITORS)["used"] == 1
    charged = charges(TIERS[found.items[0].tier_id], {Metric.SMS_CUSTOMER: 512, Metric.EMAILS: 5_001})  # type: ignore[index]
    assert found.items[0].overage_charges is not None
    assert found.items[0].overage_charges.model_dump(by_alias=True) == charged.fields()
    assert found.items[0].cost_usd == 1.25


def test_months_before_are_read_as_they_ended_and_those_without_use_are_left_out(org: Metered) -> None:
    before = NOW - timedelta(days=35)
    org.use("2.5", now=before, email=90)
    firestore().document(f"tenants/{org.id}").update({"tierId": "starter"})
    org.roll_up(before, "2026-10")
    firestore().document(f"tenants/{org.id}").update({"tierId": "growth"})
    found = usage_by_month(org.id, 6, NOW)
    assert [one.month for one in found.items] == ["2026-11", "2026-10"]
    assert (found.items[1].tier_id, found.items[1].cost_usd) == ("starter", 2.5)
    assert metric(found, Metric.EMAILS, 1)["limit"] == 100
    assert [one.month for one in usage_by_month(org.id, 1, NOW).items] == ["2026-11"]


def test_a_malformed_month_is_skipped_in_words_and_the_others_are_reported(org: Metered) -> None:
    october, september = (f"usage/{org.id}-{month}" for month in months_before(MONTH, 2))
    firestore().document(october).set({"orgId": org.id, "emailsUsed": "many", "tierId": "growth"})
    firestore().document(september).set({"orgId": org.id, "emailsUsed": 3, "tierId": "growth"})
    found = usage_by_month(org.id, 3, NOW)
    assert found.items[1].problem is not None
    assert "emailsUsed" in found.items[1].problem
    assert found.items[1].metrics == ()
    assert metric(found, Metric.EMAILS, 2)["used"] == 3


@pytest.mark.parametrize(
    ("budget", "spent", "percent"), [(None, "5", None), (20, "5", 25.0), (3, "1", 33.3), (0, "1", None)]
)
def test_the_budget_is_what_the_org_set_and_the_month_has_spent(
    org: Metered, budget: float | None, spent: str, percent: float | None
) -> None:
    firestore().document(f"tenants/{org.id}").update({"monthlyBudgetUsd": budget})
    org.use(spent)
    found = usage_by_month(org.id, 1, NOW).budget
    assert (found.monthly_usd, found.spent_usd, found.percent) == (budget, float(spent), percent)


def test_every_member_reads_it_and_agents_with_the_scope_and_nobody_of_another_org(org: Metered) -> None:
    key = create_agent_key(org.id, "pops", ("executions:read",))
    for headers in (user(org), user(org, "editor"), {"X-Api-Key": key}):
        status, answer = call("usage?months=12", headers)
        assert status == 200
        assert answer["month"] == answer["items"][0]["month"]
        assert call(f"usage/{answer['month']}/playbooks", headers)[0] == 200
    other = Metered(org.stack).open()
    for headers in (user(other), {"X-Api-Key": create_agent_key(other.id, "pops", ("executions:read",))}):
        assert call(f"usage?orgId={org.id}", headers)[0] == 404
        assert call(f"usage/{MONTH}/playbooks?orgId={org.id}", headers)[0] == 404
    assert call("usage", {"X-Api-Key": create_agent_key(org.id, "pops", ("chat",))})[0] == 403
    assert call("usage", {})[0] == 401
    viewer = user(org)
    for wrong in ("months=0", "months=13", "months=two", "color=red"):
        assert call(f"usage?{wrong}", viewer)[0] == 422
    for month in ("2026-13", "never", "2026-1"):
        assert call(f"usage/{month}/playbooks", viewer)[0] == 404


def test_the_months_of_a_zone_begin_at_its_midnight() -> None:
    start, end = bounds("2026-12", "America/New_York")
    assert start.astimezone(UTC) == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2027, 1, 1, 5, tzinfo=UTC)


def test_each_playbook_costs_what_its_runs_of_the_month_cost(org: Metered) -> None:
    db = firestore()
    start, end = bounds(MONTH, ZONE)
    for playbook in ("daily", "weekly", "idle"):
        summary = {"orgId": org.id, "playbookId": playbook, "name": f"The {playbook}", "createdAt": NOW}
        db.document(f"playbook_summaries/{org.id}_{playbook}").set(summary)
    runs = [
        ("daily", "0.1", start),
        ("daily", "0.2", end - timedelta(seconds=1)),
        ("daily", "9", start - timedelta(seconds=1)),
        ("daily", "9", end),
        ("weekly", "1.5", NOW),
        ("deleted", "0.25", NOW),
    ]
    for number, (playbook, cost, created) in enumerate(runs):
        run = {"orgId": org.id, "playbookId": playbook, "costUsd": float(cost), "createdAt": created}
        db.document(f"execution_summaries/r{number}").set(run)
    db.document("execution_summaries/others").set(
        {"orgId": "org_of_others", "playbookId": "daily", "costUsd": 7.0, "createdAt": NOW}
    )
    found = costs_by_playbook(org.id, ZONE, MONTH)
    assert [(one.playbook_id, one.name, one.runs, one.cost_usd) for one in found.items] == [
        ("weekly", "The weekly", 1, 1.5),
        ("daily", "The daily", 2, 0.3),
    ]
    assert found.others is not None
    assert (found.others.runs, found.others.cost_usd) == (1, 0.25)


def test_an_org_in_which_nothing_ran_has_no_costs(org: Metered) -> None:
    found = costs_by_playbook(org.id, ZONE, MONTH)
    assert (found.items, found.others) == ((), None)
    assert usage_by_month(org.id, 12, NOW).items[0].cost_usd == float(Decimal(0))
