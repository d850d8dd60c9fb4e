"""Amounts over time, for charts and in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from shared.messages.template.addresses import Part, PlainText
from shared.playbooks.numbers import number_words
from shared.values.words import dollars

MAX_SERIES = 5
MAX_POINTS = 120
MAX_ALT = 1_500

Unit = Literal["money", "number"]
Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]


class Point(Part):
    day: Day
    amount: Annotated[float, Field(allow_inf_nan=False, ge=-1e12, le=1e12)]


class Series(Part):
    """One line of the chart."""

    name: Annotated[PlainText, Field(max_length=200)]
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]


class Timeline(Part):
    """Amounts by day, as lines or as columns (a single series).

    `alt` describes it in words; the default is derived from the points. `unit`: `money` is USD.
    """

    kind: Literal["timeline"] = "timeline"
    form: Literal["lines", "columns"] = "lines"
    unit: Unit = "money"
    series: Annotated[tuple[Series, ...], Field(min_length=1, max_length=MAX_SERIES)]
    alt: Annotated[PlainText, Field(max_length=MAX_ALT)] = ""

    @property
    def words(self) -> str:
        """The description used where there are no pictures."""
        return self.alt or "; ".join(self._series_words(one) for one in self.series)

    @property
    def has_course(self) -> bool:
        """Whether there is more than one day to draw."""
        return len({point.day for one in self.series for point in one.points}) > 1

    def _series_words(self, series: Series) -> str:
        points = sorted(series.points, key=lambda point: point.day)
        shown = points if self.form == "columns" or len(points) < 3 else (points[0], points[-1])
        listed = ", ".join(f"{amount_words(point.amount, self.unit)} on {day_name(point.day)}" for point in shown)
        return f"{series.name}: {listed}" if series.name else listed


def amount_words(amount: float, unit: Unit) -> str:
    """`$34`, `$34.50`, `1,204`."""
    exact = round(Decimal(amount), 2)
    return dollars(exact) if unit == "money" else number_words(exact)


def day_name(day: date) -> str:
    """`Oct 1`."""
    return f"{day:%b} {day.day}"
