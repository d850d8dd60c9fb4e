"""Which held runs start next, as pure functions: lines of runs limited by shared budgets."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.values.digests import hex_digest

ORG, RESERVE, RATE = "org", "reserve", "rate"
"""The org's slots; those with the few that only runs asked for in person may use; its runs a minute."""


@dataclass(frozen=True, slots=True)
class Line:
    """Runs that wait for the same: their org's limits, and those of a playbook or one of its triggers."""

    in_person: bool = False
    """Somebody asked for the run and is waiting for it."""
    playbook_id: str | None = None
    """Set where the playbook has a limit of its own."""
    trigger_id: str | None = None
    """Set where the trigger is throttled."""

    @property
    def key(self) -> str:
        """A name for it that may be a Firestore field."""
        parts = ("in-person" if self.in_person else "", self.playbook_id or "", self.trigger_id or "")
        return f"l{hex_digest(*parts, digits=16)}"

    @property
    def is_of_org(self) -> bool:
        """Whether only the org's own limits hold its runs."""
        return self.playbook_id is None

    @property
    def playbook_budget(self) -> str:
        """What all lines of the playbook share."""
        return f"playbook:{self.playbook_id}"

    @property
    def trigger_budget(self) -> str:
        """What all lines of the trigger share."""
        return f"trigger:{self.playbook_id}:{self.trigger_id}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One held run."""

    id: str
    since: datetime


def choose(waiting: Mapping[Line, Sequence[Waiting]], budgets: Mapping[str, int], most: int) -> list[str]:
    """The ids of the runs that may go now, at most so many: the longest waiting first, of all lines together.

    `waiting`: each line's runs, the longest waiting first. `budgets`: how many more may go; a budget that is not
    there has no end. A line whose budget is used up never holds up the others.
    """
    left = dict(budgets)
    chosen: list[str] = []
    heads = [(runs[0].since, runs[0].id, number) for number, runs in enumerate(waiting.values()) if runs]
    lines = list(waiting.items())
    places = [0] * len(lines)
    heapq.heapify(heads)
    while heads and len(chosen) < most:
        _, run_id, number = heapq.heappop(heads)
        line, runs = lines[number]
        if not all(left.get(budget, 1) > 0 for budget in bound_by(line)):
            # Budgets only shrink, so that nobody of this line goes any more.
            continue
        _take(line, left)
        chosen.append(run_id)
        places[number] += 1
        if places[number] < len(runs):
            following = runs[places[number]]
            heapq.heappush(heads, (following.since, following.id, number))
    return chosen


def bound_by(line: Line) -> Iterable[str]:
    """The budgets without which none of the line's runs may go."""
    yield RESERVE
    if not line.in_person:
        yield ORG
        yield RATE
    if line.playbook_id is not None:
        yield line.playbook_budget
    if line.trigger_id is not None:
        yield line.trigger_budget


def _take(line: Line, left: dict[str, int]) -> None:
    # One in person takes a slot of the org too, but never one of its runs a minute.
    for budget in {*bound_by(line), ORG}:
        if budget in left:
            left[budget] -= 1
