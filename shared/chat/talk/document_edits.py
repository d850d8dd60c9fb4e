"""Changes in a document that was edited by hand, and what a playbook is in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.chat.language.schedules import Schedule
from shared.chat.talk.document_times import rescheduled
from shared.chat.talk.merging import CONTENT, channels_after, is_person
from shared.chat.talk.state import Playbook
from shared.chat.topics.drafts import DIRECT, event_trigger, message_steps
from shared.chat.topics.resolving import Org
from shared.chat.topics.topic import COMPARED, ME, OWNER, USUAL, Audience, Message, literal, number
from shared.chat.understood import Channel, Request, Threshold
from shared.triggers.rhythm import triggers_of

CHANNEL_NAMES = {"email": "email", "sms": "text", "dashboard": "dashboard", "slack": "Slack", "drive": "Drive"}
_COMPARISON = re.compile(r"(?P<path>[\w.]++)(?P<end>\s*\}\})?\s*(?P<op>[<>]=?|==)\s*(?P<value>\d+(?:\.\d+)?)")
_CHANNELS: dict[str, tuple[str, ...]] = {
    "notify": USUAL,
    "send_email": ("email",),
    "send_sms": ("sms",),
    "create_inbox_notification": ("dashboard",),
    "slack_post": ("slack",),
    "save_to_drive": ("drive",),
}
"""The channels of an action; those of `notify` where its step doesn't say."""
_SCAN = "scan_competitors"
_NOT_THAT_WAY = "it doesn't reach them the way it notifies people: say “by email” or “by text”"
_BODIES = ("body", "text", "content", "html", "subject")
_LIMITS = {
    "price_gap": ("price_gap", "percent", "the price gap", "{}%"),
    "quantity": ("quantity", "units", "the quantity", "{}"),
    "revenue": ("sales", "usd", "the revenue", "${}"),
}
"""What a condition compares, by the last part of its path: subject, unit, and both in words."""


def edited(
    stored: Playbook, request: Request, schedules: Sequence[Schedule], audience: Audience, org: Org
) -> tuple[dict[str, Any], list[str]]:
    """The fields of the document with the change, and what cannot be changed."""
    fields: dict[str, Any] = {"name": request.name} if request.name else {}
    refusals: list[str] = []
    steps = stored.steps
    if schedules:
        fields["triggers"] = rescheduled(stored, schedules, org.tenant.timezone, adds=request.adds)
    if request.events:
        known = fields.get("triggers") or [dict(one) for one in triggers_of(stored.id, stored.data)]
        events = [one for one in map(event_trigger, request.events) if one not in known]
        fields["triggers"] = [*(one for one in known if one["type"] != "manual"), *events]
    if request.channels or request.dropped_channels:
        channels = channels_after(all_channels(steps), request)
        steps = _over(steps, channels, audience) if {*channels} != {*all_channels(steps)} else steps
    if any(one.kind != "me" for one in request.people):
        steps = [_telling(step, audience, org, adds=request.extends) for step in steps]
        reached = {*audience.emails} - {ME} if "email" in all_channels(steps) else {*audience.phones}
        refusals += [] if reached or ("sms" in all_channels(steps) and audience.phones) else [_NOT_THAT_WAY]
    if gone := left_out(request, org.my_email):
        before, steps = steps, [_sent_to(one, [to for to in recipients_of(one) if to not in gone]) for one in steps]
        refusals += ["it doesn't notify them"] if steps == before else []
    refusals += [f"“{one.words}” can only be set up on its page" for one in request.routes]
    for threshold in request.thresholds:
        before, steps = steps, [_limited(step, threshold) for step in steps]
        refusals += ["it has no limit of that kind"] if steps == before else []
    if request.message and (reworded := _saying(steps, request.message)) != steps:
        steps, request = reworded, request.changed(message=None)
    scanned = _scanning(steps, request, org.competitors)
    if scanned is None:
        refusals.append("what it looks at can only be changed on its page")
    steps = scanned or steps
    return fields | ({"steps": steps} if steps != stored.steps else {}), refusals


def left_out(request: Request, my_email: str | None) -> set[str]:
    """The addresses of those that are no longer told, as steps and `people_of` have them."""
    gone = {value for one in request.limits if is_person(one) for value in one.values}
    return {*gone, ME, my_email or "you"} if "me" in gone else gone


def _with(step: dict[str, Any], **params: Any) -> dict[str, Any]:
    return {**step, "params": {**params_of(step), **params}}


def _saying(steps: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The step of a plain reminder with another text; what tells of figures stays."""
    if len(steps) != 1 or not channels_of(steps[0]):
        return steps
    texts = {name: value for name in _BODIES[:3] if (value := params_of(steps[0]).get(name))}
    return [_with(steps[0], **{name: literal(text) for name, value in texts.items() if "{{" not in str(value)})]


def _scanning(
    steps: list[dict[str, Any]], request: Request, competitors: Mapping[str, str]
) -> list[dict[str, Any]] | None:
    """The steps with other competitors to scan; None where something else was said of what it watches."""
    limits = [one for one in request.limits if not is_person(one)]
    named = {*request.competitors, *(name for one in limits if one.operator == "only" for name in one.values)}
    left_out = {name for one in limits if one.operator == "except" for name in one.values}
    content = any(getattr(request, name) for name in CONTENT if name != "competitors")
    if content or any(one.kind != "competitor" for one in limits):
        return None
    if not (named or left_out) or not any(one.get("action") == _SCAN for one in steps):
        return None if named or left_out else steps
    found = []
    for step in steps:
        had = params_of(step).get("competitorIds") or list(competitors)
        wanted = [key for key, name in competitors.items() if name in named]
        kept = list(dict.fromkeys([*had, *wanted])) if request.extends or not named else wanted
        ids = [one for one in kept if competitors.get(one) not in left_out]
        changes = ids not in ([], had) and step.get("action") == _SCAN
        found.append(_with(step, competitorIds=ids) if changes else step)
    return found


def params_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step's params; nothing where they are of another shape."""
    params = step.get("params")
    return dict(params) if isinstance(params, Mapping) else {}


def channels_of(step: Mapping[str, Any]) -> list[str]:
    """The channels over which a step tells people."""
    named = params_of(step).get("channels") if step.get("action") == "notify" else None
    return list(named) if isinstance(named, list) else list(_CHANNELS.get(str(step.get("action")), ()))


def all_channels(steps: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The channels of all of them."""
    return list(dict.fromkeys(channel for step in steps for channel in channels_of(step)))


def _over(steps: list[dict[str, Any]], named: Sequence[Channel], audience: Audience) -> list[dict[str, Any]]:
    """The steps, telling over these channels alone; a new channel gets the message of the first step that tells."""
    direct = [one for one in named if one in DIRECT]
    kept: list[dict[str, Any]] = []
    for step in steps:
        if step.get("action") == "notify" and direct:
            kept.append(_with(step, channels=direct))
        elif step.get("action") != "notify" and {*channels_of(step)} <= {*named}:
            kept.append(step)
    new = tuple(one for one in named if one not in all_channels(kept))
    if not new or not (told := next((one for one in steps if channels_of(one)), None)):
        return kept
    params = params_of(told)
    body = next((params[name] for name in _BODIES if params.get(name)), "")
    message = Message(str(params.get("subject") or params.get("title") or "{{org.name}}"), str(body))
    return [*kept, *message_steps(message, replace(audience, channels=new), told.get("condition"))]


def recipients_of(step: Mapping[str, Any]) -> list[Any]:
    """What the step names as its recipients."""
    to = params_of(step).get("to")
    return to if isinstance(to, list) else [to] if to else []


def _sent_to(step: dict[str, Any], to: Sequence[Any]) -> dict[str, Any]:
    return _with(step, to=to[0] if len(to) == 1 else [*to]) if to and [*to] != recipients_of(step) else step


def _telling(step: dict[str, Any], audience: Audience, org: Org, *, adds: bool) -> dict[str, Any]:
    if step.get("action") not in ("notify", "send_email") or re.search("{{(event|item)", str(recipients_of(step))):
        return step
    ways = channels_of(step)
    wanted = [*(audience.emails if "email" in ways else ()), *(audience.phones if "sms" in ways else ())]
    if not wanted:
        return step
    staff = org.tenant.staff_phones if audience.phones and "sms" in ways else ()
    before = (recipients_of(step) or staff or [OWNER]) if adds else ()
    return _sent_to(step, [*dict.fromkeys((*before, *wanted))])


def _limited(step: dict[str, Any], said: Threshold) -> dict[str, Any]:
    def replaced(found: re.Match[str]) -> str:
        limit = _LIMITS.get(found["path"].rpartition(".")[2])
        if limit is None or said.subject not in (None, limit[0]) or said.unit not in (None, limit[1]):
            return found[0]
        if said.op and said.op[0] != found["op"][0]:
            return found[0]
        return f"{found['path']}{found['end'] or ''} {said.op or found['op']} {number(said.value)}"

    condition = step.get("condition")
    return {**step, "condition": _COMPARISON.sub(replaced, condition)} if isinstance(condition, str) else step


def limits_of(step: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`10%` and `the price gap is more than 10%`, of each limit in a step's condition."""
    found = []
    for one in _COMPARISON.finditer(str(step.get("condition") or "")):
        if limit := _LIMITS.get(one["path"].rpartition(".")[2]):
            value = limit[3].format(one["value"])
            found.append((value, f"{limit[2]} is {COMPARED[one['op']]} {value}"))
    return found


def people_of(steps: Sequence[Mapping[str, Any]], my_email: str | None) -> list[str]:
    """Who is told, as far as the steps name them."""
    known = {ME: my_email or "you", OWNER: "the owner"}
    found: list[str] = []
    for step in steps:
        to, ways = recipients_of(step), channels_of(step)
        staff = ["your staff"] if "sms" in ways and not any(str(one).startswith("+") for one in to) else []
        to = to or ([OWNER] if "email" in ways else [])
        found += [known.get(one, "customers" if "{{" in str(one) else str(one)) for one in to if ways] + staff
    return list(dict.fromkeys(found))


def facets(
    one: Playbook, when: str, does: str, my_email: str | None, competitors: Mapping[str, str]
) -> dict[str, str]:
    """A playbook in words, by what may change; two of these make a diff."""
    limits = [] if does else [value for step in one.steps for value, _ in limits_of(step)]
    # What a reminder says; nothing where the message is made of figures.
    texts = [
        f"“{text}”" if (text := params_of(step).get("body") or params_of(step).get("text")) else ""
        for step in one.steps
    ]
    return {
        "Name": one.name,
        "Runs": when,
        "Does": does,
        "Watches": "" if does else _watched(one, competitors),
        "Notifies by": ", ".join(CHANNEL_NAMES[channel] for channel in all_channels(one.steps)),
        "Notifies": ", ".join(people_of(one.steps, my_email)),
        "Limit": " and ".join(dict.fromkeys(limits)),
        "Says": "" if does or len(texts) != 1 or "{{" in texts[0] else texts[0],
    }


def _watched(one: Playbook, competitors: Mapping[str, str]) -> str:
    scans = [step for step in one.steps if step.get("action") == _SCAN]
    ids = [key for step in scans for key in params_of(step).get("competitorIds") or competitors]
    return ", ".join(dict.fromkeys(competitors.get(key, key) for key in ids))
