"""Changes of a playbook that exists: the new document, and the difference in plain words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.chat.people import Audience, literal
from shared.chat.recipes.base import Message, amount, message_steps, number
from shared.chat.recipes.book import event_trigger, schedule_trigger
from shared.chat.times import schedule_in_words, time_of_day
from shared.chat.understanding import ScheduleWish, Threshold, Understanding

USUAL_CHANNELS = ["email", "dashboard"]
"""Of a `notify` step that leaves them to the org's preferences, as these are at first."""
DIRECT = ("email", "dashboard", "sms")
CHANNEL_NAMES = {"email": "email", "sms": "text", "dashboard": "dashboard", "slack": "Slack", "drive": "Drive"}

_DAYS_SAID = re.compile(
    r"\b(every|each|daily|day|days|week|month|mon|tue|wed|thu|fri|sat|sun|hourly|hours?|minutes?)", re.IGNORECASE
)
_TELLING = ("notify", "send_email", "send_sms")
_COMPARISON = re.compile(r"(?P<path>[\w.\[\]]+)\s*(?:\}\})?\s*(?P<op>>=|<=|==|>|<)\s*(?P<value>\d+(?:\.\d+)?)")
_SUBJECTS = {
    "price_gap": ("price_gap",),
    "quantity": ("quantity", "count"),
    "sales": ("revenue", "total", "sales"),
    "sales_change": ("changePercent", "percent"),
    "days_inactive": ("days", "count"),
    "spent": ("costUsd", "spent"),
    "count": ("count",),
}


@dataclass
class Edit:
    """A document in the making: its new fields, what changed, and what could not."""

    before: Mapping[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps as they would be now."""
        current = self.fields.get("steps", self.before.get("steps"))
        return [dict(step) for step in current if isinstance(step, Mapping)] if isinstance(current, list) else []

    @property
    def triggers(self) -> list[dict[str, Any]]:
        """The triggers as they would be now."""
        current = self.fields.get("triggers", self.before.get("triggers"))
        return [dict(one) for one in current if isinstance(one, Mapping)] if isinstance(current, list) else []

    def put(self, name: str, value: Any, difference: str) -> None:
        """Change a field, if it is a change."""
        if value != self.fields.get(name, self.before.get(name)):
            self.fields[name] = value
            self.differences.append(difference)


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
        _change_schedules(edit, wish.schedules, timezone, message)
    if wish.events:
        _change_events(edit, wish)
    if wish.threshold:
        _change_threshold(edit, wish.threshold)
    if wish.channels or wish.dropped_channels:
        _change_channels(edit, wish, audience)
    if wish.recipients and any(one != "me" for one in wish.recipients):
        _change_recipients(edit, audience, message)
    if wish.top or competitor_ids:
        _change_competitors(edit, wish.top, competitor_ids)
    if wish.message:
        _change_message(edit, wish.message)
    return edit


def _change_schedules(edit: Edit, wishes: Sequence[ScheduleWish], timezone: str, message: str) -> None:
    old = [trigger for trigger in edit.triggers if trigger.get("type") == "schedule"]
    rest = [trigger for trigger in edit.triggers if trigger.get("type") == "event"]
    new = []
    for index, wish in enumerate(wishes):
        kept = old[index] if index < len(old) else None
        made = schedule_trigger(
            _adapted(wish, kept, message), wish.timezone or (kept or {}).get("timezone", timezone)
        )
        # The id stays, and with it the name of the job.
        new.append({**({"id": kept["id"]} if kept and "id" in kept else {}), **_overlap(kept), **made})
    edit.put("triggers", [*new, *rest], f"Time: {_times(old)} → {_times(new)}")


def _overlap(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"overlap": kept["overlap"]} if kept and "overlap" in kept else {}


def _adapted(wish: ScheduleWish, kept: Mapping[str, Any] | None, message: str) -> ScheduleWish:
    """Only a time was said: the days stay. Only days were said: the time stays."""
    if kept is None:
        return wish
    was, now = str(kept.get("cron", "")).split(), wish.cron.split()
    if len(was) != len(now):
        return wish
    if wish.assumed_time and time_of_day(str(kept["cron"])):
        return wish.model_copy(update={"cron": " ".join([*was[:2], *now[2:]])})
    names_days = _DAYS_SAID.search(wish.words or message)
    if now[2:] == ["*", "*", "*"] and time_of_day(wish.cron) and not names_days:
        return wish.model_copy(
            update={"cron": " ".join([*now[:2], *was[2:]]), "occurrence": wish.occurrence or kept.get("occurrence")}
        )
    return wish


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
    """Replaces the number in the condition (or the event's filter) that compares the same thing."""
    names = _SUBJECTS[threshold.subject]
    steps, changed = edit.steps, False
    for step in steps:
        new, old = _compared(step.get("condition"), threshold, names)
        if new is not None:
            step["condition"] = new
            changed = True
            edit.differences.append(f"Threshold: {old} → {threshold.op} {amount(threshold)}")
    if changed:
        edit.fields["steps"] = steps
        return
    if _change_filter(edit, threshold, names) or _add_condition(edit, threshold):
        return
    edit.refusals.append("it compares no such number, so there is no threshold to change")


def _change_filter(edit: Edit, threshold: Threshold, names: Sequence[str]) -> bool:
    triggers = edit.triggers
    for trigger in triggers:
        new, old = _compared(trigger.get("filter"), threshold, names)
        if (
            new is None
            and threshold.subject == "quantity"
            and str(trigger.get("eventName")).startswith("inventory.")
        ):
            new, old = f"event.quantity {threshold.op} {number(threshold.value)}", "none"
        if new is not None and not (trigger.get("filter") and old == "none"):
            trigger["filter"] = new
            edit.put("triggers", triggers, f"Threshold: {old} → {threshold.op} {amount(threshold)}")
            return True
    return False


def _add_condition(edit: Edit, threshold: Threshold) -> bool:
    """A price watch that always told gets its first condition."""
    steps = edit.steps
    analysis = next((step for step in steps if step.get("action") == "analyze_pricing"), None)
    telling = [step for step in steps if step.get("action") in _TELLING and not step.get("condition")]
    if threshold.subject != "price_gap" or analysis is None or not analysis.get("agent") or not telling:
        return False
    for step in telling:
        step["condition"] = f"{{{{{analysis['agent']}.price_gap}}}} {threshold.op} {number(threshold.value)}"
    edit.put("steps", steps, f"Threshold: none → {threshold.op} {amount(threshold)}")
    return True


def _compared(text: Any, threshold: Threshold, names: Sequence[str]) -> tuple[str | None, str]:
    """The text with the number of the wanted comparison replaced, and what stood there."""
    if not isinstance(text, str):
        return None, "none"
    for match in _COMPARISON.finditer(text):
        if match["path"].rpartition(".")[2] in names:
            replaced = f"{threshold.op} {number(threshold.value)}"
            new = f"{text[: match.start('op')]}{replaced}{text[match.end('value') :]}"
            return new, f"{match['op']} {match['value']}"
    return None, "none"


def _change_channels(edit: Edit, wish: Understanding, audience: Audience) -> None:
    steps = edit.steps
    for channel in wish.channels:
        steps = _with_channel(steps, channel, audience)
    for channel in wish.dropped_channels:
        steps = _without_channel(steps, channel)
    if not any(_channels_of(step) for step in steps):
        edit.refusals.append("then it would tell nobody any more; pause it or delete it instead")
        return
    old, new = _all_channels(edit.steps), _all_channels(steps)
    edit.put("steps", steps, f"Tells by: {_channel_words(old)} → {_channel_words(new)}")


def _channels_of(step: Mapping[str, Any]) -> list[str]:
    params = step.get("params")
    match step.get("action"):
        case "notify":
            named = params.get("channels") if isinstance(params, Mapping) else None
            return list(named) if isinstance(named, list) else list(USUAL_CHANNELS)
        case "send_email":
            return ["email"]
        case "send_sms":
            return ["sms"]
        case "create_inbox_notification":
            return ["dashboard"]
        case "slack_post":
            return ["slack"]
        case "save_to_drive":
            return ["drive"]
    return []


def _all_channels(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(channel for step in steps for channel in _channels_of(step)))


def _channel_words(channels: Sequence[str]) -> str:
    return ", ".join(CHANNEL_NAMES[channel] for channel in channels) or "nothing"


def _with_channel(steps: list[dict[str, Any]], channel: str, audience: Audience) -> list[dict[str, Any]]:
    if channel in _all_channels(steps):
        return steps
    notify = next((step for step in steps if step.get("action") == "notify"), None)
    if channel in DIRECT and notify is not None:
        params = {**_params(notify), "channels": [*_channels_of(notify), channel]}
        return [{**step, "params": params} if step is notify else step for step in steps]
    told = next((step for step in steps if step.get("action") in _TELLING), None)
    message = _message_of(told) if told else Message("{{org.name}}", "The playbook has run.")
    alone = Audience((channel,), audience.emails, audience.phones)  # type: ignore[arg-type]
    return [*steps, *message_steps(message, alone, told.get("condition") if told else None)]


def _params(step: Mapping[str, Any]) -> dict[str, Any]:
    params = step.get("params")
    return dict(params) if isinstance(params, Mapping) else {}


def _message_of(step: Mapping[str, Any]) -> Message:
    params = _params(step)
    body = params.get("body") or params.get("text") or params.get("html") or params.get("subject") or ""
    return Message(str(params.get("subject") or "{{org.name}}"), str(body), params.get("html"), params.get("type"))


def _without_channel(steps: list[dict[str, Any]], channel: str) -> list[dict[str, Any]]:
    kept = []
    for step in steps:
        channels = _channels_of(step)
        if channel not in channels:
            kept.append(step)
        elif len(channels) > 1:
            left = [one for one in channels if one != channel]
            kept.append({**step, "params": {**_params(step), "channels": left}})
    return kept


def _change_recipients(edit: Edit, audience: Audience, message: str) -> None:
    """ "Also" adds them; otherwise they take the place of those there were."""
    also = re.search(r"\b(also|too|as well|add|additionally|and to)\b", message, re.IGNORECASE) is not None
    steps = edit.steps
    changed = False
    for step in steps:
        if step.get("action") not in {"notify", "send_email"} or "{{item." in str(_params(step).get("to")):
            continue
        wanted = [*audience.emails, *(audience.phones if step["action"] == "notify" else ())]
        if not wanted:
            continue
        old = _params(step).get("to")
        before = [old] if isinstance(old, str) else list(old or [])
        to = list(dict.fromkeys([*before, *wanted])) if also else wanted
        step["params"] = {**_params(step), "to": to[0] if len(to) == 1 else to}
        changed = True
    if changed:
        edit.put("steps", steps, f"{'Also tells' if also else 'Tells'}: {audience.words}")
    else:
        edit.refusals.append("it has no step that tells people, so there is nobody to change")


def _change_competitors(edit: Edit, top: int | None, competitor_ids: Sequence[str]) -> None:
    steps = edit.steps
    scans = [step for step in steps if step.get("action") == "scan_competitors"]
    if not scans:
        edit.refusals.append("it does not scan competitors")
        return
    for step in scans:
        kept = {
            name: value
            for name, value in _params(step).items()
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
    reminders[0]["params"] = {**_params(reminders[0]), "subject": f"Reminder: {words}"[:200], "body": words}
    edit.put("steps", steps, f"Says: {text}")
