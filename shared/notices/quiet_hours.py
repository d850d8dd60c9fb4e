"""Quiet hours in the org's time zone, when noncritical texts and emails wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

from shared.values.local_time import LocalTime

LONGEST_WAIT = timedelta(hours=24)


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
