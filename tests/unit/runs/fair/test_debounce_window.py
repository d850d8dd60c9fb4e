"""Which event of several starts the run, however they are told: the last one that was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.pace import LONGEST_DEBOUNCES, Debounce
from shared.runs.fair.debounce import DebouncedEvent, Window

START = datetime(2026, 3, 1, tzinfo=UTC)
TEN = Debounce(seconds=10)


def told(second: float) -> DebouncedEvent:
    return DebouncedEvent(id=f"e{second}", at=START + timedelta(seconds=second), name="a.b")


def window() -> Window:
    return Window(org_id="o", playbook_id="p", trigger_id="t", event_name="a.b", expire_at=START)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.randoms())
def test_the_last_event_written_is_kept_in_any_arrival_order(seconds: list[int], random: object) -> None:
    known = window()
    for number, second in enumerate(seconds):
        event = told(second)
        if known.is_news(event):
            known = known.with_event(event, TEN, START + timedelta(seconds=number))
    assert known.event is not None
    assert known.event.at == told(max(seconds)).at


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=40))
def test_each_event_starts_at_most_one_run_in_order_and_in_time(
    steps: list[tuple[int, bool]],
) -> None:
    known, now, started = window(), 0, []
    latest = -1
    for second, is_later in steps:
        now += second % 25
        at = START + timedelta(seconds=now)
        if known.due_at is not None and known.due_at <= at:
            assert known.event is not None
            assert known.first_at is not None
            assert known.due_at - known.first_at <= TEN.pause * LONGEST_DEBOUNCES
            started.append(known.event.at)
            known = known.started()
        event = told(now if is_later else max(now - second, 0))
        latest = max(latest, int((event.at - START).total_seconds()))
        if known.is_news(event):
            known = known.with_event(event, TEN, at)
    assert started == sorted(set(started))
    last = known.event.at if known.event is not None else (started[-1] if started else None)
    assert last is None if latest < 0 else last == START + timedelta(seconds=latest)
