"""Checks text against the advertising rules, with the offending words and suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.compliance.advertising_rules import ADULT_USE_STATES, RULES, Channel, Rule
from shared.values.text import clean

_BEFORE = 60
_MAX_PER_RULE = 5
_STRAIGHT = str.maketrans("’‘“”–—", "''\"\"--")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `excerpt` quotes the text; it is empty if something is missing."""

    rule: str
    excerpt: str
    suggestion: str
    found_by: Literal["rule", "model"] = "rule"


def check(text: str, channel: Channel | None = None, state: str | None = None) -> list[Violation]:
    """Violations in the order of the rules; deterministic.

    `channel` adds channel-specific rules. `state`: two-letter US state.
    """
    plain = _straight(clean(text))
    found = [finding for rule in RULES if rule.applies_to(channel) for finding in _broken(rule, plain)]
    if state is not None and state not in ADULT_USE_STATES:
        suggestion = (
            f"{state} has no adult-use market: address registered patients only, in the words its rules allow."
        )
        found.append(Violation("not_adult_use", "", suggestion))
    return found


def with_added(rule_based: list[Violation], added: Iterable[Violation], text: str) -> list[Violation]:
    """Adds a model's findings whose excerpts occur in the text; rule findings are never removed."""
    plain = " ".join(_straight(clean(text)).split()).lower()
    known = {(one.rule, one.excerpt.lower()) for one in rule_based}
    merged = list(rule_based)
    for one in added:
        excerpt = " ".join(_straight(clean(one.excerpt)).split())
        if excerpt and excerpt.lower() in plain and (one.rule, excerpt.lower()) not in known:
            known.add((one.rule, excerpt.lower()))
            merged.append(Violation(one.rule, excerpt, one.suggestion, "model"))
    return merged


def _broken(rule: Rule, text: str) -> list[Violation]:
    if rule.present is not None:
        return [] if rule.present.search(text) else [Violation(rule.id, "", rule.suggestion)]
    excerpts: list[str] = []
    ends: list[tuple[int, int]] = []
    for pattern in rule.patterns:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            excused = rule.unless is not None and rule.unless.search(before)
            inside = any(start < match.end() and match.start() < end for start, end in ends)
            if not excused and not inside:
                ends.append(match.span())
                excerpts.append(" ".join(match.group().split()))
    unique = list(dict.fromkeys(excerpts))
    return [Violation(rule.id, excerpt, rule.suggestion) for excerpt in unique[:_MAX_PER_RULE]]


def _straight(text: str) -> str:
    return text.translate(_STRAIGHT)
