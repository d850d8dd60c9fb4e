"""Changes of a playbook that exists: the new document, and the difference in plain words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.chat.edit import Edit
from shared.chat.people import Audience
from shared.chat.recipes.base import amount, number
from shared.chat.recipes.book import event_trigger
from shared.chat.subjects import change_competitors, change_days, change_message, change_segment, change_top
from shared.chat.telling import TELLING, adds, change_channels, change_recipients
from shared.chat.understanding import Threshold, Understanding
from shared.chat.when import change_schedules

_COMPARISON = re.compile(
    r"(?<![\w.\[\]])(?P<path>[\w.\[\]]++)(?:\s*\|[^{}]*)?\s*(?:\}\})?\s*(?P<op>>=|<=|==|>|<)\s*(?P<value>-?\d+(?:\.\d+)?)"
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
    competitors: Mapping[str, str],
    timezone: str,
    message: str,
) -> Edit:
    """The playbook with everything changed that the wish names, and nothing else.

    `competitors`: name by id, of those that were named.
    """
    edit = Edit(before)
    if wish.name:
        edit.put("name", wish.name, f"Name: {before.get('name')} → {wish.name}")
    if wish.schedules:
        change_schedules(edit, wish.schedules, timezone, also=adds(message))
    if wish.events:
        _change_events(edit, wish)
    if wish.threshold:
        _change_threshold(edit, wish.threshold)
    if wish.channels or wish.dropped_channels:
        change_channels(edit, wish, audience, message)
    if wish.recipients and any(one != "me" for one in wish.recipients):
        change_recipients(edit, audience, message)
    _change_contents(edit, wish, competitors)
    return edit


def _change_contents(edit: Edit, wish: Understanding, competitors: Mapping[str, str]) -> None:
    if competitors:
        change_competitors(edit, competitors)
    elif wish.top:
        change_top(edit, wish.top)
    if wish.message:
        change_message(edit, wish.message)
    if wish.segment:
        change_segment(edit, wish.segment)


def _change_events(edit: Edit, wish: Understanding) -> None:
    if re.search(r"\{\{\s*event\.", str(edit.steps)) and any(
        trigger.get("eventName") not in {event.event_name for event in wish.events}
        for trigger in edit.triggers
        if trigger.get("type") == "event"
    ):
        edit.refusals.append("its words speak of the event that it has; say the whole thing as a new sentence")
        return
    rest = [trigger for trigger in edit.triggers if trigger.get("type") == "schedule"]
    new = [event_trigger(event) for event in wish.events]
    named = " and ".join(event.event_name for event in wish.events)
    edit.put("triggers", [*rest, *new], f"Starts at the event: {named}")


def _change_threshold(edit: Edit, threshold: Threshold) -> None:
    """Replaces the number in the one condition (or event filter) that compares the same thing.

    "Raise it to 15" names no thing: where there is just one comparison, that is the one.
    """
    if threshold.unit == "days" and change_days(edit, int(threshold.value)):
        return
    places = _comparisons(edit)
    names = () if threshold.only_value else _SUBJECTS[threshold.subject]
    same = [place for place in places if place.subject in names]
    chosen = same or (places if len({(one.subject, one.text) for one in places}) == 1 else [])
    if not chosen:
        if not _add_condition(edit, threshold):
            edit.refusals.append("it compares no such number; say the whole thing as a new sentence, with a time")
        return
    if threshold.unit == "usd" and chosen[0].subject == "price_gap":
        edit.refusals.append("prices are compared in percent there; say by how many percent")
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
