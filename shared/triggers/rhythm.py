"""A playbook's schedules in words, and its next runs.

Daily and weekly catalog playbooks have no schedule trigger because all orgs share one job. Their schedule comes
from the catalog unless somebody sets another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from shared.catalog.files import is_in_catalog
from shared.playbooks.models import PlaybookStatus, name_parts
from shared.playbooks.schedule_words import NO_RUNS, TIMED, Runs, next_runs
from shared.playbooks.trigger_words import is_of_amount, readable, when_in_words
from shared.tenants.tenant import DEFAULT_TIMEZONE, zone_of
from shared.triggers.catalog_ticks import CRON, TIMEZONE, Frequency, has_own_schedule
from shared.triggers.record import read_runs
from shared.values.camel_model import CamelModel

SHOWN_RUNS = 5
RUNS_AHEAD = 10
"""Runs per summary: enough until the sweep adds more a few minutes later."""
MAX_TRIGGERS_READ = 100


class ScheduleShown(CamelModel):
    """One schedule: `words` like `every day at 9:00 AM EST`, and its next runs, empty while inactive.

    `ends`: whether there are no more runs after those.
    """

    trigger_id: str
    words: str
    next_runs: list[datetime]
    ends: bool = False


class RhythmContext(NamedTuple):
    """Context needed besides the playbook's document."""

    zone: str = DEFAULT_TIMEZONE
    """The org's time zone."""
    ran: Runs = NO_RUNS


class RunsAhead(NamedTuple):
    """The next runs of all schedules, soonest first; `end`: whether there are no more."""

    next_runs: list[datetime]
    end: bool


NOTHING = RhythmContext()


def triggers_of(playbook_id: str, data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Readable triggers with ids, plus the catalog's schedule if it applies."""
    written = data.get("triggers")
    parts = name_parts(written[:MAX_TRIGGERS_READ]) if isinstance(written, list) else []
    found = readable(part for part in parts if isinstance(part, Mapping))
    tick = _catalog_tick(playbook_id, data)
    return [*found, tick] if tick is not None else found


def known_of(org_id: str, playbook_id: str, data: Mapping[str, Any]) -> RhythmContext:
    """Reads only what the triggers need."""
    triggers = triggers_of(playbook_id, data)
    has_once = any(one.get("type") == "once" for one in triggers)
    return RhythmContext(
        zone_of(org_id) if has_once else DEFAULT_TIMEZONE, read_runs(org_id, playbook_id, triggers)
    )


def schedules_of(
    playbook_id: str, data: Mapping[str, Any], now: datetime, known: RhythmContext = NOTHING
) -> list[ScheduleShown]:
    """All schedules in the playbook's document, even a malformed one."""
    is_on = data.get("status") == PlaybookStatus.ACTIVE
    found = []
    for one in triggers_of(playbook_id, data):
        if one.get("type") not in TIMED:
            continue
        runs = next_runs([one], now, SHOWN_RUNS, known.ran) if is_on else []
        words = when_in_words([one], now, known.zone)
        ends = is_on and len(runs) < SHOWN_RUNS
        found.append(ScheduleShown(trigger_id=str(one.get("id")), words=words, next_runs=runs, ends=ends))
    return found


def when_it_runs(playbook_id: str, data: Mapping[str, Any], now: datetime, known: RhythmContext = NOTHING) -> str:
    """Its triggers in words for all members. Filters may contain customer data: only an order's amount is told."""
    without_filters = (
        {name: value for name, value in one.items() if name != "filter" or is_of_amount(str(value))}
        for one in triggers_of(playbook_id, data)
    )
    return when_in_words(without_filters, now, known.zone, lasting=True)


def runs_ahead(
    playbook_id: str,
    data: Mapping[str, Any],
    now: datetime,
    known: RhythmContext = NOTHING,
    count: int = RUNS_AHEAD,
) -> RunsAhead:
    """The next `count` runs; none while inactive."""
    timed = [one for one in triggers_of(playbook_id, data) if one.get("type") in TIMED]
    if data.get("status") != PlaybookStatus.ACTIVE or not timed:
        return RunsAhead([], end=False)
    found = next_runs(timed, now, count, known.ran)
    return RunsAhead(found, end=len(found) < count)


def _catalog_tick(playbook_id: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    if data.get("source") != "catalog" or not is_in_catalog(playbook_id) or has_own_schedule(data):
        return None
    # Loaded with the first playbook of the catalog.
    from shared.catalog.files.load import catalog

    frequency = catalog()[playbook_id].frequency
    if frequency == "event":
        return None
    return {"type": "schedule", "id": frequency, "cron": CRON[Frequency(frequency)], "timezone": TIMEZONE}
