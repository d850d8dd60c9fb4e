"""One competitor's price is told once: whichever playbooks find it, at the same moment, twice, or in any order."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.heartbeat.round import check_org
from shared.messages.channels import mailjet
from shared.notices import delivery as deliveries
from shared.notices.dedup.fact import NotifiedFact
from shared.runs.dry_run import dry_run
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from tests.emulator.demo_runs import Demo
from tests.emulator.executions import execution, fault, run
from tests.emulator.morning import A_DAY, ALERT, DAILY, INTEL, PRICES, REAL_TIME, WEEK, Shop
from tests.harness.killing import Killed
from tests.harness.told import told_things

PRICE = "33.17"
LEASE_AND_MORE = 90.0


@pytest.fixture
def shop(demo: Demo) -> Shop:
    """Its competitor has lowered one price overnight."""
    opened = Shop(demo)
    opened.open()
    opened.next_day()
    opened.they_ask(PRICE)
    return opened


def told_of_the_undercut() -> list[NotifiedFact]:
    label = "Blue Dream 3.5g at Higher Level Syracuse"
    return [one for one in told_things(DEMO_ORG_ID).values() if one.label == label]


@pytest.mark.parametrize("order", list(itertools.permutations((ALERT, INTEL, PRICES))), ids="-".join)
def test_one_morning_tells_of_one_undercut_in_one_mail_and_one_text(shop: Shop, order: tuple[str, ...]) -> None:
    runs = shop.morning((*order, *(one for one in DAILY if one not in order)))
    told = shop.told(PRICE)
    assert told.counts == (1, 1, 1, 0), told
    assert "Already reported by" in str(execution(runs[REAL_TIME]).status_reason)
    (thing,) = told_of_the_undercut()
    assert all(telling.settled for telling in thing.tellings.values())


def test_playbooks_that_run_at_the_same_moment_tell_it_once(shop: Shop) -> None:
    shop.morning(at_once=True)
    told = shop.told(PRICE)
    assert (len(told.mails), len(told.texts), len(told.posts)) == (1, 1, 0), told


@pytest.mark.parametrize("report", [INTEL, PRICES])
def test_a_report_that_runs_first_leaves_the_price_to_the_alert_and_names_it_in_one_line(
    shop: Shop, demo: Demo, report: str
) -> None:
    shop.run(report)
    mails = [one for one in demo.outbox() if one["channel"] == "email"]
    for mail in mails:
        assert "'Competitive Price Alert' tells you about Blue Dream 3.5g at Higher Level Syracuse." in mail["text"]
        assert "1 price newly" in mail["subject"]
    assert mails or report != INTEL
    assert shop.told(PRICE).counts == (0, 0, 0, 0)
    shop.run(ALERT)
    assert shop.told(PRICE).counts == (1, 1, 1, 0)


def test_a_playbook_with_nothing_new_says_who_told_it(shop: Shop) -> None:
    shop.run(ALERT)
    assert shop.told(PRICE).counts == (1, 1, 1, 0)
    again = execution(shop.run(ALERT))
    assert str(again.status_reason).startswith("Already reported by 'Competitive Price Alert' at ")
    assert shop.told(PRICE).counts == (0, 0, 0, 0)


def test_nothing_is_left_to_an_alert_that_a_person_has_changed_or_paused(shop: Shop) -> None:
    alert = clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/{ALERT}")
    alert.update({"status": "paused"})
    shop.run(INTEL)
    assert len(shop.told(PRICE).mails) == 1
    shop.next_day()
    shop.they_ask("30.07")
    alert.update({"status": "active", "description": "Mine"})
    shop.run(INTEL)
    assert len(shop.told("30.07").mails) == 1
    # NotifiedFact among other things is no reason to keep the alert back.
    shop.run(ALERT)
    assert len(shop.told("30.07").mails) == 1


def test_the_next_mornings_say_nothing_of_it_and_the_week_mentions_it_as_known(shop: Shop) -> None:
    shop.morning()
    shop.told(PRICE)
    for _ in range(3):
        shop.next_day()
        shop.morning()
        assert shop.told(PRICE).counts == (0, 0, 0, 0)
    shop.morning((WEEK,))
    (report,) = shop.told(PRICE).mails
    assert "Still 5% or more below yours" in report
    assert "Already reported by 'Competitive Price Alert' at " in report
    assert "Answer Higher Level" not in report


def test_a_deeper_one_is_reported_again_and_a_cent_is_not(shop: Shop) -> None:
    shop.morning()
    shop.next_day()
    shop.they_ask("33.16")
    shop.morning()
    assert shop.told("33.16").counts == (0, 0, 0, 0)
    shop.next_day()
    shop.they_ask("30.07")
    shop.morning()
    assert shop.told("30.07").counts == (1, 1, 1, 0)


def test_one_that_comes_back_is_reported_again(shop: Shop) -> None:
    shop.morning()
    shop.told(PRICE)
    for price in ("40.00", "40.00", PRICE):
        shop.next_day()
        shop.they_ask(price)
        shop.told(PRICE)
        shop.morning()
    told = shop.told(PRICE)
    assert told.counts == (1, 1, 1, 0), told


def test_a_run_that_died_between_claim_and_mail_tells_it_when_it_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise Killed

    dying = shop.start(ALERT)
    with monkeypatch.context() as patch:
        patch.setattr(mailjet, "send", die)
        with pytest.raises(Killed):
            shop.deliver(dying)
    assert shop.told(PRICE).mails == []
    shop.run(INTEL)
    assert shop.told(PRICE).mails == []
    _let_the_senders_lease_run_out()
    assert run(dying, later=shop.days * A_DAY + LEASE_AND_MORE) == "completed"
    assert len(shop.told(PRICE).mails) == 1
    assert run(dying, later=shop.days * A_DAY + LEASE_AND_MORE) == "ignored"
    assert shop.told(PRICE).mails == []


def _let_the_senders_lease_run_out() -> None:
    """It goes by the machine's clock, which the tests do not move."""
    for one in clients.firestore().collection(deliveries.COLLECTION).stream():
        if (one.to_dict() or {}).get("leasedUntil"):
            one.reference.update({"leasedUntil": datetime.now(UTC)})


def test_a_run_that_failed_permanently_leaves_it_to_the_next(shop: Shop, demo: Demo) -> None:
    fault(demo.stack, 400, 1)
    failing = shop.start(ALERT)
    assert shop.deliver(failing) == "failed"
    assert shop.told(PRICE).mails == []
    shop.run(INTEL)
    assert len(shop.told(PRICE).mails) == 1


def test_what_was_mailed_stays_told_when_the_text_after_it_fails(shop: Shop, demo: Demo) -> None:
    body = {"provider": "blackleaf", "status": 400, "times": 1}
    httpx.post(f"{demo.stack.console_url}/api/faults", json=body).raise_for_status()
    assert shop.deliver(shop.start(ALERT)) == "failed"
    assert len(shop.told(PRICE).mails) == 1
    shop.run(ALERT)
    assert shop.told(PRICE).counts[:2] == (0, 1)


def test_a_person_who_runs_it_gets_its_answer(shop: Shop) -> None:
    shop.run(INTEL)
    shop.told(PRICE)
    shop.run(ALERT, "manual")
    assert len(shop.told(PRICE).mails) == 1


def test_a_person_s_own_playbook_tells_its_owner_every_morning(shop: Shop, demo: Demo) -> None:
    scan = {"id": "scan", "action": "scan_competitors", "params": {}}
    pricing = {"id": "pricing", "action": "analyze_pricing", "agent": "money_mike", "params": {}}
    tell = {
        "id": "tell",
        "action": "notify",
        "condition": "{{money_mike.price_gap}} > 10",
        "params": {"subject": "They undercut us", "channels": ["email"]},
    }
    demo.put_playbook("mine", [scan, pricing, tell])
    for _ in range(2):
        shop.morning()
        shop.told(PRICE)
        shop.run("mine", "manual")
        assert len(shop.told(PRICE).mails) == 1
        shop.next_day()


def test_a_dry_run_claims_nothing(shop: Shop) -> None:
    request = StartRequest(DEMO_ORG_ID, ALERT, TriggerRef(type="manual"), execution_id="dry")
    answer = dry_run(request, Clock(not_before=shop.now))
    assert {"email", "sms"} <= {effect.get("channel") for effect in answer["effects"]}
    assert told_of_the_undercut() == []


def test_the_heartbeat_s_line_leaves_the_mail_to_be_sent(shop: Shop) -> None:
    """An event that a person's own playbook has raised, and no catalog playbook has run yet."""
    demo = shop.demo
    steps: list[dict[str, Any]] = [
        {"id": one, "action": one, "params": {}} for one in ("scan_competitors", "diff_snapshots")
    ]
    demo.put_playbook("mine", steps)
    shop.run("mine", "manual")
    check_org(DEMO_ORG_ID, shop.now)
    assert shop.told(PRICE).counts == (0, 0, 1, 0)
    shop.react()
    assert shop.told(PRICE).counts == (0, 1, 0, 0)
    shop.run(ALERT)
    assert shop.told(PRICE).counts == (1, 0, 1, 0)


def test_an_org_that_switched_mail_off_has_it_in_the_inbox_once(shop: Shop) -> None:
    choice = {"email": False, "dashboard": True, "sms": False}
    reference = clients.firestore().document(f"notification_preferences/{DEMO_ORG_ID}")
    reference.set({"competitor_alert": choice, "weekly_report": choice})
    shop.morning()
    assert shop.told(PRICE).counts == (0, 0, 1, 0)
