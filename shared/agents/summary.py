"""Summaries without a model: of text or data (first what comes first, then figures), and of a demand forecast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shared.agents.facts import FactList, facts_of, name_of, sentences, shown

NOTHING = "There is nothing to summarize."
_WEIGHTY = re.compile(
    r"\d|\b(?:most|largest|highest|lowest|rose|fell|failed|first|never|out of stock|urgent|critical)\b",
    re.IGNORECASE,
)
MAX_ITEMS = 3


def extract_summary(value: Any, max_sentences: int) -> str:
    """At most `max_sentences`: a text's own sentences, or facts about data."""
    if isinstance(value, str):
        return " ".join(_chosen(sentences(value), max_sentences)) or NOTHING
    return _of_facts(facts_of(value, limit=200), max_sentences) or NOTHING


def _chosen(found: list[str], limit: int) -> list[str]:
    """Prefers the first sentence, then those with figures; keeps the original order."""
    ranked = sorted(range(len(found)), key=lambda index: (index != 0, not _WEIGHTY.search(found[index]), index))
    return [found[index] for index in sorted(ranked[:limit])]


def _of_facts(facts: FactList, limit: int) -> str:
    lines: list[str] = []
    for line in facts.lines:
        if line.startswith("  - ") and lines:
            joint = "; " if " (" in lines[-1] else " ("
            lines[-1] += f"{joint}{line.removeprefix('  - ')}"
        else:
            lines.append(line)
    sentences = [f"{line}{')' if ' (' in line and not line.endswith(')') else ''}." for line in lines[:limit]]
    rest = len(lines) - len(sentences)
    return " ".join([*sentences, f"And {rest} more."] if rest > 0 else sentences)


def forecast_words(forecast: Any) -> str:
    """What is expected and what runs out first; plain facts if the input isn't a forecast.

    `forecast`: the output of `forecast_demand` or similar data.
    """
    if not isinstance(forecast, Mapping):
        return extract_summary(forecast, 4)
    opening = _opening(forecast)
    ending = _running_out(forecast)
    text = " ".join(part for part in (opening, ending) if part)
    return text or facts_of(forecast).text(bullets=False)


def _opening(forecast: Mapping[str, Any]) -> str:
    """The forecast's own first paragraph: its headline and how it was made."""
    text = forecast.get("text")
    if isinstance(text, str) and text.strip():
        paragraph = text.strip().split("\n\n")[0]
        return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in sentences(paragraph)[:3])
    units = forecast.get("expectedUnits")
    return f"About {shown('', units)} units are expected." if isinstance(units, int | float) else ""


def _running_out(forecast: Mapping[str, Any]) -> str:
    items = forecast.get("items")
    rows = [row for row in items if isinstance(row, Mapping)] if isinstance(items, list | tuple) else []
    ending = [row for row in rows if row.get("stockOutDate") and name_of(row)]
    if not ending:
        return ""
    soonest = sorted(ending, key=lambda row: str(row["stockOutDate"]))
    named = ", ".join(f"{name_of(row)} on {shown('', row['stockOutDate'])}" for row in soonest[:MAX_ITEMS])
    more = len(soonest) - MAX_ITEMS
    return f"First to run out: {named}{f', and {more} more' if more > 0 else ''}."
