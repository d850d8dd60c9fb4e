"""Rounds of the heartbeat in a real Firestore: told once, quiet after, told again when worse, each org alone."""

from __future__ import annotations

import contextlib
import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import httpx
import pytest
from google.api_core import exceptions
from google.cloud.firestore_v1.base_query import FieldFilter

from functions.check_org import check_org as check_org_door
from functions.heartbeat import heartbeat
from local.stack.running import Stack
from shared.errors import PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.clients import firestore
from shared.heartbeat import fan_out as fanning
from shared.heartbeat import load as loading
from shared.heartbeat import outgoing
from shared.heartbeat.catalog import CHECKS
from shared.heartbeat.fan_out import QUEUE, fan_out, task_name
from shared.heartbeat.load import Section
from shared.heartbeat.round import Round, check_org
from tests.emulator.killing import Executioner, Killed, killing
from tests.harness.operations import counted

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Shop:
    """An org with a shelf, and what it is told."""

    stack: Stack
    id: str = field(default_factory=lambda: f"org_{uuid.uuid4().hex[:8]}")
    now: datetime = NOON

    def put(self, path: str, **fields: Any) -> None:
        firestore().document(f"tenants/{self.id}/{path}").set(fields)

    def item(self, item_id: str, quantity: float, **fields: Any) -> None:
        self.put(f"inventory/{item_id}", name=item_id.title(), quantity=quantity, reorderPoint=10, **fields)

    def round(self, later: timedelta = timedelta(0)) -> Round | None:
        self.now += later
        return check_org(self.id, self.now)

    def inbox(self) -> list[dict[str, Any]]:
        mine = FieldFilter("orgId", "==", self.id)
        found = [
            one.to_dict() or {} for one in firestore().collection("inbox_notifications").where(filter=mine).stream()
        ]
        return sorted(found, key=lambda one: one["createdAt"])

    def titles(self) -> list[str]:
        return [one["title"] for one in self.inbox()]

    def state(self) -> dict[str, Any]:
        return firestore().document(f"heartbeat_state/{self.id}").get().to_dict() or {}

    def outbox(self, channel: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(
            f"{self.stack.console_url}/api/outbox", params={"channel": channel}
        ).json()
        return found

    def prefer(self, alert_type: str, **channels: bool) -> None:
        firestore().document(f"notification_preferences/{self.id}").set({alert_type: channels}, merge=True)

    def threat(self, action_id: str = "a1") -> None:
        self.put(
            f"competitive_actions/{action_id}",
            type="price_adjustment",
            priority="critical",
            competitorName="Green",
            trigger="their median is 25% below ours",
            recommendation="Match the top ten",
            status="pending",
        )


@pytest.fixture
def shop(on_emulators: Stack) -> Iterator[Shop]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    yield open_shop(on_emulators)
    httpx.delete(f"{on_emulators.console_url}/api/faults")


def open_shop(stack: Stack, **fields: Any) -> Shop:
    shop = Shop(stack)
    given = {
        "name": "Thrive",
        "timezone": "America/New_York",
        "status": "active",
        "ownerEmail": "owner@thrive.example",
    }
    firestore().document(f"tenants/{shop.id}").set({**given, "staffPhones": ["+13155550123"], **fields})
    return shop


def test_a_healthy_org_hears_nothing(shop: Shop) -> None:
    shop.item("blue dream", 50)
    assert shop.round() == Round(0, 0, ())
    assert shop.inbox() == []
    assert shop.state()["checkedAt"] == NOON


def test_new_findings_of_a_check_are_one_notification_and_then_it_is_quiet(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.item("jack herer", 0)
    assert shop.round() == Round(2, 2, ())
    for _ in range(3):
        assert shop.round(HOUR) == Round(2, 0, ())
    (notice,) = shop.inbox()
    assert (notice["title"], notice["type"], notice["severity"]) == (
        "2 items are running low",
        "usage_alert",
        "warning",
    )
    assert notice["body"].split("\n")[0] == "• Jack Herer: none left. Reorder point: 10."
    assert notice["read"] is False


def test_only_what_is_new_or_worse_is_told(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("jack herer", 2)
    shop.round(HOUR)
    shop.item("blue dream", 0)
    shop.round(HOUR)
    shop.item("blue dream", 5)
    shop.round(HOUR)
    assert [one["body"].split(".")[0] for one in shop.inbox()] == [
        "• Blue Dream: 3 left",
        "• Jack Herer: 2 left",
        "• Blue Dream: none left",
    ]


def test_what_went_away_is_forgotten_and_told_when_it_comes_back(shop: Shop) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("blue dream", 40)
    shop.round(HOUR)
    assert shop.state()["findings"] == {}
    shop.item("blue dream", 3)
    shop.round(HOUR)
    assert shop.titles() == ["1 item is running low"] * 2


def test_what_stays_is_told_again_after_a_week(shop: Shop) -> None:
    shop.item("blue dream", 3)
    for _ in range(9):
        shop.round(DAY)
    assert len(shop.inbox()) == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_round_that_dies_at_any_call_is_made_good_by_the_next_one_and_tells_once(shop: Shop, after: bool) -> None:
    for at in itertools.count(1):
        httpx.delete(f"{shop.stack.console_url}/api/outbox")
        dying = open_shop(shop.stack)
        dying.item("blue dream", 3)
        dying.threat()
        dying.prefer("competitor_alert", sms=True)
        executioner = Executioner(at, after=after)
        with contextlib.suppress(Killed), killing(executioner):
            dying.round()
        dying.round()
        dying.round(HOUR)
        where = f"call {at}"
        assert sorted(dying.titles()) == [
            "1 item is running low",
            "🚨 1 critical competitive threat requires attention",
        ], where
        assert len(dying.outbox("email")) == 1, where
        assert len(dying.outbox("sms")) <= 1, where
        if executioner.calls < at:
            break
    assert at > 10


@pytest.mark.parametrize("dies_at", ["_send_texts", "_email"])
def test_a_round_that_dies_after_its_commit_repeats_nothing_visible(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    shop.threat()
    shop.prefer("competitor_alert", sms=True)

    def die(*args: Any) -> Any:
        raise unavailable()

    with monkeypatch.context() as dying:
        dying.setattr(outgoing, dies_at, die)
        with pytest.raises(exceptions.ServiceUnavailable):
            shop.round()
    shop.round()
    shop.round(HOUR)
    assert shop.titles() == ["🚨 1 critical competitive threat requires attention"]
    assert (len(shop.outbox("email")), len(shop.outbox("sms"))) == (1, 1)


def test_two_rounds_at_once_tell_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("jack herer", 3)

    def meanwhile(facts: Any) -> Any:
        if not overtaken:
            overtaken.append(True)
            check_org(shop.id, shop.now + HOUR)
        return []

    overtaken: list[bool] = []
    licences = next(check for check in CHECKS if check.name == "licence_expiry")
    slow = [*(check for check in CHECKS if check is not licences), _with(licences, meanwhile)]
    monkeypatch.setattr("shared.heartbeat.round.CHECKS", tuple(slow))
    with pytest.raises(TransientError, match="faster"):
        shop.round(HOUR)
    shop.round()
    assert len(shop.inbox()) == 2


def _with(check: Any, find: Callable[..., Any]) -> Any:
    return replace(check, find=find)


def test_threats_reach_the_owner_and_the_staff_where_they_are_wanted(shop: Shop) -> None:
    shop.threat()
    shop.prefer("competitor_alert", sms=True)
    shop.round()
    shop.threat("a2")
    shop.round(HOUR)
    assert shop.titles() == [
        "🚨 1 critical competitive threat requires attention",
        "🚨 2 critical competitive threats require attention",
    ]
    mails, texts = shop.outbox("email"), shop.outbox("sms")
    assert [mail["to"] for mail in mails] == ["owner@thrive.example"] * 2
    assert "Match the top ten" in mails[0]["text"]
    assert len(texts) == 2
    assert texts[0]["text"].startswith("Thrive: system alert: 1 critical competitive threat requires")
    month = firestore().document(f"usage/{shop.id}-2026-11").get().to_dict() or {}
    assert month["costUsd"] == pytest.approx(2 * (0.001 + 0.012))


def test_a_channel_that_is_off_stays_silent_and_does_not_hold_back_the_news(shop: Shop) -> None:
    shop.threat()
    shop.prefer("competitor_alert", dashboard=False, email=False)
    assert shop.round() == Round(1, 1, ())
    assert shop.inbox() == []
    assert shop.outbox("email") == []
    shop.prefer("competitor_alert", dashboard=True)
    assert shop.round(HOUR) == Round(1, 0, ())


def test_an_email_that_cannot_be_sent_now_is_sent_by_the_next_round(shop: Shop) -> None:
    shop.threat()
    fault = {"provider": "mailjet", "status": 503, "times": 1}
    httpx.post(f"{shop.stack.console_url}/api/faults", json=fault).raise_for_status()
    with pytest.raises(TransientError, match="1 of 1 emails"):
        shop.round()
    shop.round()
    assert (len(shop.outbox("email")), len(shop.inbox())) == (1, 1)
    assert shop.state()["waiting"] == []


def test_a_section_that_cannot_be_read_for_good_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.item("blue dream", 3)
    monkeypatch.setitem(loading._READERS, Section.LOCATIONS, _raising(PermanentError("too many")))
    assert shop.round() == Round(1, 1, ("licence_expiry",))


def test_a_passing_fault_is_raised_after_the_others_were_made_and_what_was_known_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.item("blue dream", 3)
    shop.threat()
    shop.round()
    with monkeypatch.context() as broken:
        broken.setitem(loading._READERS, Section.ITEMS, _raising(unavailable()))
        shop.threat("a2")
        with pytest.raises(TransientError, match="low_stock"):
            shop.round(HOUR)
    assert len(shop.inbox()) == 3
    assert shop.round() == Round(3, 0, ())


def test_daily_checks_that_could_not_be_made_are_made_by_the_next_round(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put("customers/ann", name="Ann", birthday="11-23")
    with monkeypatch.context() as broken:
        broken.setitem(loading._READERS, Section.CUSTOMERS, _raising(unavailable()))
        with pytest.raises(TransientError, match="birthdays"):
            shop.round()
    shop.round()
    assert shop.titles() == ["1 customer has their birthday today"]


def test_a_mistake_in_one_check_does_not_stop_the_others(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.item("blue dream", 3)

    def mistaken(facts: Any) -> Any:
        raise ZeroDivisionError

    broken = tuple(_with(check, mistaken) if check.name == "threats" else check for check in CHECKS)
    monkeypatch.setattr("shared.heartbeat.round.CHECKS", broken)
    assert shop.round() == Round(1, 1, ("threats",))


def unavailable() -> Exception:
    return exceptions.ServiceUnavailable("later")  # type: ignore[no-untyped-call]


def _raising(error: Exception) -> Callable[..., Any]:
    def read(*args: Any) -> Any:
        raise error

    return read


def test_daily_checks_are_made_once_in_the_orgs_morning(shop: Shop) -> None:
    five_in_the_morning = datetime(2026, 11, 24, 10, tzinfo=UTC)
    shop.round()
    shop.put("customers/ann", name="Ann", birthday="11-24")
    assert check_org(shop.id, NOON + HOUR) == Round(0, 0, ())
    assert check_org(shop.id, five_in_the_morning) == Round(0, 0, ())
    assert check_org(shop.id, five_in_the_morning + HOUR) == Round(1, 1, ())
    assert check_org(shop.id, five_in_the_morning + 2 * HOUR) == Round(1, 0, ())


def test_everything_there_is_to_find(shop: Shop) -> None:
    shop.item("low", 3)
    shop.item("old", 20, expiresAt=NOON + DAY)
    shop.item("dear", 20, price=10, cost=9)
    shop.item("malformed", 0, expiresAt="soon")
    shop.put("competitors/green", name="Green", menuUrl="https://green.example/menu")
    for number, names in enumerate((("Dear", "Other"), ("Other",))):
        taken_at = NOON - timedelta(hours=9 - number)
        products = [{"name": name, "price": 12.0} for name in names]
        shop.put(
            f"competitor_snapshots/s{number}",
            competitorId="green",
            takenAt=taken_at,
            expiresAt=NOON + 30 * DAY,
            products=products,
            contentHash=str(number),
        )
    event = {"competitor": "Green", "product": "Other", "oldPrice": 20.0, "newPrice": 12.0}
    shop.put("events/e1", name="competitor.price_change", data=event, createdAt=NOON - HOUR)
    shop.put("events/e2", name="competitor.price_change", data=event, createdAt=NOON - 2 * DAY)
    shop.put("events/e3", name="order.completed", data={}, createdAt=NOON - HOUR)
    shop.threat()
    shop.put("competitive_actions/a9", type="margin_optimization", priority="medium", status="pending")
    shop.put("competitive_actions/done", type="price_adjustment", priority="critical", status="resolved")
    shop.put("customers/ann", name="Ann", birthday="1990-11-23")
    shop.put("customers/vip", name="Vi", totalSpent=900, orderCount=9, lastOrderAt=NOON - 40 * DAY)
    shop.put("customers/joe", name="Joe", totalSpent=20, orderCount=1, lastOrderAt=NOON - 40 * DAY)
    for day in range(8, 15):
        for number in range(2):
            shop.put(f"orders/o{day}-{number}", placedAt=NOON - day * DAY, total=50.0)
    for number in range(30):
        shop.put(f"orders/early{number}", placedAt=NOON - 20 * DAY, total=50.0)
    shop.put("orders/big", placedAt=NOON - HOUR, total=5_000.0)
    shop.put("locations/l1", name="Main", licenseExpiresAt=NOON + 5 * DAY)
    shop.put("content/c1", title="Sale", status="pending_review", createdAt=NOON - 3 * DAY)
    shop.put("playbooks/p1", name="Prices")
    schedule = {"orgId": shop.id, "playbookId": "p1", "jobs": {}, "nextRunAt": NOON - HOUR}
    firestore().document(f"playbook_schedules/{shop.id}_p1").set(schedule)
    letter = {"orgId": shop.id, "playbookId": "p1", "status": "open", "createdAt": NOON - 2 * DAY, "error": "no"}
    firestore().document("dead_letters/d1").set(letter)
    made = shop.round()
    assert made is not None
    assert made.failed == ()
    found = {name: sorted(known) for name, known in shop.state()["findings"].items()}
    assert set(found) == {check.name for check in CHECKS}
    assert found["playbooks_not_run"] == ["dead:p1", f"late:p1:{(NOON - HOUR).isoformat()}"]
    assert found["price_changes"] == ["event:e1"]
    assert found["stock_outs"] == ["gone:green:Dear"]
    assert found["pricing_opportunities"] == ["action:a9"]
    assert found["order_anomalies"] == ["order:big"]
    assert len(shop.inbox()) == 15
    assert shop.round(HOUR) == Round(made.findings, 0, ())


def test_a_quiet_hour_reads_few_documents_and_writes_one(shop: Shop) -> None:
    for number in range(20):
        shop.item(f"item{number}", 50)
        shop.put(f"customers/c{number}", name="C", lastOrderAt=NOON - DAY)
    shop.round()
    with counted() as operations:
        shop.round(HOUR)
    assert operations.writes == [f"heartbeat_state/{shop.id}"]


def test_each_org_hears_of_its_own(shop: Shop) -> None:
    other = open_shop(shop.stack)
    shop.item("blue dream", 3)
    other.round()
    shop.round()
    assert len(shop.inbox()) == 1
    assert other.inbox() == []
    assert set(other.state()) == {"orgId", "findings", "waiting", "checkedAt", "dailyOn"}


def test_orgs_that_are_gone_paused_or_malformed_are_passed_over(shop: Shop) -> None:
    paused = open_shop(shop.stack, status="suspended")
    malformed = open_shop(shop.stack, timezone="Mars/Olympus")
    assert [check_org(one, NOON) for one in ("org_nowhere", paused.id, malformed.id)] == [None, None, None]


def test_a_state_that_cannot_be_understood_is_begun_anew(shop: Shop) -> None:
    shop.item("blue dream", 3)
    firestore().document(f"heartbeat_state/{shop.id}").set({"findings": "many"})
    assert shop.round() == Round(1, 1, ())
    assert shop.round(HOUR) == Round(1, 0, ())


@pytest.fixture
def quiet_queue(shop: Shop) -> Iterator[str]:
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", QUEUE)
    clients.tasks().pause_queue(name=parent)
    clients.tasks().purge_queue(name=parent)
    yield parent
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


def test_every_active_org_gets_one_task_an_hour(
    shop: Shop, quiet_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanning, "PAGE", 2)
    others = [open_shop(shop.stack) for _ in range(3)]
    open_shop(shop.stack, status="suspended")
    statusless = open_shop(shop.stack, status=None)
    # Names of tasks that lately were there are spent, so each run of this test has an hour of its own.
    hour = datetime.now(UTC).replace(minute=17)
    assert fan_out(hour) == fanning.FannedOut(orgs=5, enqueued=5)
    assert fan_out(hour + timedelta(minutes=20)) == fanning.FannedOut(orgs=5, enqueued=0)
    names = {task.name.rpartition("/")[2] for task in clients.tasks().list_tasks(parent=quiet_queue)}
    start = hour.replace(minute=0, second=0, microsecond=0)
    assert names == {task_name(one.id, start) for one in (shop, statusless, *others)}
    assert fan_out(hour + HOUR).enqueued == 5


def call(handler: Callable[[flask.Request], flask.Response], body: Any, **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with flask.Flask("door").test_request_context("/", method="POST", json=body, headers=named) as context:
        answer = handler(context.request)
        return answer.status_code, answer.get_json()


TASK = {"X_CloudTasks_QueueName": QUEUE, "X_CloudTasks_TaskName": "t1"}


def test_the_round_of_an_org_is_a_private_door(shop: Shop) -> None:
    shop.item("blue dream", 3)
    eta = str(NOON.timestamp() + 10 * 365 * DAY.total_seconds())
    assert call(check_org_door, {"orgId": shop.id})[0] == 403
    assert call(check_org_door, {"orgId": 7}, **TASK)[0] == 422
    assert call(check_org_door, {"orgId": "org_nowhere"}, **TASK) == (200, {"skipped": True})
    made = call(check_org_door, {"orgId": shop.id}, **TASK, X_CloudTasks_TaskETA=eta)
    assert made == (200, {"findings": 1, "told": 1, "failed": []})
    assert shop.state()["checkedAt"].timestamp() >= float(eta)


def test_a_round_that_must_be_made_again_answers_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(loading._READERS, Section.ITEMS, _raising(unavailable()))
    assert call(check_org_door, {"orgId": shop.id}, **TASK)[0] == 503


def test_the_hourly_call_is_the_schedulers(shop: Shop, quiet_queue: str) -> None:
    assert call(heartbeat, None)[0] == 403
    status, answer = call(heartbeat, None, X_CloudScheduler="true")
    assert (status, answer["orgs"]) == (200, 1)
