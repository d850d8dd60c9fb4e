"""A message in one spelling (plain quotes, small letters, digits), with the way back to what was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MAX_LENGTH = 2_000
BLANK, NAME = "\ue000", "\ue001"
"""What a masked character becomes: only patterns that ask for it match; those a user types are taken away.
`NAME` stands for a competitor's name."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\u00a0": " ", "…": " "})
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_NUMBERS = {word: number for number, word in enumerate(_ONES)}
_SMALL = "|".join(word for word in _ONES if word not in ("zero", "one"))
_HOURS = "|".join(_ONES[1:13])
_MINUTES = rf"(?:(?:twenty|thirty|forty|fifty)(?:[- ](?:{'|'.join(_ONES[1:10])}))?|fifteen|ten|o five|oh five)"
_COUNTED = (
    r"(?=\s*(?:%|percent|per cent|pct|o'?clock|am\b|pm\b|hours?\b|minutes?\b|days?\b|weeks?\b|units?\b|left\b"
    r"|items?\b|competitors?\b|products?\b|of each\b|in the (?:morning|afternoon)))"
)

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


@dataclass(frozen=True)
class Text:
    """`raw` as it was typed (cleaned), `low` for matching; `begins` and `ends` lead from `low` back to `raw`."""

    raw: str
    low: str
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    def said(self, start: int, end: int) -> str:
        """What was typed at that place of `low`."""
        return self.raw[self.begins[start] : self.ends[end - 1]] if start < end else ""

    def masked(self, *spans: tuple[int, int], fill: str = BLANK) -> Text:
        """The same with those places of `low` made unreadable."""
        low = self.low
        for start, end in spans:
            low = low[:start] + fill * (end - start) + low[end:]
        return Text(self.raw, low, self.begins, self.ends)

    def places(self, *spans: tuple[int, int]) -> list[tuple[int, int]]:
        """Where places of `raw` are in `low`."""
        found = []
        for start, end in spans:
            inside = [i for i in range(len(self.low)) if start < self.ends[i] and self.begins[i] < end]
            if inside:
                found.append((inside[0], inside[-1] + 1))
        return found


def _rules() -> tuple[Rule, ...]:
    table: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
        (r"\be-mail", "email"),
        (r"\b(?:pls|plz|plse)\b", "please"),
        (r"\bthru\b", "through"),
        (r"\bgimme\b", "give me"),
        (r"\blemme\b", "let me"),
        (r"\b(?:tmrw|tmr|tomorow)\b", "tomorrow"),
        (r"\bw/(?=\s)", "with"),
        (r"\bev(?:r|ey|ert)y\b|\bevry\b|\beveryy\b", "every"),
        (r"\bmo(?:rn|r|nr|rni)ig(?:ng)?\b|\bmornin\b|\bmorni?gn?\b|\bmoring\b", "morning"),
        (r"\benything\b|\banythin\b", "anything"),
        (r"\bcomp(?:e|i)t(?:e|i|o)?t(?:o|e|i)rs?\b", "competitors"),
        (r"\bweekl(?:ey|u)\b", "weekly"),
        (r"\brepor(?:rt|t)t?\b(?<!report)", "report"),
        (r"\b(?:sumary|summry|summery)\b", "summary"),
        (r"\b(?:allert|alret)\b", "alert"),
        (r"\bi (?:meant|mean) (?=\d{1,2}(?::\d\d)?\s*(?:$|[.!,?]))", "at "),
        (r"\bdont\b", "don't"),
        (r"\bdo not\b", "don't"),
        (r"\bha(s|ve) not\b", lambda match: f"ha{match[1]}n't"),
        (r"\bha(s|ve)nt\b", lambda match: f"ha{match[1]}n't"),
        (r"\bwhat(?:s| is)\b", "what's"),
        (r"\beveryday\b", "every day"),
        (r"\bevery (?:single|one) (?=\w)", "every "),
        (rf"\b({_HOURS}) ({_MINUTES})\b(?!\s*(?:%|percent|per cent|days|units|dollars|minutes))", _hour_and_minute),
        (r"\b(\d{1,2}) ([0-5]\d)(?=\s*[ap]\.?m\b)", lambda match: f"{match[1]}:{match[2]}"),
        (r"\bhalf a dozen\b", "6"),
        (r"\b(?:a )?dozen\b", "12"),
        (rf"\b({'|'.join(_TENS)})[- ]({'|'.join(_ONES[1:10])})\b", _compound),
        (rf"\b({'|'.join(_TENS)})\b", lambda match: str(_TENS[match[1]])),
        (rf"\b({_SMALL})\b", lambda match: str(_NUMBERS[match[1]])),
        (rf"\bone\b{_COUNTED}", "1"),
        (r"(?<=\bat )one\b|(?<=\bpast )one\b|(?<=\bto )one\b(?=\s*(?:$|[,.;!?]))", "1"),
        (r"\b(?:a|1) hundred\b", "100"),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"(?<=\d)\s*(?:percent|per cent|pct|percents|％)\b", "%"),
        (r"(?<=\d)\s+%", "%"),
        (r"(?<=\d)\s*([ap])\.? ?m\b\.?(?!\w)", lambda match: f"{match[1]}m"),
        (r"\bo ?'? ?clock\b", "o'clock"),
        (r"\s&\s", " and "),
    ]
    return tuple((re.compile(pattern), _constant(new) if isinstance(new, str) else new) for pattern, new in table)


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: text


def _compound(match: re.Match[str]) -> str:
    return str(_TENS[match[1]] + _NUMBERS[match[2]])


def _hour_and_minute(match: re.Match[str]) -> str:
    """ "nine thirty" as "9:30"."""
    minutes = [_NUMBERS.get(word, _TENS.get(word, 0)) for word in re.split(r"[- ]", match[2])]
    return f"{_NUMBERS[match[1]]}:{sum(minutes):02d}"


_RULES = _rules()


def clean(message: str) -> str:
    """The message with plain quotes and dashes, single blanks, and nothing that cannot be seen."""
    text = unicodedata.normalize("NFKC", message[: 4 * MAX_LENGTH].translate(_QUOTES).translate(_DASHES))
    text = text.translate(_QUOTES).translate(_DASHES)
    kept = (letter for letter in text if unicodedata.category(letter) != "Cf")
    seen = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in kept)
    return re.sub(r"\s+", " ", seen).strip()


def normalise(message: str) -> Text:
    """The message in one spelling; text beyond `MAX_LENGTH` characters is refused before by the caller."""
    raw = clean(message)
    low = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in raw)
    text = Text(raw, low, tuple(range(len(raw))), tuple(range(1, len(raw) + 1)))
    for pattern, new in _RULES:
        text = _rewritten(text, pattern, new)
    return text


def _rewritten(text: Text, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Text:
    matches = [match for match in pattern.finditer(text.low) if match.end() > match.start()]
    if not matches:
        return text
    low: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    place = 0
    for match in matches:
        start, end = match.span()
        words = new(match)
        low += [text.low[place:start], words]
        begins += [*text.begins[place:start], *[text.begins[start]] * len(words)]
        ends += [*text.ends[place:start], *[text.ends[end - 1]] * len(words)]
        place = end
    low.append(text.low[place:])
    begins += text.begins[place:]
    ends += text.ends[place:]
    return Text(text.raw, "".join(low), tuple(begins), tuple(ends))
