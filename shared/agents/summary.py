"""Summarizes text or data without a model: first what comes first, then what has figures."""

from __future__ import annotations

import re
from typing import Any

from shared.agents.facts import FactList, facts_of, sentences

NOTHING = "There is nothing to summarize."
_WEIGHTY = re.compile(
    r"\d|\b(?:most|largest|highest|lowest|rose|fell|failed|first|never|out of stock|urgent|critical)\b",
    re.IGNORECASE,
)


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
    told = [f"{line}{')' if ' (' in line and not line.endswith(')') else ''}." for line in lines[:limit]]
    rest = len(lines) - len(told)
    return " ".join([*told, f"And {rest} more."] if rest > 0 else told)
