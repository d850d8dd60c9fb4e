"""The schedules of a playbook's document, as they were said and with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cronsim import CronSim, CronSimError

from shared.chat.language.schedules import Schedule
from shared.chat.language.when import Clock, When
from shared.chat.talk.state import Playbook
from shared.chat.topics.drafts import schedule_trigger
from shared.triggers.rhythm import triggers_of

_ANY_DATE = datetime(2026, 1, 1)  # noqa: DTZ001 — only the fields of the line are read.


def whens_of(stored: Playbook) -> tuple[When, ...]:
    """Its schedules, as if they had been said; nothing where one of them is more than a time and days."""
    found = [_when_of(one) for one in triggers_of(stored.id, stored.data) if one.get("type") == "schedule"]
    return tuple(one for one in found if one is not None) if all(found) else ()


def with_time_of_day(known: tuple[When, ...], stored: Playbook) -> tuple[When, ...]:
    """The times with the usual time of day that the playbook has: that of "weekly" isn't that of "Friday"."""
    assumed = len(known) == 1 and not known[0].has_time_of_day
    return (whens_of(stored) or known) if assumed else known


def _when_of(trigger: Mapping[str, Any]) -> When | None:
    written = str(trigger.get("cron"))
    try:
        cron = CronSim(written, _ANY_DATE)
    except CronSimError:
        return None
    minute, hours, day, month, weekday = written.split()
    is_plain = minute.isdecimal() and hours.replace(",", "").isdecimal() and month == "*"
    if not is_plain or any(trigger.get(one) for one in ("occurrence", "every", "startsAt", "endsAt", "maxRuns")):
        return None
    times = tuple(Clock(minutes=hour * 60 + int(minute), half="sure") for hour in sorted(cron.hours))
    if day == "*":
        days = {one % 7 for one in cron.weekdays if isinstance(one, int)}
        return When(weekdays=tuple(sorted(days)), times=times)
    is_monthly = day.isdecimal() and weekday == "*"
    return When(monthdays=(int(day),), every=1, unit="month", times=times) if is_monthly else None


def rescheduled(stored: Playbook, new: Sequence[Schedule], zone: str, *, adds: bool) -> list[dict[str, Any]]:
    """The triggers with the new schedules; a time alone keeps the days.

    The time that the catalog chose counts as its schedule: it has one time, not that and another.
    """
    every = [dict(one) for one in triggers_of(stored.id, stored.data)]
    old = [one for one in every if one.get("type") == "schedule"]
    rest = [one for one in every if one.get("type") not in ("schedule", "once", "manual")]
    made = [_on_the_days(schedule_trigger(one, zone), one, old[-1] if old else None) for one in new]
    if adds and not whens_of(stored):
        new_ones = [one for one in made if one.get("cron") not in [had["cron"] for had in old]]
        return [*old, *new_ones, *rest] if new_ones else list(stored.data["triggers"])
    # The id stays, and with it the name of the job.
    return [*({**one, **({"id": old[at]["id"]} if at < len(old) else {})} for at, one in enumerate(made)), *rest]


def _on_the_days(trigger: dict[str, Any], schedule: Schedule, old: Mapping[str, Any] | None) -> dict[str, Any]:
    if old is None or not schedule.cron:
        return trigger
    was, now = str(old["cron"]).split(), schedule.cron.split()
    if schedule.only_time:
        kept = {name: old[name] for name in ("occurrence", "every", "startsAt") if old.get(name) is not None}
        return {**trigger, **kept, "cron": " ".join([*now[:2], *was[2:]])}
    return {**trigger, "cron": " ".join([*was[:2], *now[2:]])} if schedule.assumed_time else trigger


def still_skipped(stored: Playbook, triggers: Sequence[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The new schedules, starting no earlier than the old ones that skip a run."""
    # With `every`, the start is where it is counted from.
    before = [one for one in stored.data.get("triggers") or () if one.get("type") == "schedule"]
    starts = (str(one["startsAt"]) for one in before if one.get("startsAt") and not one.get("every"))
    ahead = [one for one in starts if datetime.fromisoformat(one) > now]
    if not ahead or not all(one.get("startsAt") for one in before):
        return [dict(one) for one in triggers]
    return [{"startsAt": max(ahead), **one} if one["type"] == "schedule" else dict(one) for one in triggers]
