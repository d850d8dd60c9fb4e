"""Changes of a playbook that exists: the new document, and the difference in plain words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.chat.edit import Edit, params_of
from shared.chat.people import Audience, literal
from shared.chat.recipes.base import amount, number
from shared.chat.recipes.book import event_trigger, schedule_trigger
from shared.chat.rhythm import adapted
from shared.chat.telling import TELLING, change_channels, change_recipients
from shared.chat.times import schedule_in_words, time_of_day
from shared.chat.understanding import ScheduleWish, Threshold, Understanding

_COMPARISON = re.compile(
    r"(?P<path>[\w.\[\]]+)(?:\s*\|[^{}]*)?\s*(?:\}\})?\s*(?P<op>>=|<=|==|>|<)\s*(?P<value>-?\d+(?:\.\d+)?)"
)
_SUBJECTS = {
    "price_gap": ("price_gap",),
    "quantity": ("quantity", "count"),
    "sales": ("revenue", "total", "sales"),
    "sales_change": ("revenue",),
    "days_inactive": ("days", "count"),
    "spent": ("costUsd", "spent"),
    "count": ("count",),
}


def edited(
    before: Mapping[str, Any],
    wish: Understanding,
    audience: Audience,
    competitor_ids: Sequence[str],
    timezone: str,
    message: str,
) -> Edit:
    """The playbook with everything changed that the wish names, and nothing else."""
    edit = Edit(before)
    if wish.name:
        edit.put("name", wish.name, f"Name: {before.get('name')} → {wish.name}")
    if wish.schedules:
        _change_schedules(edit, wish.schedules, timezone)
    if wish.events:
        _change_events(edit, wish)
    if wish.threshold:
        _change_threshold(edit, wish.threshold)
    if wish.channels or wish.dropped_channels:
        change_channels(edit, wish, audience)
    if wish.recipients and any(one != "me" for one in wish.recipients):
        change_recipients(edit, audience, message)
    if wish.top or competitor_ids:
        _change_competitors(edit, wish.top, competitor_ids)
    if wish.message:
        _change_message(edit, wish.message)
    return edit


def _change_schedules(edit: Edit, wishes: Sequence[ScheduleWish], timezone: str) -> None:
    old = [trigger for trigger in edit.triggers if trigger.get("type") == "schedule"]
    rest = [trigger for trigger in edit.triggers if trigger.get("type") == "event"]
    if len(old) > 1 and len(wishes) == 1 and (wishes[0].only_time or wishes[0].assumed_time):
        edit.refusals.append(f"it runs {_times(old)}; say in full when it shall run instead")
        return
    new = []
    for index, wish in enumerate(wishes):
        kept = old[index] if index < len(old) else None
        whole = adapted(wish, str(kept.get("cron", "")), kept.get("occurrence")) if kept else wish
        made = schedule_trigger(whole, (kept or {}).get("timezone", timezone))
        # The id stays, and with it the name of the job.
        new.append({**({"id": kept["id"]} if kept and "id" in kept else {}), **_overlap(kept), **made})
    edit.put("triggers", [*new, *rest], f"Time: {_times(old)} → {_times(new)}")


def _overlap(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"overlap": kept["overlap"]} if kept and "overlap" in kept else {}


def _times(triggers: Sequence[Mapping[str, Any]]) -> str:
    """`09:00` where only the time of day differs, else the schedules in words."""
    if not triggers:
        return "no schedule"
    words = " and ".join(schedule_in_words(trigger) for trigger in triggers)
    times = [time_of_day(trigger["cron"]) for trigger in triggers]
    if all(times):
        return f"{', '.join(filter(None, times))} ({words})"
    return words


def _change_events(edit: Edit, wish: Understanding) -> None:
    rest = [trigger for trigger in edit.triggers if trigger.get("type") == "schedule"]
    new = [event_trigger(event) for event in wish.events]
    named = " and ".join(event.event_name for event in wish.events)
    edit.put("triggers", [*rest, *new], f"Starts at the event: {named}")


def _change_threshold(edit: Edit, threshold: Threshold) -> None:
    """Replaces the number in the one condition (or event filter) that compares the same thing.

    "Raise it to 15" names no thing: where there is just one comparison, that is the one.
    """
    places = _comparisons(edit)
    names = () if threshold.only_value else _SUBJECTS[threshold.subject]
    same = [place for place in places if place.subject in names]
    chosen = same or (places if len({(one.subject, one.text) for one in places}) == 1 else [])
    if not chosen:
        if not _add_condition(edit, threshold):
            edit.refusals.append("it compares no such number, so there is no limit to change")
        return
    op = chosen[0].op if threshold.only_value or threshold.op[0] == chosen[0].op[0] else threshold.op
    steps, triggers = edit.steps, edit.triggers
    for place in chosen:
        parts = steps if place.field == "condition" else triggers
        parts[place.index][place.field] = place.replaced(f"{op} {number(threshold.value)}")
    difference = f"Limit: {chosen[0].op} {chosen[0].value} → {op} {amount(threshold)}"
    if chosen[0].field == "condition":
        edit.put("steps", steps, difference)
    else:
        edit.put("triggers", triggers, difference)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparison with a number in a step's condition or a trigger's filter."""

    field: str
    index: int
    text: str
    match: re.Match[str]

    @property
    def subject(self) -> str:
        return self.match["path"].rpartition(".")[2]

    @property
    def op(self) -> str:
        return self.match["op"]

    @property
    def value(self) -> str:
        return self.match["value"]

    def replaced(self, comparison: str) -> str:
        return f"{self.text[: self.match.start('op')]}{comparison}{self.text[self.match.end('value') :]}"


def _comparisons(edit: Edit) -> list[_Comparison]:
    texts = [("condition", index, step.get("condition")) for index, step in enumerate(edit.steps)]
    texts += [("filter", index, trigger.get("filter")) for index, trigger in enumerate(edit.triggers)]
    return [
        _Comparison(field, index, text, match)
        for field, index, text in texts
        if isinstance(text, str)
        for match in _COMPARISON.finditer(text)
    ]


def _add_condition(edit: Edit, threshold: Threshold) -> bool:
    """A price watch that always told gets its first condition."""
    steps = edit.steps
    analysis = next((step for step in steps if step.get("action") == "analyze_pricing"), None)
    telling = [step for step in steps if step.get("action") in TELLING and not step.get("condition")]
    if threshold.subject != "price_gap" or analysis is None or not analysis.get("agent") or not telling:
        return False
    for step in telling:
        step["condition"] = f"{{{{{analysis['agent']}.price_gap}}}} {threshold.op} {number(threshold.value)}"
    edit.put("steps", steps, f"Limit: none → {threshold.op} {amount(threshold)}")
    return True


def _change_competitors(edit: Edit, top: int | None, competitor_ids: Sequence[str]) -> None:
    steps = edit.steps
    scans = [step for step in steps if step.get("action") == "scan_competitors"]
    if not scans:
        edit.refusals.append("it does not scan competitors")
        return
    for step in scans:
        kept = {
            name: value
            for name, value in params_of(step).items()
            if name not in {"top", "competitorIds", "competitors"}
        }
        named = {"competitorIds": [literal(one) for one in competitor_ids]} if competitor_ids else {"top": top}
        step["params"] = {**kept, **named}
    edit.put("steps", steps, f"Competitors: {'the named ones' if competitor_ids else f'the top {top}'}")


def _change_message(edit: Edit, text: str) -> None:
    steps = edit.steps
    reminders = [step for step in steps if step.get("action") == "notify"]
    if len(steps) != 1 or not reminders:
        edit.refusals.append("its words are computed from what it finds")
        return
    words = literal(text)
    reminders[0]["params"] = {**params_of(reminders[0]), "subject": f"Reminder: {words}"[:200], "body": words}
    edit.put("steps", steps, f"Says: {text}")
