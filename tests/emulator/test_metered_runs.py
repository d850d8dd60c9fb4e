"""Runs and an org's month: each effect is counted once however the run ends, and stopped where the tier stops."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.billing import ledger, metering
from shared.billing.months import period
from shared.billing.tiers import Metric
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from tests.emulator import executions
from tests.emulator.executions import execution, put_org, put_playbook, run, start
from tests.harness.killing import Executioner, Killed, killing

DRAFT = {
    "id": "draft",
    "action": "create_campaign_draft",
    "params": {"name": "Weekend", "channels": ["dashboard"], "body": "Come by."},
}
MAIL = {"id": "mail", "action": "send_email", "params": {"to": "a@shop.example", "subject": "Hi", "text": "Hello"}}
LEASE_AND_MORE = 700.0


def used(metric: Metric) -> int:
    return ledger.read(executions.ORG, period("UTC", Clock().now())).used(metric)


def have_used(**quantities: int) -> None:
    path, fields = metering.increments(executions.ORG, "UTC", Clock().now(), "before", Decimal(0), quantities)
    firestore().document(path).set(fields, merge=True)


def mails(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json()
    return found


def drafts() -> int:
    return len(list(firestore().collection(f"tenants/{executions.ORG}/campaign_drafts").stream()))


def test_a_run_counts_what_it_did_and_a_second_delivery_nothing(quiet_queues: Stack) -> None:
    put_playbook("both", [DRAFT, MAIL])
    start("both", "run-1")
    assert run("run-1") == "completed"
    run("run-1", later=LEASE_AND_MORE)
    assert (used(Metric.CREATIVE_ASSETS), used(Metric.EMAILS), used(Metric.AI_SESSIONS)) == (1, 1, 0)
    assert len(mails(quiet_queues)) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "before its answer"])
def test_a_run_that_dies_at_any_call_is_counted_once(quiet_queues: Stack, after: bool) -> None:
    put_playbook("both", [DRAFT, MAIL])
    for at in range(1, 40):
        # The mail provider remembers other tests' runs.
        execution_id = f"dying-{uuid.uuid4().hex[:12]}"
        start("both", execution_id)
        try:
            with killing(Executioner(at, after=after)):
                run(execution_id)
        except Killed:
            for again in range(1, 4):
                if run(execution_id, later=again * LEASE_AND_MORE) in ("completed", "ignored"):
                    break
            assert execution(execution_id).status == "completed"
            assert (used(Metric.CREATIVE_ASSETS), used(Metric.EMAILS)) == (at, at)
            assert drafts() == len(mails(quiet_queues)) == at
        else:
            break
    assert at > 3


def test_a_mail_over_a_limit_that_stops_is_not_sent_and_the_run_says_why(quiet_queues: Stack) -> None:
    put_org(tierId="starter")
    put_playbook("mail", [MAIL])
    have_used(email=99)
    start("mail", "last")
    assert run("last") == "completed"
    start("mail", "one-more")
    run("one-more")
    refused = execution("one-more")
    assert (refused.status, refused.attempt) == ("failed", 1)
    expected = "emailsUsed: 100 of 100 used this month on starter; upgrade to growth for 5,000"
    assert expected in (refused.status_reason or "")
    assert len(mails(quiet_queues)) == 1
    assert used(Metric.EMAILS) == 100


def test_a_tier_with_a_rate_goes_on_and_is_charged(quiet_queues: Stack) -> None:
    put_org(tierId="growth")
    put_playbook("mail", [MAIL])
    have_used(email=5_002)
    start("mail", "charged")
    assert run("charged") == "completed"
    assert used(Metric.EMAILS) == 5_003


def test_a_draft_over_the_limit_leaves_no_draft(quiet_queues: Stack) -> None:
    put_org(tierId="starter")
    put_playbook("draft", [DRAFT])
    have_used(creative_asset=5)
    start("draft", "sixth")
    run("sixth")
    assert "creativeAssetsUsed: 5 of 5 used" in (execution("sixth").status_reason or "")
    assert drafts() == 0
