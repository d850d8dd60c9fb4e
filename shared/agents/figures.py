"""Statistics over the numbers in any JSON value: an analysis without a model."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.agents.facts import BEYOND_BUSINESS, name_of, shown, words_of
from shared.agents.words import stems

_HIGHEST = stems("highest most largest biggest top best maximum max dearest expensive greatest leading strongest")
_LOWEST = stems("lowest least smallest bottom worst minimum min cheapest fewest weakest")
_MIDDLE = stems("average mean typical median usual normal")
_TOTAL = stems("total sum overall altogether combined all")


@dataclass(frozen=True, slots=True)
class Figure:
    """Statistics of one field over all entries that have it."""

    field: str
    count: int
    total: float
    mean: float
    median: float
    lowest: float
    highest: float
    lowest_name: str | None
    highest_name: str | None

    def sentence(self) -> str:
        called = words_of(self.field)
        if self.count == 1:
            return f"{called}: {self._of(self.total)}."
        least = f"{self._of(self.lowest)}{_named(self.lowest_name)}"
        most = f"{self._of(self.highest)}{_named(self.highest_name)}"
        return (
            f"{called} ({self.count} values): from {least} to {most}, "
            f"median {self._of(self.median)}, mean {self._of(self.mean)}, total {self._of(self.total)}."
        )

    def answer(self, question: str) -> str:
        """The statistic the question asks for; all of them if it names none."""
        asked, called = stems(question), words_of(self.field).lower()
        if self.count == 1:
            return self.sentence()
        if asked & _HIGHEST:
            return f"The highest {called} is {self._of(self.highest)}{_named(self.highest_name)}."
        if asked & _LOWEST:
            return f"The lowest {called} is {self._of(self.lowest)}{_named(self.lowest_name)}."
        if asked & _MIDDLE:
            return f"The median {called} is {self._of(self.median)}, the mean {self._of(self.mean)}."
        if asked & _TOTAL:
            return f"The {called} of all {self.count} adds up to {self._of(self.total)}."
        return self.sentence()

    def _of(self, number: float) -> str:
        return shown(self.field, number)


def figures_of(value: Any) -> list[Figure]:
    """One figure per numeric field, in order of appearance; ids are skipped."""
    found: dict[str, list[tuple[float, str | None]]] = {}
    for field, number, name in _numbers(value, "value", None):
        found.setdefault(field, []).append((number, name))
    return [_figure(field, values) for field, values in found.items()]


def asked_for(figures: Sequence[Figure], question: str) -> list[Figure]:
    """The figures whose field is named in the question, best match first."""
    asked = stems(question)
    scored = [(len(asked & stems(words_of(figure.field))), figure) for figure in figures]
    return [figure for score, figure in sorted(scored, key=lambda one: -one[0]) if score]


def _figure(field: str, values: Sequence[tuple[float, str | None]]) -> Figure:
    numbers = [number for number, _ in values]
    least = min(values, key=lambda one: one[0])
    most = max(values, key=lambda one: one[0])
    return Figure(
        field=field,
        count=len(numbers),
        total=sum(numbers),
        mean=statistics.fmean(numbers),
        median=statistics.median(numbers),
        lowest=least[0],
        highest=most[0],
        lowest_name=least[1],
        highest_name=most[1],
    )


def _numbers(value: Any, field: str, name: str | None) -> Iterator[tuple[str, float, str | None]]:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float) and abs(value) < BEYOND_BUSINESS:
        yield field, float(value), name
    elif isinstance(value, Mapping):
        called = name_of(value) or name
        for inner_name, inner in value.items():
            yield from _numbers(inner, str(inner_name), called)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _numbers(inner, field, name)


def _named(name: str | None) -> str:
    return f" ({name})" if name else ""
