"""A site is asked once a second, and left alone when it asks for that."""

from __future__ import annotations

import pytest

from shared.competitors.fetching.pace import LONGEST_WAIT_SECONDS, Pace
from shared.errors import TransientError
from shared.web.address import parse_address

ONE, OTHER = parse_address("https://one.example/menu"), parse_address("https://other.example/menu")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    return Clock()


def test_a_host_gets_one_request_a_second_and_others_are_not_delayed(clock: Clock) -> None:
    pace = Pace(lambda: clock.now, clock.sleep)
    for address in (ONE, OTHER, ONE, ONE):
        pace.wait_for_turn(address)
    assert clock.slept == [1.0, 1.0]


def test_a_site_is_left_alone_as_long_as_it_asks(clock: Clock) -> None:
    pace = Pace(lambda: clock.now, clock.sleep)
    pace.leave_alone(ONE, 600)
    with pytest.raises(TransientError) as refusal:
        pace.wait_for_turn(ONE)
    assert refusal.value.retry_after_seconds == 600
    clock.now += 600
    pace.wait_for_turn(ONE)
    assert clock.slept == []


def test_a_request_that_would_wait_too_long_is_retried_later(clock: Clock) -> None:
    pace = Pace(lambda: clock.now, lambda _seconds: None)
    for _ in range(int(LONGEST_WAIT_SECONDS) + 1):
        pace.wait_for_turn(ONE)
    with pytest.raises(TransientError):
        pace.wait_for_turn(ONE)
