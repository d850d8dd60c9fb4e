"""An org's month in a real Firestore: exact under many at once, whoever counts, rolls up or dies how often."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import flask
import httpx
import pytest

from functions.on_usage_shard import on_usage_shard
from functions.roll_up_usage import roll_up_usage
from local.stack.running import Stack
from shared.billing import ledger, limits, roll_up_queue
from shared.billing.ledger import spent
from shared.billing.limits import TierLimitError
from shared.billing.metering import SHARDS, shard_path
from shared.billing.tiers import Metric
from shared.billing.usage import usage_with_limits
from shared.gcp import clients
from shared.gcp.clients import firestore
from shared.notices import outbox
from shared.notices.delivery import LATE_AFTER
from tests.emulator.firestore_events import document_event
from tests.emulator.metered import MONTH, NOW, ZONE, Metered
from tests.harness.killing import Executioner, Killed, killing

LAST_SECOND = datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC)
FIRST_SECOND = LAST_SECOND + timedelta(seconds=1)


@pytest.fixture
def org(on_emulators: Stack) -> Iterator[Metered]:
    """The queue keeps its tasks: the tests roll up by hand."""
    queue = clients.tasks().queue_path("demo-playbooks", "us-central1", roll_up_queue.QUEUE)
    clients.tasks().pause_queue(name=queue)
    clients.tasks().purge_queue(name=queue)
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    yield Metered(on_emulators).open()
    clients.tasks().purge_queue(name=queue)
    clients.tasks().resume_queue(name=queue)


def test_two_hundred_at_once_are_counted_exactly(org: Metered) -> None:
    other = Metered(org.stack).open()
    other.use("1", email=3)
    with ThreadPoolExecutor(max_workers=50) as pool:
        list(pool.map(lambda number: org.use("0.0012", key=f"run-{number}", email=1, sms_customer=2), range(200)))
    read = ledger.read(org.id, MONTH)
    assert (read.used(Metric.EMAILS), read.used(Metric.SMS_CUSTOMER)) == (200, 400)
    assert read.usd() == spent(org.id, ZONE, NOW) == Decimal("0.24")
    shards = [firestore().document(shard_path(org.id, MONTH, shard)).get() for shard in range(SHARDS)]
    assert [one.exists for one in shards] == [True] * SHARDS
    org.roll_up()
    month = org.month()
    assert (month["emailsUsed"], month["smsCustomerUsed"], month["costUsd"]) == (200, 400, 0.24)
    assert ledger.read(other.id, MONTH).used(Metric.EMAILS) == 3
    assert other.month() == {}


def test_the_document_says_all_that_people_read(org: Metered) -> None:
    tenant = firestore().document(f"tenants/{org.id}")
    tenant.update({"zipCode": "14607"})
    for number, code in enumerate(("14607-0001", "14608", None)):
        tenant.collection("locations").document(str(number)).set({"name": "Shop", "zipCode": code})
    tenant.collection("competitors").document("c1").set({"name": "Green Leaf"})
    org.use("0.5", email=5_003, sms_internal=4, sms_customer=501, ai_session=2, creative_asset=11, menu_page=9)
    rolled = org.roll_up()
    month = org.month()
    assert month == rolled.fields
    assert {metric.value: month[metric] for metric in Metric} == {
        "aiSessionsUsed": 2,
        "smsCustomerUsed": 501,
        "smsInternalUsed": 4,
        "emailsUsed": 5_003,
        "competitorsTracked": 1,
        "zipCodesActive": 2,
        "creativeAssetsUsed": 11,
    }
    assert month["overageCharges"] == {"sms": 0.05, "email": 0.01, "creativeAssets": 2.0, "total": 2.06}
    assert (month["orgId"], month["period"], month["tierId"], month["costUsd"]) == (org.id, MONTH, "growth", 0.5)
    assert month["updatedAt"] == NOW


def test_rolling_up_twice_late_or_with_an_old_number_changes_nothing(org: Metered) -> None:
    org.use("0.1", email=7)
    org.roll_up()
    first = org.month()
    org.roll_up()
    roll_up_queue.begin(org.id, MONTH, 1)
    assert roll_up_queue.begun(org.id, MONTH) == 2
    assert org.month() == first


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "before its answer"])
def test_a_roll_up_that_dies_anywhere_is_made_whole_by_the_next(org: Metered, after: bool) -> None:
    org.use("0.1", email=4_000)
    for at in range(1, 30):
        try:
            with killing(Executioner(at, after=after)):
                org.roll_up()
        except Killed:
            continue
        break
    else:
        raise AssertionError("it never came to its end")
    assert at > 4
    outbox.sweep(NOW + LATE_AFTER)
    assert org.month()["emailsUsed"] == 4_000
    assert [one["data"]["metric"] for one in org.events().values()] == ["emailsUsed"]
    assert len(org.inbox()) == 1
    # A sender that died has the alert's lease yet; then a task of the outbox's sends the email.
    assert len(org.mails()) <= 1
    org.roll_up()
    assert org.month()["emailsUsed"] == 4_000 + len(org.mails())


def test_what_a_person_or_another_system_wrote_is_carried(org: Metered) -> None:
    firestore().document(f"usage/{org.id}-{MONTH}").set(
        {"emailsUsed": 79, "costUsd": 1.5, "budgetAlerts": {"80": NOW}}
    )
    org.use("0.25", email=1)
    assert usage_with_limits(org.id, "growth", ZONE, NOW).metrics[Metric.EMAILS].used == 80
    org.roll_up()
    org.use("0.25", email=2)
    org.roll_up()
    month = org.month()
    assert (month["emailsUsed"], month["costUsd"], month["budgetAlerts"]) == (82, 2.0, {"80": NOW})
    assert spent(org.id, ZONE, NOW) == Decimal(2)


def test_a_new_month_starts_at_zero_at_the_zones_midnight(org: Metered) -> None:
    org.use("1", now=LAST_SECOND, email=3)
    org.use("2", now=FIRST_SECOND, email=5)
    assert ledger.read(org.id, "2026-11").used(Metric.EMAILS) == 3
    assert ledger.read(org.id, "2026-12").used(Metric.EMAILS) == 5
    assert [spent(org.id, ZONE, one) for one in (LAST_SECOND, FIRST_SECOND)] == [Decimal(1), Decimal(2)]
    assert usage_with_limits(org.id, "growth", ZONE, FIRST_SECOND).period == "2026-12"


def test_a_month_that_is_over_keeps_the_tier_and_the_gauges_that_it_ended_with(org: Metered) -> None:
    tenant = firestore().document(f"tenants/{org.id}")
    tenant.collection("competitors").document("c1").set({"name": "Green Leaf"})
    org.use(now=LAST_SECOND, email=5_003)
    org.roll_up(LAST_SECOND)
    org.use(now=LAST_SECOND, email=4)
    tenant.collection("competitors").document("c2").set({"name": "Higher Level"})
    tenant.update({"tierId": "pro"})
    org.roll_up(FIRST_SECOND)
    ended = org.month()
    assert (ended["emailsUsed"], ended["tierId"], ended["competitorsTracked"]) == (5_008, "growth", 1)
    assert ended["overageCharges"]["email"] == 0.02


def test_a_tier_changed_in_the_middle_of_the_month_counts_for_all_of_it(org: Metered) -> None:
    org.use(email=5_500)
    org.roll_up()
    assert org.month()["overageCharges"]["email"] == 1.0
    firestore().document(f"tenants/{org.id}").update({"tierId": "pro"})
    org.roll_up()
    assert (org.month()["tierId"], org.month()["overageCharges"]["email"]) == ("pro", 0.0)


def test_the_hundredth_email_passes_and_the_next_is_refused(org: Metered) -> None:
    starter, other = Metered(org.stack, "starter").open(), Metered(org.stack, "starter").open()
    starter.use(email=60)
    starter.use(email=39)
    limits.require(starter.id, "starter", ZONE, Metric.EMAILS, 1, NOW)
    starter.use(email=1)
    with pytest.raises(TierLimitError) as refused:
        limits.require(starter.id, "starter", ZONE, Metric.EMAILS, 1, NOW)
    expected = "emailsUsed: 100 of 100 used this month on starter; upgrade to growth for 5,000"
    assert str(refused.value) == expected
    limits.require(starter.id, "starter", ZONE, Metric.EMAILS, 1, NOW + timedelta(days=30))
    limits.require(other.id, "starter", ZONE, Metric.EMAILS, 100, NOW)


def test_gauges_are_looked_at_where_they_are_asked_for(org: Metered) -> None:
    tenant = firestore().document(f"tenants/{org.id}")
    for number in range(3):
        tenant.collection("competitors").document(f"c{number}").set({"name": "X"})
    with pytest.raises(TierLimitError, match="competitorsTracked: 3 of 3 used on growth; upgrade to pro for 10"):
        limits.require(org.id, "growth", ZONE, Metric.COMPETITORS, 1, NOW)
    assert usage_with_limits(org.id, "growth", ZONE, NOW).at_risk == (Metric.COMPETITORS,)


def test_one_task_rolls_up_all_that_was_added_before_it_began(org: Metered) -> None:
    shard = {"orgId": org.id, "period": MONTH, "emailsUsed": 1}
    for number in range(5):
        on_usage_shard(document_event(f"usage_shards/{org.id}-{MONTH}-{number}", None, shard))
    (task,) = _tasks()
    assert json.loads(task.http_request.body) == {"orgId": org.id, "period": MONTH, "number": 1}
    roll_up_queue.begin(org.id, MONTH, 1)
    on_usage_shard(document_event(f"usage_shards/{org.id}-{MONTH}-0", shard, {**shard, "emailsUsed": 2}))
    assert len(_tasks()) == 2
    on_usage_shard(document_event(f"usage_shards/{org.id}-{MONTH}-0", shard, None))
    on_usage_shard(document_event(f"usage_shards/{org.id}-{MONTH}-0", None, {"emailsUsed": 2}))
    assert len(_tasks()) == 2


def test_the_roll_up_is_a_private_door(org: Metered) -> None:
    task = {"X-CloudTasks-QueueName": roll_up_queue.QUEUE, "X-CloudTasks-TaskName": "t1"}
    body = {"orgId": org.id, "period": MONTH, "number": 1}
    org.use(email=4)
    assert _call(body)[0] == 403
    assert _call({**body, "period": "november"}, task)[0] == 422
    assert _call({**body, "orgId": "org_nowhere"}, task) == (200, {"skipped": True})
    assert _call(body, task) == (200, {"told": []})
    assert org.month()["emailsUsed"] == 4


def _tasks() -> list[Any]:
    queue = clients.tasks().queue_path("demo-playbooks", "us-central1", roll_up_queue.QUEUE)
    return list(clients.tasks().list_tasks(request={"parent": queue, "response_view": "FULL"}))


def _call(body: dict[str, Any], headers: dict[str, str] | None = None) -> tuple[int, Any]:
    with flask.Flask("door").test_request_context("/", method="POST", json=body, headers=headers) as context:
        answer = roll_up_usage(context.request)
        return answer.status_code, answer.get_json()
