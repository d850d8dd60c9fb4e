"""What is said of time is due when a calendar's rule is: any days, times and bounds, over changes of the clock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SU, TH, TU, WE, WEEKLY, rrule, rruleset
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.chat.language.reading import read
from shared.chat.language.schedules import resolve
from shared.chat.language.when import grouped
from shared.chat.topics.drafts import schedule_trigger
from shared.playbooks.schedule_words import next_runs
from tests.unit.chat.shop import NAMES, ZONE

_LOCAL = ZoneInfo(ZONE)
_COMPARED = 20
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "october", "november")
_NUMBERS = {name: number for number, name in enumerate((*_MONTHS[:8], "september", *_MONTHS[8:]), start=1)}

_Rule = dict[str, Any]
_DAYS: dict[str, _Rule] = {
    "every day": {"freq": DAILY},
    "every weekday": {"freq": WEEKLY, "byweekday": (MO, TU, WE, TH, FR)},
    "on mondays and thursdays": {"freq": WEEKLY, "byweekday": (MO, TH)},
    "every wednesday": {"freq": WEEKLY, "byweekday": WE},
    "every day except sundays": {"freq": DAILY, "byweekday": tuple(range(6))},
    "tuesday through friday": {"freq": WEEKLY, "byweekday": (TU, WE, TH, FR)},
}
"""What may also be said of some months alone."""
_DATES: dict[str, _Rule] = {
    "on the 1st and 15th of the month": {"freq": MONTHLY, "bymonthday": (1, 15)},
    "on the last day of the month": {"freq": MONTHLY, "bymonthday": -1},
    "on the first monday of the month": {"freq": MONTHLY, "byweekday": MO(1)},
    "on the last friday of the month": {"freq": MONTHLY, "byweekday": FR(-1)},
    "on the third thursday of each month": {"freq": MONTHLY, "byweekday": TH(3)},
}
_NO_DAY = "every 2 weeks"
_INTERVALS: dict[str, _Rule] = {
    "every other tuesday": {"freq": WEEKLY, "interval": 2, "byweekday": TU},
    "every 3 weeks on sunday": {"freq": WEEKLY, "interval": 3, "byweekday": SU},
    _NO_DAY: {"freq": WEEKLY, "interval": 2, "byweekday": MO},
    "every 3 days": {"freq": DAILY, "interval": 3},
}
"""What is counted from the first such day whose first time is still to come."""


@dataclass(frozen=True)
class Said:
    """A schedule in words, with what it means."""

    days: str
    times: tuple[int, ...]
    bound: str = ""
    month: str = "march"
    day: int = 1

    @property
    def phrase(self) -> str:
        times = " and ".join(f"{one // 60 % 12 or 12}:{one % 60:02}{'ap'[one >= 720]}m" for one in self.times)
        return " ".join(
            part for part in (self.days, f"at {times}", self.bound.format(self.month, self.day)) if part
        )

    @property
    def rule(self) -> _Rule:
        return (_DAYS | _DATES | _INTERVALS)[self.days]

    def due(self, now: datetime) -> Iterator[datetime]:
        """The instants after `now`, by the calendar's rule on the shop's wall clock."""
        wall = now.astimezone(_LOCAL).replace(tzinfo=None)
        named = date(wall.year, _NUMBERS[self.month], self.day)
        ahead = named if named >= wall.date() else named.replace(year=wall.year + 1)
        begins = datetime.combine(ahead if self.bound.startswith("starting") else wall.date(), time())
        if self.bound.startswith("after"):
            begins = datetime.combine(ahead, time()) + timedelta(days=1)
        more: _Rule = {}
        if self.bound.startswith("until"):
            more["until"] = datetime.combine(ahead, time(23, 59, 59))
        if self.bound.startswith(("in", "except")):
            only = {_NUMBERS[self.month]}
            more["bymonth"] = tuple(only if self.bound.startswith("in") else {*range(1, 13)} - only)
        rule: _Rule = dict(self.rule)
        if self.days == _NO_DAY and self.bound:
            # Without a weekday it is the one that it starts on, else Monday.
            rule["byweekday"] = begins.weekday()
        if self.days in _INTERVALS:
            first = begins if begins + timedelta(minutes=self.times[0]) > wall else begins + timedelta(days=1)
            begins = rrule(**{**rule, "interval": 1}, dtstart=first)[0]
        every = rruleset()
        for one in self.times:
            clock: _Rule = {"byhour": one // 60, "byminute": one % 60, "bysecond": 0}
            every.rrule(rrule(**rule, **clock, **more, dtstart=begins))
        most = self.day if self.bound.startswith("for") else None
        moments = itertools.islice((one for one in every if one > wall), most)
        return (one.replace(tzinfo=_LOCAL).astimezone(UTC) for one in moments)


# Nobody's clock shows the times between two and three on one Sunday; on another it shows an hour twice.
_TIMES = st.lists(
    st.integers(0, 11).map(lambda quarter: 180 + quarter * 105), min_size=1, max_size=2, unique=True
).map(lambda found: tuple(sorted(found)))
_PLAIN_BOUNDS = ("", "starting {} {}", "after {} {}", "until {} {}", "for {1} times")
_DAY = st.integers(2, 28)
_SAID = st.one_of(
    st.builds(
        Said,
        st.sampled_from(sorted(_DAYS)),
        _TIMES,
        st.sampled_from((*_PLAIN_BOUNDS, "in {}", "except in {}")),
        st.sampled_from(_MONTHS),
        _DAY,
    ),
    st.builds(
        Said,
        st.sampled_from(sorted(_DATES)),
        _TIMES,
        st.sampled_from(_PLAIN_BOUNDS),
        st.sampled_from(_MONTHS),
        _DAY,
    ),
    st.builds(
        Said,
        st.sampled_from(sorted(_INTERVALS)),
        _TIMES,
        st.sampled_from(("", "starting {} {}")),
        st.sampled_from(_MONTHS),
        _DAY,
    ),
)
_NOW = st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 31)).map(  # noqa: DTZ001 - made aware below
    lambda one: one.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(_SAID, _NOW)
@example(Said("every 3 days", (480,)), datetime(2027, 3, 12, 15, tzinfo=UTC))
@example(Said("every other tuesday", (1020,)), datetime(2027, 10, 30, 15, tzinfo=UTC))
@settings(max_examples=250, deadline=None)
def test_what_is_said_is_due_when_the_calendar_says(said: Said, now: datetime) -> None:
    reading = read(f"send me the sales summary {said.phrase}", NAMES)
    assert not reading.unread, said.phrase
    timing = resolve(grouped([*reading.of("when"), *reading.of("bare_clock")]), now, ZONE)
    if said.bound.startswith("for") and len({one % 60 for one in said.times}) > 1:
        assert timing.ambiguity is not None
        assert timing.ambiguity.key == "counted"
        return
    assert timing.ambiguity is None, (said.phrase, timing.ambiguity)
    triggers = [schedule_trigger(one, ZONE) for one in timing.schedules]
    assert next_runs(triggers, now, _COMPARED) == list(itertools.islice(said.due(now), _COMPARED)), said.phrase
