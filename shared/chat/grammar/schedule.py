"""Schedule phrases: the tokens of days and times in a text, put together to cron lines or to a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.chat.grammar import days, frequency, months, times, unsayable, zones
from shared.chat.grammar.calendar import Dates, dates_of
from shared.chat.grammar.clocks import Times, UnclearError, times_of
from shared.chat.grammar.frequency import crons
from shared.chat.grammar.tokens import (
    Ask,
    Clock,
    Days,
    Every,
    Except,
    MonthDays,
    Nth,
    PartOfDay,
    Period,
    Rule,
    Start,
    TimesADay,
    Token,
    Window,
    Zone,
)
from shared.chat.understanding import ScheduleWish

MAX_SCHEDULES = 5
_RULES: tuple[Rule, ...] = (
    *zones.RULES,
    *frequency.RULES,
    *unsayable.RULES,
    *months.RULES,
    *days.RULES,
    *times.RULES,
)
_WORD = re.compile(r"(?<![\w'.])[\w@(/]")
DAY_TOKENS = (Days, Except, Nth, MonthDays, Period)
TIME_TOKENS = (Clock, PartOfDay, Every, TimesADay, Window, Start)


@dataclass(frozen=True)
class Schedule:
    """What a text says of when: wishes, or the question that must come first; `spans`: its places in the text."""

    wishes: tuple[ScheduleWish, ...] = ()
    question: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    once: bool = False
    """Whether a weekday was named without saying that it comes again: "on Friday"."""


def scan(low: str) -> list[Token]:
    """The tokens of a normalised text, in order."""
    tokens: list[Token] = []
    place = 0
    while (word := _WORD.search(low, place)) is not None:
        place = word.start()
        for pattern, make in _RULES:
            match = pattern.match(low, place)
            made = make(match, tokens) if match is not None and match.end() > place else None
            if match is not None and made is not None:
                tokens += made
                place = match.end()
                break
        else:
            place += 1
    return tokens


def schedule_of(tokens: Sequence[Token], words: str) -> Schedule:
    """The schedule that the tokens say; `words` is the phrase as it was typed."""
    spans = tuple(
        sorted({(token.start, token.end) for token in tokens if not (isinstance(token, Ask) and token.soft)})
    )
    kept = _without_descriptions(tokens)
    hard = [token for token in kept if isinstance(token, Ask) and not token.soft]
    soft = [token for token in kept if isinstance(token, Ask) and token.soft]
    when = [token for token in kept if isinstance(token, DAY_TOKENS + TIME_TOKENS)]
    if hard:
        return Schedule(question=hard[0].question, spans=spans)
    is_recurring = any(isinstance(token, (*DAY_TOKENS, Every, TimesADay)) for token in when)
    if soft and not is_recurring:
        return Schedule(question=soft[0].question, spans=spans if when else ())
    if not when:
        has_zone = any(isinstance(token, Zone) for token in kept)
        return Schedule(question="At what time there shall it run?" if has_zone else None, spans=spans)
    try:
        wishes = _wishes(when, _zone(kept), words)
    except UnclearError as unclear:
        return Schedule(question=str(unclear), spans=spans)
    single = [token for token in when if isinstance(token, Days)]
    once = bool(single) and not any(token.recurring for token in single) and not _recurs_otherwise(when)
    return Schedule(wishes, spans=spans, once=once)


def _recurs_otherwise(when: Sequence[Token]) -> bool:
    return any(
        isinstance(token, Period | Nth | Every | TimesADay) or (isinstance(token, PartOfDay) and token.plural)
        for token in when
    )


def _without_descriptions(tokens: Sequence[Token]) -> list[Token]:
    """A "daily report" says how often only where nothing else does."""
    firm = [
        token
        for token in tokens
        if isinstance(token, (Days, Nth, MonthDays, Period, Every)) and not getattr(token, "soft", False)
    ]
    if not firm:
        return list(tokens)
    return [token for token in tokens if not (isinstance(token, Days | Period) and token.soft)]


def _zone(tokens: Sequence[Token]) -> str | None:
    names = {token.name for token in tokens if isinstance(token, Zone)}
    if len(names) > 1:
        raise UnclearError(f"Which time zone do you mean: {' or '.join(sorted(names))}?")
    return next(iter(names), None)


def _wishes(when: Sequence[Token], zone: str | None, words: str) -> tuple[ScheduleWish, ...]:
    wishes: dict[tuple[str, str | None], ScheduleWish] = {}
    seen: list[tuple[Dates, Times]] = []
    for day_tokens, time_tokens in _phrases(when):
        found = times_of(time_tokens)
        only_time = not day_tokens and not found.is_spread
        for dates in dates_of(day_tokens):
            _refuse_overlap(dates, found, seen)
            for line in _lines(dates, found):
                wish = ScheduleWish(
                    cron=f"{line} {dates.day} {dates.month} {dates.weekday}",
                    timezone=zone,
                    occurrence=dates.occurrence,
                    words=words[:300],
                    assumed_time=found.assumed or (dates.assumed_hour is not None and not time_tokens),
                    only_time=only_time,
                )
                wishes[wish.cron, wish.occurrence] = wish
    if len(wishes) > MAX_SCHEDULES:
        raise UnclearError("Those are many different times. Which few shall it be?")
    return _merged(list(wishes.values()))


def _lines(dates: Dates, found: Times) -> list[str]:
    if found.is_spread and dates.weekday != "*" and _passes_midnight(found):
        raise UnclearError(
            "That goes past midnight into the next day. Between which times of one day shall it run?"
        )
    if dates.assumed_hour is not None and found.assumed and found.at == frozenset(((9, 0),)):
        return [f"0 {dates.assumed_hour}"]
    return crons(found.at)


def _passes_midnight(found: Times) -> bool:
    hours = {hour for hour, _ in found.at}
    return 23 in hours and 0 in hours and len(hours) < 24 and not set(range(9, 18)) <= hours


def _refuse_overlap(dates: Dates, found: Times, seen: list[tuple[Dates, Times]]) -> None:
    """ "Every day at 8 and weekends at 10" leaves open what happens on weekends at 8."""
    for other, _ in seen:
        if other != dates and other.weekdays & dates.weekdays and not (other.occurrence or dates.occurrence):
            raise UnclearError("Those days overlap. Which times on which days do you want?")
    seen.append((dates, found))


def _merged(wishes: list[ScheduleWish]) -> tuple[ScheduleWish, ...]:
    """One line for the same days at several full hours: "mornings at 8 and evenings at 8"."""
    groups: dict[tuple[object, ...], list[ScheduleWish]] = {}
    for wish in wishes:
        minute, hour, *rest = wish.cron.split()
        plain = minute.isdigit() and all(part.isdigit() for part in hour.split(","))
        key = (minute, *rest, wish.occurrence) if plain else (wish.cron, wish.occurrence)
        groups.setdefault(key, []).append(wish)
    merged = []
    for group in groups.values():
        first = group[0]
        minute, _, *rest = first.cron.split()
        if len(group) > 1:
            hours = sorted({int(hour) for wish in group for hour in wish.cron.split()[1].split(",")})
            cron = " ".join((minute, ",".join(map(str, hours)), *rest))
            assumed = any(wish.assumed_time for wish in group)
            first = first.model_copy(update={"cron": cron, "assumed_time": assumed})
        merged.append(first)
    return tuple(merged)


def _phrases(when: Sequence[Token]) -> list[tuple[list[Token], list[Token]]]:
    """Which times go with which days: "weekdays at 8 and weekends at 10" are two phrases.

    Raises:
        UnclearError: days and times alternate in a way that can be read twice.
    """
    groups: list[tuple[bool, list[Token]]] = []
    for token in when:
        is_day = isinstance(token, DAY_TOKENS)
        if groups and groups[-1][0] == is_day:
            groups[-1][1].append(token)
        else:
            groups.append((is_day, [token]))
    day_groups = [group for is_day, group in groups if is_day]
    time_groups = [group for is_day, group in groups if not is_day]
    if len(day_groups) <= 1:
        return [(day_groups[0] if day_groups else [], [token for group in time_groups for token in group])]
    if len(day_groups) == len(time_groups):
        return list(zip(day_groups, time_groups, strict=True))
    if len(day_groups) == len(time_groups) + 1 and _refines(day_groups):
        return [([token for group in day_groups for token in group], [t for group in time_groups for t in group])]
    raise UnclearError("Which times belong to which days?")


def _refines(groups: list[list[Token]]) -> bool:
    """Whether all but one of the groups only say "daily" or "weekly" and the other which days."""
    vague = [
        all(isinstance(token, Period) or (isinstance(token, Days) and token.kind == "daily") for token in group)
        for group in groups
    ]
    excepts = all(all(isinstance(token, Except) for token in group) for group in groups[1:])
    return len(groups) == 2 and (vague.count(True) >= 1 or excepts)
