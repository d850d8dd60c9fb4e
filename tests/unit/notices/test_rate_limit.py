"""Texts an hour: as many as are left, and a new hour after the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notices.policy import TEXTS_AN_HOUR, WINDOW, TextRate

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_the_hourly_limit_allows_what_is_left() -> None:
    rate, granted = TextRate(NOW).take(15)
    assert granted == 15
    rate, granted = rate.take(15)
    assert granted == TEXTS_AN_HOUR - 15
    assert rate.take(1)[1] == 0


def test_the_limit_resets_after_an_hour() -> None:
    spent = TextRate(NOW, TEXTS_AN_HOUR).document("org_1")
    assert TextRate.from_document(spent, NOW + WINDOW - timedelta(seconds=1)).take(1)[1] == 0
    assert TextRate.from_document(spent, NOW + WINDOW).take(1)[1] == 1


@pytest.mark.parametrize(
    "fields",
    [
        None,
        {},
        {"startedAt": "noon", "texts": 20},
        {"startedAt": NOW, "texts": "many"},
        {"startedAt": NOW + WINDOW, "texts": 20},
    ],
)
def test_an_unreadable_or_future_window_starts_over(fields: dict[str, Any] | None) -> None:
    assert TextRate.from_document(fields, NOW) == TextRate(NOW)


@given(st.lists(st.tuples(st.integers(0, 3600), st.integers(0, 30)), max_size=30))
def test_no_window_exceeds_its_limit(asked: list[tuple[int, int]]) -> None:
    fields, now, given_by_window = None, NOW, dict[datetime, int]()
    for seconds, wanted in asked:
        now += timedelta(seconds=seconds)
        rate, granted = TextRate.from_document(fields, now).take(wanted)
        given_by_window[rate.started_at] = given_by_window.get(rate.started_at, 0) + granted
        fields = rate.document("org_1")
    assert all(count <= TEXTS_AN_HOUR for count in given_by_window.values())
    starts = sorted(given_by_window)
    assert all(later - earlier >= WINDOW for earlier, later in pairwise(starts))
