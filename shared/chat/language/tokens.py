"""A message as tokens: each with its place in what was typed and the word that it is read as."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from shared.chat.lexicon import Lexicon

Kind = Literal[
    "word", "int", "decimal", "ordinal", "clock", "date", "quote", "email", "phone", "url", "event_name", "mark"
]
MAX_TOKENS = 200
_BEFORE_A_TIME = ("at", "by", "around", "before", "after", "from")

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "\u00a0": " "}
)
_MARKS_OF_TWO = (("->", "→"), ("=>", "→"), (">=", "≥"), ("<=", "≤"))
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("url", r'(?:https?://|www\.)[^\s"<>]{1,500}'),
            ("email", r"[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
            ("quote", r'"[^"\n]{1,300}"|(?<!\w)\'[A-Z][^\'\n]{1,60}\'(?!\w)'),
            ("event_name", r"\b[a-z]{2,20}\.[a-z][a-z0-9_]{2,40}\b(?!\.)"),
            ("date", r"\d{4}-\d\d?-\d\d?(?!\d)"),
            (
                "phone",
                r"(?<![\w.])(?:\+\d|(?:1[ .-])?\(?\d{3}\)?[ .-])[\d ().-]{6,14}\d(?![\w%])"
                r"|(?<![\w.])1?[2-9]\d{9}(?![\w%])"
                r"|(?<![\w.])(?!\d\d?(?:00|15|30|45)-\d\d(?:00|15|30|45))[2-9]\d{2}-\d{4}(?![\w%-])",
            ),
            ("clock", r"(?<![\d.:])\d{1,2}[:.h][0-5]\d(?::00)?(?![\d%])(?=[apAP]?\.?[mM]?\b|ish\b)"),
            ("ordinal", r"\d{1,3}(?:st|nd|rd|th)\b"),
            ("short", r"(?<!\w)(?i:b4|b/[wc]|w/o(?:ut)?|2(?:day|nite|moro|morrow))(?!\w)"),
            ("decimal", r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})\.\d{1,4}(?!\d)"),
            ("int", r"\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,12}"),
            ("code", r"\b(?!(?:MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*\d)[A-Z]{3,20}\d{1,4}\b"),
            ("half", r"[apAP]\.[mM]\.?(?!\w)|(?<=\d )[apAP]\.? [mM]\b\.?"),
            ("word", r"[^\W\d_]{1,40}(?:'[^\W\d_]{1,10})?"),
            ("mark", r"[^\s\w]|_"),
        )
    )
)
"""What a token may be, by what is tried first."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark. `start` and `end` are offsets in the message; `read` is the word it counts as."""

    text: str
    start: int
    end: int
    kind: Kind
    read: str
    forms: frozenset[str] = field(default_factory=frozenset)
    """Everything that a pattern may call it: itself and its plain forms."""
    number: float | None = None


@lru_cache(maxsize=8)
def tokens_of(message: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens in order; of a very long message, the first `MAX_TOKENS` and a mark that stands for the rest."""
    text = unicodedata.normalize("NFC", message).translate(_QUOTES)
    for written, mark in _MARKS_OF_TWO:
        text = text.replace(written, f"{mark} ")
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        found += _read(match.group(), match.start(), match.end(), match.lastgroup or "mark", lexicon)
        if len(found) >= MAX_TOKENS:
            rest = message[match.end() :].strip()
            if rest:
                found.append(Token(rest, match.end(), len(message), "mark", "…"))
            break
    return _without_hyphens(_in_company(found, lexicon), lexicon)


def _in_company(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """ "Sales n low stock", "need 2 know": what is short for a word among others alone."""
    table: dict[str, list[dict[str, str]]] = lexicon.data["beside"]
    found = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].read if place else ""
        after = tokens[place + 1].read if place + 1 < len(tokens) else ""
        entries = table.get(token.read, ()) if before and after else ()
        is_number = token.number is not None and before in _BEFORE_A_TIME
        fits = (
            one
            for one in entries
            if before in one.get("after", before).split() and after in one.get("before", after).split()
        )
        if not is_number and (entry := next(fits, None)):
            token = word(token.text, token.start, token.end, entry["read"])
        found.append(token)
    return found


def word(text: str, start: int, end: int, read: str) -> Token:
    """The token of a word."""
    return Token(text, start, end, "word", read, forms_of(read))


def forms_of(read: str) -> frozenset[str]:
    """The word and what it may be an inflection of: `reports` → `report`; `=reports` is the very word."""
    forms = {read, f"={read}"}
    if len(read) > 3 and read.endswith("s") and not read.endswith("ss"):
        forms.add(read[:-1])
        if read.endswith("es"):
            forms.add(read[:-2])
        if read.endswith("ies"):
            forms.add(read[:-3] + "y")
    for ending in ("ed", "ing"):
        stem = read.removesuffix(ending)
        if stem != read and len(stem) > 2:
            forms |= {stem, stem + "e"}
            if stem[-1] == stem[-2]:
                forms.add(stem[:-1])
            if ending == "ed" and stem.endswith("i"):
                forms.add(stem[:-1] + "y")
    return frozenset(forms)


def _read(text: str, start: int, end: int, kind: str, lexicon: Lexicon) -> list[Token]:
    low = text.casefold()
    match kind:
        case "int" | "decimal":
            digits = low.replace(",", "")
            return [Token(text, start, end, kind, digits, frozenset({digits}), float(digits))]
        case "ordinal":
            return [Token(text, start, end, "ordinal", low, frozenset({low}), float(low[:-2]))]
        case "half":
            return [word(text, start, end, low[0] + "m")]
        case "code":
            return [word(text, start, end, low)]
        case "word" | "short":
            return _words(text, start, end, low, lexicon)
        case "mark" if low in lexicon.rewrites:
            return [word(text, start, end, one) for one in lexicon.rewrites[low]]
    return [Token(text, start, end, kind, low, frozenset({low}))]  # type: ignore[arg-type]


def _words(text: str, start: int, end: int, low: str, lexicon: Lexicon) -> list[Token]:
    if low in lexicon.rewrites:
        return [word(text, start, end, one) for one in lexicon.rewrites[low]]
    stem, apostrophe, ending = low.partition("'")
    if apostrophe:
        cut = start + len(stem)
        rest = lexicon.rewrites.get(f"'{ending}", (f"'{ending}",))
        if low.endswith("n't"):
            return [word(text, start, end, stem[:-1]), word(text, start, end, "not")]
        tail = [word(text[len(stem) :], cut, end, one) for one in rest]
        return [word(text[: len(stem)], start, cut, stem), *tail]
    return [word(text, start, end, low)]


def _without_hyphens(tokens: list[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """A hyphen joins two words, except where it means "to": between days, months and numbers."""
    ranges = lexicon.ranges

    def joins(place: int) -> bool:
        if tokens[place].text != "-" or not 0 < place < len(tokens) - 1:
            return False
        before, after = tokens[place - 1], tokens[place + 1]
        tight = before.end == tokens[place].start and tokens[place].end == after.start
        is_number = before.number is not None or before.kind == "clock"
        return tight and not ({*before.forms, *after.forms} & ranges) and not is_number

    return tuple(token for place, token in enumerate(tokens) if token.text not in ("'", '"') and not joins(place))
