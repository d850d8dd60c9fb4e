"""What readers do is counted once for each of them, however often and in whatever order it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.billing.prices import cost
from shared.campaigns.stats import stats_path
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.messages.mail import Origin
from shared.notices import mailjet_events
from shared.runs.campaign_pages import count_new_events
from shared.runs.outputs import value_of
from tests.emulator.campaign_shop import MAIL, TEXT, Sending, clear, open_shop, quiet_pages, until
from tests.emulator.executions import ORG, clock_in, execution, put_playbook, run, start


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack) -> Iterator[Stack]:
    parent = quiet_pages()
    clear("campaign_events")
    yield quiet_queues
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


def told(sending: Sending, kind: str, place: int) -> dict[str, Any]:
    """An event of Mailjet about the mail to one customer."""
    return {
        "event": kind,
        "time": 1_764_000_000,
        "MessageID": f"9{place}",
        "email": f"c{place:03}@people.example",
        "CustomID": f"{sending.id}:0:{place}",
        "Payload": Origin(org_id=ORG, playbook_id="campaign", campaign_id="campaign").payload(),
    }


def receive(*events: dict[str, Any]) -> None:
    mailjet_events.receive(json.dumps(events).encode(), Clock().now())


def figures() -> dict[str, Any]:
    found = clients.firestore().document(stats_path(ORG, "campaign")).get().to_dict() or {}
    names = ("emails", "opens", "clicks", "bounces", "spam", "unsubscribes")
    return {name: found[name] for name in names if found.get(name)}


def test_events_count_once_for_each_reader_and_beside_what_was_sent(shop: Stack) -> None:
    open_shop(3)
    sending = Sending(shop).begin()
    sending.page()
    opened = [told(sending, "open", place) for place in (0, 1, 0)]
    receive(told(sending, "click", 1), *opened)
    receive(*opened)
    assert count_new_events() == 3
    assert figures() == {"emails": 3, "opens": 2, "clicks": 1}
    receive(*opened, told(sending, "open", 2), told(sending, "bounce", 2), told(sending, "unsub", 0))
    assert [count_new_events(), count_new_events()] == [3, 0]
    assert figures() == {"emails": 3, "opens": 3, "clicks": 1, "bounces": 1, "unsubscribes": 1}


def test_the_mails_carry_what_their_events_are_counted_by(shop: Stack) -> None:
    open_shop(1)
    sending = Sending(shop).begin()
    sending.page()
    payload = sending.campaign().email
    assert payload is not None
    assert Origin.model_validate_json(payload.payload or "").campaign_id == "campaign"


def test_an_event_that_names_no_mail_of_a_campaign_is_left_alone(shop: Stack) -> None:
    open_shop(1)
    sending = Sending(shop).begin()
    receive({**told(sending, "open", 0), "CustomID": "run:step"}, {**told(sending, "open", 0), "Payload": ""})
    assert count_new_events() == 0


def test_a_malformed_document_keeps_no_other_from_being_counted(shop: Stack) -> None:
    open_shop(1)
    sending = Sending(shop).begin()
    clients.firestore().document("campaign_events/0-bad").set({"isNew": True, "places": 7})
    receive(told(sending, "open", 0))
    assert count_new_events() == 1


def test_what_was_mailed_and_texted_and_what_it_brought_stand_in_the_report(shop: Stack) -> None:
    open_shop(3, phones=True)
    params = {"segment": "all", "email": MAIL, "sms": TEXT, "sendTogether": True, "campaignId": "spring"}
    sending = Sending(shop, params).begin()
    assert sending.page(0, until(14)) == "done"
    shown = clients.firestore().document(f"playbook_executions/{sending.execution_id}").get().to_dict() or {}
    progress = shown["campaigns"]["send"]
    assert (progress["total"], progress["emails"], progress["texts"], progress["status"]) == (3, 3, 3, "completed")
    receive(*({**told(sending, "open", place), "Payload": payload_of(sending)} for place in (0, 1)))
    assert count_new_events() == 2
    order = {"placedAt": clock_in(until(14)).now(), "total": 80.0, "status": "completed", "customerId": "c000"}
    clients.firestore().document(f"tenants/{ORG}/orders/o1").set({**order, "campaignId": "spring"})
    put_playbook("roi", [{"id": "roi", "action": "campaign_roi", "params": {}}])
    execution_id = start("roi").execution_id
    assert run(execution_id, later=until(15)) == "completed"
    result = execution(execution_id).result_of("roi")
    assert result is not None
    (row,) = value_of(result)["campaigns"]
    assert (row["id"], row["sent"], row["opens"], row["orders"], row["revenue"]) == ("spring", 6, 2, 1, 80.0)
    assert row["cost"] == pytest.approx(3 * float(cost("email").usd) + 3 * float(cost("sms_customer").usd))


def test_a_text_that_may_have_arrived_is_counted_and_paid_for(shop: Stack) -> None:
    open_shop(2, phones=True)
    fault = {"provider": "blackleaf", "status": 0, "times": 1}
    httpx.post(f"{shop.console_url}/api/faults", json=fault).raise_for_status()
    sending = Sending(shop, {"segment": "all", "sms": TEXT, "campaignId": "texts"}).begin()
    assert sending.page(0, until(14)) == "done"
    stats = clients.firestore().document(stats_path(ORG, "texts")).get().to_dict() or {}
    assert (stats["texts"], stats["unknown"], stats["failed"]) == (1, 1, 0)
    put_playbook("roi", [{"id": "roi", "action": "campaign_roi", "params": {}}])
    execution_id = start("roi").execution_id
    assert run(execution_id, later=until(15)) == "completed"
    result = execution(execution_id).result_of("roi")
    assert result is not None
    (row,) = (one for one in value_of(result)["campaigns"] if one["id"] == "texts")
    assert (row["channel"], row["sent"]) == ("sms", 1)
    assert row["cost"] == pytest.approx(2 * float(cost("sms_customer").usd))


def payload_of(sending: Sending) -> str:
    """What Mailjet gives back with each event of the campaign's mails."""
    words = sending.campaign().email
    assert words is not None
    assert words.payload is not None
    return words.payload
