"""What several reports of one morning find in a shop's own figures is said by one of them, in whatever order."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID
from shared.gcp import clients
from shared.heartbeat.round import check_org
from shared.notices.dedup.fact import A_MORNING
from tests.emulator.catalog_shop import OWNER, inventory, open_full, stream
from tests.emulator.demo_runs import Demo
from tests.emulator.executions import execution, fault, run
from tests.emulator.morning import Shop

INTEL, EXECUTIVE, WEEK, EXECUTIVE_WEEK, MENU, VIPS, CAMPAIGNS, PLACES, COMPLIANCE = (
    "daily-intel",
    "executive-daily-digest",
    "weekly-summary",
    "executive-weekly-report",
    "menu-health",
    "vip-customers",
    "campaign-roi",
    "multi-location-rollup",
    "compliance-digest",
)
SUBJECTS: dict[str, tuple[tuple[str, ...], str]] = {
    "low stock": ((INTEL, WEEK, EXECUTIVE), r"^- Jack Herer 3\.5g: (left|on hand) 1,"),
    "slow stock": ((WEEK, EXECUTIVE_WEEK, MENU), r"^- White Widow 28g: (on hand|sold|tied up)"),
    "yesterday's sales": ((INTEL, EXECUTIVE), r"^Revenue yesterday: "),
    "yesterday's best sellers": ((INTEL, EXECUTIVE), r"^Best sellers yesterday$"),
    "last week's sales": ((WEEK, EXECUTIVE_WEEK), r"^Revenue: "),
    "last week by day": ((WEEK, EXECUTIVE_WEEK), r"^Day by day$"),
    "segments": ((WEEK, EXECUTIVE_WEEK), r"^- At risk: "),
    "customers away": ((VIPS, EXECUTIVE), r"^- Walter Nowak: .*days (ago|since last order) \d"),
    "campaigns": ((CAMPAIGNS, EXECUTIVE_WEEK), r"^- Fall Flower Days: "),
    "locations": ((PLACES, EXECUTIVE_WEEK), r"^(By location|Last week)\n- "),
}
"""The reports that share it, and how a line of a mail looks that tells it."""


@pytest.fixture
def shop(demo: Demo) -> Shop:
    """The demo shop on enterprise; Jack Herer runs out today."""
    open_full(demo)
    inventory("jack-herer-3-5g").update({"quantity": 1, "reorderPoint": 10})
    demo.forget_outbox()
    return Shop(demo)


def mails(shop: Shop) -> list[str]:
    """Those to the owner since this was last asked."""
    found = [one["text"] for one in shop.demo.outbox() if one["channel"] == "email" and one["to"] == OWNER]
    shop.demo.forget_outbox()
    return found


def lines(texts: list[str], pattern: str) -> int:
    return sum(len(re.findall(pattern, text, re.MULTILINE)) for text in texts)


def inbox() -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in stream("inbox_notifications")]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_in_every_order_one_report_tells_it_and_the_others_say_who_did(shop: Shop, subject: str) -> None:
    playbooks, pattern = SUBJECTS[subject]
    for order in itertools.permutations(playbooks):
        clients.firestore().recursive_delete(clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/told_findings"))
        for one in order:
            shop.run(one)
        told = mails(shop)
        assert len(told) == len(order)
        assert lines(told[:1], pattern) == 1, (order, told[0])
        assert lines(told, pattern) == 1, (order, told)
        assert all("lready reported by '" in text for text in told[1:])


def test_tomorrow_s_report_has_it_again(shop: Shop) -> None:
    pattern = SUBJECTS["low stock"][1]
    shop.run(INTEL)
    shop.days = (A_MORNING + timedelta(minutes=1)).total_seconds() / 86_400
    shop.run(WEEK)
    assert lines(mails(shop), pattern) == 2


def test_what_got_worse_within_the_morning_is_reported_again(shop: Shop) -> None:
    shop.run(INTEL)
    inventory("jack-herer-3-5g").update({"quantity": 0})
    mails(shop)
    shop.run(WEEK)
    assert lines(mails(shop), r"^- Jack Herer 3\.5g: ") >= 1


def test_a_report_that_a_person_asks_for_tells_everything(shop: Shop) -> None:
    shop.run(INTEL)
    mails(shop)
    shop.run(WEEK, "manual")
    assert lines(mails(shop), SUBJECTS["low stock"][1]) == 1


def test_a_report_whose_mail_failed_leaves_it_to_the_next(shop: Shop) -> None:
    fault(shop.demo.stack, 400, 1)
    assert shop.deliver(shop.start(INTEL)) == "failed"
    mails(shop)
    shop.run(WEEK)
    assert lines(mails(shop), SUBJECTS["low stock"][1]) == 1


def test_the_heartbeat_leaves_out_what_a_mail_has_told(shop: Shop) -> None:
    shop.run(INTEL)
    check_org(DEMO_ORG_ID, shop.now)
    titles = [one["title"] for one in inbox()]
    assert not [one for one in titles if "running low" in one], titles
    assert [one for one in titles if "license" in one]


def test_a_line_in_the_inbox_keeps_no_mail_back(shop: Shop) -> None:
    check_org(DEMO_ORG_ID, shop.now)
    assert [one for one in inbox() if "running low" in one["title"]]
    shop.run(INTEL)
    assert lines(mails(shop), SUBJECTS["low stock"][1]) == 1


def test_an_expired_license_is_mailed_though_a_report_has_listed_it(shop: Shop) -> None:
    for location in stream(f"tenants/{DEMO_ORG_ID}/locations"):
        location.reference.update({"licenseExpiresAt": shop.now - timedelta(days=1)})
    shop.run(COMPLIANCE)
    mails(shop)
    check_org(DEMO_ORG_ID, shop.now)
    assert [text for text in mails(shop) if "has expired" in text]


def test_the_low_stock_alert_comes_at_once_and_the_heartbeat_adds_nothing(shop: Shop) -> None:
    event = {"itemId": "jack-herer-3-5g", "name": "Jack Herer 3.5g", "quantity": 1, "reorderPoint": 10}
    shop.run(INTEL)
    execution_id = shop.demo.start("low-stock-alert", event)
    assert run(execution_id) == "completed", execution(execution_id).status_reason
    check_org(DEMO_ORG_ID, shop.now)
    about = [one["title"] for one in inbox() if one["type"] == "low_stock" or "low" in one["title"]]
    assert [one for one in about if one.startswith("Jack Herer 3.5g is low")]
    assert not [one for one in about if "running low" in one]
