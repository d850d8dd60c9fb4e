"""The alerts for news: one per check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shared.heartbeat.findings import CheckNews, Finding
from shared.heartbeat.registry import Check
from shared.messages.alert_types import Severity
from shared.messages.template.build import listing, message
from shared.messages.template.models import Message
from shared.notices.alert import DASHBOARD, SEVERITY_RANK, Alert, StaffAlert
from shared.notices.preferences import Channel
from shared.values.digests import hex_digest

MAX_LINES = 20
MAX_LINE_CHARS = 400


def notice_id(org_id: str, check: Check, reported: Sequence[Finding], last_round: datetime | None) -> str:
    """The same for the same findings after the same last round, so that a repeated round writes one alert."""
    parts = [org_id, check.name, str(last_round), *sorted(f"{one.key}@{one.level}" for one in reported)]
    return f"heartbeat-{hex_digest(*parts)}"


def alert(alert_id: str, check: Check, check_news: CheckNews) -> Alert:
    """The news of a check; what is not critical goes no further than the dashboard.

    The same findings have the same key whenever they are reported.
    """
    worst = severity(check_news.reported)
    message = _message(check.headline(len(check_news.reported), check_news.there), check_news.reported)
    return Alert(
        id=alert_id,
        type=check.alert_type,
        key=f"heartbeat-{check.name}-{hex_digest(*sorted([one.key for one in check_news.reported]))}",
        message=message,
        severity=worst,
        text_kind=StaffAlert.SYSTEM_ALERT,
        link=check.link,
        at_most=frozenset(Channel) if worst == "critical" else DASHBOARD,
    )


def severity(reported: Sequence[Finding]) -> Severity:
    """The severity of the most severe one."""
    return max((one.severity for one in reported), key=SEVERITY_RANK.__getitem__)


def _message(title: str, reported: Sequence[Finding]) -> Message:
    """The most severe finding first, then a line for each of the others, and how many more there are."""
    lead, *others = dict.fromkeys(map(_line, _most_severe_first(reported)))
    return message(title, lead, listing(others[:MAX_LINES], left_out=max(0, len(others) - MAX_LINES)))


def _most_severe_first(reported: Sequence[Finding]) -> list[Finding]:
    return sorted(reported, key=lambda one: (-SEVERITY_RANK[one.severity], -one.level, one.title))


def _line(finding: Finding) -> str:
    text = f"{finding.title.rstrip('.')}. {finding.body}" if finding.body else finding.title
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_LINE_CHARS else f"{flat[: MAX_LINE_CHARS - 1]}…"
