"""Every action of the catalog in a real run on the demo org: it completes, once, whoever delivers it how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID
from local.stack.running import Stack
from shared.decisions.approvals import ApprovalStatus
from shared.gcp.clock import Clock
from shared.runs import store, wake
from shared.runs.dry_run import dry_run
from shared.runs.outputs import value_of
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.steps.base import Action, Effect
from shared.steps.registry import action_modules, load_action
from shared.triggers.events import DomainEvent
from shared.waiting import event_waits
from shared.waiting.ids import wait_id
from tests.emulator.demo_runs import Demo, demo_org
from tests.emulator.executions import execution, run
from tests.harness.killing import Killed

ACTIONS = sorted(action_modules())
LOCAL: dict[str, dict[str, Any]] = {
    "http_request": {"url": "{console}/providers/slack/services/T0/B0/hook", "body": {"text": "Blue Dream"}},
    "track_competitor": {"menuUrl": "{console}/stores/higher-level-syracuse"},
}
"""Params that stand in for an example's where that names a place on the internet. `{console}` is the console's."""
AFTER: dict[str, tuple[str, ...]] = {
    "analyze_competitive_intelligence": ("scan_competitors",),
    "analyze_pricing": ("scan_competitors",),
    "price_history": ("scan_competitors",),
    "consume_competitive_actions": ("scan_competitors", "analyze_competitive_intelligence"),
    "diff_snapshots": ("scan_competitors",),
    "generate_competitor_report": ("scan_competitors", "analyze_pricing", "diff_snapshots"),
}
"""The steps whose outputs, or whose documents, an action reads."""
SENDS: dict[str, tuple[str, ...]] = {
    "http_request": ("slack",),
    "notify": ("email", "sms"),
    "save_to_drive": ("drive",),
    "send_email": ("email",),
    "send_sms": ("sms",),
    "slack_post": ("slack",),
}
"""What reaches a provider, by channel."""
ENDS_THE_RUN = {"stop"}
WAITS = {"wait": 7_201.0, "wait_for_approval": 1.0, "wait_for_event": 1.0}
"""How many seconds later the run goes on, once it has been woken."""
LEASE_AND_MORE = 90.0
MAIL = {"id": "mail", "action": "send_email", "params": {"to": "a@b.example", "subject": "S", "text": "T"}}

RUN_AT_ONCE = [name for name in ACTIONS if name != "send_campaign"]
"""A campaign goes out in tasks of its own, whose deliveries `test_campaigns.py` doubles, kills and reorders."""

each_action = pytest.mark.parametrize("name", ACTIONS)
each_run_at_once = pytest.mark.parametrize("name", RUN_AT_ONCE)


@pytest.fixture(scope="module")
def opened(emulators: Stack) -> Iterator[Demo]:
    with demo_org(emulators) as demo:
        demo.put_playbook("daily-intel", [{"id": "set", "action": "set", "params": {"values": {"x": 1}}}])
        for name in ACTIONS:
            demo.put_playbook(name, steps_of(name, demo.stack.console_url))
        yield demo


@pytest.fixture
def demo(opened: Demo) -> Demo:
    opened.forget_outbox()
    return opened


def steps_of(name: str, console: str) -> list[dict[str, Any]]:
    """What the action builds on, the action with its example, and a mail that is sent after it."""
    steps = [
        {"id": one, "action": one, "params": {**load_action(one).example, **_local(one, console)}}
        for one in (*AFTER.get(name, ()), name)
    ]
    return [*steps, MAIL]


def _local(name: str, console: str) -> dict[str, Any]:
    fields = LOCAL.get(name, {})
    return {
        key: value.format(console=console) if isinstance(value, str) else value for key, value in fields.items()
    }


def wake_up(name: str, execution_id: str) -> None:
    """Let happen what the step waits for."""
    if name == "wait_for_approval":
        wake.decide(
            wait_id(execution_id, name),
            org_id=DEMO_ORG_ID,
            by="u2",
            status=ApprovalStatus.APPROVED,
            comment=None,
            clock=Clock(),
        )
    elif name == "wait_for_event":
        waits = event_waits.waiting_for(DEMO_ORG_ID, "order.completed", Clock().now())
        event = DomainEvent(DEMO_ORG_ID, "order.completed", f"event-{execution_id}", {"total": 40})
        assert execution_id in wake.event_came(event, waits, Clock())


def expected_messages(name: str) -> Counter[str]:
    """How many messages a run of the action's playbook leaves at each provider."""
    return Counter((*SENDS.get(name, ()), *(() if name in ENDS_THE_RUN else ("email",))))


def messages(demo: Demo) -> Counter[str]:
    return Counter(message["channel"] for message in demo.outbox())


def require_output(action: Action[Any, Any], output: Mapping[str, Any]) -> None:
    """It is what the action says that it puts out, and says the same when it is read back."""
    read_back = action.output.model_validate(output)
    assert read_back.model_dump(mode="json", by_alias=True) == output


@each_action
def test_a_dry_run_of_it_changes_nothing(name: str, demo: Demo) -> None:
    before = demo.state()
    answer = dry_run(demo.request(name), Clock())
    assert "error" not in answer
    assert [step["stepId"] for step in answer["steps"]] == _reached(name)
    assert all(step["status"] == "completed" for step in answer["steps"])
    (output,) = [step["output"] for step in answer["steps"] if step["stepId"] == name]
    require_output(load_action(name), output)
    assert demo.state() == before


@each_run_at_once
def test_it_completes_and_a_later_delivery_changes_nothing(name: str, demo: Demo) -> None:
    execution_id = demo.start(name)
    first = run(execution_id)
    later = WAITS.get(name, 0.0)
    if name in WAITS:
        assert first == "waiting"
        assert run(execution_id) == "ensured"
        wake_up(name, execution_id)
        first = run(execution_id, later=later)
    assert first == "completed", execution(execution_id).status_reason
    require_completed(name, execution_id)
    assert messages(demo) == expected_messages(name)
    after = demo.state()
    assert run(execution_id, later=later) == "ignored"
    assert run(execution_id, later=later + LEASE_AND_MORE) == "ignored"
    assert demo.state() == after


@each_run_at_once
def test_a_delivery_in_the_middle_of_another_does_nothing(
    name: str, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every save of the first one a second one arrives."""
    execution_id = demo.start(name)
    seconds: list[str] = []
    at_each_save(monkeypatch, lambda: seconds.append(run(execution_id)))
    first = deliver(Delivery(execution_id, 1, fresh=True), Clock())
    if name in WAITS:
        wake_up(name, execution_id)
        first = run(execution_id, later=WAITS[name])
    assert first == "completed"
    assert "look again" in seconds or name in ENDS_THE_RUN
    assert set(seconds) <= {"look again", "ignored", "ensured"}
    require_completed(name, execution_id)
    assert messages(demo) == expected_messages(name)


@pytest.mark.parametrize("name", [name for name in RUN_AT_ONCE if load_action(name).effect is not Effect.NONE])
def test_the_first_task_delivered_twice_at_once_is_one_run(
    name: str, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh run is claimed with its first save; the twin comes just before it and runs as far as it can."""
    execution_id = demo.start(name)
    fresh = Delivery(execution_id, 1, fresh=True)
    twins: list[str] = []
    write = store.update

    def update(*args: Any, **kwargs: Any) -> None:
        if not twins:
            twins.append("under way")
            twins.append(deliver(fresh, Clock()))
        write(*args, **kwargs)

    monkeypatch.setattr(store, "update", update)
    first = deliver(fresh, Clock())
    assert twins == ["under way", "waiting" if name in WAITS else "completed"]
    assert first in ({"ensured"} if name in WAITS else {"ignored"})
    if name in WAITS:
        wake_up(name, execution_id)
        assert run(execution_id, later=WAITS[name]) == "completed"
    require_completed(name, execution_id)
    assert messages(demo) == expected_messages(name)


@pytest.mark.parametrize("name", sorted(SENDS))
@pytest.mark.parametrize("dies", [True, False], ids=["dies", "is held up"])
def test_who_takes_over_at_any_save_sends_nothing_twice(
    name: str, dies: bool, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process dies right after a save, or sleeps there for longer than its lease while another runs."""
    saves = 0
    while True:
        saves += 1
        demo.forget_outbox()
        with monkeypatch.context() as patch:
            reached, execution_id = _taken_over(name, demo, saves, patch, dies=dies)
        if not reached:
            break
        require_completed(name, execution_id, unknown=True)
        sent, wanted = messages(demo), expected_messages(name)
        assert sent <= wanted, f"after save {saves}"
        assert sent["email"] == wanted["email"], f"a mail can be asked about, after save {saves}"
    assert saves > 3


def _taken_over(name: str, demo: Demo, at: int, patch: pytest.MonkeyPatch, *, dies: bool) -> tuple[bool, str]:
    """Whether the run had so many saves, and the run, which has ended."""
    execution_id = demo.start(name)
    clock = MovingClock()
    count = 0

    def step_in() -> None:
        nonlocal count
        count += 1
        if count != at:
            return
        clock.ahead += timedelta(seconds=LEASE_AND_MORE)
        if dies:
            raise Killed
        deliver(Delivery(execution_id, 1), clock)

    at_each_save(patch, step_in)
    try:
        deliver(Delivery(execution_id, 1, fresh=True), clock)
    except Killed:
        deliver(Delivery(execution_id, 1), clock)
    return count >= at, execution_id


class MovingClock(Clock):
    """The one clock of two processes, which a test moves."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def at_each_save(patch: pytest.MonkeyPatch, call: Callable[[], Any]) -> None:
    """Make the call after each write of an execution but those that it causes itself."""
    write, inside = store.update, False

    def update(*args: Any, **kwargs: Any) -> None:
        nonlocal inside
        write(*args, **kwargs)
        if not inside:
            inside = True
            try:
                call()
            finally:
                inside = False

    patch.setattr(store, "update", update)


def require_completed(name: str, execution_id: str, *, unknown: bool = False) -> None:
    """Every step that can be reached has completed, the action with an output of its form."""
    stored = execution(execution_id)
    assert stored.status == "completed", stored.status_reason
    assert [result.step_id for result in stored.step_results] == _reached(name)
    assert all(result.status == "completed" for result in stored.step_results)
    result = stored.result_of(name)
    assert result is not None
    output = value_of(result)
    require_output(load_action(name), output)
    assert unknown or "unknown" not in str(output.get("outcome"))
    assert stored.lease is None
    assert stored.due_at is None


def _reached(name: str) -> list[str]:
    return [*AFTER.get(name, ()), name, *(() if name in ENDS_THE_RUN else ("mail",))]
