"""Other times for a playbook that exists, and what in its steps follows from them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.chat.edit import Edit, params_of
from shared.chat.recipes.book import schedule_trigger
from shared.chat.rhythm import adapted, birthdays_ahead, days_listed, sales_period
from shared.chat.understanding import ScheduleWish, Unclear
from shared.playbooks.schedule_words import schedule_in_words, time_of_day

_NOON = 12
_HALF = re.compile(r"\d\s*[ap]\.?\s?m\b|morning|evening|night|afternoon|noon|midnight|\b0\d:|\bam\b|\bpm\b", re.I)
_OF_EVENT = re.compile(r"\{\{\s*event\b|\bevent\.")


def change_schedules(edit: Edit, wishes: Sequence[ScheduleWish], timezone: str, *, also: bool) -> None:
    """The new times in place of the old ones; `also` beside them."""
    old = [trigger for trigger in edit.triggers if trigger.get("type") == "schedule"]
    rest = [trigger for trigger in edit.triggers if trigger.get("type") == "event"]
    if not old and _OF_EVENT.search(str(edit.steps)):
        edit.refusals.append(
            "it speaks of what has just happened, so it cannot run at a time of day; say the whole thing as a new "
            "sentence, with the time"
        )
        return
    if len(old) > 1 and not also and len(wishes) == 1 and (wishes[0].only_time or wishes[0].assumed_time):
        edit.refusals.append(f"it runs {times_in_words(old)}; say in full when it shall run instead")
        return
    if also and old:
        last = old[-1]
        added = [_made(wish, {**last, "id": None}, timezone) for wish in wishes]
        new = [*old, *(one for one in added if not any(_same(one, had) for had in old))]
    else:
        new = [_made(wish, old[index] if index < len(old) else None, timezone) for index, wish in enumerate(wishes)]
    edit.put("triggers", [*new, *rest], f"Time: {times_in_words(old)} → {times_in_words(new)}")
    _follow(edit, old, new)


def half_of_day(wishes: Sequence[ScheduleWish], before: Mapping[str, Any]) -> list[Unclear]:
    """ "Make it 6" of what runs in the afternoon may be either half of the day: that is asked."""
    old = before.get("triggers")
    times = [
        time_of_day(str(one.get("cron", "")))
        for one in (old if isinstance(old, list) else [])
        if isinstance(one, Mapping) and one.get("type") == "schedule"
    ]
    hour = int(times[0].partition(":")[0]) if len(times) == 1 and times[0] else 0
    for wish in wishes if hour >= _NOON else ():
        new = time_of_day(wish.cron)
        if not new or not wish.only_time or _HALF.search(wish.words) or not 0 < int(new[:2]) < _NOON:
            continue
        said = f"{int(new[:2])}{new[2:] if new[3:] != '00' else ''}"
        question = f"Do you mean {said} in the morning (am) or {said} in the evening (pm)?"
        return [Unclear(about="schedule", question=question, said=f"at {said}")]
    return []


def _made(wish: ScheduleWish, kept: Mapping[str, Any] | None, timezone: str) -> dict[str, Any]:
    whole = adapted(wish, str(kept.get("cron", "")), kept.get("occurrence")) if kept else wish
    made = schedule_trigger(whole, (kept or {}).get("timezone", timezone))
    # The id stays, and with it the name of the job.
    named = {name: kept[name] for name in ("id", "overlap") if kept.get(name) is not None} if kept else {}
    return {**named, **made}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(name) == other.get(name) for name in ("cron", "timezone", "occurrence"))


def _follow(edit: Edit, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> None:
    """A weekly summary that becomes a daily one sums up a day: where the steps said what the old times imply."""
    before, after = _lines(old), _lines(new)
    implied = (
        ("sales_summary", "period", sales_period),
        ("birthday_cohort", "daysAhead", birthdays_ahead),
        ("new_products", "days", days_listed),
    )
    steps = edit.steps
    told = []
    for step in steps:
        for action, name, of in implied:
            params = params_of(step)
            if step.get("action") == action and params.get(name) == of(before) != of(after):
                step["params"] = {**params, name: of(after)}
                told.append(f"Looks at: {_plain(of(before))} → {_plain(of(after))}")
    if told:
        edit.put("steps", steps, told[0])


def _plain(value: str | int) -> str:
    return f"{value} days" if isinstance(value, int) else value.replace("_", " ")


def _lines(triggers: Sequence[Mapping[str, Any]]) -> list[tuple[str, str | None]]:
    return [(str(one.get("cron", "")), one.get("occurrence")) for one in triggers]


def times_in_words(triggers: Sequence[Mapping[str, Any]]) -> str:
    """`09:00` where only the time of day differs, else the schedules in words."""
    if not triggers:
        return "no schedule"
    words = " and ".join(schedule_in_words(trigger) for trigger in triggers)
    times = [time_of_day(trigger["cron"]) for trigger in triggers]
    if len(triggers) == 1 and all(times):
        return f"{times[0]} ({words})"
    return words
