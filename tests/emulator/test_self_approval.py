"""Nobody decides what a run asks or suggests who wrote its playbook, changed it, fired it or asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.api.errors import ForbiddenError
from shared.decisions import approvals
from shared.decisions import suggestion_store as decision_store
from shared.decisions.approvals import ApprovalStatus
from shared.decisions.suggestions import Decision
from shared.documents.suggestions import SuggestionStatus
from shared.gcp import clients
from shared.playbooks.models import EventTrigger
from shared.runs import control, wake
from shared.runs.dispatch import dispatch_all
from shared.runs.parts import PinnedUser
from shared.runs.record import Execution
from shared.triggers.events import DomainEvent, parse_domain_event
from shared.triggers.inventory import events_of_change
from shared.triggers.listeners import replace, wanted
from shared.waiting import past_events
from tests.emulator.executions import ORG, clock_in, documents, execution, put_org, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

ASK = {"id": "ask", "action": "wait_for_approval", "params": {"title": "Lower the price?"}}
SUGGEST = {
    "id": "suggest",
    "action": "create_pricing_suggestion",
    "params": {"itemId": "i1", "suggestedPrice": 36, "reason": "They are cheaper."},
}
ON_EVENT = {"type": "event", "id": "counted", "eventName": "shelf.counted"}


def approve(by: str) -> None:
    (found,) = clients.firestore().collection(approvals.COLLECTION).stream()
    wake.decide(found.id, org_id=ORG, by=by, status=ApprovalStatus.APPROVED, comment=None, clock=clock_in(0))


def waiting(**cause: Any) -> Execution:
    """A run that asks, of a playbook that `author` has written and `editor` has changed."""
    put_playbook("asks", [ASK], ownerId="author", lastEditedBy="editor", triggers=[ON_EVENT])
    started = start("asks", **{"user": PinnedUser(), **cause}).execution_id
    assert run(started) == "waiting"
    return execution(started)


def assert_undecided(asked: Execution, *people: str) -> None:
    """None of them may decide; somebody else may."""
    for person in people:
        with pytest.raises(ForbiddenError):
            approve(by=person)
    approve(by="colleague")
    assert run(asked.id, later=1) == "completed"


def test_who_wrote_changed_or_asked_does_not_decide() -> None:
    asked = waiting(user=PinnedUser(id="asker"), requested_by="asker")
    assert (asked.requested_by, asked.edited_by) == ("asker", "editor")
    assert_undecided(asked, "asker", "author", "editor")


def test_an_author_who_is_not_an_owner_does_not_decide() -> None:
    put_playbook("asks", [ASK], lastEditedBy="author")
    started = start("asks", user=PinnedUser()).execution_id
    assert run(started) == "waiting"
    assert_undecided(execution(started), "author")


def test_who_wrote_the_event_does_not_decide() -> None:
    put_playbook("asks", [ASK], ownerId="author", triggers=[ON_EVENT])
    trigger = EventTrigger.model_validate(ON_EVENT)
    replace({}, wanted(ORG, "asks", [trigger], {}))
    dispatch_all([parse_domain_event(ORG, "ev1", {"name": "shelf.counted", "data": {}, "createdBy": "firer"})])
    (found,) = documents("playbook_executions")
    assert found["firedBy"] == "firer"
    (started,) = clients.firestore().collection("playbook_executions").stream()
    assert run(started.id) == "waiting"
    assert_undecided(execution(started.id), "firer", "author")


def test_who_wrote_an_event_that_the_run_waited_for_does_not_decide() -> None:
    step = {"id": "wait", "action": "wait_for_event", "params": {"eventName": "shelf.counted"}}
    put_playbook("asks", [step, ASK], ownerId="author")
    started = start("asks", user=PinnedUser()).execution_id
    assert run(started) == "waiting"
    source = {"executionId": "e0", "causedBy": ["publisher"]}
    fields = {"name": "shelf.counted", "data": {}, "createdBy": "firer", "source": source}
    clients.firestore().document(f"tenants/{ORG}/events/ev1").set(fields)
    dispatch_all([parse_domain_event(ORG, "ev1", fields)])
    assert run(started, later=1) == "waiting"
    for person in ("author", "firer", "publisher"):
        with pytest.raises(ForbiddenError):
            approve(by=person)
    approve(by="colleague")
    assert run(started, later=2) == "completed"


def low_stock(writer: dict[str, Any]) -> DomainEvent:
    item = {"name": "Blue Dream", "quantity": 10, "reorderPoint": 5}
    (event,) = events_of_change(ORG, "i1", item, {**item, "quantity": 2, **writer}, "2026-11-29T00:00:00Z")
    return event


@pytest.mark.parametrize("comes", ["before", "meanwhile"])
def test_who_changed_an_item_that_the_run_waited_for_does_not_decide(comes: str) -> None:
    wait = {"id": "wait", "action": "wait_for_event", "params": {"eventName": "inventory.low_stock"}}
    put_playbook("asks", [wait, ASK], ownerId="author")
    started = start("asks", user=PinnedUser()).execution_id
    if comes == "meanwhile":
        assert run(started) == "waiting"
    event = low_stock({"lastEditedBy": "firer"})
    past_events.keep([event], clock_in(5).now())
    dispatch_all([event])
    assert run(started, later=1) == "waiting"
    assert_undecided(execution(started), "author", "firer")


def test_who_fired_what_a_run_waited_for_stands_behind_what_it_does_next() -> None:
    wait = {"id": "wait", "action": "wait_for_event", "params": {"eventName": "inventory.low_stock"}}
    publish = {"id": "tell", "action": "publish_event", "params": {"name": "shelf.counted"}}
    put_playbook("publishes", [wait, publish], lastEditedBy="author")
    started = start("publishes", user=PinnedUser()).execution_id
    assert run(started) == "waiting"
    for _ in range(2):  # told twice
        dispatch_all([low_stock({"updatedBy": {"executionId": "e0", "causedBy": ["changer"]}})])
    assert run(started, later=1) == "completed"
    (event,) = clients.firestore().collection(f"tenants/{ORG}/events").stream()
    assert parse_domain_event(ORG, event.id, event.to_dict() or {}).caused_by == ("author", "changer")


def test_who_changed_an_item_fired_its_events() -> None:
    item = {"name": "Blue Dream", "quantity": 10, "reorderPoint": 5}
    low = {**item, "quantity": 2}
    (by_hand,) = events_of_change(ORG, "i1", item, {**low, "lastEditedBy": "firer"}, "v1")
    assert (by_hand.fired_by, by_hand.caused_by) == ("firer", ())
    step = {"executionId": "e0", "depth": 0, "causedBy": ["author"]}
    (by_run,) = events_of_change(ORG, "i1", item, {**low, "lastEditedBy": "firer", "updatedBy": step}, "v1")
    assert (by_run.fired_by, by_run.caused_by) == (None, ("author",))


def test_who_stands_behind_the_run_that_published_the_event_does_not_decide() -> None:
    publish = {"id": "tell", "action": "publish_event", "params": {"name": "shelf.counted"}}
    put_playbook("publishes", [publish], lastEditedBy="publisher")
    assert run(start("publishes", user=PinnedUser(id="asker")).execution_id) == "completed"
    (event,) = clients.firestore().collection(f"tenants/{ORG}/events").stream()
    parsed = parse_domain_event(ORG, event.id, event.to_dict() or {})
    assert set(parsed.caused_by) == {"publisher", "asker"}


def test_who_stands_behind_a_run_stands_behind_those_that_it_starts() -> None:
    put_playbook("asks", [ASK])
    nested = {"id": "more", "action": "run_playbook", "params": {"playbookId": "asks"}}
    put_playbook("starts", [nested], lastEditedBy="editor")
    parent = start("starts", user=PinnedUser(id="asker")).execution_id
    run(parent)
    (child,) = (
        one.id for one in clients.firestore().collection("playbook_executions").stream() if one.id != parent
    )
    assert run(child) == "waiting"
    assert_undecided(execution(child), "editor", "asker")


def test_who_sends_a_run_back_does_not_decide() -> None:
    broken = {"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}}
    put_playbook("asks", [broken, ASK], lastEditedBy="editor")
    started = start("asks", user=PinnedUser()).execution_id
    assert run(started) == "failed"
    found = control.find_execution(started)
    control.replay(found, clock_in(0), by="helper")
    assert execution(started).caused_by == ["editor", "helper"]


def test_a_run_that_acts_for_nobody_does_not_ask() -> None:
    put_org(ownerEmail=None)
    put_playbook("asks", [ASK])
    started = start("asks", user=PinnedUser()).execution_id
    assert run(started) == "failed"
    assert "acts for nobody" in (execution(started).status_reason or "")
    assert not documents(approvals.COLLECTION)


def test_a_run_of_nobodys_playbook_acts_for_the_orgs_owner() -> None:
    put_playbook("asks", [ASK])
    started = start("asks", user=PinnedUser()).execution_id
    assert run(started) == "waiting"
    assert execution(started).user.email == "owner@runs.example"


def test_what_a_run_suggested_is_decided_by_somebody_else() -> None:
    item = {"name": "Blue Dream", "price": 40, "quantity": 3}
    clients.firestore().document(f"tenants/{ORG}/inventory/i1").set(item)
    put_playbook("suggests", [SUGGEST], lastEditedBy="editor")
    assert run(start("suggests", user=PinnedUser(id="asker")).execution_id) == "completed"
    (made,) = clients.firestore().collection(f"tenants/{ORG}/pricing_suggestions").stream()

    def approved(by: str) -> Any:
        decision = Decision(SuggestionStatus.APPROVED, by, clock_in(0).now())
        return decision_store.decide(ORG, "pricing_suggestions", made.id, decision)

    for person in ("editor", "asker"):
        with pytest.raises(ForbiddenError):
            approved(person)
    assert approved("colleague")["status"] == "approved"
