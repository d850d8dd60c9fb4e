"""Findings that a playbook has already reported: the heartbeat doesn't repeat them. Critical ones are still emailed
as alerts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.heartbeat.findings import CheckNews, Finding
from shared.heartbeat.registry import Check
from shared.heartbeat.state import State
from shared.notices.dedup import claims
from shared.notices.dedup.claims import Sender
from shared.notices.dedup.fact import KNOWN_FOR, Audience, NoveltyVerdict, Role, strongest
from shared.notices.preferences import Preferences

NAME = "Hourly check"


@dataclass(frozen=True, slots=True)
class _Claim:
    """Findings of one check that are claimed in the same way."""

    ids: Sequence[str]
    audience: Audience
    teller: Sender


@dataclass(frozen=True, slots=True)
class Claimed:
    """What's left to report, by check, and the claims on it."""

    left: dict[Check, CheckNews]
    org_id: str
    made: Sequence[_Claim]
    now: datetime

    def settle(self) -> None:
        """Note that it was reported. If this is never called, the claims are lost with the round."""
        for one in self.made:
            if one.ids:
                claims.settle(self.org_id, one.ids, one.audience, one.teller, self.now)


def claim(
    org_id: str, before: State, reported: Mapping[Check, CheckNews], chosen: Preferences | None, now: datetime
) -> Claimed:
    """Leave out what people already know. A repeated round after the same last one keeps its claims.

    Raises:
        TransientError: runs claim the same at this moment.
    """
    made: list[_Claim] = []
    left: dict[Check, CheckNews] = {}
    for check, news in reported.items():
        critical = [one for one in news.reported if one.severity == "critical"]
        channels = chosen.channels(check.alert_type) if chosen is not None else frozenset()
        # Where one is critical, all of the check's go out with it.
        audience = strongest(channels if critical else channels & {"dashboard"})
        about = [one.about for one in news.reported if one.about is not None]
        if audience is None or not about:
            left[check] = news
            continue
        role: Role = "alert" if critical else "notice"
        sender = Sender(NAME, f"heartbeat-{org_id}-{before.checked_at}", role)
        verdicts = claims.claim(org_id, about, audience, sender, now)
        made.append(_Claim([one for one, verdict in verdicts.items() if verdict.should_notify], audience, sender))
        unclaimed = tuple(one for one in news.reported if _is_news(one, verdicts))
        if unclaimed:
            left[check] = replace(news, reported=unclaimed)
    return Claimed(left=left, org_id=org_id, made=made, now=now)


def _is_news(finding: Finding, verdicts: Mapping[str, NoveltyVerdict]) -> bool:
    if finding.about is None:
        return True
    verdict = verdicts[finding.about.id]
    if verdict.should_notify:
        return True
    # Of its own reports it knows more: a finding that was gone in between is new.
    is_own = verdict.known_from is not None and verdict.known_from.by == NAME
    return is_own and KNOWN_FOR[finding.about.kind] is not None
