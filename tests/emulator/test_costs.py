"""What runs cost and what the org's month says: the same sum, whatever is retried, doubled, killed or sent back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from google.api_core.exceptions import ServiceUnavailable

from local.stack.running import Stack
from shared.billing import ledger, roll_up
from shared.billing.months import month_path, period
from shared.billing.prices import UNIT_PRICES
from shared.gcp import clients, direct_calls
from shared.gcp.clock import Clock
from shared.runs import control, store
from shared.runs.dry_run import dry_run
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from tests.emulator import executions
from tests.emulator.costly_runs import (
    GENERATE,
    LEASE_AND_MORE,
    MAIL,
    SUMMARY,
    costly_org,
    model_calls,
    month,
    plain_run,
    quantities,
    require_balanced,
    runs,
)
from tests.emulator.executions import (
    clock_in,
    documents,
    execution,
    mails,
    put_playbook,
    run,
    start,
)
from tests.harness.killing import Executioner, Killed, killing


@pytest.fixture(autouse=True)
def console(quiet_queues: Stack) -> Iterator[httpx.Client]:
    with costly_org(quiet_queues) as console:
        yield console


def test_a_run_costs_its_two_calls_and_its_mail(console: httpx.Client) -> None:
    done = plain_run()
    assert model_calls(console) == 2
    assert quantities("plain")["email"] == 1
    by_step = {result.step_id: result.cost_usd for result in done.step_results}
    assert by_step["mail"] == float(UNIT_PRICES["email"])
    assert by_step["write"] > 0
    assert by_step["sum"] > 0
    assert by_step["last"] == 0
    require_balanced()


def test_what_fails_for_a_while_is_paid_once(quiet_queues: Stack, console: httpx.Client) -> None:
    cost = plain_run().cost_usd
    for provider in ("mailjet", "anthropic"):
        for status in (503, 0):
            execution_id = f"{executions.ORG}-{provider}-{status}"
            body = {"provider": provider, "status": status, "times": 1}
            console.post("/api/faults", json=body).raise_for_status()
            start("costs", execution_id)
            assert run(execution_id) == "retrying"
            assert month() == pytest.approx(sum(one.billed_usd for one in runs()))
            assert run(execution_id) == "ensured"
            assert run(execution_id, attempt=2, later=6) == "completed"
            assert execution(execution_id).cost_usd == pytest.approx(cost)
            assert mails(quiet_queues, execution_id) == 1
    require_balanced()


def test_a_second_delivery_at_every_save_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = plain_run().cost_usd
    start("costs", "doubled")
    write, inside = store.update, False

    def update(*args: Any, **kwargs: Any) -> None:
        nonlocal inside
        write(*args, **kwargs)
        if not inside:
            inside = True
            run("doubled")
            inside = False

    monkeypatch.setattr(store, "update", update)
    assert deliver(Delivery("doubled", 1, fresh=True), Clock()) == "completed"
    assert run("doubled", later=LEASE_AND_MORE) == "ignored"
    assert execution("doubled").cost_usd == pytest.approx(cost)
    require_balanced()


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "before its answer"])
def test_a_death_at_any_call_of_firestore_bills_the_run_once(quiet_queues: Stack, after: bool) -> None:
    cost = plain_run().cost_usd
    deaths = 0
    while True:
        execution_id = f"{executions.ORG}-{deaths + 1}"
        start("costs", execution_id)
        executioner = Executioner(deaths + 1, after=after)
        try:
            with killing(executioner):
                run(execution_id)
        except Killed:
            deaths += 1
        else:
            break
        for again in range(1, 4):
            if run(execution_id, later=again * LEASE_AND_MORE) in ("completed", "ignored"):
                break
        assert execution(execution_id).status == "completed"
        assert quantities(execution_id)["email"] == 1
        # A dead process's calls of a model are asked again, and only what is known is billed.
        assert execution(execution_id).cost_usd == pytest.approx(cost)
        assert mails(quiet_queues, execution_id) == 1
        require_balanced()
    assert deaths >= 6


def test_a_commit_whose_answer_got_lost_is_made_again_and_bills_once(quiet_queues: Stack) -> None:
    """A commit is made again by itself, where its connection breaks before the answer."""
    cost = plain_run().cost_usd
    api, direct, commits = clients.firestore()._firestore_api, direct_calls.call, 1
    while True:
        execution_id, count = f"{executions.ORG}-lost-{commits}", 0
        start("costs", execution_id)
        commit = api.commit

        def twice(*args: Any, at: int = commits, call: Any = commit, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                call(*args, **kwargs)
            return call(*args, **kwargs)

        def lost(channel: Any, method: Any, *args: Any, at: int = commits) -> Any:
            nonlocal count
            answer = direct(channel, method, *args)
            count += method.path.endswith("/Commit")
            if count == at and method.path.endswith("/Commit"):
                raise ServiceUnavailable("the answer got lost")  # type: ignore[no-untyped-call]
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(api, "commit", twice)
            patch.setattr(direct_calls, "call", lost)
            run(execution_id)
        run(execution_id, later=LEASE_AND_MORE)
        assert execution(execution_id).status == "completed"
        assert execution(execution_id).cost_usd == pytest.approx(cost)
        assert mails(quiet_queues, execution_id) == 1
        require_balanced()
        if count < commits:
            break
        commits += 1
    assert commits > 3


def test_a_run_that_is_sent_back_pays_for_the_rest_only(console: httpx.Client) -> None:
    cost = plain_run().cost_usd
    console.post("/api/faults", json={"provider": "mailjet", "status": 400, "times": 1}).raise_for_status()
    start("costs", "dead")
    assert run("dead") == "failed"
    paid = execution("dead").cost_usd
    assert 0 < paid < cost
    require_balanced()
    stored = store.read("dead")
    assert stored is not None
    control.replay(stored, clock_in(1))
    assert run("dead", replay=1, later=2) == "completed"
    assert run("dead", replay=1, later=3) == "ignored"
    assert execution("dead").cost_usd == pytest.approx(cost)
    require_balanced()


def test_a_run_that_waits_is_billed_once_whether_it_ends_or_is_cancelled() -> None:
    put_playbook("waits", [GENERATE, {"id": "wait", "action": "wait", "params": {"hours": 1}}, MAIL])
    for execution_id in ("cancelled", "woken"):
        start("waits", execution_id)
        assert run(execution_id) == "waiting"
        assert execution(execution_id).cost_usd > 0
    require_balanced()
    for _ in range(2):
        control.cancel("cancelled", Clock())
    assert run("woken", later=3_601) == "completed"
    assert quantities("cancelled").keys() == {"model", "ai_session"}
    assert quantities("woken").keys() == {"model", "ai_session", "email"}
    require_balanced()


def test_steps_in_steps_are_billed_each_once_also_where_one_of_them_is_retried(console: httpx.Client) -> None:
    each = {"items": [1, 2, 3, 4], "concurrency": 4, "steps": [GENERATE, MAIL]}
    put_playbook("nested", [{"id": "each", "action": "for_each", "params": each}, SUMMARY])
    console.post("/api/faults", json={"provider": "mailjet", "status": 503, "times": 2}).raise_for_status()
    start("nested", "nested")
    assert run("nested") == "retrying"
    assert run("nested", attempt=2, later=6) == "completed"
    assert quantities("nested")["email"] == 4
    assert model_calls(console) == 5
    assert month() == pytest.approx(execution("nested").cost_usd)


def test_a_dry_run_asks_no_model_and_costs_the_month_nothing(console: httpx.Client) -> None:
    request = StartRequest(org_id=executions.ORG, playbook_id="costs", trigger=TriggerRef(type="manual"))
    assert dry_run(request, Clock())["costUsd"] == float(UNIT_PRICES["email"])
    assert model_calls(console) == 0
    assert documents("usage") == []


def test_the_months_document_says_the_sum_of_the_runs() -> None:
    for number in range(5):
        plain_run(f"run-{number}")
    exact = sum(Decimal(str(one.cost_usd)) for one in runs())
    assert ledger.spent(executions.ORG, "UTC", Clock().now()) == exact
    for number in range(2):
        now = Clock().now()
        roll_up.roll_up(executions.ORG, period("UTC", now), number, now, lambda *_: roll_up.ExtraWrites())
        document = clients.firestore().document(month_path(executions.ORG, period("UTC", now))).get().to_dict()
        assert document is not None
        assert document["costUsd"] == float(exact)
        assert document["emailsUsed"] == 5
        assert document["aiSessionsUsed"] == 5
    assert ledger.spent(executions.ORG, "UTC", Clock().now()) == exact
