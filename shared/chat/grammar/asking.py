"""Questions that are answered and never obeyed: what a playbook costs, when it runs, whom it tells."""

from __future__ import annotations

import re

_ONE = r"(?:the|my|our|it|that|this|these|those)\b"
_ABOUT_ONE = re.compile(
    rf"\b(?:what|how much|how often|how many times|when) (?:will|would|does|did|do|is|was) (?P<a>{_ONE})"
    r"(?=[^.;!?]{0,60}?\b(?:costs?|charge|run|runs|check|checks|look|looks|fire|fires)\b)"
    rf"|\b(?:how much(?:'s| is| was)|what's the (?:cost|price) of) (?P<b>(?:it|that|this)\b)(?=\s*(?:$|[?.!]))"
    rf"|\bwho(?:m|se)? (?:gets?|receives?|sees?|does|will|do|did|is) (?P<c>{_ONE})"
    r"|\bwho(?:'s| is| does| will) (?:it |that )?(?P<d>)(?:getting|told|notified|going to|tell|email|text)\b"
    rf"|^(?:and |so |ok )*(?:does|will|would|did|do) (?P<e>{_ONE})"
    r"(?=[^.;!?]{0,60}?\b(?:costs?|run|check|email|text|tell|work|send|fire|look)\b)"
    rf"|\b(?:when|what)(?:'s| is) (?:the |its )?next (?:run|time)(?: (?:of|for))?(?P<f>)"
    rf"|\bwhich (?:competitors?|customers?|channels?|people) (?:does|do|will|did) (?P<g>{_ONE})"
    r"|^(?:and |so |ok )*(?:what's|what is|what are) (?:the |its )(?:threshold|limit|cost|schedule|condition)s?"
    r"(?: (?:of|for|on))?(?P<h>)"
    r"|\b(?:what's|what is) (?P<i>)(?:it|that) (?:costing|going to cost)\b"
)
"""A question about what one playbook costs, when it runs, whom it tells: never an order."""
_WHAT_IF = re.compile(
    r"\b(?:how much|what) (?:would|will|does|is) (?:it|that) (?:cost|be)(?: me| us)? (?:to|if|for)\b"
    r"|^(?:and |so )*(?:could|would) it cost\b"
)


def asks_what_if(low: str) -> bool:
    """Whether it only asks what something would cost."""
    return bool(_WHAT_IF.search(low))


def about_one(low: str) -> tuple[int, int] | None:
    """Where the playbook's name begins in a question about it, and where the question does."""
    match = _ABOUT_ONE.search(low)
    if match is None:
        return None
    return next(match.start(key) for key in "abcdefghi" if match[key] is not None), match.start()
