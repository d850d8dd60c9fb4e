"""Of which days the sales are meant: "week over week", "today's sales"."""

from __future__ import annotations

import re

from shared.chat.understanding import SalesPeriod

_COMPARED = r"\b(?:compared (?:to|with)|versus|vs\.?|against|from|over|than) (?:the )?"
_PERIODS: tuple[tuple[SalesPeriod, re.Pattern[str]], ...] = (
    (
        "last_7_days",
        re.compile(
            r"\bweek[ -](?:over|on|by|to)[ -]week\b|\bwow\b(?! )|"
            + _COMPARED
            + r"(?:last|previous|prior) week\b(?:'s)?"
            r"|\b(?:a|one) week ago\b"
        ),
    ),
    (
        "last_30_days",
        re.compile(
            r"\bmonth[ -](?:over|on|by)[ -]month\b|" + _COMPARED + r"(?:last|previous|prior) month\b(?:'s)?"
        ),
    ),
    (
        "yesterday",
        re.compile(r"\bday[ -](?:over|on|by)[ -]day\b|" + _COMPARED + r"(?:yesterday|previous day|day before)\b"),
    ),
    ("week_to_date", re.compile(r"\bweek[ -]to[ -]date\b|\bthis week's\b|\bso far this week\b")),
    ("month_to_date", re.compile(r"\bmonth[ -]to[ -]date\b|\bthis month's\b|\bso far this month\b|\bmtd\b")),
    ("today", re.compile(r"\btoday's\b|\b(?:so far|for|of) today\b|\bthe day's\b")),
    ("yesterday", re.compile(r"\byesterday(?:'?s)?\b")),
    ("last_7_days", re.compile(r"\b(?:last|past) week's\b|\b(?:the )?(?:last|past|previous) (?:7 days|week)\b")),
    (
        "last_30_days",
        re.compile(r"\b(?:last|past) month's\b|\b(?:the )?(?:last|past|previous) (?:30 days|month)\b"),
    ),
)


def find_period(low: str) -> tuple[SalesPeriod | None, tuple[tuple[int, int], ...]]:
    """The period of a normalised text, and its place: nothing else is to be read out of it."""
    for period, pattern in _PERIODS:
        match = pattern.search(low)
        if match is not None:
            return period, (match.span(),)
    return None, ()
