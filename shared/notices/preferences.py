"""Which alerts an org wants, on which channels, and its quiet hours: `notification_preferences/{orgId}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import read_lately
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.messages.alert_types import AlertType
from shared.notices import inbox
from shared.playbooks.problems import problem_lines, without_malformed
from shared.values.local_time import LocalTime

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

LONGEST_WAIT = timedelta(hours=24)
COLLECTION = "notification_preferences"
QUIET_HOURS_FIELD = "quietHours"


UNMAILED = frozenset({AlertType.PLAYBOOK_FAILURE})
"""Types emailed only if the org asks for it: failing email is the most common failure."""


class QuietHours(BaseModel):
    """From `start` to `end`, on the next day if `end` is earlier."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    start: LocalTime
    end: LocalTime
    enabled: bool = True

    @model_validator(mode="after")
    def _is_no_whole_day(self) -> QuietHours:
        if self.start == self.end:
            raise ValueError(f"start and end are both {self.start}; expected two different times")
        return self

    def holds_at(self, timezone: str, instant: datetime) -> bool:
        if not self.enabled:
            return False
        at = instant.astimezone(ZoneInfo(timezone)).time()
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        return start <= at < end if start < end else at >= start or at < end

    def end_after(self, timezone: str, now: datetime) -> datetime | None:
        """When waiting messages may be sent, in UTC; None if it isn't quiet now.

        An end time skipped in spring comes up to an hour late; one repeated in autumn applies the first time.
        """
        if not self.holds_at(timezone, now):
            return None
        zone, end = ZoneInfo(timezone), time.fromisoformat(self.end)
        today = now.astimezone(zone).date()
        ends = sorted(
            datetime.combine(today + timedelta(days=days), end.replace(fold=fold), zone).astimezone(UTC)
            for days in (0, 1)
            for fold in (0, 1)
        )
        latest = now + LONGEST_WAIT
        return next((one for one in ends if now < one < latest and not self.holds_at(timezone, one)), latest)


class Channel(StrEnum):
    """Channels to an org's people."""

    EMAIL = "email"
    DASHBOARD = "dashboard"
    SMS = "sms"


class ChannelChoice(BaseModel):
    """Yes or no per channel. Texts cost money, so they are opt-in."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    email: bool = True
    dashboard: bool = True
    sms: bool = False


DEFAULTS: Mapping[AlertType, ChannelChoice] = MappingProxyType(
    {kind: ChannelChoice(email=kind not in UNMAILED) for kind in AlertType}
)
"""Defaults for orgs without preferences; they have no quiet hours."""


class Preferences(BaseModel):
    """An org's channels per alert type, and its quiet hours."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    choices: dict[AlertType, ChannelChoice]
    quiet_hours: QuietHours | None = Field(default=None, alias=QUIET_HOURS_FIELD)

    @classmethod
    def from_document(cls, org_id: str, data: Mapping[str, Any]) -> Self:
        """Parses a document; missing types have defaults, unknown names are ignored.

        Raises:
            PermanentError: names the wrong field, what was found and what was expected.
        """
        found, problems = cls.in_force(data)
        if problems:
            raise PermanentError(
                f"{COLLECTION}/{org_id} can't be used: {'; '.join(problems)}", code=ErrorCode.INVALID_DOCUMENT
            )
        return found

    @classmethod
    def in_force(cls, data: Mapping[str, Any]) -> tuple[Self, list[str]]:
        """The effective preferences; malformed parts get defaults and a line in the list."""
        problems: list[str] = []
        choices: dict[AlertType, ChannelChoice] = {}
        for kind in AlertType:
            choices[kind], wrong = _usable(kind, data.get(kind))
            problems += wrong
        hours: QuietHours | None = None
        if data.get(QUIET_HOURS_FIELD) is not None:
            try:
                hours = QuietHours.model_validate(data[QUIET_HOURS_FIELD])
            except ValidationError as error:
                problems += problem_lines(error, QUIET_HOURS_FIELD)
        return cls.model_validate({"choices": choices, QUIET_HOURS_FIELD: hours}), problems

    def channels(self, alert_type: AlertType | str) -> frozenset[Channel]:
        """Channels for the alert type; types without preferences go to the dashboard."""
        choice = self.choices.get(AlertType(alert_type)) if alert_type in set(AlertType) else None
        if choice is None:
            return frozenset({Channel.DASHBOARD})
        return frozenset(channel for channel in Channel if getattr(choice, channel))

    def quiet_until(self, timezone: str, now: datetime) -> datetime | None:
        """When alerts that aren't critical may be sent; None for now."""
        return self.quiet_hours.end_after(timezone, now) if self.quiet_hours else None

    def as_document(self) -> dict[str, dict[str, Any]]:
        """`{alertType: {email, dashboard, sms}}` for all six types, plus `quietHours` if set."""
        document = {kind.value: choice.model_dump() for kind, choice in self.choices.items()}
        if self.quiet_hours is not None:
            document[QUIET_HOURS_FIELD] = self.quiet_hours.model_dump()
        return document


NOTHING_CHOSEN = Preferences(choices=dict(DEFAULTS))


def _usable(kind: AlertType, named: Any) -> tuple[ChannelChoice, list[str]]:
    if named is None:
        return DEFAULTS[kind], []
    if not isinstance(named, Mapping):
        return DEFAULTS[kind], [f"{kind}: found {type(named).__name__}; expected an object of channels"]
    given, problems = without_malformed(ChannelChoice, named)
    values = given.model_dump(exclude_unset=True)
    return DEFAULTS[kind].model_copy(update=values), [f"{kind}.{line}" for line in problems]


def load(org_id: str) -> Preferences:
    """The org's effective preferences, in one read.

    Malformed parts get defaults, and the log and the org's inbox say so.
    """
    found, problems = Preferences.in_force(read_lately.fields(f"{COLLECTION}/{org_id}") or {})
    if problems:
        inbox.notify_of_setting(
            org_id,
            "preferences",
            "Some notification settings can't be used",
            "; ".join(problems),
            "We're using the defaults for now. To fix this, save your notification settings again.",
        )
    return found


def change(org_id: str, named: Mapping[str, Mapping[str, Any]], by: str, now: datetime) -> Preferences:
    """Changes only what is named (`{alertType or quietHours: {field: value}}`); returns the result.

    Raises:
        PermanentError: the result would be malformed because of stored values that aren't named or incomplete quiet
            hours. Nothing is changed.
        TransientError: too many wrote at this moment.
    """
    if not named:
        return load(org_id)
    reference = firestore().collection(COLLECTION).document(org_id)

    def write(transaction: Transaction) -> Preferences:
        stored = reference.get(transaction=transaction).to_dict() or {}
        merged = {name: {**_map(stored.get(name)), **fields} for name, fields in named.items()}
        after = Preferences.from_document(org_id, {**stored, **merged})
        transaction.set(reference, {**merged, "updatedAt": now, "updatedBy": by}, merge=True)
        return after

    return in_transaction(write, f"{COLLECTION}/{org_id}")


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
