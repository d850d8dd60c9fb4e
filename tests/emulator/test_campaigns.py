"""Campaigns on a real Firestore: pages, crashes, doubles, cancels and a provider that slows down."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.campaigns import planning
from shared.compliance import suppressions
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.campaign_pages import sweep_campaigns
from shared.runs.dry_run import dry_run
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import ExecutionStatus
from tests.emulator.campaign_shop import (
    AGREED,
    MAIL,
    TEXT,
    Sending,
    addresses,
    number_of,
    open_shop,
    put_customer,
    quiet_campaigns,
    quiet_tasks,
    until,
)
from tests.emulator.executions import ORG, clock_in, documents, execution, put_playbook, run, task_names


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(planning, "PAGE_CUSTOMERS", 4)
    with quiet_campaigns():
        yield quiet_queues


def fault(stack: Stack, **fields: object) -> None:
    httpx.post(f"{stack.console_url}/api/faults", json={"provider": "mailjet", **fields}).raise_for_status()


def test_each_customer_gets_it_once_page_by_page_and_the_run_goes_on(shop: Stack) -> None:
    open_shop(10)
    sending = Sending(shop).begin()
    waiting = execution(sending.execution_id)
    assert (waiting.status, waiting.status_reason) == (ExecutionStatus.WAITING, "Sending to 10 customers")
    assert len(task_names("sendCampaignPage")) == 1
    assert [sending.door(number) for number in (0, 1, 2)] == [200] * 3
    assert sending.mails() == addresses(10)
    said = sending.output()
    assert (said["total"], said["sent"], said["emails"], said["failed"], said["skipped"]) == (10, 10, 10, 0, {})
    assert said["pages"] == 3
    ended = execution(sending.execution_id)
    assert (ended.cost_usd, ended.billed_usd, sending.metered()) == (0.01, 0.01, 10)
    shown = clients.firestore().document(f"playbook_executions/{sending.execution_id}").get().to_dict() or {}
    assert shown["campaigns"]["send"]["sent"] == 10


def test_the_words_are_each_customers_own(shop: Stack) -> None:
    open_shop(1)
    put_customer("c001", name="<b>Bo</b> & Co", email="bo@people.example")
    put_customer("c002", email="noname@people.example")
    sending = Sending(shop).begin()
    sending.page()
    by_address = {one["to"]: one for one in sending.outbox()}
    assert by_address["c000@people.example"]["subject"] == "Hello Ann0"
    assert by_address["noname@people.example"]["text"].startswith("Hi there,")
    assert "&lt;b&gt;Bo&lt;/b&gt;" in by_address["bo@people.example"]["html"]
    assert "utm_source=bakedbot&utm_medium=email&utm_campaign=campaign" in by_address["bo@people.example"]["text"]
    links = {one["headers"]["List-Unsubscribe"] for one in by_address.values()}
    assert len(links) == 3
    assert all(one["headers"]["List-Unsubscribe"].strip("<>") in one["html"] for one in by_address.values())
    assert "customer.example" not in str(by_address)


def test_who_may_not_be_written_to_is_skipped_and_counted_by_reason(shop: Stack) -> None:
    open_shop(3)
    put_customer("d1", name="Out", email="out@people.example", emailOptOut=True)
    put_customer("d2", name="Left", email="left@people.example")
    suppressions.opt_out(ORG, "left@people.example", Clock().now())
    put_customer("d3", name="No address", phone="3155550111")
    put_customer("d4", name="Twice", email="C000@people.example")
    put_customer("d5", name="Odd", email={"at": "home"}, phone="3155550112")
    put_customer("d6", name=7, email=["x"])
    sending = Sending(shop).begin()
    for number in range(3):
        sending.page(number)
    assert sending.mails() == addresses(3)
    said = sending.output()
    reasons = {"opted_out": 1, "suppressed": 1, "no_email": 1, "duplicate": 1, "unreadable": 2}
    assert (said["sent"], said["skipped"]) == (3, reasons)
    assert said["total"] == 9


def test_a_list_of_customers_may_name_some_who_are_gone(shop: Stack) -> None:
    open_shop(3)
    rows = [{"id": "c001", "name": "x"}, "c002", "c002", "c099"]
    sending = Sending(shop, {"customers": rows, "email": MAIL}).begin()
    sending.page()
    assert sending.mails() == addresses(3) - addresses(1)
    assert sending.output()["skipped"] == {"deleted": 1}


def test_doubled_and_reordered_tasks_send_nothing_twice(shop: Stack) -> None:
    open_shop(10)
    sending = Sending(shop).begin()
    for number in (2, 2, 0, 1, 0, 2, 1):
        sending.page(number)
    assert sending.mails() == addresses(10)
    assert (sending.output()["sent"], sending.metered()) == (10, 10)


def test_a_cancel_stops_after_the_page_and_what_was_sent_is_paid_for(shop: Stack) -> None:
    open_shop(10)
    sending = Sending(shop).begin()
    sending.page(0)
    control.cancel(sending.execution_id, Clock())
    assert sending.page(1) == "cancelled"
    assert sending.page(1) == "cancelled"
    assert sum(sending.mails().values()) == 4
    ended = execution(sending.execution_id)
    assert (ended.status, ended.cost_usd, ended.billed_usd) == (ExecutionStatus.CANCELLED, 0.004, 0.004)
    assert sending.metered() == 4


def test_too_many_requests_slow_the_page_down_and_lose_nobody(shop: Stack) -> None:
    open_shop(6)
    sending = Sending(shop).begin()
    fault(shop, status=429, times=1, retryAfter=90)
    assert sending.page(0) == "slowed"
    assert sending.page(0) == "later"
    assert not sending.mails()
    assert sending.page(0, later=60) == "later"
    assert sending.page(0, later=95) == "done"
    sending.page(1)
    assert sending.mails() == addresses(6)
    assert (sending.output()["sent"], documents("dead_letters")) == (6, [])


def test_keys_that_are_refused_fail_the_run_once_and_sending_it_back_goes_on(shop: Stack) -> None:
    open_shop(6)
    sending = Sending(shop).begin()
    sending.page(0)
    fault(shop, status=401, times=1)
    assert sending.page(1) == "failed"
    assert run(sending.execution_id) == "failed"
    control.replay(control.find_execution(sending.execution_id), Clock())
    assert run(sending.execution_id, replay=1) == "waiting"
    sending.page(0)
    sending.page(1)
    assert sending.mails() == addresses(6)
    assert run(sending.execution_id, replay=1) == "completed"
    assert (execution(sending.execution_id).cost_usd, sending.metered()) == (0.006, 6)


def test_the_sweep_sets_a_campaign_going_whose_tasks_are_lost(shop: Stack) -> None:
    open_shop(6)
    sending = Sending(shop).begin()
    quiet_tasks()
    assert sweep_campaigns(clock_in(60)) == 0
    assert sweep_campaigns(clock_in(601)) == 1
    assert len(task_names("sendCampaignPage")) == 2
    assert sweep_campaigns(clock_in(660)) == 0
    sending.page(0)
    sending.page(1)
    assert sending.output()["sent"] == 6


def test_a_dry_run_sends_nothing_and_says_how_many_and_what_it_costs(shop: Stack) -> None:
    open_shop(5)
    sending = Sending(shop).begin()
    before = documents("campaign_runs")
    request = StartRequest(playbook_id="campaign", org_id=ORG, trigger=TriggerRef(type="manual"))
    said = dry_run(request, Clock())
    step = said["steps"][0]["output"]
    assert (step["total"], step["costUsd"], step["dryRun"], said["costUsd"]) == (5, 0.005, True, 0.005)
    assert (documents("campaign_runs"), sending.mails()) == (before, {})


def test_a_dry_run_says_who_would_be_skipped_and_why_and_writes_nothing(shop: Stack) -> None:
    open_shop(3, phones=True)
    put_customer("d1", name="Out", email="out@people.example", emailOptOut=True)
    put_customer("d2", name="Left", email="left@people.example", phone=number_of(10), **AGREED)
    suppressions.opt_out(ORG, "left@people.example", Clock().now())
    put_customer("d3", name="Twice", email="C000@people.example", phone=number_of(15), **AGREED)
    put_customer("d4", name=7, email=["x"], phone=number_of(20))
    put_playbook("campaign", [])
    for params, said in (
        (
            {"email": MAIL},
            {"emails": 3, "skipped": {"opted_out": 1, "suppressed": 1, "duplicate": 1, "unreadable": 1}},
        ),
        ({"sms": TEXT}, {"texts": 5, "skipped": {"no_phone": 1, "no_consent": 1}}),
        (
            {"email": MAIL, "sms": TEXT},
            {"emails": 3, "texts": 1, "skipped": {"duplicate": 1, "no_phone": 1, "no_consent": 1}},
        ),
    ):
        put_playbook(
            "campaign", [{"id": "send", "action": "send_campaign", "params": {"segment": "all", **params}}]
        )
        before = documents("customer_contacts"), documents("customer_opt_outs"), documents("campaign_runs")
        request = StartRequest(playbook_id="campaign", org_id=ORG, trigger=TriggerRef(type="manual"))
        output = dry_run(request, clock_in(until(14)))["steps"][0]["output"]
        assert {name: output[name] for name in said} == said
        assert (output["total"], output["waiting"], output["notExamined"]) == (7, 0, 0)
        after = documents("customer_contacts"), documents("customer_opt_outs"), documents("campaign_runs")
        assert after == before


def test_without_a_postal_address_nobody_is_written_to(shop: Stack) -> None:
    open_shop(2)
    clients.firestore().document(f"tenants/{ORG}").update({"postalAddress": None})
    sending = Sending(shop).begin()
    failed = execution(sending.execution_id)
    assert "postalAddress is missing" in (failed.status_reason or "")
    assert not sending.mails()
