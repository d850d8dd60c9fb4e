"""The rules for alerts, without I/O: channels, timing and repeats.

Repeats: the first is sent, further ones within an hour are counted and sent at its end in one message. Texts: at
most 20 an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from shared.documents.stored import Stored
from shared.messages import links
from shared.messages.alert_types import AlertType, Severity
from shared.notices.alert import DASHBOARD, Alert, StaffAlert, is_more_severe, worded
from shared.notices.preferences import Channel, Preferences
from shared.tenants.tenant import Tenant
from shared.values.digests import hex_digest
from shared.values.words import moment_words, time_words

WINDOWS = "alert_digests"
WINDOW = timedelta(hours=1)
WINDOW_KEPT_FOR = timedelta(days=2)
CLOCKS_DIFFER = timedelta(minutes=10)
RATES = "sms_rates"
TEXTS_AN_HOUR = 20
RATE_KEPT_FOR = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wanted(alert: Alert, chosen: Preferences) -> frozenset[Channel]:
    """The channels the alert should use."""
    return (chosen.channels(alert.type) | alert.also) & alert.at_most


def reachable(org: Tenant | None, channels: Iterable[Channel]) -> frozenset[Channel]:
    """The email and text channels that have a recipient."""
    somebody = {
        Channel.EMAIL: org is not None and bool(org.owner_email),
        Channel.SMS: org is not None and bool(org.staff_phones),
    }
    return frozenset(channel for channel in channels if somebody.get(channel))


def send_at(alert: Alert, chosen: Preferences, timezone: str, now: datetime) -> datetime:
    """When its email and texts may be sent: unless critical, after the org's quiet hours.

    Checked again before sending, because a delay may lead into quiet hours.
    """
    if alert.severity == "critical" and not alert.may_wait:
        return now
    return chosen.quiet_until(timezone, now) or now


class Window(Stored):
    """`alert_digests/{id}`: a window in which repeats are counted."""

    org_id: str
    type: AlertType | str
    key: str
    started_at: AwareDatetime
    ends_at: AwareDatetime
    severity: Severity
    """The highest severity that was sent."""
    repeats: int = 0
    first_title: str
    last_title: str = ""
    last_body: str = ""
    last_at: AwareDatetime | None = None
    repeats_severity: Severity = "info"
    channels: tuple[Channel, ...] = ()
    """The repeats' channels."""
    also: tuple[Channel, ...] = ()
    """Channels used regardless of preferences."""
    told: bool = False
    opened_by: str | None = None
    """The delivery that opened it, if that has no document of its own."""

    @classmethod
    def of(cls, org_id: str, alert: Alert, now: datetime, send_at: datetime) -> Self:
        """The window opened by an alert; a postponed alert keeps it open until sent."""
        return cls(
            org_id=org_id,
            type=alert.type,
            key=alert.key,
            started_at=now,
            ends_at=max(now + WINDOW, send_at),
            severity=alert.severity,
            first_title=alert.title,
        )

    @property
    def started(self) -> int:
        """`started_at` in microseconds: tells an item's windows apart."""
        return (self.started_at - _EPOCH) // timedelta(microseconds=1)

    @property
    def has_untold(self) -> bool:
        """Whether there are counted repeats without a digest."""
        return self.repeats > 0 and not self.told

    def is_open(self, now: datetime) -> bool:
        """Whether an alert now would be a repeat."""
        # A start in the future comes from an adjusted clock and must not silence alerts.
        return not self.told and self.started_at - CLOCKS_DIFFER <= now < self.ends_at

    def document(self) -> dict[str, Any]:
        return {**self.model_dump(by_alias=True), "expireAt": self.ends_at + WINDOW_KEPT_FOR}


@dataclass(frozen=True, slots=True)
class Step:
    """The decision on an alert: whether it is sent, the new window, and one that ended without a digest."""

    goes_out: bool
    window: Window
    ended: Window | None = None
    is_new: bool = False
    """Whether it opens the window."""


def step(
    window: Window | None, org_id: str, alert: Alert, channels: Iterable[Channel], now: datetime, send_at: datetime
) -> Step:
    """Decides on an alert. `channels`: where it would go; `send_at`: when, with quiet hours.

    An alert more severe than anything sent in the window is sent too.
    """
    if window is None or not window.is_open(now):
        ended = window if window is not None and window.has_untold else None
        return Step(True, Window.of(org_id, alert, now, send_at), ended, is_new=True)
    if is_more_severe(alert.severity, window.severity):
        return Step(True, window.model_copy(update={"severity": alert.severity}))
    most_severe = (
        alert.severity if is_more_severe(alert.severity, window.repeats_severity) else window.repeats_severity
    )
    counted = {
        "repeats": window.repeats + 1,
        "last_title": alert.title,
        "last_body": alert.body,
        "last_at": now,
        "repeats_severity": most_severe,
        "channels": tuple(sorted({*window.channels, *channels})),
        "also": tuple(sorted({*window.also, *alert.also})),
    }
    return Step(False, window.model_copy(update=counted))


def window_id(org_id: str, alert_type: str, key: str) -> str:
    return hex_digest(org_id, alert_type, key, digits=40)


def digest_id(of_window: str, started: int) -> str:
    """The alert id of a window's digest."""
    return f"digest-{of_window}-{started}"


def digest_alert(window: Window, timezone: str) -> Alert:
    """The digest of everything counted."""
    zone = ZoneInfo(timezone)
    since, last = window.started_at.astimezone(zone), (window.last_at or window.ends_at).astimezone(zone)
    title = f"{window.repeats:,} more: {window.last_title}"
    times = "once more" if window.repeats == 1 else f"{window.repeats:,} more times"
    latest = time_words(last) if since.date() == last.date() else moment_words(last)
    counted = (
        f"This has happened {times} since {moment_words(since)}, most recently at {latest}. "
        "Your alerts list each one."
    )
    return Alert(
        id=digest_id(window_id(window.org_id, window.type, window.key), window.started),
        type=window.type,
        key=window.key,
        message=worded(title, f"{counted} The latest:\n\n{window.last_body}"),
        members_body=counted,
        severity=window.repeats_severity,
        text_kind=StaffAlert.CUSTOM,
        link=links.alerts_of(window.type),
        also=frozenset(window.also) - DASHBOARD,
        # The inbox already has each of them.
        at_most=frozenset(Channel) - DASHBOARD,
    )


@dataclass(frozen=True, slots=True)
class TextRate:
    """`sms_rates/{orgId}`: texts to an org's staff in the current hour, which starts with its first text."""

    started_at: datetime
    texts: int = 0

    @classmethod
    def from_document(cls, fields: Mapping[str, Any] | None, now: datetime) -> Self:
        """The current hour; a new one if the stored one is over, unreadable or in the future."""
        started, texts = (fields or {}).get("startedAt"), (fields or {}).get("texts")
        if isinstance(started, datetime) and isinstance(texts, int) and started <= now < started + WINDOW:
            return cls(started, texts)
        return cls(now)

    def take(self, wanted: int) -> tuple[TextRate, int]:
        """Takes up to `wanted` texts; returns the new rate and how many were granted."""
        granted = max(0, min(wanted, TEXTS_AN_HOUR - self.texts))
        return TextRate(self.started_at, self.texts + granted), granted

    def without(self, hour: datetime, unsent: int) -> TextRate:
        """Returns texts taken in that hour that were certainly not sent."""
        return TextRate(self.started_at, max(0, self.texts - unsent)) if self.started_at == hour else self

    def document(self, org_id: str) -> dict[str, Any]:
        expires = self.started_at + RATE_KEPT_FOR
        return {"orgId": org_id, "startedAt": self.started_at, "texts": self.texts, "expireAt": expires}
