"""Whom a playbook tells, and how, changed in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.chat.edit import Edit, params_of
from shared.chat.people import Audience
from shared.chat.recipes.base import Message, message_steps
from shared.chat.understanding import Understanding

USUAL_CHANNELS = ["email", "dashboard"]
"""Of a `notify` step that leaves them to the org's preferences, as these are at first."""
DIRECT = ("email", "dashboard", "sms")
CHANNEL_NAMES = {"email": "email", "sms": "text", "dashboard": "dashboard", "slack": "Slack", "drive": "Drive"}
TELLING = ("notify", "send_email", "send_sms")
_ALSO = re.compile(r"\b(?:also|too|as well|add|additionally|plus|and to|and one)\b|^\W*and\b", re.IGNORECASE)
_INSTEAD = re.compile(
    r"^\W*(?:no|nope|not|sorry|actually)\b|\b(?:instead|rather|only|just)\b|\b(?:change|switch|move|turn)\b[^.;!?]*?\bto\b"
    r"|\bmake (?:it|that) (?:by |an? )?(?:email|text|slack|sms)",
    re.IGNORECASE,
)


def adds(message: str) -> bool:
    """Whether what is named joins what is there ("also …", "… too")."""
    return _ALSO.search(message) is not None


def change_channels(edit: Edit, wish: Understanding, audience: Audience, message: str) -> None:
    """Adds the named channels and takes the dropped ones away, but never the last.

    "No, by email", "text me instead", "change it to Slack": the named ones take the place of all others.
    """
    steps = edit.steps
    dropped: list[str] = list(wish.dropped_channels)
    if wish.channels and not dropped and not adds(message) and _INSTEAD.search(message):
        dropped = [channel for channel in _all_channels(steps) if channel not in wish.channels]
    for channel in wish.channels:
        steps = _with_channel(steps, channel, audience)
    for gone in dropped:
        steps = _without_channel(steps, gone)
    if not any(channels_of(step) for step in steps):
        edit.refusals.append("then it would tell nobody any more; pause it or delete it instead")
        return
    old, new = _all_channels(edit.steps), _all_channels(steps)
    edit.put("steps", steps, f"Tells by: {_channel_words(old)} → {_channel_words(new)}")


def channels_of(step: Mapping[str, Any]) -> list[str]:
    """The ways in which a step tells people."""
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
        case "for_each":
            return list(dict.fromkeys(channel for inner in _nested(step) for channel in channels_of(inner)))
    return []


def is_customers(params: Mapping[str, Any]) -> bool:
    """Whether a step writes to the customer that an event or a list names."""
    return re.search(r"\{\{\s*(?:event|item)\.", str(params.get("to"))) is not None


def _writes_to_customers(step: Mapping[str, Any]) -> bool:
    return step.get("action") == "for_each" or is_customers(params_of(step))


def _nested(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    inner = params_of(step).get("steps")
    return [dict(one) for one in inner if isinstance(one, Mapping)] if isinstance(inner, list) else []


def _with_customers_channel(steps: list[dict[str, Any]], channel: str) -> list[dict[str, Any]]:
    """The same words to the same customers, over the other road as well; staff are told nothing of it."""
    changed: list[dict[str, Any]] = []
    for step in steps:
        if step.get("action") == "for_each":
            inner = _with_customers_channel(_nested(step), channel)
            changed.append({**step, "params": {**params_of(step), "steps": inner}})
            continue
        changed.append(step)
        if is_customers(params_of(step)) and (other := _other_road(step, channel)):
            changed.append(other)
    # Customers who can be reached in either way are to be found now.
    return [_reaching_everyone(step) for step in changed]


def _other_road(step: Mapping[str, Any], channel: str) -> dict[str, Any] | None:
    params = params_of(step)
    kept = {name: step[name] for name in ("agent", "onItemError") if name in step}
    if channel == "sms" and step.get("action") == "send_email":
        to = str(params["to"]).replace(".email", ".phone")
        made: dict[str, Any] = {**kept, "action": "send_sms", "params": {"to": to, "body": params.get("text", "")}}
    elif channel == "email" and step.get("action") == "send_sms":
        to, text = str(params["to"]).replace(".phone", ".email"), params.get("body", "")
        made = {**kept, "action": "send_email", "params": {"to": to, "subject": "{{org.name}}", "text": text}}
    else:
        return None
    condition = step.get("condition")
    if isinstance(condition, str):
        old, new = (".email", ".phone") if channel == "sms" else (".phone", ".email")
        made["condition"] = condition.replace(old, new)
    return made


def _reaching_everyone(step: dict[str, Any]) -> dict[str, Any]:
    params = params_of(step)
    if "reachableBy" not in params:
        return step
    return {**step, "params": {name: value for name, value in params.items() if name != "reachableBy"}}


def _all_channels(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(channel for step in steps for channel in channels_of(step)))


def _channel_words(channels: Sequence[str]) -> str:
    return ", ".join(CHANNEL_NAMES[channel] for channel in channels) or "nothing"


def _with_channel(steps: list[dict[str, Any]], channel: str, audience: Audience) -> list[dict[str, Any]]:
    if channel in _all_channels(steps):
        return steps
    if any(_writes_to_customers(step) for step in steps):
        return _with_customers_channel(steps, channel)
    notify = next((step for step in steps if step.get("action") == "notify"), None)
    if channel in DIRECT and notify is not None:
        params = {**params_of(notify), "channels": [*channels_of(notify), channel]}
        return [{**step, "params": params} if step is notify else step for step in steps]
    told = next((step for step in steps if step.get("action") in TELLING), None)
    message = _message_of(told) if told else Message("{{org.name}}", "The playbook has run.")
    alone = Audience((channel,), audience.emails, audience.phones)  # type: ignore[arg-type]
    return [*steps, *message_steps(message, alone, told.get("condition") if told else None)]


def _message_of(step: Mapping[str, Any]) -> Message:
    params = params_of(step)
    body = params.get("body") or params.get("text") or params.get("html") or params.get("subject") or ""
    return Message(
        str(params.get("subject") or "{{org.name}}"), str(body), params.get("html"), type=params.get("type")
    )


def _without_channel(steps: list[dict[str, Any]], channel: str) -> list[dict[str, Any]]:
    kept = []
    for step in steps:
        channels = channels_of(step)
        if channel not in channels:
            kept.append(step)
        elif step.get("action") == "for_each":
            kept.append({**step, "params": {**params_of(step), "steps": _without_channel(_nested(step), channel)}})
        elif len(channels) > 1:
            left = [one for one in channels if one != channel]
            kept.append({**step, "params": {**params_of(step), "channels": left}})
    return kept


def change_recipients(edit: Edit, audience: Audience, message: str) -> None:
    """ "Also" adds them; otherwise they take the place of those there were."""
    also = adds(message)
    steps = edit.steps
    changed = False
    for step in steps:
        if step.get("action") not in {"notify", "send_email"} or is_customers(params_of(step)):
            continue
        wanted = [*audience.emails, *(audience.phones if step["action"] == "notify" else ())]
        if not wanted:
            continue
        old = params_of(step).get("to")
        before = [old] if isinstance(old, str) else list(old or [])
        to = list(dict.fromkeys([*before, *wanted])) if also else wanted
        step["params"] = {**params_of(step), "to": to[0] if len(to) == 1 else to}
        changed = True
    if changed:
        edit.put("steps", steps, f"{'Also tells' if also else 'Tells'}: {audience.words}")
    else:
        edit.refusals.append("it has no step that tells people, so there is nobody to change")
