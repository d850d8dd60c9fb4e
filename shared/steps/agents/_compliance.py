"""Advertising-rule violations as the actions that review or draft text output them."""

from __future__ import annotations

from typing import Literal

from shared.compliance.advertising import Violation, check
from shared.compliance.advertising_rules import Channel
from shared.steps.base import Output


class Issue(Output):
    """One violation. `excerpt`: the offending words; empty if something is missing."""

    rule: str
    excerpt: str
    suggestion: str
    found_by: Literal["rule", "model"] = "rule"


def issues_of(findings: list[Violation]) -> list[Issue]:
    return [
        Issue(rule=one.rule, excerpt=one.excerpt, suggestion=one.suggestion, found_by=one.found_by)
        for one in findings
    ]


def draft_issues(text: str, channel: Channel, state: str | None) -> list[Issue]:
    """The violations in a draft for the channel."""
    return issues_of(check(text, channel, state))
