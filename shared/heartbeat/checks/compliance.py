"""Compliance: expiring licenses and content pending review."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.notices.dedup.fact import Fact
from shared.values.words import counted

LICENSE_DAYS = 30
LICENSE_LEVELS = (30, 14, 7)
"""Days before a license expires at which it's reported again."""
REVIEW_AFTER = timedelta(days=2)
REVIEW_OVERDUE = timedelta(days=7)


def license_expiry(facts: CheckInputs) -> list[Finding]:
    """Licenses that expire within 30 days; worse at 14, at 7, and once expired."""
    found = []
    for location in facts.locations:
        ends = location.license_expires_at
        if ends is None or (days := facts.days_until(ends)) > LICENSE_DAYS:
            continue
        is_over = ends <= facts.now
        when = "has expired" if is_over else "expires today" if days <= 0 else f"expires in {counted(days, 'day')}"
        level = len(LICENSE_LEVELS) + 1 if is_over else sum(days <= limit for limit in LICENSE_LEVELS)
        number = f" {location.license_number}" if location.license_number else ""
        found.append(
            Finding(
                # A renewed license that expires is a new finding.
                key=key_of("licence", ends.date().isoformat(), location.id),
                severity="critical" if level >= len(LICENSE_LEVELS) else "warning",
                level=level,
                title=f"{location.name}'s license{number} {when}",
                about=Fact("license", (location.id,), location.name, Decimal(2 if is_over else 1)),
            )
        )
    return found


def content_pending_review(facts: CheckInputs) -> list[Finding]:
    """Content pending review for more than two days; worse after seven."""
    found = []
    for content in facts.content:
        if content.status != "pending_review" or content.created_at is None:
            continue
        waited = facts.now - content.created_at
        if waited <= REVIEW_AFTER:
            continue
        is_overdue = waited >= REVIEW_OVERDUE
        found.append(
            Finding(
                key=key_of("content", content.id),
                severity="warning" if is_overdue else "info",
                level=2 if is_overdue else 1,
                title=f"“{content.title}” has been waiting for {counted(waited.days, 'day')}",
                about=Fact("content_review", (content.id,), content.title),
            )
        )
    return found
