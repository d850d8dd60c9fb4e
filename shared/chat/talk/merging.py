"""A request with what is said later: more of it, or something else instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.chat.language.phrases import like
from shared.chat.language.time_questions import minutes_of
from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.topics.topic import USUAL, events_of
from shared.chat.understood import Channel, Intent, Limit, Person, Request, Threshold

CONTENT = ("competitors", "products", "segment", "period", "top", "message", "only_news")
_DETAILS = (
    *("whens", "thresholds", "channels", "dropped_channels", "people"),
    *("routes", "name", "limits", "unsupported", "topic"),
)
_UNUSED = ("unread", "must_ask", "unsupported", "unused")
_PERSONAL = frozenset({"email", "sms"})
"""Channels that reach one person; the others are places for the whole team."""
_ME = (Person(kind="me"),)
_EVERY_OTHER = 2
_NOON, _UNSURE, _MINUTES_A_DAY = 720, 420, 1440
"""Minutes: a bare hour before seven may be either half of the day."""
_NEAR = 120
"""Minutes: so far a time is moved within the same half of the day."""
_DAYS = frozenset({"weekdays", "nth", "monthdays", "months", "once", "every", "unit", "count"})
_ON_DAYS = frozenset({"weekdays", "monthdays", "nth", "once"})
_TIMES = frozenset({"times", "parts", "window"})
_ENDS = frozenset({"ends", "lasts", "lasts_unit", "runs"})
_VAGUE_TIMES = frozenset({"closing", "opening", "dawn", "dusk", "late_part", "some_time", "half_hour"})
_UNSURE_FIELDS = frozenset({"vague", "either", "single", "but_vague", "shift"})


def says(request: Request) -> bool:
    """Whether it names anything to change."""
    return any(getattr(request, name) for name in (*_DETAILS, *CONTENT))


def revised(request: Request, change: Request) -> Request:
    """The request with the change and nothing else; a change that `extends` joins what was there."""
    fields: dict[str, Any] = {name: getattr(change, name) for name in _UNUSED}
    fields |= {name: value for name in ("name", *CONTENT) if (value := getattr(change, name))}
    if change.alert and not says(change):
        # "The moment it happens", and nothing else.
        fields |= {"whens": (), "alert": True}
    if change.whens:
        # "Also every morning", where an event starts it: asked about, since it can't be both.
        events = events_of(request) if change.adds else ()
        whens = whens_after(request.whens, change.whens, adds=change.adds)
        fields |= {"whens": whens, "events": events, "alert": False}
    if change.thresholds:
        before = next(iter(request.thresholds), None)
        new = tuple(_threshold(before, one) for one in change.thresholds)
        # "And if they're over 2000 too": one playbook has one limit, so that is asked about.
        fields["thresholds"] = tuple(dict.fromkeys((*request.thresholds, *new))) if change.extends else new
    fields |= _delivery(request, change)
    if change.extends:
        fields |= {"competitors": request.competitors, "products": request.products, "limits": request.limits}
        if any(one.product for one in request.events):
            # "Also vapes", where it starts as gummies sell out.
            more = (one.changed(product=product) for one in request.events for product in change.products)
            fields["events"] = tuple(dict.fromkeys((*request.events, *more)))
        for name, kind in (("competitors", "competitor"), ("products", "product")):
            fields |= _joined(request.changed(**fields), name, kind, getattr(change, name))
    named = change.competitors or any((one.operator, one.kind) == ("only", "competitor") for one in change.limits)
    if request.top and named:
        # "Only Green Leaf", of the top 3.
        fields["top"] = change.top
    if change.limits:
        fields |= _limited(request.changed(**fields), change)
    return request.changed(**fields)


def _delivery(request: Request, change: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if change.routes:
        # "Text me and email Dana": each keeps the channel that was said for them.
        fields["routes"] = (*request.routes, *change.routes) if change.extends else change.routes
    if change.channels or change.dropped_channels:
        kept = [one for one in request.channels or USUAL if one not in request.dropped_channels]
        fields |= {"channels": channels_after(kept, change), "dropped_channels": ()}
    others = tuple(one for one in change.people if one.kind != "me" or not change.channels)
    if not others:
        # "Slack it instead": whoever got an email reads it there.
        is_for_team = bool(change.channels) and not {*fields["channels"]} & _PERSONAL
        return fields | ({"people": ()} if is_for_team else {})
    fields["people"] = others
    if change.extends:
        fields["people"] = tuple(dict.fromkeys((*(request.people or _ME), *others)))
        if not request.people and not request.channels:
            fields.setdefault("channels", USUAL)
    if change.extends and not change.channels and (ways := _of_their_own(request, others)):
        # "Also send it to bob@shop.example", where so far it's only posted to Slack: nobody else gets an email.
        return fields | {"people": others, "channels": (*request.channels, *ways)}
    if request.channels and any(one.kind == "staff" for one in others):
        fields["channels"] = tuple(dict.fromkeys((*fields.get("channels", request.channels), "sms")))
    return fields


def _of_their_own(request: Request, people: Sequence[Person]) -> tuple[Channel, ...]:
    """How people are reached who join what so far only goes to places for the whole team; else nothing."""
    if not request.channels or {*request.channels} & _PERSONAL:
        return ()
    return tuple(dict.fromkeys("sms" if one.kind in ("phone", "staff") else "email" for one in people))


def _limited(request: Request, change: Request) -> dict[str, Any]:
    """People who are left out are no longer told; "only" takes the place of an earlier one."""
    gone = {value for one in change.limits if is_person(one) for value in one.values}
    told = tuple(one for one in request.people if not {one.value, one.kind} & gone)
    known = {(one.operator, one.kind, one.values) for one in request.limits}
    limits = [one for one in change.limits if not is_person(one)]
    # "Yes, without Cloud Nine", which is left out already.
    limits = [one for one in limits if (one.operator, one.kind, one.values) not in known]
    only = [one for one in limits if request.segment and (one.operator, one.kind) == ("only", "segment")]
    limits = [one for one in limits if one not in only]
    replaced = {(one.operator, one.kind) for one in limits if one.operator == "only" and not change.extends}
    before = (one for one in request.limits if (one.operator, one.kind) not in replaced)
    people: dict[str, Any] = {"people": told or _ME} if gone else {}
    if gone and not request.channels:
        # Who is left is told as they all were, not over the usual channels.
        ways = ("sms" if one.kind in ("phone", "staff") else "email" for one in request.people)
        people["channels"] = tuple(dict.fromkeys(ways))
    return {"limits": (*before, *limits), **people, **({"segment": only[-1].values[0]} if only else {})}


def is_person(limit: Limit) -> bool:
    """Whether it leaves out somebody who is told."""
    return (limit.operator, limit.kind) == ("except", "people")


def filled(request: Request, change: Request) -> Request:
    """The request with what else was said; the unread words of both stay unread."""
    fields: dict[str, Any] = {name: (*getattr(request, name), *getattr(change, name)) for name in _UNUSED}
    again = {one.name for one in change.events}
    events = (*(one for one in request.events if one.name not in again), *change.events)
    fields |= {"events": events, "alert": request.alert or change.alert}
    if change.topic and (not request.topic or change.intent is Intent.CHANGE):
        fields |= {"topic": change.topic, "topics": ()}
    return revised(request, change).changed(**fields, intent=request.intent, playbook=request.playbook)


def _joined(request: Request, name: str, kind: str, more: tuple[str, ...]) -> dict[str, Any]:
    """ "Also flower": one more of those that were named; where it is about all, no longer left out."""
    limits = []
    for one in request.limits:
        if one.kind == kind and one.operator == "only" and more:
            one = one.changed(values=tuple(dict.fromkeys((*one.values, *more))))
        elif one.kind == kind:
            one = one.changed(values=tuple(value for value in one.values if value not in more))
        limits += [one] if one.values else []
    known = getattr(request, name)
    return {"limits": tuple(limits), name: tuple(dict.fromkeys((*known, *more))) if known else ()}


def whens_after(before: Sequence[When], said: Sequence[When], *, adds: bool) -> tuple[When, ...]:
    """The times with what was said of them: added to them, or in their place."""
    said = [_so_often(before, _from_now_on(one), adds=adds) for one in said]
    if not before:
        return tuple(said)
    if len(said) == 2 and said[1].apart:
        return (*(retimed([one], said[:1])[0] for one in before), like(before[0], said[1]))
    if len(said) == 1 and said[0].shift:
        return tuple(_shifted(one, said[0]) for one in before)
    if adds:
        # "Also at 5pm": on the same days.
        new = [
            (one if one.times or one.window else one.model_copy(update={"times": before[-1].times}))
            if one.weekdays or one.monthdays or one.nth
            else retimed(before[-1:], [one])[0]
            for one in said
        ]
        extra = [one for one in new if not any(old.includes(one) for old in before)]
        return (*(part for one in before for part in _beside(one, extra)), *extra)
    if len(said) == 1 and set(said[0].set_fields) <= {"times", "parts"}:
        if before[0].ends and before[0].ends.earlier:
            # "Make it 7", where another time was to begin on Monday: from now on.
            before = [before[0].changed(ends=None)]
        return tuple(retimed([one], said)[0] for one in before)
    kept = [old for one in before if len(said) == 1 and (old := one.until(said[0]))]
    return (*(kept if len(kept) == len(before) else ()), *retimed(before, said))


def _so_often(before: Sequence[When], said: When, *, adds: bool) -> When:
    """ "Make that 3 times", of what runs twice a day, is three times a day; of anything else, in all."""
    if adds and said.unit == "day" and said.times and said.count == sum(len(one.times) for one in (*before, said)):
        # "Twice a day then, also at 6pm".
        return said.changed(count=0, every=0, unit=None, weekdays=())
    is_daily = any(one.count or len(one.times) > 1 for one in before)
    if {*said.set_fields} == {"runs"} and is_daily:
        return said.changed(runs=0, count=said.runs, unit="day")
    return said


def _shifted(one: When, said: When) -> When:
    """An hour later on the same days; asked about if there is no time of day, or it falls on another day."""
    times = [minutes + said.shift for minutes in minutes_of(one)]
    if one.unit in ("minute", "hour") or not all(0 <= minutes < _MINUTES_A_DAY for minutes in times):
        return one.changed(shift=said.shift, words=said.words)
    return one.changed(times=tuple(Clock(minutes=minutes, half="sure") for minutes in times), parts=())


def _from_now_on(one: When) -> When:
    """Without a start that is now: every change counts from now on."""
    is_now = one.starts is not None and (one.starts.kind, one.starts.amount) == ("offset", 0)
    return one.model_copy(update={"starts": None}) if is_now and one.every < _EVERY_OTHER else one


def _beside(old: When, new: Sequence[When]) -> list[When]:
    """ "Also on Sundays at 10", where it runs every day at 8: on Sundays at both."""
    extra = {day for one in new for day in one.weekdays}
    if not extra or not old.weekdays or not extra < set(old.weekdays):
        return [old]
    parts = (tuple(day for day in old.weekdays if (day in extra) is inside) for inside in (False, True))
    return [old.model_copy(update={"weekdays": part, "unit": None, "every": 0}) for part in parts]


def retimed(before: Sequence[When], said: Sequence[When]) -> tuple[When, ...]:
    """The earlier times with the new ones: other days keep the time, another time keeps the days."""
    if len(before) != 1 or len(said) != 1:
        return tuple(said)
    old, new = before[0], _in_the_same_half(before[0], said[0]).set_fields
    moved = () if "unit" in new else new.get("window", ())
    if moved and any(one.minutes % _NOON == moved[0].minutes % _NOON for one in old.times):
        # "Move it from 8 to 9": the first one is what it was.
        new = {name: value for name, value in new.items() if name != "window"} | {"times": moved[1:]}
    dropped = _days_dropped(old, new) | _UNSURE_FIELDS
    if new.keys() & _ENDS:
        dropped |= _ENDS
    if 0 < len(old.weekdays) < len(EVERY_DAY) and not old.single:
        # "Move it to Wednesday", of what runs each Tuesday.
        new = {name: value for name, value in new.items() if name != "single"}
    # "In the afternoon" says which 5 o'clock was meant.
    is_half = new.keys() & _TIMES == {"parts"} and any(one.half is None for one in old.times)
    times_a_day = "count" in new and new.get("unit") == "day"
    if new.get("vague") in _VAGUE_TIMES:
        dropped |= _TIMES
    if is_half:
        dropped |= {"parts"}
    elif new.keys() & _TIMES or new.get("unit") in ("minute", "hour") or times_a_day:
        dropped |= _TIMES
    kept = {name: value for name, value in old.set_fields.items() if name not in dropped}
    both = {name: (*kept[name], *new[name]) for name in kept.keys() & new.keys() if name.startswith("but_")}
    return (When(**{**kept, **new, **both, "words": said[0].words}),)


def _days_dropped(old: When, new: Mapping[str, Any]) -> frozenset[str]:
    """The fields of the earlier days that no longer count."""
    unit = new.get("unit")
    dropped = _DAYS if new.keys() & _DAYS else frozenset()
    if dropped and old.every >= _EVERY_OTHER:
        # It only said which weeks "every other" means.
        dropped |= {"starts"}
    if not new.keys() & _ON_DAYS:
        # "Every week", of what ran every other Tuesday.
        dropped -= {"week": {"weekdays"}, "month": {"monthdays"}}.get(unit or "", set())
    if new.keys() & _ON_DAYS or unit in ("week", "month", "quarter", "year"):
        dropped |= {"but_weekdays", "but_months", "but_monthdays"}
    return dropped


def _in_the_same_half(before: When, said: When) -> When:
    """ "No, 6:30", of what ran at 7 in the morning."""
    is_sure = bool(before.parts) or (bool(before.times) and all(one.half is not None for one in before.times))
    halves = {"am" if minutes < _NOON else "pm" for minutes in minutes_of(before)} if is_sure else set()
    latest = _NOON if before.parts else _UNSURE
    if len(halves) != 1 or said.parts:
        return said
    half: Any = halves.pop()
    # "Make it 10", of 9 at night.
    near = {abs(one.on(half).minutes - minutes) for one in said.times for minutes in minutes_of(before)}
    if not any(one.half is None and (one.minutes < latest or min(near) <= _NEAR) for one in said.times):
        return said
    return said.model_copy(update={"times": tuple(one if one.half else one.on(half) for one in said.times)})


def _threshold(before: Threshold | None, said: Threshold) -> Threshold:
    return said.changed(
        **{name: getattr(said, name) or getattr(before, name, None) for name in ("subject", "op", "unit")}
    )


def channels_after(before: Sequence[Channel], change: Request) -> tuple[Channel, ...]:
    """ "Also" adds to the channels, naming others replaces them."""
    joins = change.extends or change.dropped_channels or change.channels == ("drive",)
    named = dict.fromkeys((*(before if joins or not change.channels else ()), *change.channels))
    return tuple(one for one in named if one not in change.dropped_channels)
