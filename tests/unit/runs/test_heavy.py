"""Steps that load a shop take turns in a process; others wait for nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.gcp.clock import Clock
from shared.runs import heavy
from shared.runs.errors import ParkedError
from shared.runs.heavy import is_heavy, turn_of
from shared.steps.base import Action
from shared.steps.registry import load_action

LOADS_A_SHOP, LIGHT = "sales_summary", "set"


def action(name: str) -> Action[Any, Any]:
    return load_action(name)


@pytest.mark.parametrize(
    ("name", "heavy"), [("sales_summary", True), ("margin_report", True), ("set", False), ("send_email", False)]
)
def test_a_step_that_reads_a_whole_shop_is_heavy(name: str, heavy: bool) -> None:
    assert is_heavy(action(name)) is heavy


def test_heavy_steps_run_one_at_a_time_and_all_get_a_turn() -> None:
    at_work, most, done, lock = 0, 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal at_work, most, done
        with turn_of(action(LOADS_A_SHOP), Clock(), lambda: None):
            with lock:
                at_work += 1
                most = max(most, at_work)
            with lock:
                at_work -= 1
                done += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))
    assert (most, done) == (heavy.AT_ONCE, 40)


def test_a_run_that_waits_too_long_for_its_turn_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "PATIENCE_SECONDS", 0.01)
    claims, clock = [], Clock()
    with turn_of(action(LOADS_A_SHOP), clock, lambda: claims.append("first")):
        with turn_of(action(LIGHT), clock, lambda: claims.append("light")):
            pass
        with (
            pytest.raises(ParkedError) as parked,
            turn_of(action(LOADS_A_SHOP), clock, lambda: claims.append("second")),
        ):
            raise AssertionError("it is not its turn")
    assert claims == ["second"]
    assert parked.value.until > clock.now()
    with turn_of(action(LOADS_A_SHOP), clock, lambda: claims.append("third")):
        assert claims == ["second"], "the turn was given back"


def test_a_failing_step_releases_its_turn() -> None:
    for _ in range(3):
        with pytest.raises(KeyError), turn_of(action(LOADS_A_SHOP), Clock(), lambda: None):
            raise KeyError
