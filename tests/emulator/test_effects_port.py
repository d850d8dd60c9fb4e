"""No action reaches the outside by any road but its effects port.

Every action runs against the real emulators with a port that performs reads only. While no read is under way, a
touch of a Google Cloud client and an opened connection are defects.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.gcp import clients, direct_calls
from shared.gcp.clock import Clock
from shared.playbooks.validation import parse_playbook
from shared.runs.effects import DryRunEffects
from shared.runs.engine import Charge, Surroundings, run_steps
from shared.runs.errors import RunEndedError
from shared.runs.outputs import inline, value_of
from shared.runs.parking import DryRunParking
from shared.runs.parts import PinnedOrg, PinnedUser, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.steps.base import Effects, Parking
from shared.steps.registry import action_modules, load_action, params_model

T = TypeVar("T")

LOCAL_ADDRESSES: dict[str, dict[str, Any]] = {"http_request": {"url": "{console}/api/outbox"}}
"""Params that stand in for an example's where that names a place on the internet. `{console}` is the console's."""
AFTER: dict[str, tuple[str, ...]] = {
    "analyze_competitive_intelligence": ("scan_competitors",),
    "analyze_pricing": ("scan_competitors",),
    "price_history": ("scan_competitors",),
    "diff_snapshots": ("scan_competitors",),
    "generate_competitor_report": ("scan_competitors", "analyze_pricing", "diff_snapshots"),
}
"""The steps whose outputs an action reads."""
MAY_HAVE_NO_EFFECT = {
    "analyze_pricing",
    "compose_report",
    "consume_competitive_actions",
    "diff_snapshots",
    "generate_competitor_report",
    "price_history",
}
"""Because of what the steps before them did, or because there is nothing to do yet."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class ReadsOnly(DryRunEffects):
    """A dry run's port that says when a read is under way, during which the outside may be touched."""

    def read(self, call: Callable[[], T]) -> T:
        token = _reading.set(True)
        try:
            return super().read(call)
        finally:
            _reading.reset(token)


class SideRoadError(AssertionError):
    """An action touched the outside without asking its port."""


@pytest.fixture
def guarded(on_emulators: Stack) -> Iterator[Stack]:
    """The demo org, and a guard on every road."""
    from google.cloud.firestore import Client

    write_documents(demo_documents(on_emulators.console_url))
    open_demo_stores(on_emulators.console_url)

    def guard(road: Callable[..., Any]) -> Callable[..., Any]:
        def passing(*args: Any, **kwargs: Any) -> Any:
            if not _reading.get():
                raise SideRoadError(f"{road.__qualname__} was called outside the effects port")
            return road(*args, **kwargs)

        return passing

    with pytest.MonkeyPatch.context() as patch:
        # With a key the actions that ask a model would ask it.
        patch.setenv("ANTHROPIC_API_KEY", "opens-nothing")
        for name in ("collection", "collection_group", "document", "get_all", "batch", "transaction"):
            patch.setattr(Client, name, guard(getattr(Client, name)))
        for name in ("call", "call_for_all"):
            patch.setattr(direct_calls, name, guard(getattr(direct_calls, name)))
        for factory in ("tasks", "scheduler", "publisher", "secrets", "storage"):
            patch.setattr(clients, factory, guard(getattr(clients, factory)))
        patch.setattr(socket.socket, "connect", guard(socket.socket.connect))
        yield on_emulators


class ReadsOnlyHooks:
    """The engine's hooks of a dry run, with the guard's port."""

    def __init__(self) -> None:
        self.recorded: list[dict[str, Any]] = []

    def effects(self, path: str, charge: Charge, *, slow: bool) -> Effects:
        return ReadsOnly(path, charge, self.recorded)

    def parking(self, path: str) -> Parking:
        return DryRunParking(path, self.recorded)

    def keep(self, path: str, output: dict[str, Any]) -> dict[str, Any]:
        return inline(output)

    def before(self) -> None: ...

    def before_waiting(self) -> None: ...

    def after(self, effects: Effects, *, is_last: bool) -> None: ...


def run(name: str, stack: Stack) -> tuple[Execution, list[dict[str, Any]]]:
    """The action in the real engine, after what it builds on; the execution, and what would have been done."""
    steps = [_step(each, stack) for each in (*AFTER.get(name, ()), name)]
    definition = {"name": "P", "status": "active", "triggers": [], "steps": steps}
    clock, hooks = Clock(), ReadsOnlyHooks()
    execution = Execution(
        id="e" * 32,
        playbook_id="p",
        org_id=DEMO_ORG_ID,
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.RUNNING,
        created_at=clock.now(),
        definition=definition,
        org=PinnedOrg(
            id=DEMO_ORG_ID,
            name="Thrive Syracuse",
            timezone="America/New_York",
            owner_email="owner@thrive.example",
            tier_id="pro",
        ),
        user=PinnedUser(id="u1", email="u1@thrive.example"),
    )
    playbook = parse_playbook(DEMO_ORG_ID, definition, params_model)
    with contextlib.suppress(RunEndedError):
        run_steps(Surroundings(execution, playbook, clock, _start, hooks))
    return execution, hooks.recorded


def _step(name: str, stack: Stack) -> dict[str, Any]:
    local = {key: value.format(console=stack.console_url) for key, value in LOCAL_ADDRESSES.get(name, {}).items()}
    return {"action": name, "params": {**load_action(name).example, **local}}


def _start(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
    raise SideRoadError("a playbook was started outside the effects port")


def test_the_scan_reads_its_menus_inside_the_port(guarded: Stack) -> None:
    execution, _ = run("scan_competitors", guarded)
    (result,) = execution.step_results
    competitors = value_of(result)["competitors"]
    assert all(entry.get("error") is None and entry["products"] for entry in competitors)


@pytest.mark.parametrize("name", sorted(action_modules()))
def test_an_action_reaches_the_outside_through_its_port_only(name: str, guarded: Stack) -> None:
    execution, recorded = run(name, guarded)
    assert execution.step_results[-1].status == "completed"
    expected = load_action(name).effect != "none"
    assert bool(recorded) is expected or name in MAY_HAVE_NO_EFFECT


def test_the_guard_sees_a_side_road(guarded: Stack) -> None:
    with pytest.raises(SideRoadError):
        clients.firestore().collection("x")
    with pytest.raises(SideRoadError), httpx.Client() as client:
        client.get(guarded.console_url)
