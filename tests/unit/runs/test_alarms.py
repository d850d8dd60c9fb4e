"""Calls at later instants: in their order, not when they were called off, and after one that fails."""

from __future__ import annotations

import threading

from shared.runs.alarms import Alarms

SOON = 0.02
NEVER = 3_600.0
PATIENCE = 30.0


def test_the_earliest_alarm_fires_first_in_any_order_of_requests() -> None:
    alarms, called, done = Alarms("test"), list[str](), threading.Event()
    alarms.after(NEVER, lambda: called.append("never"))
    alarms.after(2 * SOON, lambda: called.append("second"))
    alarms.after(3 * SOON, done.set)
    alarms.after(SOON, lambda: called.append("first"))
    assert done.wait(PATIENCE)
    assert called == ["first", "second"]


def test_a_canceled_alarm_does_not_fire() -> None:
    alarms, called, done = Alarms("test"), list[str](), threading.Event()
    alarms.after(SOON, lambda: called.append("called off")).forget()
    alarms.after(2 * SOON, done.set)
    assert done.wait(PATIENCE)
    assert called == []


def test_a_failing_alarm_does_not_stop_the_others() -> None:
    alarms, done = Alarms("test"), threading.Event()
    alarms.after(SOON, lambda: 1 / 0)
    alarms.after(2 * SOON, done.set)
    assert done.wait(PATIENCE)


def test_alarms_work_again_after_none_was_left() -> None:
    alarms = Alarms("test")
    for _ in range(3):
        done = threading.Event()
        alarms.after(SOON, done.set)
        assert done.wait(PATIENCE)


def test_one_thread_serves_all_alarms() -> None:
    alarms, before = Alarms("only one"), threading.active_count()
    for _ in range(50):
        alarms.after(NEVER, lambda: None)
    assert [thread.name for thread in threading.enumerate()].count("only one") == 1
    assert threading.active_count() <= before + 1
