"""By which way to tell: email, text, dashboard, Slack, Drive; and which ways to leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Channel = Literal["email", "sms", "dashboard", "slack", "drive"]

_PATTERNS: tuple[tuple[Channel, re.Pattern[str]], ...] = (
    (
        "email",
        re.compile(
            r"\bemail(?:s|ed|ing)?\b(?! (?:campaigns?|lists?|blasts?|address|inbox (?:is|was)|usage"
            r"|quota|records?))"
            r"|\b(?:by|via|in|through|per) mail\b|\bmail (?:me|it|us|them|the|to)\b"
        ),
    ),
    (
        "sms",
        re.compile(
            r"\btext(?:s|ed|ing)?\b(?! (?:campaigns?|blasts?|usage|quota|says|reads|file|of the))"
            r"|\bsms(?:es)?\b(?! (?:campaigns?|blasts?|usage|quota))|\btxts?\b"
        ),
    ),
    (
        "dashboard",
        re.compile(
            r"\bdashboard\b|(?<!email )\binbox\b|\bin[ -]app\b|\b(?:in|on|inside) the app\b"
            r"|\bapp notifications?\b|\bbell\b"
        ),
    ),
    ("slack", re.compile(r"\bslack\b")),
    (
        "drive",
        re.compile(
            r"\bgoogle drive\b|\bgdrive\b|\b(?:to|in|on|into) (?:my |the |our |google )*drive\b|\bdrive folder\b"
        ),
    ),
)
_NOT = re.compile(
    r"(?:\b(?:don't|no|not|no more|stop|without|never|instead of|rather than|quit|drop|remove"
    r"|skip|saving|posting|putting|turn off|switch off|disable"
    r"|lose|cancel|isn't|minus|and not|but not|cut|enough with|mute)"
    r"(?:\s+(?:by|via|the|my|sending|send|all|any|those|these|need|to|using|use|me|us|more|with"
    r"|an?|through|in|it|want|on|of|getting|get|for|over|as))*\s*)$"
)
_FROM = re.compile(r"\b(?:switch|change|move|go)\b[^.;!?]{0,60}\bfrom\s*$")
_OR_NOT = re.compile(r"^\s*(?:or|and|nor|,)\s*$")
_DRAFT = re.compile(
    r"\b(?:draft|write|compose|prepare|design)\s+(?:me |us )?(?:an?|the|some|our|up)?\s*(?:\w+ ){0,2}$"
)
_OWN = re.compile(r"\b(?:my|our|his|her|their|the) $")
_OTHER = re.compile(
    r"\b(?:call|phone|ring) (?:me|us|the (?:owner|staff|team|store)|my cell)\b(?! (?:it|that))"
    r"|\bphone calls?\b|\bwhats ?app\b|\bfax\b|\btelegram\b"
    r"|\b(?:on|in|via|through|to|by) (?:ms |microsoft )?teams\b|\bdiscord\b|\bmessenger\b"
    r"|\binstagram\b|\bpush notifications?\b|\bpager\b|\bvoicemail\b|\bsignal (?:me|message)\b"
    r"|\bletter\b"
)


@dataclass(frozen=True)
class Found:
    """Channels wanted and dropped, in the order they were said, and a question about one that does not exist."""

    wanted: tuple[Channel, ...] = ()
    dropped: tuple[Channel, ...] = ()
    question: str | None = None


def find_channels(low: str) -> Found:
    """The channels of a normalised text."""
    hits: list[tuple[int, int, Channel]] = []
    for channel, pattern in _PATTERNS:
        hits += [(*match.span(), channel) for match in pattern.finditer(low)]
    hits.sort()
    wanted: list[Channel] = []
    dropped: list[Channel] = []
    last_end, last_dropped = -1, False
    for start, end, channel in hits:
        if _is_only_named(low, start, end):
            continue
        is_dropped = bool(_NOT.search(low[:start]) or _FROM.search(low[:start]))
        if last_dropped and last_end >= 0 and _OR_NOT.match(low[last_end:start]) and "," not in low[last_end:start]:
            is_dropped = True
        (dropped if is_dropped else wanted).append(channel)
        last_end, last_dropped = end, is_dropped
    question = None
    if _OTHER.search(low):
        question = (
            "I cannot do that. I can email, text (SMS), post to Slack, or put it on the dashboard: which one?"
        )
    return Found(
        tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(c for c in dropped if c not in wanted)), question
    )


def _is_only_named(low: str, start: int, end: int) -> bool:
    """ "draft an email", "my email is …", "how many emails we have left": nothing is to be sent so."""
    if _DRAFT.search(low[:start]):
        return True
    if re.match(r"\s*(?:is|address|:)", low[end:]) and _OWN.search(low[:start]):
        return True
    return bool(re.search(r"\bhow many $", low[:start]))
