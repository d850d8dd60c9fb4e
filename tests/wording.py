"""What no sentence to a person may hold: ids, times as computers write them, plurals of one, words nobody says."""

from __future__ import annotations

import re

LONGEST_SUBJECT = 110
"""Characters; phones show about 40 and mail programs about 80, so the fact has to come first."""
URL = re.compile(r"https?://\S+")
_FAULTS: dict[str, re.Pattern[str]] = {
    "an id": re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b"),
    "a date as computers write it": re.compile(r"\d{4}-\d\d-\d\d|\b\d\d? [A-Z][a-z]{2,8} \d{4}\b|\d{3}Z\b"),
    "a time as computers write it": re.compile(r"\bUTC\b|\b(?:1[3-9]|2[0-3]):[0-5]\d\b(?! [AP]M)"),
    "a plural of one": re.compile(
        r"(?<![\d.,])\b1 (?:items|prices|customers|orders|days|licenses|products|pieces|minutes|hours|times)\b"
    ),
    "a singular of many": re.compile(
        r"\b(?:0|[2-9]|\d{2,}) (?:item|price|customer|order|day|license|product)\b"
        r"(?=[.,;:)]|$| (?:is|are|left|was|were)\b)"
    ),
    "a word that nobody says": re.compile(
        r"\b(?:shall|whom|who has|waits? for a|licences?|hardly a|is sold with|on the (?:day|week) before"
        r"|of other people|nobody is|fell back|be let|stay away|mails? of)\b",
        re.IGNORECASE,
    ),
    "a reply that nothing reads": re.compile(r"reply UNSUBSCRIBE"),
    "a name out of the code": re.compile(
        r"\b[A-Z]+_[A-Z_]+\b|\b(?:menuUrl|staffPhones|ownerEmail|playbookId|orgId)\b"
    ),
    "an unfilled placeholder": re.compile(r"\{\{|\}\}|\bNone\b|\bundefined\b|\bnan\b"),
}


def faults(text: str) -> list[str]:
    """What is wrong with it, each with the words that it stands in; links are none of its words."""
    words = URL.sub("", text)
    return [
        f"{name}: …{words[max(0, found.start() - 30) : found.end() + 30]!r}…"
        for name, pattern in _FAULTS.items()
        for found in pattern.finditer(words)
    ]
