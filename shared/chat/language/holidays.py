"""The days of holidays that fall on another date each year. Pure."""

from __future__ import annotations

from datetime import date, timedelta

_THURSDAY = 3


_MONDAY, _SUNDAY = 0, 6
_NTH_DAYS = {
    "mlk_day": (1, _MONDAY, 3),
    "super_bowl": (2, _SUNDAY, 2),
    "presidents_day": (2, _MONDAY, 3),
    "mothers_day": (5, _SUNDAY, 2),
    "fathers_day": (6, _SUNDAY, 3),
    "labor_day": (9, _MONDAY, 1),
    "columbus_day": (10, _MONDAY, 2),
    "green_wednesday": (11, _THURSDAY, 4),
    "thanksgiving": (11, _THURSDAY, 4),
    "black_friday": (11, _THURSDAY, 4),
}
"""The month, the day of the week, and which one it is."""
_DAYS_LATER = {"green_wednesday": -1, "black_friday": 1}


def moving(name: str, year: int) -> date:
    """The holidays that fall on another date each year.

    Raises:
        ValueError: the lexicon names one that is not reckoned here.
    """
    if name in _NTH_DAYS:
        return _nth(year, *_NTH_DAYS[name]) + timedelta(days=_DAYS_LATER.get(name, 0))
    if name == "memorial_day":
        last = date(year, 5, 31)
        return last - timedelta(days=last.weekday())
    if name == "easter":
        return _easter(year)
    raise ValueError(f"holiday {name!r} has no date; expected one that language/holidays.py knows")


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    """The n-th of a month's Mondays (0) … Sundays (6)."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> date:
    """By the anonymous Gregorian computus."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
