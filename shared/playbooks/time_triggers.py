"""Time triggers: the slots of a cron line within bounds, or a single time."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shared.playbooks.cron import check_cron, check_timezone, next_slot
from shared.playbooks.days import check_occurrence
from shared.playbooks.instants import Instant
from shared.values.camel_model import CamelModel

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Cron = Annotated[str, AfterValidator(check_cron)]
Timezone = Annotated[str, AfterValidator(check_timezone)]
Occurrence = Literal["first", "second", "third", "fourth", "last"]

MAX_RUNS = 1_000
MAX_WEEKS, MAX_DAYS = 52, 365
JUST_BEFORE = timedelta(microseconds=1)


class Document(CamelModel, extra="forbid", frozen=True):
    """Base of the parts of a playbook: camelCase in Firestore, unknown fields refused."""


class Every(Document):
    """Only every so many weeks (from Monday to Sunday), or days, counted from the schedule's first slot."""

    # Stored without the one that it is not, in a playbook as in the records made from it.
    model_config = ConfigDict(json_schema_extra=lambda schema: schema.pop("required", None))

    weeks: int | None = Field(default=None, ge=1, le=MAX_WEEKS, strict=True)
    days: int | None = Field(default=None, ge=1, le=MAX_DAYS, strict=True)

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.weeks is None) == (self.days is None):
            found = "neither" if self.weeks is None else "weeks and days"
            raise ValueError(f"found {found}; expected one of weeks and days")
        return self


class Timing(CamelModel):
    """A schedule. `shared.playbooks.timing` says which slots those are."""

    cron: Cron
    timezone: Timezone
    occurrence: Occurrence | None = None
    """Only that one of a month's days on which the cron line is due: the `first` Monday, the `last` of 28-31."""
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    """A slot at that very instant still counts."""
    every: Every | None = None
    max_runs: int | None = Field(default=None, ge=1, le=MAX_RUNS, strict=True)
    """How many runs it may start; those that are skipped do not count, nor those of slots before `starts_at`."""

    @field_validator("occurrence")
    @classmethod
    def _has_the_occurrence(cls, occurrence: Occurrence | None, info: ValidationInfo) -> Occurrence | None:
        # Where no month has it, looking for the next slot would never end.
        if occurrence is not None and "cron" in info.data:
            check_occurrence(info.data["cron"], occurrence)
        return occurrence

    @field_validator("ends_at")
    @classmethod
    def _has_a_slot(cls, ends_at: Instant | None, info: ValidationInfo) -> Instant | None:
        known = info.data
        if ends_at is None or known.get("starts_at") is None:
            return ends_at
        starts_at = known["starts_at"]
        if ends_at < starts_at:
            raise ValueError(
                f"found {instant_text(ends_at)}; expected a time after startsAt, {instant_text(starts_at)}"
            )
        if {"cron", "timezone", "occurrence"} <= known.keys():
            first = next_slot(known["cron"], known["timezone"], starts_at - JUST_BEFORE, known["occurrence"])
            if ends_at < first:
                raise ValueError(
                    f"found {instant_text(ends_at)}; expected one at or after the first run, {instant_text(first)}"
                )
        return ends_at

    @field_validator("every")
    @classmethod
    def _has_a_start(cls, every: Every | None, info: ValidationInfo) -> Every | None:
        if every is not None and info.data.get("starts_at", every) is None:
            raise ValueError("found no startsAt beside it; expected one to count from")
        return every


def instant_text(instant: Instant) -> str:
    """`2026-12-01T14:00:00Z`."""
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


class ScheduleTrigger(Timing):
    """Runs at the slots of a cron line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["schedule"]
    id: Identifier = "schedule"
    overlap: Literal["skip", "allow"] = "skip"
    exact: bool = Field(default=False, strict=True)
    """Never some minutes after its slot, however many schedules share it: see `shared.playbooks.cadence`."""


class OnceTrigger(Document):
    """Runs once, at a set time."""

    type: Literal["once"]
    id: Identifier = "once"
    at: Instant
