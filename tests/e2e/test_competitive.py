"""The README's example in a test's own org: scan the competitors, analyse the prices, notify above ten percent."""

from __future__ import annotations

from typing import Any

from shared.gcp import clients
from tests.e2e.competitive import competitor_sells_blue_dream_for
from tests.e2e.org import OWNER_EMAIL, Org

STEPS: tuple[dict[str, Any], ...] = (
    {"action": "scan_competitors", "agent": "ezal"},
    {"action": "analyze_pricing", "agent": "money_mike"},
    {
        "action": "notify",
        "condition": "{{money_mike.price_gap}} > 10",
        "params": {
            "to": "{{user.email}}",
            "channels": ["email"],
            "subject": "🚨 {{money_mike.price_gap}}%",
            "body": "{{money_mike.undercut[0].competitor}}: {{money_mike.undercut[0].theirPrice | money}}",
        },
    },
)


def test_a_competitor_who_sells_for_15_percent_less_sets_off_one_email(org: Org) -> None:
    competitor_sells_blue_dream_for(org, "34.00")
    org.playbook(*STEPS)
    execution = org.run()
    assert execution["status"] == "completed", execution["statusReason"]
    (email,) = org.console.outbox("email")
    assert (email["to"], email["subject"]) == (OWNER_EMAIL, "🚨 15%")
    assert email["text"] == "Salt City: $34.00"


def test_a_competitor_who_sells_for_5_percent_less_sets_off_nothing(org: Org) -> None:
    competitor_sells_blue_dream_for(org, "38.00")
    org.playbook(*STEPS)
    execution = org.run()
    assert [result["status"] for result in execution["stepResults"]] == ["completed", "completed", "skipped"]
    assert execution["stepResults"][1]["output"]["price_gap"] == 5
    assert org.console.outbox("email") == []


def test_a_scan_keeps_a_snapshot_of_each_menu(org: Org) -> None:
    competitor_sells_blue_dream_for(org, "34.00")
    org.playbook(STEPS[0])
    org.run()
    snapshots = clients.firestore().collection(f"tenants/{org.id}/competitor_snapshots").get()
    (snapshot,) = [found.to_dict() or {} for found in snapshots]
    assert [product["name"] for product in snapshot["products"]] == ["Blue Dream 3.5g"]


def test_a_store_that_is_down_for_a_moment_is_read_by_the_next_attempt(org: Org) -> None:
    competitor_sells_blue_dream_for(org, "34.00")
    org.playbook(*STEPS)
    org.console.fail("store", status=503)
    execution_id = org.start()
    org.advance_to(org.until_failed_attempt(execution_id, 1)["nextAttemptAt"])
    assert org.until(execution_id, "completed")["attempt"] == 2
    assert len(org.emails(execution_id)) == 1
