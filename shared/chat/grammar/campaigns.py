"""What a campaign is about, and which group of customers it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.chat.grammar.normalise import Text

_DRAFT = re.compile(
    r"\b(?:draft|write|prepare|create|plan|make|design|come up with|build|put together|set up|send)\b[^.;!?]{0,50}?"
    r"\b(?:campaigns?|promos?|promotions?|newsletters?|blasts?|flyers?)\b"
)
_PEOPLE = r"(?:customers?|members?|shoppers?|clients?|buyers?|regulars?|people|ones)"
_SEGMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("vip", re.compile(rf"\bvips?\b|\b(?:best|top|biggest|highest[ -]spending|most valuable) {_PEOPLE}\b")),
    ("at_risk", re.compile(rf"\bat[ -]risk(?: {_PEOPLE})?\b")),
    ("lapsed", re.compile(rf"\b(?:inactive|lapsed|lost|dormant|sleeping|old|former|past) {_PEOPLE}\b")),
    ("loyal", re.compile(rf"\b(?:loyal|loyalty|repeat|regular|rewards?) {_PEOPLE}\b|\b(?:our|my|the) regulars\b")),
    ("new", re.compile(rf"\bnew {_PEOPLE}\b|\bfirst[ -]time(?:rs| {_PEOPLE})\b")),
    ("active", re.compile(rf"\bactive {_PEOPLE}\b")),
)
_PURPOSE = re.compile(
    r"\b(?:about|promoting|announcing|featuring|to promote|to announce|advertising|on the topic of) "
    r"(?P<words>.{3,160}?)"
    r"(?=\s*(?:$|[.;!?]|,? (?:every|each|for (?:our|my|the|all)|to (?:our|my|the|all)"
    r"|on (?:the )?\d|on [mtwfs]\w+days?"
    r"|at \d|daily|weekly|monthly|and (?:email|text|send|post|slack|tell|let|notify))\b))"
)


@dataclass(frozen=True)
class Found:
    """The group as `customer_segments` names it, what it is about, and the place of that in the text."""

    segment: str | None = None
    purpose: str | None = None
    span: tuple[int, int] | None = None
    is_draft: bool = False


def find_campaign(text: Text, *, changing: bool) -> Found:
    """The campaign of a normalised text; `changing`: only another group of one that exists ("for lapsed ones")."""
    draft = _DRAFT.search(text.low)
    if draft is None:
        toward = re.search(r"\bfor (?:our |my |the )?", text.low) if changing else None
        return Found(_segment(text.low[toward.end() :])) if toward else Found()
    purpose = _PURPOSE.search(text.low, draft.end())
    rest = text.masked(purpose.span("words")).low if purpose else text.low
    return Found(
        _segment(rest),
        text.said(*purpose.span("words")).strip(" ,.!") if purpose else None,
        purpose.span("words") if purpose else None,
        is_draft=True,
    )


def _segment(low: str) -> str | None:
    return next((name for name, pattern in _SEGMENTS if pattern.search(low)), None)
