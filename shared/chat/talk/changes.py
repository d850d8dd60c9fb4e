"""Changes of a playbook that was made or edited by hand, in its document; and what changed, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.chat.language.schedules import Schedule
from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.talk.facts import Playbook
from shared.chat.talk.orders import Org
from shared.chat.talk.revising import CONTENT, channels_after, is_person
from shared.chat.topics.audience import ME, OWNER, USUAL, Audience, literal
from shared.chat.topics.base import COMPARED, Message, number
from shared.chat.topics.book import DIRECT, event_trigger, message_steps, schedule_trigger
from shared.chat.understood import Channel, Request, Threshold
from shared.triggers.rhythm import triggers_of

CHANNEL_NAMES = {"email": "email", "sms": "text", "dashboard": "dashboard", "slack": "Slack", "drive": "Drive"}
_COMPARISON = re.compile(r"(?P<path>[\w.]++)(?P<end>\s*\}\})?\s*(?P<op>[<>]=?|==)\s*(?P<value>\d+(?:\.\d+)?)")
_WAYS: dict[str, tuple[str, ...]] = {
    "notify": USUAL,
    "send_email": ("email",),
    "send_sms": ("sms",),
    "create_inbox_notification": ("dashboard",),
    "slack_post": ("slack",),
    "save_to_drive": ("drive",),
}
"""How an action tells people; `notify` where its step doesn't say."""
_SCAN = "scan_competitors"
_DAILY = re.compile(
    r"(?P<minute>\d{1,2}) (?P<hours>\d{1,2}(?:,\d{1,2}){0,9}) (?P<day>\*|\d{1,2}) \* (?P<weekdays>[\d,*-]{1,13})"
)
_LIMITS = {
    "price_gap": ("price_gap", "percent", "the price gap", "{}%"),
    "quantity": ("quantity", "units", "the quantity", "{}"),
    "revenue": ("sales", "usd", "the revenue", "${}"),
}
"""What a limit of a condition is of, by the last part of its path: subject, unit, and both in words."""


def edited(
    stored: Playbook, said: Request, new: Sequence[Schedule], audience: Audience, org: Org
) -> tuple[dict[str, Any], list[str]]:
    """The fields of the document with what was said changed, and what cannot be."""
    fields: dict[str, Any] = {"name": said.name} if said.name else {}
    refusals: list[str] = []
    steps = stored.steps
    if new:
        fields["triggers"] = _retriggered(stored, new, org.tenant.timezone, adds=said.adds)
    if said.events:
        known = fields.get("triggers") or [dict(one) for one in triggers_of(stored.id, stored.data)]
        events = [one for one in map(event_trigger, said.events) if one not in known]
        fields["triggers"] = [*(one for one in known if one["type"] != "manual"), *events]
    if said.channels or said.dropped_channels:
        named = channels_after(all_channels(steps), said)
        steps = _over(steps, named, audience) if {*named} != {*all_channels(steps)} else steps
    if any(one.kind != "me" for one in said.people):
        steps = [_telling(step, audience, adds=said.extends) for step in steps]
    if gone := {value for one in said.limits if is_person(one) for value in one.values}:
        left = [_not_telling(step, gone) for step in steps]
        refusals += ["it doesn't notify them"] if left == steps else []
        steps = left
    for threshold in said.thresholds:
        limited = [_limited(step, threshold) for step in steps]
        refusals += ["it has no limit of that kind"] if limited == steps else []
        steps = limited
    if said.message and (reworded := _saying(steps, said.message)) != steps:
        steps, said = reworded, said.model_copy(update={"message": None})
    watched, others = _watching(steps, said, org.competitors)
    if others:
        refusals.append("what it looks at can only be changed on its page")
    return fields | ({"steps": watched} if watched != stored.steps else {}), refusals


def _saying(steps: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The steps of a plain reminder with another text; what tells of figures stays."""
    found = []
    for step in steps:
        params, is_plain = params_of(step), bool(channels_of(step)) and len(steps) == 1
        fixed = [name for name in ("body", "text", "content") if params.get(name) and "{{" not in str(params[name])]
        found.append({**step, "params": {**params, **dict.fromkeys(fixed, literal(text))}} if is_plain else step)
    return found


def _watching(
    steps: list[dict[str, Any]], said: Request, competitors: Mapping[str, str]
) -> tuple[list[dict[str, Any]], bool]:
    """The steps with other competitors to scan; whether something else was said of what it looks at."""
    limits = [one for one in said.limits if not is_person(one)]
    named = {*said.competitors, *(name for one in limits if one.operator == "only" for name in one.values)}
    without = {name for one in limits if one.operator == "except" for name in one.values}
    content = any(getattr(said, name) for name in CONTENT if name != "competitors")
    others = content or any(one.kind != "competitor" for one in limits)
    if others or not (named or without) or not any(one.get("action") == _SCAN for one in steps):
        return steps, bool(others or named or without)
    scanned = [_scanning(step, named, without, competitors, adds=said.extends) for step in steps]
    return scanned, False


def _scanning(
    step: dict[str, Any], named: set[str], without: set[str], competitors: Mapping[str, str], *, adds: bool
) -> dict[str, Any]:
    if step.get("action") != _SCAN:
        return step
    had = params_of(step).get("competitorIds") or list(competitors)
    wanted = [key for key, name in competitors.items() if name in named]
    kept = [*had, *(one for one in wanted if one not in had)] if adds or not named else wanted
    ids = [one for one in kept if competitors.get(one) not in without]
    return {**step, "params": {**params_of(step), "competitorIds": ids}} if ids else step


def whens_of(stored: Playbook) -> tuple[When, ...]:
    """Its schedules as what could have been said; nothing where one of them is more than a time and days."""
    found = [_when_of(one) for one in triggers_of(stored.id, stored.data) if one.get("type") == "schedule"]
    return tuple(one for one in found if one is not None) if all(found) else ()


def with_time_of_day(known: tuple[When, ...], stored: Playbook) -> tuple[When, ...]:
    """The times with the usual time of day that the playbook has: that of "weekly" isn't that of "Friday"."""
    assumed = len(known) == 1 and not known[0].has_time_of_day
    return (whens_of(stored) or known) if assumed else known


def _when_of(trigger: Mapping[str, Any]) -> When | None:
    simple = _DAILY.fullmatch(str(trigger.get("cron")))
    if simple is None or any(
        trigger.get(name) for name in ("occurrence", "every", "startsAt", "endsAt", "maxRuns")
    ):
        return None
    day, weekdays = simple["day"], weekdays_of(simple["weekdays"])
    minutes = (int(hour) * 60 + int(simple["minute"]) for hour in simple["hours"].split(","))
    times = tuple(Clock(minutes=one, half="sure") for one in minutes)
    if day != "*":
        is_plain = simple["weekdays"] == "*"
        return When(monthdays=(int(day),), every=1, unit="month", times=times) if is_plain else None
    return When(weekdays=weekdays, times=times) if weekdays else None


def weekdays_of(field: str) -> tuple[int, ...]:
    """Which days the last field of a cron line means; none where it isn't plain."""
    if field == "*":
        return EVERY_DAY
    days: set[int] = set()
    for part in field.split(","):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last.isdigit() or not last)):
            return ()
        days |= {day % 7 for day in range(int(first), int(last or first) + 1)}
    return tuple(sorted(days))


def _retriggered(stored: Playbook, new: Sequence[Schedule], zone: str, *, adds: bool) -> list[dict[str, Any]]:
    """The triggers with the new schedules; where only a time was said, on the days that there were.

    What the catalog runs it at counts as its schedule: it has one time, not that and another.
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
    """The new schedules, beginning no earlier than the old ones that skip a run."""
    # With `every`, the start is where it is counted from.
    before = (one for one in stored.data.get("triggers") or () if one.get("startsAt") and not one.get("every"))
    starts = (str(one["startsAt"]) for one in before)
    ahead = [one for one in starts if datetime.fromisoformat(one) > now]
    if not ahead:
        return [dict(one) for one in triggers]
    return [{"startsAt": max(ahead), **one} if one["type"] == "schedule" else dict(one) for one in triggers]


def params_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step's params; nothing where they are of another shape."""
    params = step.get("params")
    return dict(params) if isinstance(params, Mapping) else {}


def channels_of(step: Mapping[str, Any]) -> list[str]:
    """The ways in which a step tells people."""
    named = params_of(step).get("channels") if step.get("action") == "notify" else None
    return list(named) if isinstance(named, list) else list(_WAYS.get(str(step.get("action")), ()))


def all_channels(steps: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The ways in which they tell people together."""
    return list(dict.fromkeys(channel for step in steps for channel in channels_of(step)))


def _over(steps: list[dict[str, Any]], named: Sequence[Channel], audience: Audience) -> list[dict[str, Any]]:
    """The steps, telling over these channels alone; a new one tells what the first step that tells does."""
    direct = [one for one in named if one in DIRECT]
    kept: list[dict[str, Any]] = []
    for step in steps:
        if step.get("action") == "notify" and direct:
            kept.append({**step, "params": {**params_of(step), "channels": direct}})
        elif step.get("action") != "notify" and {*channels_of(step)} <= {*named}:
            kept.append(step)
    told = next((one for one in steps if channels_of(one)), None)
    new = tuple(one for one in named if one not in all_channels(kept))
    if told is None or not new:
        return kept
    params = params_of(told)
    body = next((params[name] for name in ("body", "text", "content", "html", "subject") if params.get(name)), "")
    message = Message(str(params.get("subject") or params.get("title") or "{{org.name}}"), str(body))
    return [*kept, *message_steps(message, replace(audience, channels=new), told.get("condition"))]


def _telling(step: dict[str, Any], audience: Audience, *, adds: bool) -> dict[str, Any]:
    if step.get("action") not in ("notify", "send_email") or "{{event" in str(step) or "{{item" in str(step):
        return step
    had = params_of(step).get("to") or OWNER
    wanted = [*audience.emails, *(audience.phones if step["action"] == "notify" else ())]
    to = list(dict.fromkeys([*([had] if isinstance(had, str) else had), *wanted] if adds else wanted))
    return {**step, "params": {**params_of(step), "to": to[0] if len(to) == 1 else to}} if to else step


def _not_telling(step: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    had = params_of(step).get("to")
    listed = [had] if isinstance(had, str) else list(had or ())
    kept = [one for one in listed if one not in gone]
    if len(kept) == len(listed) or not kept:
        return step
    return {**step, "params": {**params_of(step), "to": kept[0] if len(kept) == 1 else kept}}


def _limited(step: dict[str, Any], said: Threshold) -> dict[str, Any]:
    def replaced(found: re.Match[str]) -> str:
        limit = _LIMITS.get(found["path"].rpartition(".")[2])
        if limit is None or said.subject not in (None, limit[0]) or said.unit not in (None, limit[1]):
            return found[0]
        return f"{found['path']}{found['end'] or ''} {found['op']} {number(said.value)}"

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
        to, ways = params_of(step).get("to"), channels_of(step)
        named = to if isinstance(to, list) else [to] if to else [OWNER] if "email" in ways else []
        staff = ["your staff"] if "sms" in ways and not any(str(one).startswith("+") for one in named) else []
        found += [known.get(one, "customers" if "{{" in str(one) else str(one)) for one in named if ways] + staff
    return list(dict.fromkeys(found))


def facets(
    one: Playbook, when: str, does: str, my_email: str | None, competitors: Mapping[str, str]
) -> dict[str, str]:
    """What people know a playbook by, in words; two of these make a diff."""
    limits = [] if does else [value for step in one.steps for value, _ in limits_of(step)]
    return {
        "Name": one.name,
        "Runs": when,
        "Does": does,
        "Watches": "" if does else _watched(one, competitors),
        "Notifies by": ", ".join(CHANNEL_NAMES[channel] for channel in all_channels(one.steps)),
        "Notifies": ", ".join(people_of(one.steps, my_email)),
        "Limit": " and ".join(dict.fromkeys(limits)),
        "Says": "" if does else _text_of(one.steps),
    }


def _text_of(steps: Sequence[Mapping[str, Any]]) -> str:
    """What a reminder says; nothing where the message is made of figures."""
    texts = [str(params_of(step).get("body") or params_of(step).get("text") or "") for step in steps]
    return f"“{texts[0]}”" if len(texts) == 1 and texts[0] and "{{" not in texts[0] else ""


def _watched(one: Playbook, competitors: Mapping[str, str]) -> str:
    scans = [step for step in one.steps if step.get("action") == _SCAN]
    ids = [key for step in scans for key in params_of(step).get("competitorIds") or competitors]
    return ", ".join(dict.fromkeys(competitors.get(key, key) for key in ids))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """`Runs: every day at 9:00 AM EST → every day at 7:00 AM EST`."""
    return [
        f"Also does: {after[name]}"
        if name == "Does" and not before[name]
        else f"{name}: {before[name] or 'nothing'} → {after[name] or 'nothing'}"
        for name in after
        if before[name] != after[name] and (after[name] or name != "Notifies")
    ]
