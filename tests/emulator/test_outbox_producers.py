"""All that tell an org's people something do so by the one outbox: told once, wherever the teller died."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic_core import to_json

from local.stack.running import Stack
from shared.billing import roll_up_queue
from shared.billing.causes import Cause, CauseLimitError
from shared.billing.metering import increments
from shared.competitors import notifying
from shared.competitors.models import Competitor
from shared.competitors.snapshots.unreadable import Unreadable
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.heartbeat.round import check_org
from shared.messages.alert_types import AlertType
from shared.notices import budget_alert, limit_notice, mailjet_events, outbox, quarantine_alert, usage_alert
from shared.notices.delivery import LATE_AFTER, AlertDelivery
from shared.notices.refusals import reporting_refusals
from shared.quarantine import entries
from shared.quarantine.entries import Item
from shared.runs import dead_letters
from shared.runs.dead_letters import DeadLetterMessage
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.alerted_org import EVERYWHERE, NOW, PHONES, ZONE, AlertedOrg
from tests.emulator.outbox_dying import deaths, stack

__all__ = ["stack"]

Act = Callable[[AlertedOrg], None]
MONTH = f"{NOW:%Y-%m}"
LATER = NOW + LATE_AFTER + timedelta(minutes=1)


@dataclass(frozen=True)
class Producer:
    """What it does, after what; and what its people get: the subject, and whether outside the dashboard too."""

    act: Act
    prepare: Act = lambda _org: None
    goes_out: bool = True


def clock() -> Clock:
    return Clock(not_before=NOW)


def broken_playbook(org: AlertedOrg) -> None:
    firestore().document(f"tenants/{org.id}/playbooks/p1").set({"name": "P", "status": "active", "steps": "x"})


def reconciling(org: AlertedOrg) -> None:
    reconcile(PlaybookKey(org.id, "p1"), clock())


def failed_run(org: AlertedOrg) -> None:
    execution = Execution(
        id=f"run-{org.id}",
        org_id=org.id,
        playbook_id="p1",
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.FAILED,
        created_at=NOW,
        definition={"name": "P", "triggers": [], "steps": []},
        org=PinnedOrg(id=org.id, name="Thrive", timezone="UTC", tier_id="growth"),
    )
    firestore().document(f"playbook_executions/{execution.id}").set(execution.document())


def burying(org: AlertedOrg) -> None:
    message = DeadLetterMessage(
        execution_id=f"run-{org.id}", org_id=org.id, playbook_id="p1", error="e", attempts=4
    )
    dead_letters.receive(message, clock())


def used_up(org: AlertedOrg) -> None:
    path, fields = increments(org.id, ZONE, NOW, "k", Decimal(9), {"email": 4_000})
    firestore().document(path).set(fields, merge=True)


def rolling_up(org: AlertedOrg) -> None:
    usage_alert.roll_up_and_notify(org.id, MONTH, roll_up_queue.begun(org.id, MONTH) + 1, NOW)


def spending(org: AlertedOrg) -> None:
    budget_alert.after_run(org.id, ZONE, Decimal(10), NOW)


def threatened(org: AlertedOrg) -> None:
    threat = {"type": "price_adjustment", "priority": "critical", "competitorName": "Green", "status": "pending"}
    words = {"trigger": "their median is 25% below ours", "recommendation": "Match the top ten"}
    firestore().document(f"tenants/{org.id}/competitive_actions/a1").set(threat | words)
    firestore().document(f"tenants/{org.id}").update({"status": "active"})


def beating(org: AlertedOrg) -> None:
    check_org(org.id, NOW)


def quarantined(org: AlertedOrg) -> None:
    for _ in range(entries.FAILURES):
        entries.record_failure(Item(f"tenants/{org.id}/playbooks/p1", org_id=org.id), "w", "r", NOW)


def telling_owners(org: AlertedOrg) -> None:
    quarantine_alert.notify_owners(NOW)


def refusing(org: AlertedOrg) -> None:
    with pytest.raises(PermanentError), reporting_refusals(org.id, "events/e1"):
        raise PermanentError("name is missing")


def limiting(org: AlertedOrg) -> None:
    error = CauseLimitError("100 of 100 runs started")
    limit_notice.notify_of_loop_limit(Cause(org.id, "root", "growth"), error, "p1", NOW)


def bouncing(org: AlertedOrg) -> None:
    event = {
        "event": "bounce",
        "time": int(NOW.timestamp()),
        "MessageID": f"m-{org.id}",
        "email": f"gone@{org.id.replace('_', '-')}.example",
        "Payload": f'{{"orgId": "{org.id}"}}',
        "hard_bounce": True,
        "error": "user unknown",
    }
    mailjet_events.receive(to_json(event), NOW)


def scanning(org: AlertedOrg) -> None:
    competitor = Competitor(id="c1", name="Green", url="https://green.example/menu")
    why = {"kind": "blocked", "reason": "it answers 403", "remedy": "check the address"}
    counted = Unreadable.model_validate({"since": NOW, "last_failed_at": NOW, "failures": 3, **why})
    notifying.notify_of_unreadable_menu(org.id, competitor, counted, NOW)


PRODUCERS = {
    "a playbook that cannot run": Producer(reconciling, broken_playbook),
    "a dead letter": Producer(burying, failed_run),
    "usage at 80 percent": Producer(rolling_up, used_up),
    "a budget at 80 percent": Producer(spending, used_up),
    "a critical finding of the heartbeat": Producer(beating, threatened),
    "a document in quarantine": Producer(telling_owners, quarantined),
    "an event of no use": Producer(refusing),
    "a cause at its limit": Producer(limiting),
    "a mail that came back": Producer(bouncing, goes_out=False),
    "a competitor that cannot be read": Producer(scanning),
}


def opened(stack: Stack, producer: Producer) -> AlertedOrg:
    org = AlertedOrg(stack).open()
    chosen = {kind.value: EVERYWHERE for kind in AlertType}
    firestore().document(f"notification_preferences/{org.id}").set(chosen)
    producer.prepare(org)
    return org


def require_once(org: AlertedOrg, producer: Producer) -> None:
    (line,) = org.inbox()
    assert org.emails() == ([line["title"]] if producer.goes_out else [])
    assert set(org.texts().values()) <= {1}
    assert producer.goes_out or not org.texts()


@pytest.mark.parametrize("name", PRODUCERS)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_its_news_is_reported_once_wherever_it_died(stack: Stack, name: str, after: bool) -> None:
    producer = PRODUCERS[name]
    for org in deaths(producer.act, lambda: opened(stack, producer), after=after, fewest=2):
        producer.act(org)
        for _ in range(2):
            outbox.sweep(LATER)
        require_once(org, producer)


@pytest.mark.parametrize("name", PRODUCERS)
def test_done_twice_it_tells_once_and_leaves_nothing_in_the_outbox(stack: Stack, name: str) -> None:
    producer = PRODUCERS[name]
    org = opened(stack, producer)
    for _ in range(2):
        producer.act(org)
    require_once(org, producer)
    assert sorted(org.texts().elements()) == ([phone[1:] for phone in PHONES] if producer.goes_out else [])
    assert outbox.sweep(LATER) == 0


def test_an_alert_that_the_sweep_took_up_before_its_teller_is_reported_once(stack: Stack) -> None:
    org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
    put = AlertDelivery.of(org.id, org.alert(), NOW)
    firestore().document(put.path).set(put.document())
    assert outbox.sweep(LATER) == 1
    outbox.deliver(put, NOW)
    outbox.notify(org.id, org.alert(), NOW)
    assert (org.emails(), len(org.inbox()), org.texts().total()) == (["It failed 0"], 1, len(PHONES))


def test_a_lost_task_of_the_morning_is_made_good_by_the_sweep(stack: Stack) -> None:
    from tests.emulator.outbox import EVENING, MORNING

    org = AlertedOrg(stack).open().prefer(**EVERYWHERE).sleep()
    org.deliver(now=EVENING)
    assert outbox.sweep(MORNING - timedelta(minutes=1)) == 0
    assert outbox.sweep(MORNING + LATE_AFTER) == 1
    assert outbox.sweep(MORNING + LATE_AFTER) == 0
    assert org.emails() == ["It failed 0"]


def test_a_lost_task_of_a_digest_is_made_good_by_the_sweep(stack: Stack) -> None:
    org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
    for number in range(3):
        org.deliver(number)
    for _ in range(2):
        outbox.sweep(NOW + timedelta(hours=1) + LATE_AFTER)
    assert org.emails() == ["It failed 0", "2 more: It failed 2"]


def test_an_alert_that_cannot_be_sent_blocks_nobody_and_is_given_up_after_days(stack: Stack) -> None:
    poison = firestore().document("alert_deliveries/poison")
    poison.set({"dueAt": NOW - timedelta(days=1), "alert": 7})
    org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
    put = AlertDelivery.of(org.id, org.alert(), NOW)
    firestore().document(put.path).set(put.document())
    outbox.sweep(LATER)
    assert org.emails() == ["It failed 0"]
    assert (poison.get().to_dict() or {})["dueAt"] is None


def test_a_provider_that_is_down_leaves_it_in_the_outbox_for_later(stack: Stack) -> None:
    org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
    org.fail("mailjet", 503, 1)
    org.deliver()
    assert org.emails() == []
    assert outbox.sweep(LATER) == 1
    assert org.emails() == ["It failed 0"]


def test_a_delivery_as_an_older_version_stored_it_is_sent_by_its_task(stack: Stack) -> None:
    org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
    old: dict[str, Any] = {
        "orgId": org.id,
        "alert": {
            "id": "old-1",
            "type": "competitor_alert",
            "key": "k",
            "title": "It failed",
            "body": "The first line.\n\n- a\n- b",
            "severity": "warning",
            "also": [],
            "data": {},
        },
        "channels": ["email", "sms"],
        "decision": "send",
        "createdAt": NOW,
        "sendAt": NOW,
        "texts": {},
        "notes": [],
    }
    firestore().document(f"alert_deliveries/{_id(org.id)}").set(old)
    assert outbox.send_waiting(_id(org.id), NOW)
    assert not outbox.send_waiting(_id(org.id), NOW)
    assert (org.emails(), org.texts().total()) == (["It failed"], len(PHONES))


def _id(org_id: str) -> str:
    from shared.notices.delivery import delivery_id

    return delivery_id(org_id, "old-1")


def test_malformed_preferences_mean_the_defaults_for_everybody_and_a_line_that_says_so(stack: Stack) -> None:
    org = AlertedOrg(stack).open()
    broken = {"competitor_alert": {"email": "maybe", "sms": True}, "quietHours": {"start": "25:00"}}
    firestore().document(f"notification_preferences/{org.id}").set(broken)
    org.deliver(now=NOW + timedelta(hours=8))
    assert org.emails() == ["It failed 0"]
    assert org.texts().total() == len(PHONES), "what is well-formed counts"
    failure, line = org.inbox()
    assert failure["title"] == "It failed 0"
    assert line["title"] == "Some notification settings can't be used"
    assert "competitor_alert.email" in line["body"]
    assert "quietHours" in line["body"]


def test_an_alert_to_an_org_that_is_gone_is_in_its_inbox_alone(stack: Stack) -> None:
    org = AlertedOrg(stack)
    assert org.deliver() == "dashboard only"
    assert len(org.inbox()) == 1
