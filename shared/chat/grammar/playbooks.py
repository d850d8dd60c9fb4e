"""Which existing playbook a sentence names: "the price alert", "it", a quoted name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.chat.grammar.normalise import BLANK, Text, word_set

PRONOUNS = frozenset(("it", "that", "this", "that one", "this one", "that playbook", "this playbook"))
_SEVERAL = re.compile(r"^(?:all|both|every|everything|them|these|those|the rest|any)\b")
_STOPS = (
    r"now|for now|please|to|until|till|at|every|each|on|off|instead|again|back|by|so|because"
    r"|from|right|immediately|as|and|when"
    r"|for|asap|thanks|thx|temporarily|if|with|today|tomorrow|in|next|too|also|run|runs|running"
    r"|work|works|do|is|was|mean|cost|alone|or|will|go|fire|due|anymore|any more|weekdays"
    r"|mondays|daily|hourly|once|then"
)
_REF = re.compile(
    rf"\s*(?P<ref>(?:\"?{BLANK}+\"?|[a-z][\w'-]*)(?: (?!(?:{_STOPS})\b)(?:\"?{BLANK}+\"?"
    rf"|[a-z][\w'-]*)){{0,6}})(?=\s|$|[,.;:!?])"
)
_LEAD = re.compile(
    r"^(?:(?:tracking|watching|monitoring|following|scanning|checking|sending|texting|emailing"
    r"|slacking|mailing|messaging|doing|running|with|of|about|out|up|the|my|our|that|this|your"
    r"|me|us|both|one)\s+)+"
)
_TAIL = re.compile(
    r"(?:\s+(?:playbooks?|automations?|one|thing|job|workflow|please|threshold|schedule|time"
    r"|frequency|limit|'s|channel))+$"
)
_FIELDS = word_set(
    """
    threshold time schedule frequency limit channel channels name day days hour me us tracking watching
    monitoring following scanning checking timezone zone percentage number message
    text words wording segment audience
    """
)


@dataclass(frozen=True)
class Reference:
    """The playbook's name or the words for it, its place in `low`, and a question where it fits several."""

    words: str | None = None
    span: tuple[int, int] = (0, 0)
    question: str | None = None
    is_known: bool = False


def reference_at(text: Text, place: int, known: Sequence[str]) -> Reference:
    """The playbook that is named at that place of `low`."""
    skipped = re.match(r"\s*(?:(?:the|my|our|this|that|your|sending|running|doing|me|us)\s+)*\"?", text.low[place:])
    start = place + (skipped.end() if skipped else 0)
    if (name := _name_at(text.low, start, known)) is not None:
        return Reference(name, (start, start + len(name)), is_known=True)
    match = _REF.match(text.low, place)
    if match is None or not match["ref"]:
        return Reference()
    said = text.said(*match.span("ref"))
    return _resolved(said.strip('"').strip(), match.span("ref"), known)


def reference_anywhere(low: str, known: Sequence[str]) -> Reference:
    """A playbook of the org that is named in full somewhere."""
    hits = []
    for name in known:
        place = re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", low)
        if place is not None:
            hits.append(Reference(name, place.span(), is_known=True))
    if len(hits) > 1:
        return Reference(hits[0].words, hits[0].span, _which([hit.words or "" for hit in hits]), is_known=True)
    return hits[0] if hits else Reference()


def _name_at(low: str, start: int, known: Sequence[str]) -> str | None:
    fits = [name for name in known if re.match(rf"{re.escape(name.lower())}(?!\w)", low[start:])]
    return max(fits, key=len, default=None)


def _resolved(said: str, span: tuple[int, int], known: Sequence[str]) -> Reference:
    low = said.lower().strip()
    if re.match(r"it\b", low):
        return Reference("it", span)
    if low in PRONOUNS:
        return Reference(low, span)
    if _SEVERAL.match(low):
        return Reference(low, span, f"I do one playbook at a time. Which one{_choices(known)}?")
    bare = _TAIL.sub("", _LEAD.sub("", low)).strip()
    if low.startswith("to ") or not bare or bare in _FIELDS:
        return Reference()
    if bare in PRONOUNS:
        return Reference(bare, span)
    words = _words(bare)
    fits = [name for name in known if words and words <= _words(name.lower())]
    whole = [name for name in fits if words == _words(name.lower())]
    if len(whole) == 1 or len(fits) == 1:
        return Reference((whole or fits)[0], span, is_known=True)
    if fits:
        return Reference(bare, span, _which(fits))
    typed = said[len(said) - len(_LEAD.sub("", low)) :]
    return Reference(typed[: len(_TAIL.sub("", typed.lower()))].strip() or None, span)


def _words(name: str) -> frozenset[str]:
    """The words that tell: small, singular, without "playbook"."""
    each = (word.rstrip("s") if len(word) > 3 else word for word in re.findall(r"[a-z0-9]+", name))
    return frozenset(word for word in each if word not in ("playbook", "the", "a", "my", "our"))


def _which(names: Sequence[str]) -> str:
    return f"Which one do you mean: {', '.join(names[:-1])} or {names[-1]}?"[:300]


def _choices(known: Sequence[str]) -> str:
    return f": {', '.join(known[:5])}" if known else ""
