"""The words for news: one notification a check, and where it is critical a message of the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from shared.heartbeat.catalog import Check
from shared.heartbeat.finding import Finding
from shared.heartbeat.news import News
from shared.heartbeat.state import Waiting
from shared.notices.inbox import MAX_TITLE_CHARS, InboxNotification, Severity

MAX_LINES = 20
MAX_LINE_CHARS = 400
_GRAVITY: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}


def notice_id(org_id: str, check: Check, told: Sequence[Finding], last_round: datetime | None) -> str:
    """The same for the same findings after the same last round, so that a round made twice writes it once."""
    parts = [org_id, check.name, str(last_round), *sorted(f"{one.key}@{one.level}" for one in told)]
    return f"heartbeat-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:32]}"


def notification(org_id: str, check: Check, news: News, now: datetime) -> InboxNotification:
    """The news of a check as one line of the inbox."""
    return InboxNotification(
        org_id=org_id,
        type=check.alert_type,
        title=check.headline(len(news.told), news.there)[:MAX_TITLE_CHARS],
        body=body(news.told),
        severity=severity(news.told),
        link=check.link,
        created_at=now,
    )


def body(told: Sequence[Finding]) -> str:
    """A line a finding, the gravest first; how many more there are, where there are many."""
    gravest = sorted(told, key=lambda one: (-_GRAVITY[one.severity], -one.level, one.title))
    said = list(dict.fromkeys(map(_line, gravest)))
    lines = said[:MAX_LINES]
    more = len(said) - len(lines)
    return "\n".join([*lines, f"… and {more:,} more"] if more else lines)


def severity(told: Sequence[Finding]) -> Severity:
    """That of the gravest."""
    return max((one.severity for one in told), key=_GRAVITY.__getitem__)


def message(message_id: str, notice: InboxNotification, check: Check, told: Sequence[Finding]) -> Waiting | None:
    """What goes out besides: of what is critical only. The same findings have the same key whenever told."""
    if notice.severity != "critical":
        return None
    key = f"heartbeat-{check.name}-{_digest([one.key for one in told])}"
    return Waiting(
        id=message_id, subject=notice.title, text=notice.body, alert=check.alert_type, key=key, link=check.link
    )


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(chr(31).join(sorted(parts)).encode()).hexdigest()[:32]


def _line(finding: Finding) -> str:
    text = f"{finding.title.rstrip('.')}. {finding.body}" if finding.body else finding.title
    flat = " ".join(text.split())
    return f"• {flat if len(flat) <= MAX_LINE_CHARS else flat[: MAX_LINE_CHARS - 1] + '…'}"
