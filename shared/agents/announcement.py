"""Turns an author's purpose for a message into wording fit for its reader, without a model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TOLD = re.compile(
    r"^(?:please )?(?:tell|remind|inform|notify|let)\b.{0,60}?\b(?:know(?: that| about)?|that|about|of)\s+(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_SHOWN = re.compile(
    r"^(?:please )?(?:announce|promote|advertise|present|highlight|introduce|feature|push)(?: that)?\s+(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ORDER = re.compile(
    r"^(?:please )?(?:answer|write|draft|send|tell|thank|ask|invite|win|bring|remind|counter|respond|react|make"
    r"|create|give|celebrate|welcome|say|get|defend|re-?engage|reactivate|wish|congratulate|let|inform|notify)\b",
    re.IGNORECASE,
)
_OCCASIONS = (
    (re.compile(r"birthday", re.IGNORECASE), "Happy birthday from {org}"),
    (
        re.compile(r"win.?back|missed|inactive|lapsed|re-?engage|reactivate", re.IGNORECASE),
        "We've missed you at {org}",
    ),
    (re.compile(r"\bthank", re.IGNORECASE), "Thank you from {org}"),
    (re.compile(r"\bwelcome|signed up|sign.?up", re.IGNORECASE), "Welcome to {org}"),
)
_INTERNAL = re.compile(
    r"their|competitor|rival|undercut|cost|margin|gap|percent|quantity|reorder|on_?hand|threshold|(?:^|_)id$|Id$",
    re.IGNORECASE,
)


def announcement(purpose: str, org_name: str) -> str:
    """The news in the purpose. Instructions to the writer ("Answer their price cut") become a neutral opening."""
    text = " ".join(purpose.split()).rstrip(".")
    for pattern in (_TOLD, _SHOWN):
        match = pattern.match(text)
        if match:
            news = match.group(1).strip()
            return news[:1].upper() + news[1:]
    if not _ORDER.match(text):
        return text
    return next((words for sign, words in _OCCASIONS if sign.search(text)), "News from {org}").format(org=org_name)


def for_customers(facts: Any) -> Any:
    """The facts without internal ones: competitors, costs, margins, stock figures, ids."""
    if isinstance(facts, Mapping):
        kept = {name: for_customers(value) for name, value in facts.items() if not _INTERNAL.search(str(name))}
        return {"price" if str(name) in ("ourPrice", "our_price") else name: value for name, value in kept.items()}
    if isinstance(facts, list | tuple):
        return [for_customers(one) for one in facts]
    return facts
