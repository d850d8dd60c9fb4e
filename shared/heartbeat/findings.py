"""What a check found, and which findings to report: new ones, worse ones, and once a week those still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from shared.messages.alert_types import Severity
from shared.notices.dedup.fact import Fact
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest

MAX_KEY_CHARS = 200
REPEATED_AFTER = timedelta(days=7)
MAX_KEPT = 200
"""Findings of one check that are looked at, the most severe first: what is remembered shares one document."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing someone should know about.

    `key` tells it from the check's other findings and is the same in every round that finds it. `level` orders the
    states of the same thing: only a higher level is reported again. `about`: the fact, if playbooks may report it
    too.
    """

    key: str
    severity: Severity
    title: str
    body: str = ""
    level: int = 1
    about: Fact | None = None


def key_of(*parts: str) -> str:
    """A key of these parts; long ids (Firestore's may have 1,500 bytes) end in a digest."""
    key = ":".join(parts)
    if len(key) <= MAX_KEY_CHARS:
        return key
    return f"{key[: MAX_KEY_CHARS // 2]}…{hex_digest(key)}"


class KnownFinding(CamelModel, frozen=True):
    """What's remembered of a finding: its level, since when it exists, when it was last reported."""

    level: int
    since: AwareDatetime
    notified_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class CheckNews:
    """What to report for one check, and what to remember. Findings that are gone are forgotten."""

    reported: tuple[Finding, ...]
    known: Mapping[str, KnownFinding]
    there: int
    """How many findings there are in all."""


def compare(known: Mapping[str, KnownFinding], found: Sequence[Finding], now: datetime) -> CheckNews:
    """Compare what was found with what's known."""
    unique = {finding.key: finding for finding in sorted(found, key=lambda one: one.level)}
    most_severe = sorted(unique.values(), key=lambda one: (-one.level, one.key))[:MAX_KEPT]
    remembered: dict[str, KnownFinding] = {}
    reported: list[Finding] = []
    for finding in most_severe:
        before = known.get(finding.key)
        if before is None or finding.level > before.level or now - before.notified_at >= REPEATED_AFTER:
            reported.append(finding)
        since, notified_at = (before.since, before.notified_at) if before else (now, now)
        should_notify = reported and reported[-1] is finding
        remembered[finding.key] = KnownFinding(
            level=finding.level, since=since, notified_at=now if should_notify else notified_at
        )
    return CheckNews(tuple(reported), remembered, len(unique))
