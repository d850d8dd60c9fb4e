"""Days of the week that come again: "weekdays", "every Monday and Thursday", "daily", "weekly"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.chat.grammar.daywords import ALL, LIST, weekdays_of
from shared.chat.grammar.tokens import Days, Except, Period, Rule, Token, asking

_EACH = r"(?:every|each|any|on|only on|only)"
_HOLIDAYS = "I cannot leave out single dates or holidays. Shall it run on all of those days?"


def _days(match: re.Match[str], _before: Sequence[Token]) -> list[Token] | None:
    listed = match["list"]
    days, is_set = weekdays_of(listed)
    lead = match["lead"] or ""
    if not lead and _is_only_a_word(match.string, match.end(), listed):
        return None
    is_plural = bool(re.search(r"(?:day|sun|mon|tue|wed|thur|fri|sat|end)s\b", listed))
    recurring = is_set or is_plural or "every" in match[0] or "each" in match[0] or len(days) > 1
    return [Days(match.start(), match.end(), days, "set" if is_set else "named", recurring)]


def _is_only_a_word(text: str, end: int, listed: str) -> bool:
    """The "weekend sales", "products that sat on the shelf": no days were given."""
    if listed in ("weekend", "weekday", "workday", "business day"):
        return True
    short = re.fullmatch(r"(?:sun|mon|tues?|weds?|thu|fri|sat)", listed)
    return bool(short) and not re.match(r"\s*(?:$|[,.;@\d]|at\b|and\b|morning|evening|night|afternoon)", text[end:])


def _except(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Except(match.start(), match.end(), weekdays_of(match["list"])[0])]


def _daily(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Days(*match.span(), ALL, "daily", soft=match[0] == "daily" and _describes(match))]


def _period(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    unit = {"we": "week", "mo": "month", "qu": "quarter"}[match["unit"][:2]]
    soft = match["unit"].endswith("ly") and _describes(match)
    return [Period(*match.span(), "week" if unit == "week" else "month" if unit == "month" else "quarter", soft)]


def _describes(match: re.Match[str]) -> bool:
    """Whether the word stands before a thing: "my daily report"."""
    return bool(
        re.match(
            r"\s+(?!at\b|on\b|by\b|and\b|in\b|for\b|to\b|via\b|please\b|every\b|each\b|with\b)[a-z]",
            match.string[match.end() :],
        )
    )


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            r"\b(?:except(?: for)?|excluding|but not|but|other than|apart from|minus"
            rf"|not)\s+(?:on\s+)?(?P<list>{LIST})"
        ),
        _except,
    ),
    (re.compile(r"\b(?:except|excluding|but not|other than|apart from)\b"), asking(_HOLIDAYS)),
    (re.compile(rf"\b(?P<lead>(?:{_EACH}\s+){{1,2}}(?:the\s+)?)?(?P<list>{LIST})(?!'s)\b"), _days),
    (
        re.compile(
            r"\b(?:(?:once |one time )?(?:every|each|per)[- ]day|once (?:a|per) day|daily|once daily"
            r"|a day|day in,? day out|7 days a week|all days)\b"
        ),
        _daily,
    ),
    (
        re.compile(r"\b(?:once\s+)?(?:every|each|a|per)\s+(?P<unit>week|month|quarter)(?!\s*'s|ly|end|day)\b"),
        lambda m, b: _period(m, b) if re.match(r"(?:once|every|each)", m[0]) else None,
    ),
    (re.compile(r"\b(?P<unit>weekly|monthly|quarterly)\b"), _period),
)
