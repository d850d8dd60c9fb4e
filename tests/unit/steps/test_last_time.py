"""What the last report said: which run it was, in which words, and what of a stored run is let be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.steps.delivery._last_time import LastTime, _figures, when_words
from shared.steps.delivery._report_sections import ReportFigure, shown_figure

BEFORE = LastTime({"Largest undercut": Decimal(18), "Low": Decimal(2)}, "yesterday")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "earlier today"),
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 11, 16), "last Monday"),
        (date(2026, 11, 15), "on Sun, Nov 15"),
    ],
)
def test_a_day_is_named_as_people_name_it_today(day: date, said: str) -> None:
    assert when_words(day, date(2026, 11, 23)) == said


@pytest.mark.parametrize(
    ("fields", "change", "trend"),
    [
        (
            {"label": "Largest undercut", "value": 15, "format": "percent", "rising": "bad"},
            "was 18% yesterday",
            "good",
        ),
        ({"label": "Low", "value": 5, "rising": "bad"}, "was 2 yesterday", "bad"),
        ({"label": "Low", "value": 5, "rising": "flat", "note": "of 40"}, "was 2 yesterday; of 40", "flat"),
        ({"label": "Low", "value": 2}, None, "flat"),
        ({"label": "New here", "value": 5}, None, "flat"),
        ({"label": "Low", "value": "five", "format": "text"}, None, "flat"),
        ({"label": "Low", "value": 5, "change": 0, "against": "last week"}, "the same as last week", "flat"),
    ],
)
def test_a_changed_figure_shows_its_earlier_value(fields: dict[str, Any], change: str | None, trend: str) -> None:
    shown = shown_figure(ReportFigure.model_validate(fields), BEFORE)
    assert (shown.change, shown.trend) == (change, trend)


def test_only_numbers_of_the_same_step_are_compared_with() -> None:
    results: list[Any] = [
        None,
        {"stepId": "other", "output": {"figures": {"Low": 1}}},
        {"stepId": "report", "output": {"figures": {"Low": 2, "Text": "x", "Bad": float("nan"), "Yes": True}}},
    ]
    assert _figures(results, "report") == {"Low": Decimal(2)}
    for malformed in (None, "x", [{"stepId": "report"}], [{"stepId": "report", "output": {"figures": 5}}]):
        assert _figures(malformed, "report") == {}
