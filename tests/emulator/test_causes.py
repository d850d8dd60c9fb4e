"""A tree of runs and events ends at its tier's limit, however wide it is; what it goes back to is passed on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.billing import causes
from shared.billing.causes import Cause, CauseLimitError, create_counted
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.dead_letters import DeadLetterMessage, receive
from shared.runs.dispatch import dispatch_all
from shared.runs.parts import TriggerRef
from shared.triggers.events import DomainEvent
from shared.triggers.inventory import events_of_change
from tests.emulator.executions import ORG, SET, documents, execution, put_org, put_playbook, run, start
from tests.emulator.rings import go_on_until_nothing_waits, put_listening, queued

pytestmark = pytest.mark.usefixtures("quiet_queues")

STARTER = 100
ITSELF_THIRTY_TIMES = {
    "id": "each",
    "action": "for_each",
    "params": {
        "items": list(range(30)),
        "steps": [{"action": "run_playbook", "params": {"playbookId": "storm"}}],
    },
}
TWICE: list[dict[str, Any]] = [
    {"id": name, "action": "publish_event", "params": {"name": "ring.turned"}} for name in ("one", "two")
]


def told() -> list[str]:
    return [one["title"] for one in documents("inbox_notifications") if "too many others" in one["title"]]


def roots() -> set[str]:
    return {one["rootCause"] for one in documents("playbook_executions")}


def put_neighbor() -> str:
    """Another org, whose playbook `p` starts its playbook `q`; its id."""
    org = clients.firestore().document("tenants/org_next_door")
    org.set({"name": "Next door", "tierId": "starter"})
    start_q = {"id": "go", "action": "run_playbook", "params": {"playbookId": "q"}}
    for name, steps in {"p": [start_q], "q": [SET]}.items():
        org.collection("playbooks").document(name).set(
            {"name": name, "status": "active", "triggers": [], "steps": steps}
        )
    return str(org.id)


def test_a_playbook_that_starts_itself_thirty_times_ends_at_the_limit_and_the_next_org_has_its_own() -> None:
    put_org(tierId="starter")
    put_playbook("storm", [ITSELF_THIRTY_TIMES])
    neighbor = put_neighbor()
    start("storm", "e0")
    start("p", "next", org_id=neighbor)
    go_on_until_nothing_waits()
    everything = documents("playbook_executions")
    runs = [one for one in everything if one["orgId"] == ORG]
    assert len(runs) == STARTER + 1
    assert {one["rootCause"] for one in runs} == {"e0"}
    of_neighbor = [(one["status"], one["rootCause"]) for one in everything if one["orgId"] == neighbor]
    assert of_neighbor == [("completed", "next")] * 2
    assert told() == ["Stopped: one run or event started too many others"]
    failed = [one for one in runs if one["status"] == "failed"]
    assert all(one["failureTold"] for one in failed)
    refused = [one for one in failed if "100 others" in one["statusReason"]]
    assert all("the most on starter; upgrade to growth for 500" in one["statusReason"] for one in refused)
    assert {one["attempt"] for one in refused} == {1}, "no ladder: it cannot get better by itself"


def test_a_run_that_the_limit_ended_has_a_dead_letter_and_tells_nobody_once_more() -> None:
    put_org(tierId="starter")
    put_playbook("storm", [ITSELF_THIRTY_TIMES], onFailure={"sms": True})
    start("storm", "e0")
    Cause(ORG, "e0", "starter").reference().set({"used": STARTER})
    assert run("e0") == "failed"
    receive(DeadLetterMessage(execution_id="e0", org_id=ORG, playbook_id="storm", error="?", attempts=1), Clock())
    (letter,) = documents("dead_letters")
    assert "100 others, the most on starter" in letter["error"]
    assert [one["title"] for one in documents("inbox_notifications")] == told()
    assert documents("alert_deliveries") == []


def test_one_event_and_a_playbook_that_publishes_what_it_listens_to_twice_ends_at_the_limit() -> None:
    put_org(tierId="starter")
    for name in ("ring", "circle"):
        put_listening(name, "ring.turned", TWICE)
    dispatch_all([DomainEvent(ORG, "ring.turned", "from-outside")])
    go_on_until_nothing_waits()
    events = documents(f"tenants/{ORG}/events")
    of_its_own = 2
    assert len(documents("playbook_executions")) + len(events) == STARTER + of_its_own
    assert roots() == {"from-outside"}
    assert len(told()) == 1


def test_a_child_that_is_asked_for_again_counts_once() -> None:
    put_playbook("child", [SET])
    put_playbook("p", [{"id": "go", "action": "run_playbook", "params": {"playbookId": "child"}}])
    start("p", "e1")
    run("e1")
    for _ in range(3):
        start("child", "again", trigger=TriggerRef(type="agent"), root_cause="e1", depth=1)
    (budget,) = documents(causes.COLLECTION)
    assert (budget["used"], budget["rootCause"], budget["orgId"]) == (2, "e1", ORG)


def test_one_that_is_there_already_is_found_when_the_budget_is_used_up() -> None:
    put_org(tierId="starter")
    put_playbook("child", [SET])
    start("child", "c1", trigger=TriggerRef(type="agent"), root_cause="e1", depth=1)
    Cause(ORG, "e1", "starter").reference().update({"used": STARTER})
    assert start("child", "c1", trigger=TriggerRef(type="agent"), root_cause="e1", depth=1).created is False
    with pytest.raises(CauseLimitError):
        start("child", "c2", trigger=TriggerRef(type="agent"), root_cause="e1", depth=1)


def test_of_many_at_once_no_more_stay_than_the_limit_and_the_count_says_so() -> None:
    cause = Cause(ORG, "e1", "starter")
    cause.reference().set({"used": STARTER - 5})
    events = clients.firestore().collection(f"tenants/{ORG}/events")

    def create(number: int) -> bool:
        try:
            created = create_counted(cause, events.document(str(number)), {"name": "a.b"}, Clock().now())
        except CauseLimitError:
            return False
        return created is not None

    with ThreadPoolExecutor(12) as pool:
        created = list(pool.map(create, range(24)))
    assert sum(created) == len(documents(f"tenants/{ORG}/events")) <= 5
    assert (cause.reference().get().to_dict() or {})["used"] == STARTER - 5 + sum(created)


def test_a_run_that_was_refused_goes_on_after_an_upgrade() -> None:
    put_org(tierId="starter")
    put_playbook("child", [SET])
    put_playbook("p", [{"id": "go", "action": "run_playbook", "params": {"playbookId": "child"}}])
    start("p", "e1")
    Cause(ORG, "e1", "starter").reference().set({"used": STARTER})
    assert run("e1") == "failed"
    put_org(tierId="growth")
    control.replay(control.find_execution("e1"), Clock())
    assert run("e1", replay=1) == "completed"


def test_what_a_step_writes_to_the_inventory_passes_its_cause_on() -> None:
    item = clients.firestore().document(f"tenants/{ORG}/inventory/i1")
    item.set({"name": "Blue Dream", "price": 40, "quantity": 5})
    step = {"collection": "inventory", "id": "i1", "increment": {"price": 1}}
    put_playbook("dearer", [{"action": "update_document", "params": step}])
    put_listening("follows", "inventory.price_changed", [SET])
    before = item.get().to_dict()
    start("dearer", "e0")
    run("e0")
    dispatch_all(events_of_change(ORG, "i1", before, item.get().to_dict(), "v2"))
    (following,) = queued()
    assert execution(following).root_cause == "e0"
    assert execution("e0").root_cause == "e0"
