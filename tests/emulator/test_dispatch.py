"""An event finds its listeners and starts each of their playbooks once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable

from functions.on_domain_event import on_domain_event
from local.stack.running import Stack
from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.logging import fields_of
from shared.runs.dispatch import dispatch
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener
from tests.emulator.firestore_events import document_event
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event

UNAVAILABLE = ServiceUnavailable("busy")  # type: ignore[no-untyped-call]


class Starter:
    """Notes what is to be started; fails for the playbooks that it is told to."""

    def __init__(self, failing: Mapping[str, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.started: dict[str, str | None] = {}

    def __call__(self, listener: Listener, event: DomainEvent, reason: str | None) -> str:
        if listener.playbook_id in self.failing:
            raise self.failing[listener.playbook_id]
        self.started[listener.playbook_id] = reason
        return f"run-of-{listener.playbook_id}"


@pytest.fixture
def listening(on_emulators: Stack) -> Callable[..., ScheduledPlaybook]:
    """Makes a playbook of the org `o1` that listens to `stock.low`."""

    def make(playbook_id: str, org_id: str = "o1", **trigger: Any) -> ScheduledPlaybook:
        playbook = ScheduledPlaybook(playbook_id, org_id)
        playbook.write(document(on_event("stock.low", **trigger)))
        playbook.reconcile()
        return playbook

    return make


def event(name: str = "stock.low", **data: Any) -> DomainEvent:
    return DomainEvent("o1", name, "e1", data)


def executions() -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in clients.firestore().collection("playbook_executions").stream()]


def test_every_listening_playbook_of_the_org_is_started(listening: Callable[..., ScheduledPlaybook]) -> None:
    listening("a")
    listening("b")
    listening("c", org_id="o2")
    start = Starter()
    assert sorted(dispatch(event(), start)) == ["run-of-a", "run-of-b"]
    assert start.started == {"a": None, "b": None}


def test_an_unknown_event_starts_nothing(listening: Callable[..., ScheduledPlaybook]) -> None:
    listening("a")
    start = Starter()
    assert dispatch(event("stock.high"), start) == []
    assert start.started == {}


def test_a_paused_playbook_is_not_started(listening: Callable[..., ScheduledPlaybook]) -> None:
    playbook = listening("a")
    playbook.reference.update({"status": "paused"})
    playbook.reconcile()
    assert dispatch(event(), Starter()) == []


@pytest.mark.parametrize(("category", "started"), [("flower", ["run-of-a"]), ("vape", [])])
def test_a_filter_decides(listening: Callable[..., ScheduledPlaybook], category: str, started: list[str]) -> None:
    listening("a", filter="{{event.category}} == 'flower'")
    assert dispatch(event(category=category), Starter()) == started


def test_a_filter_that_cannot_be_computed_is_a_skipped_run_with_the_reason(
    listening: Callable[..., ScheduledPlaybook],
) -> None:
    listening("a", filter="{{event.kategory}} == 'flower'")
    start = Starter()
    dispatch(event(category="flower"), start)
    assert "the trigger's filter cannot be computed: 'event.kategory' does not exist" in (start.started["a"] or "")


@pytest.mark.parametrize("failure", [TransientError("busy"), UNAVAILABLE])
def test_a_passing_failure_does_not_stop_the_others_and_is_retried(
    listening: Callable[..., ScheduledPlaybook], failure: Exception
) -> None:
    for playbook_id in ("a", "b", "c"):
        listening(playbook_id)
    start = Starter({"b": failure})
    with pytest.raises(TransientError, match=r"1 of the listeners to stock\.low could not be started: playbook_ev"):
        dispatch(event(), start)
    assert set(start.started) == {"a", "c"}


@pytest.mark.parametrize("failure", [NotFoundError("gone"), PermanentError("refused")])
def test_a_permanent_failure_does_not_stop_the_others(
    listening: Callable[..., ScheduledPlaybook], failure: Exception
) -> None:
    for playbook_id in ("a", "b", "c"):
        listening(playbook_id)
    assert sorted(dispatch(event(), Starter({"b": failure}))) == ["run-of-a", "run-of-c"]


def test_a_malformed_listener_does_not_stop_the_others(listening: Callable[..., ScheduledPlaybook]) -> None:
    listening("a")
    malformed = {"orgId": "o1", "eventName": "stock.low", "status": "active"}
    clients.firestore().document("playbook_event_listeners/broken").set(malformed)
    assert dispatch(event(), Starter()) == ["run-of-a"]


LISTENER_POISON: dict[str, dict[str, Any]] = {
    "playbook-number": {"playbookId": 7},
    "playbook-with-slash": {"playbookId": "a/b"},
    "playbook-null": {"playbookId": None},
    "trigger-list": {"triggerId": ["event"]},
    "filter-number": {"filter": 7},
    "filter-nonsense": {"filter": "{{" * 500},
}


def test_poisoned_listeners_and_waits_do_not_keep_an_event_from_the_others(
    listening: Callable[..., ScheduledPlaybook],
) -> None:
    listening("a")
    clients.firestore().document("tenants/o1").set({"name": "O"})
    sound = {"orgId": "o1", "eventName": "stock.low", "status": "active", "playbookId": "a"}
    waits: dict[str, dict[str, Any]] = {
        "execution-with-slash": {"executionId": "a/b"},
        "execution-number": {"executionId": 7},
        "match-text": {"match": "x"},
        "until-text": {"until": "soon"},
        "of-a-malformed-run": {"executionId": "malformed"},
    }
    clients.firestore().document("playbook_executions/malformed").set({"status": 7})
    for name, fields in LISTENER_POISON.items():
        clients.firestore().document(f"playbook_event_listeners/0-{name}").set(
            {**sound, "triggerId": name, **fields}
        )
    for name, fields in waits.items():
        wait = {
            "orgId": "o1",
            "eventName": "stock.low",
            "status": "waiting",
            "playbookId": "a",
            "stepId": "s",
            "executionId": "e",
            "since": datetime.now(UTC),
            "until": datetime.now(UTC) + timedelta(days=1),
        }
        clients.firestore().document(f"playbook_event_waits/{name}").set({**wait, **fields})
    for number in range(3):
        on_domain_event(document_event(f"tenants/o1/events/e{number}", None, {"name": "stock.low", "data": {}}))
    assert sum(run.get("playbookId") == "a" and run["status"] == "queued" for run in executions()) == 3
    named = {found.get("path") for found in clients.firestore().collection("quarantine").stream()}
    wanted = {f"playbook_event_listeners/0-{name}" for name in LISTENER_POISON if name != "filter-nonsense"}
    assert named >= wanted | {"playbook_event_waits/execution-with-slash"}


def test_an_event_document_delivered_twice_starts_one_execution(
    listening: Callable[..., ScheduledPlaybook],
) -> None:
    listening("a")
    told = document_event("tenants/o1/events/e1", None, {"name": "stock.low", "data": {"left": 2}})
    on_domain_event(told)
    on_domain_event(told)
    (execution,) = executions()
    assert execution["status"] == "queued"
    assert execution["trigger"] == {"type": "event", "id": "event", "eventId": "e1"}


def test_a_filter_that_cannot_be_computed_writes_a_skipped_execution(
    listening: Callable[..., ScheduledPlaybook],
) -> None:
    listening("a", filter="{{event.left}} < 'x'")
    on_domain_event(document_event("tenants/o1/events/e1", None, {"name": "stock.low", "data": {"left": 2}}))
    (execution,) = executions()
    assert execution["status"] == "skipped"
    assert "the trigger's filter cannot be computed" in execution["statusReason"]


def test_a_malformed_event_document_is_acknowledged_and_starts_nothing(
    listening: Callable[..., ScheduledPlaybook], caplog: pytest.LogCaptureFixture
) -> None:
    listening("a")
    on_domain_event(document_event("tenants/o1/events/e1", None, {"name": 7}))
    assert executions() == []
    (refusal,) = [line for line in caplog.records if line.message == "event cannot be used"]
    assert "events/e1: name: found a number" in str(fields_of(refusal)["reason"])


@pytest.mark.parametrize("fields", [{"name": "stock.low", "data": {"left": 2}}, {"name": 7}])
def test_an_event_goes_some_day_whoever_wrote_it_and_however_malformed(on_emulators: Stack, fields: Any) -> None:
    reference = clients.firestore().document("tenants/o1/events/e1")
    reference.set(fields)
    on_domain_event(document_event("tenants/o1/events/e1", None, fields))
    kept = reference.get().to_dict() or {}
    assert abs(kept.pop("expireAt") - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=10)
    assert abs(kept.pop("firedAt") - datetime.now(UTC)) < timedelta(minutes=10)
    assert kept == fields


def test_an_event_that_says_itself_when_it_goes_keeps_to_it(on_emulators: Stack) -> None:
    soon = datetime(2026, 12, 1, tzinfo=UTC)
    reference = clients.firestore().document("tenants/o1/events/e1")
    reference.set({"name": "stock.low", "expireAt": soon})
    on_domain_event(document_event("tenants/o1/events/e1", None, {"name": "stock.low", "expireAt": soon}))
    assert (reference.get().to_dict() or {})["expireAt"] == soon
