"""What a time phrase says, before it becomes a schedule: pieces that are put together field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict

from shared.chat.lexicon import load

Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
"""Weekdays as cron numbers them: Sunday is 0."""
LAST = -1
DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MAX_WORDS = 200


def half_of(part: str) -> Literal["am", "pm"]:
    """The half of the day that a part of it is in."""
    return cast(Literal["am", "pm"], load().data["parts"][part]["half"])


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clock(_Value):
    """A time of day as it was said. `half` is None where nobody said which, and the hour is below 13."""

    minutes: int
    """Since midnight; where `half` is None and the hour is below 12, it may be twelve hours later."""
    half: Literal["am", "pm", "sure"] | None = None
    about: Literal["around", "by"] | None = None

    def on(self, half: Literal["am", "pm"]) -> Clock:
        """The same in that half of the day."""
        return self.model_copy(update={"minutes": self.minutes % 720 + (720 if half == "pm" else 0), "half": half})


MIDNIGHT, LAST_MINUTE = Clock(minutes=0, half="sure"), Clock(minutes=1439, half="sure")


class Day(_Value):
    """One day as it was said; which one it is depends on today."""

    kind: Literal["date", "weekday", "offset", "next_weekday", "next", "end_of", "holiday"]
    month: int = 0
    day: int = 0
    year: int = 0
    weekday: int = 0
    amount: int = 0
    unit: Unit = "day"
    name: str = ""
    earlier: int = 0
    """Days before that."""


class When(_Value):
    """One schedule, or a piece of one. Whatever was not said is empty."""

    weekdays: tuple[int, ...] = ()
    single: bool = False
    """One weekday, in the singular and without "every": it may be meant once."""
    nth: tuple[int, ...] = ()
    """Which ones of the weekdays in a month; -1 is the last."""
    monthdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    times: tuple[Clock, ...] = ()
    either: bool = False
    """The times were said with "or"."""
    parts: tuple[str, ...] = ()
    """Parts of the day: `morning`."""
    count: int = 0
    """So many times in each `unit`: "twice a day"."""
    every: int = 0
    unit: Unit | None = None
    shift: int = 0
    """Minutes later than it was, or earlier: of a change."""
    past: tuple[int, ...] = ()
    """Minutes past each hour."""
    window: tuple[Clock, ...] = ()
    phase: tuple[Clock, ...] = ()
    """From which time on an interval counts: "every 4 hours starting at 8"."""
    starts: Day | None = None
    ends: Day | None = None
    lasts: int = 0
    lasts_unit: Unit | None = None
    runs: int = 0
    once: Day | None = None
    lead: int = 0
    """Days before the day that is named: "two weeks ahead"."""
    zone: str = ""
    vague: str = ""
    """The key of what must be asked: `payday`, `biweekly`."""
    but_weekdays: tuple[int, ...] = ()
    but_months: tuple[int, ...] = ()
    but_monthdays: tuple[int, ...] = ()
    but_times: tuple[Clock, ...] = ()
    but_vague: str = ""
    only: bool = False
    more: tuple[When, ...] = ()
    """Further schedules that the same phrase says: "today and tomorrow"."""
    apart: bool = False
    """Bounds and exceptions of the others aren't its own: "until March 1, then at 9"."""
    words: str = ""
    """What was said of it: a question about it names this."""

    @property
    def set_fields(self) -> dict[str, Any]:
        """The fields that the phrase sets, without its words."""
        return {name: value for name, value in vars(self).items() if value and name != "words"}

    @property
    def has_days(self) -> bool:
        """Whether it says on which days, or how often."""
        days = (self.weekdays, self.monthdays, self.once, self.every, self.unit, self.more)
        return any(days) or bool(self.vague and self.vague != "half_hour")

    def includes(self, other: When) -> bool:
        """Whether it already runs at the other's times on its days."""
        same_days = (self.weekdays, self.monthdays) == (other.weekdays, other.monthdays)
        times = [{one.minutes for one in when.times} for when in (other, self)]
        return same_days and bool(other.times) and times[0] <= times[1]

    @property
    def is_now(self) -> bool:
        """Whether it is "from now on" alone, which is when every change counts from."""
        return {*self.set_fields} == {"starts"} and self.starts == Day(kind="offset")

    @property
    def has_time_of_day(self) -> bool:
        """Whether it says at what time of the day."""
        return bool(self.times or self.parts or self.window or self.vague or self.unit in ("minute", "hour"))

    def until(self, new: When) -> When | None:
        """As it is until `new` starts: "from Monday on at 7". None for bounds of another kind."""
        later = new.starts is not None and (new.starts.kind, new.starts.amount) != ("offset", 0)
        bounds = (self.starts, self.ends, self.lasts, self.runs, self.once, new.ends, new.lasts, new.runs, new.once)
        if not later or any(bounds) or self.every > 1 or new.has_days or not new.has_time_of_day:
            return None
        return self.changed(ends=new.starts.model_copy(update={"earlier": 1}) if new.starts else None)

    def changed(self, **fields: Any) -> Self:
        """With these fields, checked; an empty one is as if it was never said."""
        return self.model_validate(
            {**{name: getattr(self, name) for name in self.set_fields}, "words": self.words, **fields}
        )

    def merged(self, other: When) -> When | None:
        """Both together; None where they say different things about the same."""
        said, more = self.set_fields, other.set_fields
        both = said.keys() & more.keys() - _FLAGS
        adding = {name for name in both if name in _ADDING}
        clashes = {name for name in both - adding if said[name] != more[name]}
        result = {**said, **more, **{name: tuple(sorted({*said[name], *more[name]})) for name in adding}}
        if clashes & {"every", "unit"}:
            finer = _finer(said, more)
            if finer is None:
                return None
            result |= finer
            clashes -= {"every", "unit"}
        if "window" in clashes and (both_ends := _closed(said["window"], more["window"])):
            result["window"] = both_ends
            clashes.remove("window")
        if "weekdays" in clashes:
            days = _narrowed(said, more, result)
            if days is None:
                return None
            result["weekdays"] = days
            clashes.remove("weekdays")
            if result.get("unit") == "day":
                result["unit"], result["every"] = None, 0
        if clashes:
            return None
        if result.get("unit") not in (None, "day") or result.get("nth"):
            result.pop("single", None)
        words = f"{self.words} {other.words}".strip()[:_MAX_WORDS]
        return When(**result, words=words)


_FLAGS = frozenset({"single", "either", "only"})
_ADDING = frozenset({"but_weekdays", "but_months", "but_monthdays", "past"})


def _narrowed(said: dict[str, Any], more: dict[str, Any], both: dict[str, Any]) -> tuple[int, ...] | None:
    """ "Every morning, weekdays": all days and some days are some days, where that is what it sounds like."""
    for wide, narrow in ((said, more), (more, said)):
        if wide["weekdays"] == EVERY_DAY and (
            wide.get("parts")
            or narrow.get("only")
            or (len(narrow["weekdays"]) > 2 and not wide.get("times"))
            or both.get("unit") in ("minute", "hour")
            or wide.get("count")
        ):
            return None if said.get("times") and more.get("times") else tuple(narrow["weekdays"])
    return None


def _closed(some: tuple[Clock, ...], other: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """ "From 9 on" and "until 6" are from 9 to 6."""
    for until, after in ((some, other), (other, some)):
        if until[0] == MIDNIGHT and after[1] == LAST_MINUTE:
            return after[0], until[1]
    return ()


def _finer(said: dict[str, Any], more: dict[str, Any]) -> dict[str, Any] | None:
    """ "Every hour, every day" is every hour; other intervals do not go together."""
    for day, fine in ((said, more), (more, said)):
        if day.get("unit") == "day" and day.get("every") == 1 and fine.get("unit") in ("hour", "minute"):
            return {"every": fine["every"], "unit": fine["unit"]}
    return None


_SHARED = (
    *("starts", "ends", "lasts", "lasts_unit", "runs", "zone"),
    *("but_weekdays", "but_months", "but_monthdays", "but_vague"),
)
DAYS = ("weekdays", "nth", "monthdays", "months", "once", "every", "unit")


def grouped(pieces: Sequence[When]) -> tuple[When, ...]:
    """The pieces as schedules: what does not go together with the one before begins another."""
    groups: list[When] = []
    before: When | None = None
    for piece in _each_alone(pieces):
        if not piece.set_fields:
            continue
        merged = groups[-1].merged(piece) if groups and not piece.apart else None
        own = groups and before is not None and before.but_weekdays and {*piece.set_fields} == {"times"}
        if own and groups[-1].times:
            # "At 8 every day but sunday at 10".
            merged = groups[-1].merged(When(but_vague="other", words=piece.words))
        before = piece
        if merged is None and groups and piece.but_weekdays and piece.times:
            # "Every day at 8 except weekends at 10": another time on those days, which has to be asked.
            merged = groups[-1].merged(When(but_vague="other", words=piece.words))
        if merged is None:
            groups.append(piece)
        else:
            groups[-1] = merged
    groups = [_led(one) for one in groups]
    return _shared(groups) if len(groups) > 1 else tuple(groups)


def _each_alone(pieces: Sequence[When]) -> Iterator[When]:
    """Each schedule that the pieces say, by itself."""
    timed = [one for one in pieces if one.times or one.window]
    for piece in pieces:
        if piece.more and piece.but_weekdays and not timed:
            # "Every day but Monday at 7": the time is of the other days.
            yield piece.changed(more=(), times=piece.more[0].times)
            continue
        yield piece.changed(more=())
        yield from (one.changed(words=piece.words) for one in piece.more)


def _led(one: When) -> When:
    if not (one.lead and one.once):
        return one
    return one.changed(lead=0, once=one.once.model_copy(update={"earlier": one.once.earlier + one.lead}))


def _shared(groups: list[When]) -> tuple[When, ...]:
    """What was said once for all: bounds and zone; the time, or the days, where only one has them."""
    if any(one.weekdays and not one.single for one in groups):
        groups = [one.changed(single=False) for one in groups]
    common = {
        name: value
        for one in reversed(groups)
        for name, value in one.set_fields.items()
        if name in _SHARED and not one.apart
    }
    timed = [one for one in groups if one.times or one.parts or one.window or one.unit in ("hour", "minute")]
    dated = [one for one in groups if one.has_days]
    if len(timed) == 1 and (not timed[0].apart or all(one.has_days for one in groups)):
        common |= {name: getattr(timed[0], name) for name in ("times", "parts") if getattr(timed[0], name)}
    rhythms = {(one.every, one.unit) for one in groups if one.unit in ("minute", "hour")}
    filled = []
    for one in groups:
        if len(rhythms) == 1 and one.window and not (one.unit or one.times):
            [(every, unit)] = rhythms
            one = one.changed(every=every, unit=unit)
        own = _SHARED if one.apart else ()
        more = {name: value for name, value in common.items() if not getattr(one, name) and name not in own}
        if len(dated) == 1 and not one.has_days and not dated[0].apart:
            more |= {name: getattr(dated[0], name) for name in DAYS if getattr(dated[0], name)}
        filled.append(one.changed(**more))
    return tuple(filled)


def with_days(whens: Sequence[When]) -> tuple[When, ...]:
    """The times that a playbook has: without days, it runs every day."""
    return tuple(
        one.changed(weekdays=EVERY_DAY) if one.times and not (one.has_days or one.but_weekdays) else one
        for one in whens
    )
