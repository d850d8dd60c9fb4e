"""What runs use reaches the month that people read, and 80 % of a limit the org's people, with nobody's help."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.billing import metering
from shared.billing.months import period
from shared.gcp import clients
from shared.values.words import month_words
from tests.e2e.conftest import eventually
from tests.e2e.org import Org
from tests.harness.locks import WAIT_FOR_LOCK

ZONE = "America/New_York"
DRAFT = {
    "id": "draft",
    "action": "create_campaign_draft",
    "params": {"name": "Weekend", "channels": ["dashboard"], "body": "Come by."},
}


def month_of(org: Org) -> dict[str, Any]:
    path = f"usage/{org.id}-{period(ZONE, org.console.now())}"
    return clients.firestore().document(path).get().to_dict() or {}


def test_a_run_is_in_the_month_and_the_crossing_is_reported_once(org: Org) -> None:
    # Other tests of the stack move its clock, at the end of a month into the next one.
    now = org.console.now()
    path, fields = metering.increments(org.id, ZONE, now, "before", Decimal(0), {"creative_asset": 39})
    clients.firestore().document(path).set(fields, merge=True, retry=WAIT_FOR_LOCK)
    eventually(lambda: month_of(org).get("creativeAssetsUsed") == 39, what="the month before the run")
    assert month_of(org)["alertSentAt80Percent"] == {}
    org.playbook(DRAFT)
    org.start()
    eventually(lambda: month_of(org).get("alertSentAt80Percent"), what="the alert's mark")
    assert (month_of(org)["creativeAssetsUsed"], set(month_of(org)["alertSentAt80Percent"])) == (
        40,
        {"creativeAssetsUsed"},
    )
    subject = f"You've used 80% of your creative assets for {month_words(period(ZONE, now))}"
    eventually(lambda: any(mail["subject"] == subject for mail in org.console.outbox("email")), what="the email")
    events = clients.firestore().collection(f"tenants/{org.id}/events").stream()
    told = [event.to_dict() or {} for event in events]
    assert [one["data"]["metric"] for one in told if one["name"] == "usage.at_80_percent"] == ["creativeAssetsUsed"]
    # The alert's own email is counted in its turn, and tells nothing anew.
    eventually(lambda: month_of(org).get("emailsUsed", 0) >= 1, what="the alert's email in the month")
    assert [mail["subject"] for mail in org.console.outbox("email")].count(subject) == 1
