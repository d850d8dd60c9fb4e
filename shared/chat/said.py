"""Whether a schedule, a threshold or a filter is really said in a message: a check of what a model understood."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from shared.chat.understanding import ScheduleWish, Threshold
from shared.playbooks.cron import MONTHS, WEEKDAYS

USUAL_HOUR = 9

_CLOCK = re.compile(
    r"(?:\b(?:at|by|around|@)\s*)(?P<hour>\d{1,2})(?::\d\d)?(?:\s*(?P<half>[ap])\.?m\b)?"
    r"|\b(?P<hour2>\d{1,2})(?::\d\d)?\s*(?P<half2>[ap])\.?m\b|\b(?P<hour3>\d{1,2}):\d\d\b",
    re.I,
)
_LITERAL = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "half": 30,
    "dozen": 12,
    "couple": 2,
    "twice": 2,
    "once": 1,
}
_PARTS_OF_DAY = {
    "morning": range(5, 12),
    "noon": range(12, 13),
    "midday": range(12, 13),
    "lunch": range(11, 14),
    "afternoon": range(12, 18),
    "evening": range(17, 22),
    "night": range(18, 24),
    "tonight": range(18, 24),
    "midnight": range(1),
    "open": range(6, 12),
    "close": range(17, 24),
}
_EVERY_DAY = re.compile(
    r"\b(every|each|daily|nightly|day|days|hourly|hour|hours|minutes?|mornings?|evenings?)\b", re.I
)
_WORKDAYS = re.compile(
    r"\b(week\s?days?|work(?:ing)?\s?days?|business days?|mon\w*\s*(?:-|–|to|through)\s*fri\w*)\b", re.I
)
_WEEKEND = re.compile(r"\bweekends?\b", re.I)
_WEEKLY = re.compile(r"\b(weekly|week)\b", re.I)
_ZONE = re.compile(
    r"\b(?:utc|gmt|[ecmp][sd]?t|akst|hst|eastern|central|mountain|pacific|zone|time)\b|[A-Z][a-z]+/[A-Z][a-z]+",
    re.I,
)


def is_schedule_said(wish: ScheduleWish, message: str, timezone: str) -> bool:
    """Whether the hours, days and zone of the schedule are all in the message."""
    minute, hour, day, month, weekday = wish.cron.split()
    if wish.timezone is not None and wish.timezone != timezone and not _is_zone_said(wish.timezone, message):
        return False
    return (
        _are_hours_said(hour, message, assumed=wish.assumed_time)
        and _are_minutes_said(minute, hour, message)
        and _are_days_said(day, month, weekday, message)
    )


def is_threshold_said(threshold: Threshold, message: str) -> bool:
    """Whether its number is in the message; above zero is what "undercut" or "any" says without one."""
    return threshold.value == 0 or threshold.value in _numbers(message)


def is_condition_said(condition: str, message: str) -> bool:
    """Whether every number of the condition is in the message."""
    return all(float(number) in _numbers(message) for number in _LITERAL.findall(condition))


def _numbers(message: str) -> set[float]:
    digits = {float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", message)}
    words = {float(number) for word, number in _NUMBER_WORDS.items() if re.search(rf"\b{word}\b", message, re.I)}
    return digits | words


def _are_hours_said(field: str, message: str, *, assumed: bool) -> bool:
    if field == "*":
        return True
    numbers = _numbers(message)
    if field.startswith("*/"):
        return float(field[2:]) in numbers or bool(re.search(r"\bother hour\b", message, re.I))
    hours = [int(one) for one in re.findall(r"\d+", field.split("/")[0])]
    return all(_is_hour_said(hour, message) or (assumed and hour == USUAL_HOUR) for hour in hours)


def _is_hour_said(hour: int, message: str) -> bool:
    """By the clock (`at 8 pm`, `20:00`), or by a part of the day; `at 8` alone could be either half of it."""
    in_part = any(hour in hours and re.search(rf"\b{part}", message, re.I) for part, hours in _PARTS_OF_DAY.items())
    clocks = [
        (int(found["hour"] or found["hour2"] or found["hour3"]), (found["half"] or found["half2"] or "").lower())
        for found in _CLOCK.finditer(message)
    ]
    if not clocks:
        return in_part
    return any(_is_that_hour(*clock, hour, in_part) for clock in clocks)


def _is_that_hour(number: int, half: str, hour: int, in_part: bool) -> bool:
    if half:
        return number % 12 + (12 if half == "p" else 0) == hour
    return number == hour if number > 12 else number % 12 == hour % 12 and in_part


def _are_minutes_said(minute: str, hour: str, message: str) -> bool:
    if minute == "0":
        return True
    if minute == "*":
        return bool(re.search(r"\b(?:every|each) minute\b", message, re.I))
    numbers = _numbers(message)
    if minute.startswith("*/"):
        return float(minute[2:]) in numbers
    return all(
        int(one) in numbers
        or re.search(rf":{int(one):02}\b", message)
        or (int(one) == 30 and hour != "*" and 30 in numbers)
        for one in re.findall(r"\d+", minute)
    )


def _are_days_said(day: str, month: str, weekday: str, message: str) -> bool:
    if month != "*" and not _are_months_said(month, message):
        return False
    if day == "*" and weekday == "*":
        return bool(_EVERY_DAY.search(message)) or bool(re.search(r"\bat\b", message, re.I))
    if weekday == "*":
        numbers = _numbers(message)
        of_month = bool(re.search(r"\b(month|monthly|first|last)\b", message, re.I))
        return of_month or all(float(one) in numbers for one in re.findall(r"\d+", day))
    return _are_weekdays_said(weekday, message)


def _are_weekdays_said(field: str, message: str) -> bool:
    numbers = _expanded(field)
    if numbers == {1, 2, 3, 4, 5} and _WORKDAYS.search(message):
        return True
    if numbers == {0, 6} and _WEEKEND.search(message):
        return True
    if numbers == {1} and _WEEKLY.search(message):
        return True
    return all(re.search(rf"\b{WEEKDAYS[number]}[a-z]*\b", message, re.I) for number in numbers)


def _expanded(field: str) -> set[int]:
    numbers: set[int] = set()
    for part in field.split(","):
        low, _, high = part.partition("-")
        bounds = [int(one) if one.isdigit() else WEEKDAYS.index(one.upper()) for one in (low, high or low)]
        numbers |= {number % 7 for number in range(bounds[0], bounds[1] + 1)}
    return numbers


def _are_months_said(field: str, message: str) -> bool:
    parts = re.findall(r"\w+", field)
    names = [MONTHS[int(one) - 1] if one.isdigit() else one.upper() for one in parts]
    return all(re.search(rf"\b{name}[a-z]*\b", message, re.I) for name in names)


def _is_zone_said(timezone: str, message: str) -> bool:
    """The city, or any word that names a zone at all; which one it means is the zone's own name to decide."""
    city = timezone.rpartition("/")[2].replace("_", " ")
    ZoneInfo(timezone)
    return city.lower() in message.lower() or bool(_ZONE.search(message))
