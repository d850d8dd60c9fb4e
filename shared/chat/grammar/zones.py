"""Time zones as people name them; "EST" is New York's time, summer and winter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.chat.grammar.tokens import Ask, Clock, Days, PartOfDay, Rule, Token, Window, Zone, asking
from shared.playbooks.cron import check_timezone

_EAST, _CENTRAL, _MOUNTAIN, _WEST = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_CODES = {
    "est": _EAST,
    "edt": _EAST,
    "cdt": _CENTRAL,
    "cst": _CENTRAL,
    "mdt": _MOUNTAIN,
    "mst": _MOUNTAIN,
    "pst": _WEST,
    "pdt": _WEST,
    "akst": "America/Anchorage",
    "akdt": "America/Anchorage",
    "hst": "Pacific/Honolulu",
    "utc": "UTC",
    "gmt": "UTC",
    "zulu": "UTC",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
}
_BESIDE = {
    "et": _EAST,
    "ct": _CENTRAL,
    "mt": _MOUNTAIN,
    "pt": _WEST,
    "eastern": _EAST,
    "central": _CENTRAL,
    "mountain": _MOUNTAIN,
    "pacific": _WEST,
}
"""Words with other meanings: a zone only beside a time, or before "time"."""
_PLACES = {
    "new york": _EAST,
    "ny": _EAST,
    "nyc": _EAST,
    "east coast": _EAST,
    "boston": _EAST,
    "miami": _EAST,
    "atlanta": _EAST,
    "chicago": _CENTRAL,
    "texas": _CENTRAL,
    "dallas": _CENTRAL,
    "houston": _CENTRAL,
    "denver": _MOUNTAIN,
    "colorado": _MOUNTAIN,
    "arizona": "America/Phoenix",
    "phoenix": "America/Phoenix",
    "detroit": "America/Detroit",
    "los angeles": _WEST,
    "la": _WEST,
    "california": _WEST,
    "west coast": _WEST,
    "san francisco": _WEST,
    "seattle": _WEST,
    "las vegas": _WEST,
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "toronto": "America/Toronto",
    "vancouver": "America/Vancouver",
    "london": "Europe/London",
    "uk": "Europe/London",
    "amsterdam": "Europe/Amsterdam",
    "berlin": "Europe/Berlin",
    "paris": "Europe/Paris",
    "madrid": "Europe/Madrid",
    "tokyo": "Asia/Tokyo",
    "sydney": "Australia/Sydney",
}
_OURS = (
    "local",
    "my",
    "our",
    "store",
    "shop",
    "the same",
    "same",
    "this",
    "that",
    "real",
    "any",
    "every",
    "each",
    "at",
)
_OFFSET = r"\b(?:utc|gmt) ?[+-] ?\d{1,2}(?::?\d\d)?\b"
_WHICH = "Which time zone do you mean? Please name it like 'Eastern', 'Pacific' or 'London time'."


def _code(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Zone(match.start(), match.end(), _CODES[match["code"]])]


def _beside(match: re.Match[str], before: Sequence[Token]) -> list[Token] | None:
    is_beside = bool(before) and isinstance(before[-1], Clock | Days | PartOfDay | Window)
    follows = is_beside and before[-1].end + 3 >= match.start("code")
    if not (match["time"] or follows):
        return None
    return [Zone(match.start(), match.end(), _BESIDE[match["code"]])]


def _place(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Zone(match.start(), match.end(), _PLACES[match["place"]])]


def _iana(match: re.Match[str], _before: Sequence[Token]) -> list[Token] | None:
    parts = match[1].split("/")
    name = "/".join("_".join(_capital(word) for word in part.split("_")) for part in parts)
    try:
        return [Zone(match.start(), match.end(), check_timezone(name))]
    except ValueError:
        return [Ask(match.start(), match.end(), _WHICH)]


def _capital(word: str) -> str:
    return word if word in ("of", "es", "au") else "-".join(piece.capitalize() for piece in word.split("-"))


def _unknown(match: re.Match[str], before: Sequence[Token]) -> list[Token] | None:
    beside = bool(before) and isinstance(before[-1], Clock) and before[-1].end + 2 >= match.start()
    if not beside or match[1] in _OURS:
        return None
    return [Ask(match.start(), match.end(), _WHICH)]


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            r"\(?\b((?:america|europe|asia|africa|australia|pacific|atlantic|indian|antarctica|etc)/[a-z_+-]+"
            r"(?:/[a-z_]+)?)\b\)?"
        ),
        _iana,
    ),
    (re.compile(_OFFSET), asking(_WHICH)),
    (re.compile(r"\b(?:ist|bst|their time|customer'?s? time)\b(?! is\b)"), asking(_WHICH)),
    (re.compile(rf"\(?\b(?P<code>{_alternatives(_CODES)})\b(?: time)?\)?"), _code),
    (
        re.compile(
            rf"\(?\b(?P<code>{_alternatives(_BESIDE)})(?: (?:standard|daylight))?(?P<time> time(?: zone)?)?\b\)?"
        ),
        _beside,
    ),
    (re.compile(rf"\(?\b(?:in )?(?P<place>{_alternatives(_PLACES)})(?:'s)? time\b\)?"), _place),
    (re.compile(r"\b([a-z]+) time\b"), _unknown),
)
