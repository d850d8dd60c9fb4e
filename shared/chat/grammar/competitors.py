"""Competitors by name: those of the org in any spelling, others as they were written; and "top 3"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.chat.grammar.normalise import word_set

_VERBS = (
    r"(?:track|watch|monitor|follow|scan|keep (?:an )?eye on|eye on|spy on|against|compare (?:us"
    r"|our prices|ourselves) (?:to|with)|competitor(?:s)?(?: called| named)?|add|check(?: on)?"
    r"|(?:prices?|pricing|menus?) (?:of|at|from))"
)
_IF = r"(?:if|when|whenever|as soon as|once|where|whether)"
_CAPITAL = r"[A-Z0-9](?:[\w&-]|\.(?=[\w&.-])|'(?!s\b)|'s(?= [A-Z]))*+(?<![.])"
_NAME = rf"{_CAPITAL}(?: (?:{_CAPITAL}|(?:&|of|the|on)(?= [A-Z]))){{0,5}}"
_NAMES = rf"(?P<names>{_NAME}(?:(?:, and |, | and ){_NAME}){{0,9}})"
_DOES = (
    r"(?:undercuts?|drops?|changes?|lowers?|raises?|cuts?|slashes|shakes?|updates?|overhauls?"
    r"|revamps?|is (?:more than )?\d|is cheaper|beats?|adds?|goes|has)"
)
_THEIRS = r"(?:(?:whole |entire |flower |current )?(?:prices?|pricing|menus?|deals?|specials?|promos?|promotions?))"
_TRACKED = re.compile(
    rf"\b(?i:{_VERBS}) (?:the )?{_NAMES}(?:'s?)?(?=\s*(?:$|[,.;!?]|(?i:{_THEIRS}|{_DOES}|every"
    r"|each|daily|hourly|weekly|twice|for|and|on|at|in|once|monthly|when|if|\d)\b))"
)
_ACTING = re.compile(rf"\b(?i:{_IF}) {_NAMES}(?:'s?)? (?i:{_THEIRS} )?(?i:{_DOES})\b")
_OWNING = re.compile(rf"(?<![.!?] )(?<!^)\b{_NAMES}'s? (?i:{_THEIRS})\b")
_SMALL_OWNING = re.compile(
    rf"\b(?:{_VERBS}|on|at|if|when|whenever|with"
    rf"|to) (?P<names>(?:[a-z0-9][\w&-]* ){{0,3}}[a-z0-9][\w&-]*)'s? {_THEIRS}\b",
    re.IGNORECASE,
)
_COMMON = word_set(
    """
    a an our my the their his her its your i we they it them us competitor competitors competition rival
    rivals customer customers product products item items stock inventory sales menu menus price prices top
    every each all some any store stores shop biggest closest main nearest local other others what changed
    changes new if when email text send please monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december everyone today
    yesterday this that week month morning evening slack google drive dashboard compliance daily weekly
    monthly and or vip vips roi sms est pst noon midnight three campaign campaigns loyalty check track watch
    alert remind tell how much low birthdays birthday slow reorder usage demand forecast
    """
)
_TOP = re.compile(
    r"\b(?:top|best|biggest|largest|closest|nearest|main|worst|first|slowest) (?P<a>\d{1,3})\b(?! ?(?:%|am|pm|:))"
    r"|\b(?P<b>\d{1,3}) (?:of (?:our|my|the) )?(?:top|best|biggest|largest|closest|nearest|main"
    r"|worst|slowest|most \w+)\b"
    r"|\b(?:our|my|the) (?P<c>\d{1,3}) (?:\w+ )?competitors\b"
)
_TOP_ONE = re.compile(
    r"\b(?:our|my|the) (?:top|biggest|main|closest|nearest|largest|number 1) (?:competitor|rival)\b(?!s)"
)
_SOME = re.compile(r"\b(?:some|a few|a couple|several|certain|a handful)(?: of)?(?: (?:our|my|the))? competitors\b")


@dataclass(frozen=True)
class Found:
    """Names, their places in the raw text, and a question where a name fits several."""

    names: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    question: str | None = None


def find_competitors(raw: str, known: Sequence[str]) -> Found:
    """The competitors that a cleaned message names; known ones in the org's own spelling."""
    hits: dict[tuple[int, int], str] = {}
    question = None
    for start, end, fits in _known_hits(raw, known):
        if len(fits) > 1:
            question = f"Which one do you mean: {', '.join(fits[:-1])} or {fits[-1]}?"[:300]
        hits[start, end] = fits[0]
    shouted = sum(letter.islower() for letter in raw) < len(raw) / 5
    patterns = (_SMALL_OWNING,) if shouted else (_TRACKED, _ACTING, _OWNING, _SMALL_OWNING)
    for pattern in patterns:
        for match in pattern.finditer(raw):
            for start, end in _split(raw, *match.span("names")):
                if _is_name(raw[start:end]) and not any(start < to and at < end for at, to in hits):
                    hits[start, end] = raw[start:end]
    ordered = sorted(hits)
    names = () if question else tuple(dict.fromkeys(hits[span] for span in ordered))
    return Found(names, tuple(ordered), question)


def _split(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    place = start
    for joint in [*re.finditer(r",? and |, ", raw[start:end]), None]:
        stop = end if joint is None else start + joint.start()
        if stop > place:
            spans.append((place, stop))
        place = stop if joint is None else start + joint.end()
    return spans


def _is_name(words: str) -> bool:
    each = [word.strip("'.").removesuffix("'s") for word in words.lower().split()]
    return bool(each) and len(words) > 1 and not any(word in _COMMON for word in each) and not words.isdigit()


def _known_hits(raw: str, known: Sequence[str]) -> list[tuple[int, int, list[str]]]:
    hits: list[tuple[int, int, list[str]]] = []
    spellings: list[tuple[str, str]] = []
    for name in known:
        words = re.findall(r"\w+", name)
        spellings += [(" ".join(words[:size]), name) for size in range(len(words), 0, -1)]
    for spelling in sorted({spelling for spelling, _ in spellings}, key=len, reverse=True):
        fits = list(dict.fromkeys(name for words, name in spellings if words == spelling))
        is_whole = any(spelling == " ".join(re.findall(r"\w+", name)) for name in fits)
        if not is_whole and (" " not in spelling or len(spelling) < 6):
            continue
        pattern = r"[\s'’&.-]*".join(map(re.escape, spelling.split()))
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", raw, re.IGNORECASE):
            if not any(match.start() < end and start < match.end() for start, end, _ in hits):
                whole = [name for name in fits if spelling == " ".join(re.findall(r"\w+", name))]
                hits.append((*match.span(), whole or fits))
    return hits


def find_top(low: str) -> int | None:
    """ "top 3": how many; None where no number was said."""
    match = _TOP.search(low)
    if match is not None:
        number = int(match["a"] or match["b"] or match["c"])
        return number if 1 <= number <= 100 else None
    return 1 if _TOP_ONE.search(low) else None


def names_some(low: str) -> bool:
    """Whether only "some of our competitors" are meant, which ones is not said."""
    return bool(_SOME.search(low))
