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


def change_channels(edit: Edit, wish: Understanding, audience: Audience) -> None:
    """Adds the named channels and takes the dropped ones away, but never the last."""
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
        params = {**params_of(notify), "channels": [*_channels_of(notify), channel]}
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
        channels = _channels_of(step)
        if channel not in channels:
            kept.append(step)
        elif len(channels) > 1:
            left = [one for one in channels if one != channel]
            kept.append({**step, "params": {**params_of(step), "channels": left}})
    return kept


def change_recipients(edit: Edit, audience: Audience, message: str) -> None:
    """ "Also" adds them; otherwise they take the place of those there were."""
    also = re.search(r"\b(also|too|as well|add|additionally|and to)\b", message, re.IGNORECASE) is not None
    steps = edit.steps
    changed = False
    for step in steps:
        if step.get("action") not in {"notify", "send_email"} or "{{item." in str(params_of(step).get("to")):
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
