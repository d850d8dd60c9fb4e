"""Other systems are told what happens: at least once, signed, again after failures, until they are disabled."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, Alert, worded
from shared.runs.dead_letters import DeadLetterMessage, receive
from shared.subscriptions import deliveries, fan_out, line, resending, sending, subscriptions
from shared.subscriptions.deliveries import WebhookDelivery
from shared.subscriptions.subscriptions import Subscription
from shared.webhooks import hook_secrets, messages
from shared.webhooks.payloads import MESSAGES, EventType
from shared.webhooks.signatures import verify
from tests.emulator.desk import call, get, person, post
from tests.emulator.executions import (
    ORG,
    SET,
    clock_in,
    documents,
    lose_tasks,
    put_playbook,
    run,
    start,
    task_names,
)
from tests.harness.killing import Executioner, Killed, killing
from tests.unit.local.cloud.receiver import Received, Receiver, receiving

pytestmark = pytest.mark.usefixtures("quiet_queues")

EVERYTHING = tuple(EventType)
FAILS = {"id": "no", "action": "validate", "params": {"checks": ["contains"], "text": "x", "contains": ["y"]}}
STOP = {"id": "no", "action": "stop", "params": {"status": "failed", "reason": "Maria Lopez owes $40"}}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def subscribed(receiver: Receiver, *events: EventType, path: str = "/") -> Subscription:
    """An address of the receiver that is told of these events, or of all."""
    made, _ = subscriptions.create(ORG, f"{receiver.url}{path}", events or EVERYTHING, "u1", None, Clock().now())
    return made


def ran(*steps: dict[str, Any], execution_id: str = "e1", later: float = 0) -> str:
    """How a run of these steps ends."""
    put_playbook("p", list(steps), name="Morning prices")
    start("p", execution_id)
    return run(execution_id, later=later)


def failed() -> None:
    """A run whose dead letter has been written."""
    assert ran(STOP) == "failed"
    message = {"executionId": "e1", "orgId": ORG, "playbookId": "p", "replay": 0, "error": "x", "attempts": 1}
    receive(DeadLetterMessage.model_validate(message), Clock())


def told() -> list[WebhookDelivery]:
    """Have the messages there are made deliveries; those."""
    for message in clients.firestore().collection("webhook_messages").stream():
        fan_out.fan_out(message.id, Clock().now())
    found = clients.firestore().collection("webhook_deliveries").stream()
    return [one for each in found if (one := deliveries.read(each.id)) is not None]


def sent(delivery: WebhookDelivery, later: float = 0) -> str:
    """What comes of the next try."""
    now = deliveries.read(delivery.id)
    assert now is not None
    return sending.send(now.id, now.replay, now.attempt + 1, clock_in(later))


def all_tries(delivery: WebhookDelivery) -> list[str]:
    """What comes of each try until there is none left."""
    outcomes = [sent(delivery)]
    while outcomes[-1] == "retrying":
        outcomes.append(sent(delivery))
    return outcomes


def known(subscription: Subscription) -> Subscription:
    found = subscriptions.read(ORG, subscription.id)
    assert found is not None
    return found


def stored(delivery: WebhookDelivery) -> WebhookDelivery:
    found = deliveries.read(delivery.id)
    assert found is not None
    return found


def require_signed(received: Received, subscription: Subscription) -> dict[str, Any]:
    """What the receiver reads once it has checked the signature as Standard Webhooks say."""
    headers = Headers(list(received.headers.items()))
    sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    accepted = hook_secrets.accepted(known(subscription).secrets, sent_at)
    assert verify("standard", headers, received.body, accepted, sent_at) == "standard"
    content: dict[str, Any] = json.loads(received.body)
    MESSAGES[EventType(content["type"])].model_validate_json(received.body)
    return content


def webhook_id(received: Received) -> str:
    return {name.lower(): value for name, value in received.headers.items()}["webhook-id"]


def test_a_completed_run_is_reported_signed_and_without_what_it_handled(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    assert ran({"id": "set", "action": "set", "params": {"values": {"name": "Maria Lopez"}}}) == "completed"
    (delivery,) = told()
    assert sent(delivery) == "delivered"
    (received,) = receiver.requests
    content = require_signed(received, subscription)
    assert content["type"] == "run.completed"
    assert content["data"].pop("url").endswith("/runs/e1")
    assert {content["data"].pop(name) is None for name in ("startedAt", "endedAt")} == {False}
    assert content["data"] == {
        "orgId": ORG,
        "executionId": "e1",
        "playbookId": "p",
        "playbookName": "Morning prices",
        "status": "completed",
        "trigger": "manual",
        "attempts": 1,
        "replay": 0,
    }
    assert b"Maria" not in received.body
    assert stored(delivery).tries[0].status_code == 200
    assert documents("webhook_messages") == []


def test_a_failed_run_is_reported_with_its_code_and_never_its_words(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_FAILED)
    failed()
    (delivery,) = told()
    assert sent(delivery) == "delivered"
    data = require_signed(receiver.requests[0], subscription)["data"]
    assert (data["status"], data["errorCode"], data["failedStepId"]) == ("failed", "stopped_by_step", "no")
    assert b"Maria" not in receiver.requests[0].body


def test_an_alert_is_reported_once_and_not_by_its_words(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.ALERT_CREATED)
    alert = Alert(id="a1", type="competitor_alert", key="k", message=worded("Maria Lopez"), playbook_id="p")
    for _ in range(2):
        outbox.notify(ORG, alert, Clock().now())
        (delivery,) = told()
    assert sent(delivery) == "delivered"
    data = require_signed(receiver.requests[0], subscription)["data"]
    assert (data["alertId"], data["type"], data["severity"], data["playbookId"]) == (
        "a1",
        "competitor_alert",
        "info",
        "p",
    )
    assert b"Maria" not in receiver.requests[0].body


def test_a_decision_that_a_run_waits_for_is_reported(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.DECISION_NEEDED)
    assert ran({"id": "ask", "action": "wait_for_approval", "params": {"title": "Pay Maria Lopez?"}}) == "waiting"
    (delivery,) = told()
    assert sent(delivery) == "delivered"
    data = require_signed(receiver.requests[0], subscription)["data"]
    assert (data["executionId"], data["playbookName"], data["stepId"]) == ("e1", "Morning prices", "ask")
    assert data["url"].endswith(f"/decisions/approvals/{data['approvalId']}")
    assert b"Maria" not in receiver.requests[0].body


def test_only_what_was_asked_for_when_a_run_began_is_reported(receiver: Receiver) -> None:
    put_playbook("p", [SET])
    start("p", "e1")
    subscribed(receiver, EventType.RUN_FAILED, path="/failed")
    run("e1")
    assert ran(SET, execution_id="e2") == "completed"
    alert = Alert(id="a1", type="approval", key="k", message=worded("Look"), also=DASHBOARD, at_most=DASHBOARD)
    outbox.notify(ORG, alert, Clock().now())
    assert documents("webhook_messages") == []
    assert told() == []


def test_each_address_has_its_own_delivery(receiver: Receiver) -> None:
    for path in ("/one", "/two"):
        subscribed(receiver, EventType.RUN_COMPLETED, path=path)
    subscribed(receiver, EventType.RUN_FAILED, path="/three")
    ran(SET)
    assert [sent(one) for one in told()] == ["delivered", "delivered"]
    assert sorted(receiver.paths) == ["/one", "/two"]
    assert len({webhook_id(one) for one in receiver.requests}) == 1


def test_what_does_not_arrive_climbs_the_ladder_under_one_id_and_dies(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETRY_DELAYS_SECONDS", "5,30,300")
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer = lambda _: 500
    ran(SET)
    (delivery,) = told()
    waits = []
    for number, later in enumerate((0, 5, 35, 335), 1):
        assert sent(delivery, later) == ("dead" if number == 4 else "retrying")
        due = stored(delivery).due_at
        if due is not None:
            waits.append(round((due - stored(delivery).tries[-1].at).total_seconds()))
            assert f"{delivery.id}-0-{number + 1}" in task_names(deliveries.QUEUE)
    assert waits == [5, 30, 300]
    assert len({webhook_id(one) for one in receiver.requests}) == 1
    signatures = [one.headers.get("webhook-signature") for one in receiver.requests]
    assert len(set(signatures)) == 4
    assert stored(delivery).tries[-1].error_code == "provider_unavailable"
    assert known(subscription).dead_in_a_row == 1


@pytest.mark.parametrize(
    ("answer", "code"), [(404, "provider_refused"), (302, "provider_refused"), (429, "provider_throttled")]
)
def test_other_answers_climb_too_and_no_redirect_is_followed(receiver: Receiver, answer: int, code: str) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer, receiver.answer_headers = lambda _: answer, {"Location": f"{receiver.url}/elsewhere"}
    ran(SET)
    (delivery,) = told()
    assert sent(delivery) == "retrying"
    assert receiver.paths == ["/"]
    assert stored(delivery).tries[-1].error_code == code


def test_a_receiver_may_ask_for_more_time_within_reason(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    ran(SET)
    (delivery,) = told()
    for asked, waits in (("90", 90), ("999999", 3_600)):
        receiver.answer, receiver.answer_headers = lambda _: 503, {"Retry-After": asked}
        assert sent(delivery) == "retrying"
        after = stored(delivery)
        assert after.due_at is not None
        assert abs((after.due_at - after.tries[-1].at).total_seconds() - waits) < 30


def test_nobody_there_is_a_failure_like_others(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    subscriptions.change(ORG, subscriptions.of_org(ORG)[0].id, Clock().now(), url="http://127.0.0.1:1024/")
    ran(SET)
    (delivery,) = told()
    assert sent(delivery) == "retrying"
    assert stored(delivery).tries[-1].status_code is None


def test_five_dead_messages_in_a_row_disable_the_webhook_and_its_owner_hears_it_once(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    receiver.answer = lambda _: 500
    for number in range(6):
        ran(SET, execution_id=f"e{number}")
    found = told()
    outcomes = [all_tries(one) for one in found]
    assert [one[-1] for one in outcomes] == ["dead"] * 5 + ["canceled"]
    after = known(subscription)
    assert (after.status, after.disabled_because, after.dead_in_a_row) == ("disabled", "failing", 5)
    (line,) = documents("inbox_notifications")
    assert (line["type"], line["link"]) == ("webhook", "/settings/webhooks")
    assert "127.0.0.1" in line["title"]
    assert "email" in documents("alert_deliveries")[0]["channels"]
    # No webhook about webhooks.
    assert documents("webhook_messages") == []
    assert clients.firestore().document(f"tenants/{ORG}").get().get("webhookEvents") == []
    ran(SET, execution_id="e9")
    assert documents("webhook_messages") == []


def test_a_message_that_arrives_starts_the_count_again(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer = lambda _: 500
    ran(SET)
    all_tries(told()[0])
    assert known(subscription).dead_in_a_row == 1
    receiver.answer = lambda _: 204
    ran(SET, execution_id="e2")
    (pending,) = [one for one in told() if one.status == "pending"]
    assert sent(pending) == "delivered"
    assert known(subscription).dead_in_a_row == 0


def test_an_address_that_is_gone_is_disabled_at_once(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer = lambda _: 410
    ran(SET)
    (delivery,) = told()
    assert sent(delivery) == "dead"
    assert (known(subscription).status, known(subscription).disabled_because) == ("disabled", "gone")
    assert len(documents("inbox_notifications")) == 1


def test_what_is_delivered_twice_late_or_out_of_order_is_tried_once(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    ran(SET)
    (delivery,) = told()
    assert sending.send(delivery.id, 0, 2, Clock()) == "passed over"
    assert sending.send(delivery.id, 1, 1, Clock()) == "passed over"
    assert sending.send(delivery.id, 0, 1, Clock()) == "delivered"
    assert sending.send(delivery.id, 0, 1, Clock()) == "passed over"
    assert sending.send("0" * 32, 0, 1, Clock()) == "passed over"
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("after", [False, True])
def test_whoever_dies_anywhere_is_followed_by_one_who_does_the_rest(receiver: Receiver, after: bool) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer = lambda _: 500 if len(receiver.requests) == 1 else 200

    def act() -> None:
        for found in told():
            all_tries(found)

    for at in range(1, 60):
        receiver.requests.clear()
        ran(SET, execution_id=f"e{at}")
        try:
            with killing(Executioner(at, after=after)):
                act()
        except Killed:
            act()
            assert stored(told()[0]).status == "delivered"
            assert {one.status for one in told()} == {"delivered"}
            assert documents("webhook_messages") == []
            for one in clients.firestore().collection("webhook_deliveries").stream():
                one.reference.delete()
            continue
        assert at > 8
        return
    raise AssertionError("it makes too many calls")


def test_the_sweep_takes_up_what_was_lost(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    ran(SET)
    now = Clock().now()
    assert fan_out.sweep(now) == 0
    assert fan_out.sweep(now + timedelta(minutes=2)) >= 1
    (delivery,) = told()
    assert task_names(deliveries.QUEUE) == [f"{delivery.id}-0-1"]
    # Its task waits: nothing was lost.
    assert fan_out.sweep(now + timedelta(minutes=5)) == 0
    lose_tasks(deliveries.QUEUE)
    assert fan_out.sweep(now + timedelta(minutes=10)) == 1
    (name,) = task_names(deliveries.QUEUE)
    assert name.startswith(f"{delivery.id}-0-1-sweep-")


def test_a_malformed_message_stops_no_other(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    clients.firestore().document("webhook_messages/broken").set({"orgId": ORG, "dueAt": long_ago})
    ran(SET)
    fan_out.sweep(Clock().now() + timedelta(minutes=2))
    assert len(documents("webhook_deliveries")) == 1


def test_a_disabled_or_deleted_webhook_takes_what_was_on_its_way_no_more(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    ran(SET)
    (delivery,) = told()
    subscriptions.delete(ORG, subscription.id)
    assert sent(delivery) == "canceled"
    assert receiver.requests == []


def test_while_a_secret_is_followed_by_another_both_sign(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    before = hook_secrets.accepted(subscription.secrets, Clock().now())
    _, newer = subscriptions.rotate_secret(ORG, subscription.id, Clock().now(), timedelta(hours=1))
    ran(SET)
    sent(told()[0])
    headers = Headers(list(receiver.requests[0].headers.items()))
    for secret in (*before, newer):
        assert verify("standard", headers, receiver.requests[0].body, [secret], Clock().now()) == "standard"


def test_a_test_message_is_tried_once_and_counts_for_nothing(receiver: Receiver) -> None:
    subscription = subscribed(receiver)
    receiver.answer = lambda _: 500
    for event in EVERYTHING:
        delivery = resending.send_test(ORG, subscription.id, event, Clock().now())
        assert sent(delivery) == "dead"
        content = require_signed(receiver.requests[-1], subscription)
        assert (content["type"], content["data"]["test"]) == (event, True)
    assert known(subscription).dead_in_a_row == 0


def test_owners_see_what_was_sent_and_send_it_again(receiver: Receiver, on_emulators: Stack) -> None:
    owner, subscription = person(on_emulators, "owner", ORG), subscribed(receiver)
    base = f"webhooks/{subscription.id}"
    receiver.answer = lambda _: 500
    ran(SET)
    (delivery,) = told()
    assert call(f"{base}/deliveries/{delivery.id}/resend", owner).status_code == 409
    all_tries(delivery)
    (listed,) = get(f"{base}/deliveries", owner)["items"]
    assert (listed["status"], listed["type"], listed["test"]) == ("dead", "run.completed", False)
    assert [one["statusCode"] for one in listed["tries"]] == [500] * 4
    assert listed["payload"]["data"]["executionId"] == "e1"
    again = post(f"{base}/deliveries/{delivery.id}/resend", owner, status=202)
    assert again["status"] == "pending"
    receiver.answer = lambda _: 200
    assert sent(delivery) == "delivered"
    assert {webhook_id(one) for one in receiver.requests} == {listed["messageId"]}
    tested = post(f"{base}/test", owner, {"event": "run.failed"}, status=202)
    assert (tested["type"], tested["test"]) == ("run.failed", True)
    assert len(get(f"{base}/deliveries", owner)["items"]) == 2


def test_strangers_and_editors_see_and_send_nothing(receiver: Receiver, on_emulators: Stack) -> None:
    subscription = subscribed(receiver)
    ran(SET)
    (delivery,) = told()
    base = f"webhooks/{subscription.id}"
    calls: list[Callable[[Any], int]] = [
        lambda by: call(f"{base}/deliveries", by, method="GET").status_code,
        lambda by: call(f"{base}/test", by).status_code,
        lambda by: call(f"{base}/deliveries/{delivery.id}/resend", by).status_code,
    ]
    assert [one(person(on_emulators, "editor", ORG)) for one in calls] == [403] * 3
    assert [one(person(on_emulators, "owner", "org_elsewhere")) for one in calls] == [404] * 3
    other = subscribed(receiver, path="/other")
    owner = person(on_emulators, "owner", ORG)
    assert call(f"webhooks/{other.id}/deliveries/{delivery.id}/resend", owner).status_code == 404
    subscriptions.change(ORG, subscription.id, Clock().now(), status="disabled")
    assert [
        call(f"{base}/test", owner).status_code,
        call(f"{base}/deliveries", owner, method="GET").status_code,
    ] == [
        409,
        200,
    ]


def noted_message(number: int, org_id: str = ORG) -> str:
    """A message that a run's end leaves; its id."""
    now = Clock().now()
    data = {"orgId": org_id, "executionId": f"e{number}"}
    message = messages.Message(
        id=f"{org_id}-{number:04}",
        org_id=org_id,
        type=EventType.RUN_COMPLETED,
        data=data,
        occurred_at=now,
        due_at=now + timedelta(minutes=1),
    )
    clients.firestore().document(f"webhook_messages/{message.id}").set(message.document())
    return message.id


def storm(number: int) -> None:
    for one in range(number):
        fan_out.fan_out(noted_message(one), Clock().now())


def waiting_tasks() -> list[str]:
    """The ids of the deliveries that have a task."""
    return [name.partition("-")[0] for name in task_names(deliveries.QUEUE)]


def every_delivery() -> list[WebhookDelivery]:
    found = clients.firestore().collection("webhook_deliveries").stream()
    return [one for each in found if (one := deliveries.read(each.id)) is not None]


def send_those_with_a_task() -> int:
    """Make the next try of each pending one that has its turn; how many."""
    due = [one for one in every_delivery() if one.status == "pending" and one.held_at is None]
    for one in due:
        sent(one)
    return len(due)


def test_an_org_with_many_messages_to_a_slow_address_keeps_no_other_waiting(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED, path="/slow")
    storm(30)
    assert len(waiting_tasks()) == line.AT_ONCE
    other = "org_other"
    clients.firestore().document(f"tenants/{other}").set({"name": "Other", "tierId": "pro"})
    made, _ = subscriptions.create(
        other, f"{receiver.url}/other", [EventType.RUN_COMPLETED], "u2", None, Clock().now()
    )
    fan_out.fan_out(noted_message(1, other), Clock().now())
    (of_other,) = [one for one in every_delivery() if one.subscription_id == made.id]
    assert of_other.id in waiting_tasks()
    assert len(waiting_tasks()) == line.AT_ONCE + 1


def test_all_that_wait_go_once_and_in_order(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    storm(24)
    assert known(subscription).held_since is not None
    rounds = 0
    while send_those_with_a_task():
        rounds += 1
        assert sum(one.status == "pending" and one.held_at is None for one in every_delivery()) <= line.AT_ONCE
    assert {one.status for one in every_delivery()} == {"delivered"}
    told_of = [json.loads(one.body)["data"]["executionId"] for one in receiver.requests]
    assert sorted(told_of) == sorted(f"e{number}" for number in range(24))
    # Those of one round have no order; of two rounds the earlier one was held longer.
    places = [int(one[1:]) // line.AT_ONCE for one in told_of]
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(places))
    assert known(subscription).held_since is None
    assert rounds <= 24


def test_one_that_waits_for_its_next_try_holds_the_others_for_seconds_only(receiver: Receiver) -> None:
    subscribed(receiver, EventType.RUN_COMPLETED)
    receiver.answer = lambda _: 500
    storm(8)
    assert send_those_with_a_task() == line.AT_ONCE
    # The ladder's first step is five seconds, so they still count.
    assert sum(one.held_at is not None for one in every_delivery()) == 3
    for one in every_delivery():
        if one.held_at is None:
            sent(one, 6)
    assert all(one.held_at is None for one in every_delivery())


@pytest.mark.parametrize("after", [False, True])
def test_whoever_dies_while_messages_wait_in_line_loses_none(receiver: Receiver, after: bool) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)

    def act() -> None:
        for message in clients.firestore().collection("webhook_messages").stream():
            fan_out.fan_out(message.id, Clock().now())
        send_those_with_a_task()

    for at in range(1, 40):
        receiver.requests.clear()
        for number in range(line.AT_ONCE + 2):
            noted_message(100 * at + number)
        try:
            with killing(Executioner(at * 3, after=after)):
                act()
        except Killed:
            act()
        later = Clock().now() + timedelta(minutes=2)
        for _ in range(4):
            line.sweep(later)
            send_those_with_a_task()
        assert {one.status for one in every_delivery()} == {"delivered"}
        assert known(subscription).held_since is None
        for one in clients.firestore().collection("webhook_deliveries").stream():
            one.reference.delete()
        lose_tasks(deliveries.QUEUE)
        if at > 12:
            return


def test_what_waits_for_an_address_that_takes_no_more_is_canceled(receiver: Receiver) -> None:
    subscription = subscribed(receiver, EventType.RUN_COMPLETED)
    storm(9)
    receiver.answer = lambda _: 410
    send_those_with_a_task()
    assert sorted(one.status for one in every_delivery()) == ["canceled"] * 8 + ["dead"]
    assert known(subscription).held_since is None
    subscriptions.change(ORG, subscription.id, Clock().now(), status="active")
    receiver.answer = lambda _: 200
    storm(9)
    subscriptions.delete(ORG, subscription.id)
    send_those_with_a_task()
    assert all(one.status != "pending" for one in every_delivery())
    assert len(receiver.requests) == 1
