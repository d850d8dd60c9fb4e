"""Competitors' prices among the news that a playbook has told already: the heartbeat does not tell them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.competitors.told import claims
from shared.competitors.told.claims import Teller
from shared.heartbeat.catalog import Check
from shared.heartbeat.finding import Finding
from shared.heartbeat.news import News
from shared.heartbeat.state import State
from shared.notices.preferences import Channel, Preferences

NAME = "Hourly check"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is left to tell, by check, and the claims on it."""

    left: dict[Check, News]
    org_id: str
    ids: Sequence[str]
    teller: Teller
    now: datetime

    def settle(self) -> None:
        """Note that it is in the inbox. Where this is never reached, the claims are lost with the round."""
        if self.ids:
            claims.settle(self.org_id, self.ids, "dashboard", self.teller, self.now)


def claim(
    org_id: str, before: State, spoken: Mapping[Check, News], chosen: Preferences | None, now: datetime
) -> Claimed:
    """Leave out the prices that people know. A round that is made again after the same last one keeps its claims.

    Raises:
        TransientError: runs claim the same at this moment.
    """
    teller = Teller(NAME, f"heartbeat-{org_id}-{before.checked_at}")
    about = [
        one.about
        for check, news in spoken.items()
        if chosen is not None and Channel.DASHBOARD in chosen.channels(check.alert_type)
        for one in news.told
        if one.about is not None
    ]
    verdicts = claims.claim(org_id, about, "dashboard", teller, now) if about else {}

    def is_known(finding: Finding) -> bool:
        verdict = verdicts.get(finding.about.id) if finding.about is not None else None
        return verdict is not None and not verdict.is_told

    left = {
        check: replace(news, told=tuple(one for one in news.told if not is_known(one)))
        for check, news in spoken.items()
    }
    return Claimed(
        left={check: news for check, news in left.items() if news.told},
        org_id=org_id,
        ids=[one for one, verdict in verdicts.items() if verdict.is_told],
        teller=teller,
        now=now,
    )
