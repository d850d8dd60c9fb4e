"""What words make of a wish: the answer to its question, more of it, another thing instead. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from shared.chat.language.names import plain
from shared.chat.language.reading import language, read
from shared.chat.language.understanding import wishes_of
from shared.chat.language.when import Clock, When
from shared.chat.talk.orders import Org
from shared.chat.topics.audience import USUAL
from shared.chat.topics.book import events_of
from shared.chat.understood import Channel, Intent, Limit, Option, Person, Question, Road, Threshold, Wish

CONTENT = ("competitors", "products", "segment", "period", "top", "message")
_SAID = ("whens", "thresholds", "channels", "dropped_channels", "people", "name", "limits", "cannot", "topic")
_EVERY_OTHER = 2
_TIMES_OF_DAY = ("time.closing", "time.opening", "time.dawn", "time.dusk", "time.late_part")
_FEW_WORDS = 2
_SHORT, _LONG, _ALIKE = 3, 5, 0.8
"""A short word may have its letters in another order, a long one be so much like the word that is meant."""
_NOON, _UNSURE = 720, 420
"""Minutes: a bare hour before seven may be either half of the day."""
_ASKED = {
    "people": ("people", "channels"),
    "whens": ("whens",),
    "topic": ("topic",),
    "thresholds": ("thresholds",),
    "competitors": ("competitors",),
    "roads": ("people",),
    "vip_spend": ("thresholds",),
}
"""What free words must say, by what a question is about."""


def answered(wish: Wish, question: Question, message: str, org: Org) -> Wish | None:
    """The wish with the question answered by an option, its label, its number or free words, and with whatever else
    these say; None where they say nothing of use.
    """
    words = message.strip().casefold().rstrip(".!")
    if option := option_of(question, message):
        return _set(wish, option.sets)
    if is_no_answer(message):
        return None
    if question.about == "message":
        return wish.model_copy(update={"message": message.strip().removeprefix("to ")[:300]})
    said = _heard(message, org)
    if said.intent is Intent.CONFIRM and len(question.options) == 1:
        return _set(wish, question.options[0].sets)
    said = said.model_copy(update={"whens": tuple(_as_offered(wish, question, one) for one in said.whens)})
    is_asked = any(getattr(said, name) for name in _ASKED.get(question.about, ()))
    if question.about == "cannot" and question.options and (said.channels or said.whens):
        wish, is_asked = _set(wish, question.options[0].sets), True
    if not is_asked and (meant := _meant(question.options, words)):
        return _set(wish, meant.sets)
    if not is_asked and not says(said) and not said.events:
        return None
    return filled(wish, said).model_copy(update=_settled(wish, question.about, said))


def _as_offered(wish: Wish, question: Question, said: When) -> When:
    """ "9", where 9:00 PM is offered, or where only hours of the evening are."""
    times = [one for option in question.options for when in _set(wish, option.sets).whens for one in when.times]
    offered = {one.minutes for one in times} if question.about == "whens" else set()

    def sure(clock: Clock) -> Clock:
        same = {one for one in offered if one % _NOON == clock.minutes % _NOON}
        halves = {one < _NOON for one in same or (offered if question.id in _TIMES_OF_DAY else ())}
        return clock.on("am" if halves == {True} else "pm") if clock.half is None and len(halves) == 1 else clock

    return said.model_copy(update={"times": tuple(sure(one) for one in said.times)}) if offered else said


def option_of(question: Question, message: str) -> Option | None:
    """The option that is chosen by its value, label or number, as "the second one", or in a sentence."""
    words = message.strip().casefold().rstrip(".!")
    place = _place(words, len(question.options))
    for number, option in enumerate(question.options, start=1):
        if words in (option.value.casefold(), option.label.casefold(), str(number)) or number == place:
            return option
    if question.about != "whens" and language().lexicon.numbers.get(words) in range(1, len(question.options) + 1):
        return question.options[language().lexicon.numbers[words] - 1]
    said = _bare(message)
    if (
        len(question.options) == 1
        and not said
        and {*plain(words)} & {*language().lexicon.data["words"]["agreeing"].split()}
    ):
        return question.options[0]
    named = [one for one in question.options if any(_same(said, _bare(words)) for words in (one.label, one.value))]
    return named[0] if said and len(named) == 1 else None


def _bare(words: str) -> list[str]:
    """The words without what only leads up to a choice, or follows it: "I'd say …", "… please"."""
    around, found = {*language().lexicon.data["words"]["around_choices"].split()}, list(plain(words))
    while found and found[0] in around:
        del found[0]
    while found and found[-1] in around:
        del found[-1]
    return found


def _same(said: Sequence[str], words: Sequence[str]) -> bool:
    """Whether they are the same words, but for a slip in a long one."""
    return len(said) == len(words) and all(
        one == other or (len(other) >= _SHORT and other.isalpha() and _is_slip(one, other))
        for one, other in zip(said, words, strict=True)
    )


def _is_slip(one: str, other: str) -> bool:
    if sorted(one) == sorted(other):
        return True
    return len(other) >= _LONG and SequenceMatcher(None, one, other).ratio() >= _ALIKE


def is_no_answer(message: str) -> bool:
    """Whether the message only says that somebody does not know, or asks back."""
    return " ".join(plain(message)) in language().lexicon.data["words"]["no_answers"]


def _place(words: str, count: int) -> int | None:
    """Which option "the second one", "option 2", "#2" or "the last" is; None for other words."""
    lexicon = language().lexicon
    rest = [one for one in plain(words) if one not in lexicon.data["words"]["choosing"].split()]
    is_marked = len(words.split()) >= _FEW_WORDS or words.startswith("#") or words.endswith(")")
    if len(rest) != 1 or not is_marked:
        return None
    if rest[0] == "last":
        return count or None
    digits = rest[0].removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    number = int(digits) if digits.isdigit() else lexicon.ordinals.get(rest[0]) or lexicon.numbers.get(rest[0])
    return number if number and number <= count else None


def _settled(wish: Wish, about: str, said: Wish) -> dict[str, Any]:
    """What the words mean beside this question alone."""
    match about:
        case "people":
            known = tuple(one for one in wish.people if one.kind != "unknown")
            return {"people": (*known, *said.people)}
        case "roads" if said.people:
            return {"people": wish.people, "roads": tuple(_told(one, said.people) for one in wish.roads)}
        case "vip_spend" if spent := [one.value for one in said.thresholds if one.unit in ("usd", None)]:
            return {"thresholds": wish.thresholds, "vip_spend": spent[0]}
    return {}


def _told(road: Road, people: tuple[Person, ...]) -> Road:
    """The road with the people in the place of somebody unknown."""
    is_open = any(person.kind == "unknown" for person in road.people)
    return road.model_copy(update={"people": people}) if is_open else road


def _heard(message: str, org: Org) -> Wish:
    """What the message says; a bare address is somebody to tell."""
    reading = read(message, org.names)
    said = wishes_of(reading)[0]
    bare = reading.of("bare_person")
    people = (Person(kind="email" if "@" in one else "phone", value=one) for one in bare)
    left = {name: tuple(one for one in getattr(said, name) if one not in bare) for name in ("unread", "must_ask")}
    return said.model_copy(update={"people": (*said.people, *people), **left})


def _meant(options: Sequence[Option], said: str) -> Option | None:
    """The one option that has more of the words than any other: "once", "30", "at the times you said"."""
    passed_over = language().lexicon.harmless - {"am"}
    words = {word for word in plain(said) if word not in passed_over}
    shared = [len(words & {*plain(option.label), *plain(option.value)}) for option in options]
    best = max(shared, default=0)
    return options[shared.index(best)] if best and shared.count(best) == 1 else None


def _set(wish: Wish, fields: Mapping[str, Any]) -> Wish:
    found = Wish.model_validate({**wish.model_dump(), **fields})
    return found.model_copy(update={"whens": tuple(one for one in found.whens if one.said)})


def says(said: Wish) -> bool:
    """Whether it names anything to change."""
    return any(getattr(said, name) for name in (*_SAID, *CONTENT))


def revised(wish: Wish, said: Wish) -> Wish:
    """The wish with everything changed that was said, and nothing else; `adds` joins it to what was there."""
    fields: dict[str, Any] = {"unread": said.unread, "must_ask": said.must_ask, "cannot": said.cannot}
    if said.whens:
        # "Also every morning", where it starts as something happens: asked about, since it can't be both.
        events = events_of(wish) if said.adds else ()
        fields |= {"whens": whens_after(wish.whens, said.whens, adds=said.adds), "events": events, "alert": False}
    if said.thresholds:
        before = wish.thresholds[0] if wish.thresholds else None
        fields["thresholds"] = tuple(_threshold(before, one) for one in said.thresholds)
    if said.channels or said.dropped_channels:
        kept = [one for one in wish.channels or USUAL if one not in wish.dropped_channels]
        fields |= {"channels": channels_after(kept, said), "dropped_channels": ()}
    if others := [one for one in said.people if one.kind != "me" or not said.channels]:
        fields["people"] = tuple(dict.fromkeys((*(wish.people or (Person(kind="me"),)), *others)))
        fields["people"] = fields["people"] if said.adds else tuple(others)
        if said.adds and not wish.people and not wish.channels:
            fields.setdefault("channels", USUAL)
        if wish.channels and any(one.kind == "staff" for one in others):
            fields["channels"] = tuple(dict.fromkeys((*fields.get("channels", wish.channels), "sms")))
    fields |= {name: value for name in CONTENT if (value := getattr(said, name))}
    if said.adds:
        fields |= {"competitors": wish.competitors, "products": wish.products, "limits": wish.limits}
        for name, kind in (("competitors", "competitor"), ("products", "product")):
            fields |= _joined(wish.model_copy(update=fields), name, kind, getattr(said, name))
    if said.limits:
        known = wish.model_copy(update=fields)
        fields |= _limited(known, said)
    return wish.model_copy(update={**fields, "name": said.name or wish.name})


def _limited(wish: Wish, said: Wish) -> dict[str, Any]:
    """What is left out or alone wanted: people are no longer told, "only" takes the place of an earlier one."""
    gone = {value for one in said.limits if is_person(one) for value in one.values}
    told = tuple(one for one in wish.people if not {one.value, one.kind} & gone)
    limits = [one for one in said.limits if not is_person(one)]
    only = [one for one in limits if wish.segment and (one.operator, one.kind) == ("only", "segment")]
    limits = [one for one in limits if one not in only]
    replaced = {(one.operator, one.kind) for one in limits if one.operator == "only" and not said.adds}
    before = (one for one in wish.limits if (one.operator, one.kind) not in replaced)
    people = {"people": told or (Person(kind="me"),)} if gone else {}
    return {"limits": (*before, *limits), **people, **({"segment": only[-1].values[0]} if only else {})}


def is_person(limit: Limit) -> bool:
    """Whether it leaves out somebody who is told."""
    return (limit.operator, limit.kind) == ("except", "people")


def filled(wish: Wish, said: Wish) -> Wish:
    """The wish with what else was said; what was not read of either stays unread."""
    new = revised(wish, said)
    fields: dict[str, Any] = {
        name: (*getattr(wish, name), *getattr(said, name)) for name in ("unread", "must_ask", "cannot")
    }
    again = {one.name for one in said.events}
    events = (*(one for one in wish.events if one.name not in again), *said.events)
    fields |= {"events": events, "alert": wish.alert or said.alert}
    if said.topic and not wish.topic:
        fields |= {"topic": said.topic, "topics": ()}
    return new.model_copy(update={**fields, "intent": wish.intent, "playbook": wish.playbook})


def _joined(wish: Wish, name: str, kind: str, more: tuple[str, ...]) -> dict[str, Any]:
    """ "Also flower": beside what was named or alone wanted; where all are, it is at most no longer left out."""
    limits = []
    for one in wish.limits:
        if one.kind == kind and more:
            joined = (
                (*one.values, *more) if one.operator == "only" else tuple(x for x in one.values if x not in more)
            )
            one = one.model_copy(update={"values": tuple(dict.fromkeys(joined))})
        limits += [one] if one.values else []
    known = getattr(wish, name)
    return {"limits": tuple(limits), name: tuple(dict.fromkeys((*known, *more))) if known else ()}


def whens_after(before: Sequence[When], said: Sequence[When], *, adds: bool) -> tuple[When, ...]:
    """The times with what was said of them: beside them where it `adds`, in their place where it does not."""
    said = [_from_now_on(one) for one in said]
    if not before:
        return tuple(said)
    if adds:
        # "Also at 5pm": on the same days.
        new = [
            (one if one.times or one.window else one.model_copy(update={"times": before[-1].times}))
            if one.weekdays or one.monthdays or one.nth
            else retimed(before[-1:], [one])[0]
            for one in said
        ]
        extra = [one for one in new if not any(_has(old, one) for old in before)]
        return (*(part for one in before for part in _beside(one, extra)), *extra)
    if len(said) == 1 and set(said[0].said) <= {"times", "parts"}:
        return tuple(retimed([one], said)[0] for one in before)
    return retimed(before, said)


def _has(old: When, new: When) -> bool:
    """Whether it runs at those times on those days already."""
    same_days = (old.weekdays, old.monthdays) == (new.weekdays, new.monthdays)
    return (
        same_days and bool(new.times) and {one.minutes for one in new.times} <= {one.minutes for one in old.times}
    )


def _from_now_on(one: When) -> When:
    """A change counts from now on anyway."""
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
    """The earlier times with what was said of them anew: other days keep the time, another time keeps the days."""
    if len(before) != 1 or len(said) != 1:
        return tuple(said)
    new = _in_the_same_half(before[0], said[0]).said
    days = {"weekdays", "nth", "monthdays", "months", "once", "every", "unit", "count"}
    dropped = {"vague", "either", "single", "but_vague"}
    if days & new.keys():
        dropped |= days
        if before[0].every >= _EVERY_OTHER:
            # It only said which weeks "every other" means.
            dropped |= {"starts"}
    kept_days = {"week": "weekdays", "month": "monthdays"}.get(new.get("unit", ""))
    if kept_days and not new.keys() & {"weekdays", "monthdays", "nth", "once"}:
        # "Every week", of what ran every other Tuesday.
        dropped -= {kept_days}
    if {"weekdays", "nth", "monthdays", "once"} & new.keys() or new.get("unit") in (
        "week",
        "month",
        "quarter",
        "year",
    ):
        dropped |= {"but_weekdays", "but_months", "but_monthdays"}
    if new.keys() & {"ends", "lasts", "runs"}:
        dropped |= {"ends", "lasts", "lasts_unit", "runs"}
    moved = new.get("window", ())
    if moved and any(one.minutes % _NOON == moved[0].minutes % _NOON for one in before[0].times):
        # "Move it from 8 to 9": the first one is what it was.
        new = {name: value for name, value in new.items() if name != "window"} | {"times": moved[1:]}
    if new.get("unit") in ("minute", "hour"):
        dropped |= {"times", "parts", "window"}
    # "In the afternoon" says which 5 o'clock was meant.
    is_half = new.keys() & {"times", "parts", "window"} == {"parts"} and any(
        one.half is None for one in before[0].times
    )
    if new.keys() & {"times", "parts", "window"}:
        dropped |= {"parts"} if is_half else {"times", "parts", "window"}
    kept = {name: value for name, value in before[0].said.items() if name not in dropped}
    both = {name: (*kept[name], *new[name]) for name in kept.keys() & new.keys() if name.startswith("but_")}
    return (When(**{**kept, **new, **both}),)


def _in_the_same_half(before: When, said: When) -> When:
    """ "No, 6:30", of what ran at 7 in the morning."""
    halves = {"am" if one.minutes < _NOON else "pm" for one in before.times if one.half is not None}
    open_ones = any(one.half is None and one.minutes < _UNSURE for one in said.times)
    if len(halves) != 1 or not open_ones or said.parts:
        return said
    half: Any = halves.pop()
    return said.model_copy(update={"times": tuple(one if one.half else one.on(half) for one in said.times)})


def _threshold(before: Threshold | None, said: Threshold) -> Threshold:
    if before is None:
        return said
    return said.model_copy(
        update={name: getattr(said, name) or getattr(before, name) for name in ("subject", "op", "unit")}
    )


def channels_after(before: Sequence[Channel], said: Wish) -> tuple[Channel, ...]:
    """ "Also" joins, what is named else replaces; what is dropped goes."""
    joins = said.adds or said.dropped_channels or said.channels == ("drive",)
    named = dict.fromkeys((*(before if joins or not said.channels else ()), *said.channels))
    return tuple(one for one in named if one not in said.dropped_channels)
