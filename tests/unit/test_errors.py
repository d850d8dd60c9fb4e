"""How long the other side asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import (
    MAX_RETRY_AFTER_SECONDS,
    PermanentError,
    TransientError,
    error_for_status,
    retry_after_seconds,
)
from shared.runs.state import Retry, after_failure

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 23 Nov 2026 14:02:00 GMT", 120),
        ("Monday, 23-Nov-26 14:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 09:02:00 -0500", 120),
        ("Mon, 23 Nov 2026 13:00:00 GMT", 0),
        ("Fri, 31 Dec 2999 23:59:59 GMT", MAX_RETRY_AFTER_SECONDS),
        ("9" * 50, MAX_RETRY_AFTER_SECONDS),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_both_forms_of_the_header_are_read(value: str | None, seconds: float) -> None:
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text(max_size=80))
def test_any_header_is_a_bounded_number(value: str) -> None:
    assert 0 <= retry_after_seconds(value, NOW) <= MAX_RETRY_AFTER_SECONDS


def test_an_answer_that_may_get_better_carries_what_it_asks_for() -> None:
    busy = error_for_status(429, "busy", {"Retry-After": "90"})
    assert isinstance(busy, TransientError)
    assert busy.retry_after_seconds == 90
    assert str(busy) == "busy"
    assert isinstance(error_for_status(404, "gone", {"retry-after": "90"}), PermanentError)


@pytest.mark.parametrize(("asked", "waits"), [(0, 5), (3, 5), (90, 90), (1e9, 3_600)])
def test_the_ladder_waits_as_long_as_the_other_side_asks(asked: float, waits: float) -> None:
    error = TransientError("busy", retry_after_seconds=asked)
    assert after_failure(error, 1, (5, 30, 300), NOW) == Retry(NOW + timedelta(seconds=waits))
