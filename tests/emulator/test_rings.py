"""Playbooks that set one another going in a ring come to an end, whichever way they do it."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.runs.dispatch import dispatch_all
from shared.runs.fair.chains import MOST_OF_ONE
from shared.runs.start import MAX_DEPTH
from shared.triggers.events import DomainEvent
from shared.triggers.inventory import events_of_change
from tests.emulator.executions import ORG, documents, execution, put_playbook, run, start
from tests.emulator.rings import depths, go_on_until_nothing_waits, last_run, put_listening, queued

pytestmark = pytest.mark.usefixtures("quiet_queues")


def test_a_ring_of_published_events_ends() -> None:
    put_listening("ring", "ring.turned", [{"action": "publish_event", "params": {"name": "ring.turned"}}])
    dispatch_all([DomainEvent(ORG, "ring.turned", "from-outside")])
    go_on_until_nothing_waits()
    assert depths() == list(range(MOST_OF_ONE))
    (notice,) = (one for one in documents("inbox_notifications") if "kept starting itself" in one["title"])
    assert "ran 3 times in one chain of runs and events (ring → ring → ring → ring)" in notice["body"]
    assert notice["playbookId"] == "ring"


def test_a_long_ring_ends_by_its_depth() -> None:
    for number in range(MAX_DEPTH):
        follow = [{"action": "publish_event", "params": {"name": f"ring.n{(number + 1) % MAX_DEPTH}"}}]
        put_listening(f"p{number}", f"ring.n{number}", follow)
    dispatch_all([DomainEvent(ORG, "ring.n0", "from-outside")])
    go_on_until_nothing_waits()
    assert depths() == list(range(MAX_DEPTH + 1))


def test_a_ring_through_run_playbook_and_an_event_ends() -> None:
    put_playbook("starter", [{"action": "publish_event", "params": {"name": "ring.turned"}}])
    put_listening("ring", "ring.turned", [{"action": "run_playbook", "params": {"playbookId": "starter"}}])
    start("starter", "e0")
    go_on_until_nothing_waits()
    assert depths() == list(range(2 * MOST_OF_ONE))
    assert execution(last_run()).ancestors == ["starter", "ring"] * 2 + ["starter"]


def test_a_playbook_that_changes_the_price_whose_change_it_listens_to_ends(quiet_queues: Stack) -> None:
    item = clients.firestore().document(f"tenants/{ORG}/inventory/i1")
    item.set({"name": "Blue Dream", "price": 40, "quantity": 5})
    step = {"collection": "inventory", "id": "i1", "increment": {"price": 1}}
    put_listening("dearer", "inventory.price_changed", [{"action": "update_document", "params": step}])
    before = item.get().to_dict()
    item.update({"price": 41})
    for turn in range(MAX_DEPTH + 5):
        after = item.get().to_dict()
        dispatch_all(events_of_change(ORG, "i1", before, after, str(turn)))
        before = after
        waiting = queued()
        for execution_id in waiting:
            assert run(execution_id) == "completed"
    assert depths() == list(range(MOST_OF_ONE))
