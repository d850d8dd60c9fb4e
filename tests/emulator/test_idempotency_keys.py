"""A caller's key: one run for one request, and another one only where that has failed and the caller says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.errors import ConflictError, NotFoundError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import asking
from shared.runs.asking import start_keyed
from shared.runs.outputs import event_of
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import KeyReusedError, Started
from tests.emulator.executions import ORG, SET, documents, execution, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

BROKEN = {"id": "set", "action": "set", "params": {"values": {"x": "{{event.nothing}}"}}}


def ask(key: str, said: str = "a", *, reuse_failed: bool = False, text: str = "") -> Started:
    request = StartRequest(
        org_id=ORG,
        playbook_id="p",
        trigger=TriggerRef(type="manual"),
        event_data={"text": text},
        user=PinnedUser(id="u1"),
        fingerprint=said,
    )
    return start_keyed(request, key, reuse_failed=reuse_failed, clock=Clock())


def test_two_long_keys_are_two_runs() -> None:
    put_playbook("p", [SET])
    first, second = (ask("k" * 254 + letter) for letter in "ab")
    assert first.execution_id != second.execution_id


def test_the_key_of_another_request_is_refused() -> None:
    put_playbook("p", [SET])
    first = ask("k", "a", text="y" * 150_000)
    assert ask("k", "a", text="y" * 150_000).execution_id == first.execution_id
    with pytest.raises(KeyReusedError, match="used with another request"):
        ask("k", "b", text="z" * 150_000)
    with pytest.raises(KeyReusedError):
        ask("k", "b", reuse_failed=True)
    assert event_of(execution(first.execution_id)) == {"text": "y" * 150_000}
    assert len(documents("playbook_executions")) == 1


def test_the_key_has_the_same_answer_when_the_playbook_cannot_be_run_any_more() -> None:
    put_playbook("p", [SET])
    first = ask("k")
    put_playbook("p", [SET], status="archived")
    assert ask("k").execution_id == first.execution_id
    with pytest.raises(ConflictError, match="archived"):
        ask("another")
    clients.firestore().document(f"tenants/{ORG}/playbooks/p").delete()
    assert ask("k").execution_id == first.execution_id
    with pytest.raises(NotFoundError):
        ask("another")
    assert len(documents("playbook_executions")) == 1


def test_a_failed_runs_key_is_used_again_by_saying_so() -> None:
    put_playbook("p", [BROKEN])
    first = ask("k")
    assert run(first.execution_id) == "failed"
    assert ask("k") == Started(first.execution_id, execution(first.execution_id).status, created=False)

    put_playbook("p", [SET])
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: ask("k", "b", reuse_failed=True), range(4)))
    assert len({started.execution_id for started in again}) == 1
    assert sum(started.created for started in again) == 1
    assert again[0].execution_id != first.execution_id
    assert run(again[0].execution_id) == "completed"

    assert ask("k", "b", reuse_failed=True).execution_id == again[0].execution_id
    with pytest.raises(KeyReusedError):
        ask("k", "c", reuse_failed=True)


def test_without_saying_so_the_key_leads_to_the_newest_of_its_runs() -> None:
    put_playbook("p", [BROKEN])
    runs = []
    for _ in range(3):
        runs.append(ask("k", reuse_failed=True).execution_id)
        assert run(runs[-1]) == "failed"
    assert len(set(runs)) == 3
    assert ask("k").execution_id == runs[-1]


def test_a_key_is_not_used_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MAX_USES", 2)
    put_playbook("p", [BROKEN])
    for _ in range(2):
        assert run(ask("k", reuse_failed=True).execution_id) == "failed"
    with pytest.raises(ConflictError, match="expected a new key"):
        ask("k", reuse_failed=True)


def test_no_key_takes_the_place_of_a_run_that_a_step_starts() -> None:
    put_playbook("p", [SET])
    nested = {
        "id": "more",
        "action": "run_playbook",
        "params": {"playbookId": "p", "eventData": {"text": "theirs"}},
    }
    put_playbook("starts", [nested])
    parent = start("starts").execution_id
    mine = ask(f"{parent}:more", text="mine")
    assert run(parent) == "completed"
    (child,) = (one for one in documents("playbook_executions") if one["trigger"].get("id") == "starts")
    assert child["depth"] == 1
    assert event_of(execution(mine.execution_id))["text"] == "mine"
    assert len(documents("playbook_executions")) == 3
