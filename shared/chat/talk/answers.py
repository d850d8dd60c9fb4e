"""A message as the answer to a question: one of its options, or free words that say what was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from shared.chat.language.names import plain
from shared.chat.language.reading import language, read
from shared.chat.language.understanding import requests_of
from shared.chat.language.when import Clock, When
from shared.chat.talk.merging import filled, is_person, says
from shared.chat.topics.resolving import Org
from shared.chat.understood import DeliveryRoute, Intent, Option, Person, Question, Request

_GOES_ON_WITHOUT = ("unsupported", "unread", "limits")
"""Questions about these only ask whether to go on without them."""
_TIMES_OF_DAY = ("time.closing", "time.opening", "time.dawn", "time.dusk", "time.late_part")
_WITHOUT_IT = ("go on", "without", "Leave it out", "Leave them out", "Set it up without that")
_FEW_WORDS = 2
_SHORT, _LONG, _ALIKE = 3, 5, 0.8
"""A short word may have its letters in another order; a long one only has to be similar."""
_NOON = 720
_ABOUT_AN_ADDRESS = frozenset({"text_to_email", "email_to_phone", "bad_address"})
"""Questions that name an address that the channel can't use."""
_ORDINAL = re.compile(r"(?:st|nd|rd|th)$")
_ASKED = {
    "people": ("people", "channels"),
    "whens": ("whens",),
    "topic": ("topic",),
    "thresholds": ("thresholds",),
    "competitors": ("competitors",),
    "routes": ("people",),
    "vip_spend": ("thresholds",),
    "how_much": ("thresholds",),
}
"""The fields that answer a question, by what it is about."""


def answered(request: Request, question: Question, message: str, org: Org) -> Request | None:
    """The request with the question answered by an option, its label, its number or free words.

    Whatever else the message says is taken up too. None if it says nothing that helps.
    """
    if option := option_of(question, message):
        return _with(request, option.sets)
    if (left := _without_people(request, question, message, org)) or is_no_answer(message):
        return left
    if question.about == "message":
        return _with_text(request, message.strip().removeprefix("to "), org)
    said = _read_answer(request, question, message, org)
    nearest_first = question.id.startswith("cannot.") and bool(question.options)
    if said.intent is Intent.CONFIRM and (len(question.options) == 1 or nearest_first):
        agreed = _with(request, question.options[0].sets)
        return filled(agreed, said) if says(said) else agreed
    of_all = language().lexicon.data["words"]["of_all"].split()
    if question.id == "several_topics" and {*plain(message)} & {*of_all}:
        # "Both, but low stock by text": what else is said of one of them is asked about.
        rest = {name: (*getattr(request, name), message.strip()) for name in ("unread", "must_ask")}
        return _with(request, {**question.options[0].sets, **rest})
    is_asked = any(getattr(said, name) for name in _ASKED.get(question.about, ()))
    if question.about == "unread" and question.options and said.thresholds:
        # "12%", of "by a lot": it is said in other words.
        request = _with(request, {**question.options[0].sets, "unused": request.unused})
    elif question.about in _GOES_ON_WITHOUT and question.options and _goes_on(said):
        request, is_asked = _with(request, question.options[0].sets), True
    if not is_asked and (meant := _most_like(question.options, _words_of(message))):
        return _with(request, meant.sets)
    if not is_asked and not says(said) and not said.events:
        return None
    return filled(request, said).model_copy(update=_settled(request, question, said))


def _with_text(request: Request, message: str, org: Org) -> Request:
    """With what a reminder says; a time before it is when: "2pm, to call the landlord"."""
    said = _read_message(f"remind me {message}", org)
    if said.message and said.whens and message.casefold().startswith(said.whens[0].words.casefold()):
        told = tuple(one for one in said.people if one.kind != "me")
        return filled(request, said.changed(people=told, unread=(), must_ask=()))
    return request.changed(message=message[:300])


def others_told(request: Request, question: Question) -> tuple[Person, ...]:
    """Who else is told than whoever the question is about."""
    return tuple(one for one in request.people if not (one.value and one.value in question.text))


def _without_people(request: Request, question: Question, message: str, org: Org) -> Request | None:
    """ "Forget Dana", who can't be reached like that; None where she was the only one, or nobody is left out."""
    people = others_told(request, question)
    routes = tuple(one for one in request.routes if not any(each.value in question.text for each in one.people))
    is_fewer = (len(people), len(routes)) < (len(request.people), len(request.routes))
    if question.about not in ("people", "routes") or not (people and is_fewer):
        return None
    left_out = any(is_person(one) for one in _read_message(message, org).limits)
    return request.changed(people=people, routes=routes) if left_out else None


def _read_answer(request: Request, question: Question, message: str, org: Org) -> Request:
    """What the message says, as an answer to this question."""
    said = _read_message(message, org)
    match question.about:
        case "people" | "routes" if not said.people or said.unread:
            # "Dana, and me".
            named = _read_message(f"to {message}", org)
            return named if named.people and not named.unread else said
        case "whens" if question.id.startswith("time.but_") and all(one.once for one in said.whens):
            # "Christmas and Thanksgiving": which days, of those that cannot be left out.
            return said.changed(whens=())
        case "whens" if said.intent is not Intent.CONFIRM:
            return _read_time(request, question, message, said, org)
        case "unread" if not said.topic:
            return _as_edge(said, message, (request.must_ask or request.unread or ("",))[0], org)
    return said


def _as_edge(said: Request, message: str, asked: str, org: Org) -> Request:
    """ "March 1", or "end of March", where "starting when we open" was asked about."""
    table = language().lexicon.data["words"]
    begins = next((one for one in (*table["starts"], *table["ends"]) if asked.casefold().startswith(one)), None)
    if begins is None:
        return said
    edge = _read_message(f"{begins} {message}", org)
    if len(edge.whens) == 1 and {*edge.whens[0].set_fields} in ({"starts"}, {"ends"}) and not edge.unread:
        return edge
    # "Make it March 1".
    name, days = "starts" if begins in table["starts"] else "ends", said.whens
    is_day = len(days) == 1 and days[0].once is not None
    return said.changed(whens=(days[0].changed(once=None, **{name: days[0].once}),)) if is_day else said


def _goes_on(said: Request) -> bool:
    """Whether an answer goes on with the request: "tell me a joke" does not."""
    return bool(said.channels or said.whens) or (says(said) and not said.unread)


def _read_time(request: Request, question: Question, message: str, said: Request, org: Org) -> Request:
    """The times of an answer; to a question about an interval, "half hour" is every half hour."""
    if question.id == "time.interval" and not said.whens:
        said = _read_message(f"every {message}", org)
    if question.id == "time.closing_hour":
        said = _read_message(f"until {message.removeprefix('until ')}", org)
    whens = tuple(_as_offered(request, question, one) for one in said.whens)
    return said.changed(whens=whens, adds=said.adds and not whens)


def _as_offered(request: Request, question: Question, said: When) -> When:
    """ "9", where 9:00 PM is offered, or where only hours of the evening are."""
    times = [one for option in question.options for when in _with(request, option.sets).whens for one in when.times]
    offered = {one.minutes for one in times}

    def sure(clock: Clock) -> Clock:
        same = {one for one in offered if one % _NOON == clock.minutes % _NOON}
        halves = {one < _NOON for one in same or (offered if question.id in _TIMES_OF_DAY else ())}
        return clock.on("am" if halves == {True} else "pm") if clock.half is None and len(halves) == 1 else clock

    return said.changed(times=tuple(sure(one) for one in said.times)) if offered else said


def option_of(question: Question, message: str) -> Option | None:
    """The option that is chosen: by its value, label or number, or in a sentence."""
    words, options, table = _words_of(message), question.options, language().lexicon.data["words"]
    if exact := [one for one in options if words in (one.value.casefold(), one.label.casefold())]:
        return exact[0]
    left = [one for one in options if one.value in _WITHOUT_IT]
    agreeing, typed = {*table["agreeing"].split()}, plain(words)
    # "No PDF is fine."
    is_fine = typed[:1] == ("no",) and typed[-1] in agreeing and {*typed} & {*plain(question.text)}
    if (words in table["leaving_out"] or is_fine) and (left or len(options) == 1):
        return (left or options)[-1]
    if question.id == "no_email" and options and {*plain(message)} & {"everyone", "everybody", "all", "team"}:
        return options[0]
    if place := _position(words, question):
        return options[place - 1]
    said = _bare(message)
    if len(options) == 1 and (not said or "anyway" in typed) and {*typed} & agreeing:
        return options[0]
    named = [one for one in options if any(_same(said, _bare(words)) for words in (one.label, one.value))]
    if len(typed) >= _FEW_WORDS:
        # "Draft one", of "Draft one for approval".
        named = named or [one for one in options if plain(one.label)[: len(typed)] == typed]
    return named[0] if said and len(named) == 1 else None


def _words_of(message: str) -> str:
    return message.strip().casefold().rstrip(".!")


def _bare(words: str) -> list[str]:
    """The words without those around a choice: "I'd say …", "… please"."""
    around, found = {*language().lexicon.data["words"]["around_choices"].split()}, list(plain(words))
    while found and found[0] in around:
        del found[0]
    while found and found[-1] in around:
        del found[-1]
    return found


def _same(said: Sequence[str], words: Sequence[str]) -> bool:
    """Whether they are the same words, apart from typos."""
    return len(said) == len(words) and all(
        one == other or (len(other) >= _SHORT and other.isalpha() and _is_typo(one, other))
        for one, other in zip(said, words, strict=True)
    )


def _is_typo(one: str, other: str) -> bool:
    if sorted(one) == sorted(other):
        return True
    return len(other) >= _LONG and SequenceMatcher(None, one, other).ratio() >= _ALIKE


def is_no_answer(message: str) -> bool:
    """Whether the message only says that somebody doesn't know, or asks back."""
    first, _, rest = message.partition(",")
    said = first if rest.rstrip().endswith("?") else message
    return " ".join(plain(said)) in language().lexicon.data["words"]["no_answers"]


def _position(words: str, question: Question) -> int | None:
    """The number of an option: "2", "the second one", "option 2", "#2" or "the last"; None for other words."""
    lexicon, count = language().lexicon, len(question.options)
    rest = [one for one in plain(words) if one not in lexicon.data["words"]["choosing"].split()]
    is_marked = len(words.split()) >= _FEW_WORDS or words.startswith("#") or words.endswith(")")
    number: int | None = None
    if words.isdecimal():
        number = int(words)
    elif question.about != "whens" and words in lexicon.numbers:
        number = lexicon.numbers[words]
    elif len(rest) == 1 and is_marked:
        digits = _ORDINAL.sub("", rest[0])
        names = {**lexicon.numbers, **lexicon.ordinals, "last": count}
        number = int(digits) if digits.isdecimal() else names.get(rest[0])
    return number if number and number <= count else None


def _settled(request: Request, question: Question, said: Request) -> dict[str, Any]:
    """Fields that the answer settles only because of what was asked."""
    match question.about:
        case "people" if question.id in _ABOUT_AN_ADDRESS:
            # "315-555-0142" takes the place of the address; "email her" names nobody new.
            named = tuple(one for one in said.people if one.kind != "customer")
            kept = (one for one in request.people if not (named and one.value and one.value in question.text))
            return {"people": (*kept, *named)}
        case "people":
            reached = any(one.kind in ("email", "phone") for one in said.people)
            # "Also email me", where the manager's number was asked for: both.
            known = tuple(one for one in request.people if one.kind != "unknown" or (said.extends and not reached))
            # "It's Rita over at the bank, rita@bank.example": the address is all that was asked for.
            left = {name: getattr(request, name) for name in ("unread", "must_ask")} if reached else {}
            return {"people": (*known, *said.people), **left}
        case "routes" if said.people:
            return {
                "people": request.people,
                "channels": request.channels,
                "routes": tuple(_told(one, said, question) for one in request.routes),
            }
        case "how_much" if said.thresholds:
            limits = (one for one in (*request.limits, *said.limits) if one.kind != "amount")
            return {"limits": tuple(dict.fromkeys(limits))}
        case "vip_spend" if spent := [one.value for one in said.thresholds if one.unit in ("usd", None)]:
            return {"thresholds": request.thresholds, "vip_spend": spent[0]}
    return {}


def _told(route: DeliveryRoute, said: Request, question: Question) -> DeliveryRoute:
    """The route with the people of the answer, and its channels, instead of somebody unknown or asked about."""
    is_open = any(one.kind == "unknown" or (one.value and one.value in question.text) for one in route.people)
    return route.changed(people=said.people, channels=said.channels or route.channels) if is_open else route


def _read_message(message: str, org: Org) -> Request:
    """What the message says; a bare address is somebody to tell."""
    reading = read(message, org.names)
    said = requests_of(reading)[0]
    bare = reading.of("bare_person")
    people = (Person(kind="email" if "@" in one else "phone", value=one) for one in bare)
    left = {name: tuple(one for one in getattr(said, name) if one not in bare) for name in ("unread", "must_ask")}
    return said.changed(people=tuple(dict.fromkeys((*said.people, *people))), **left)


def _most_like(options: Sequence[Option], said: str) -> Option | None:
    """The one option that shares the most words: "once", "30", "at the times you said"."""
    passed_over = language().lexicon.harmless - {"am"}
    words = {word for word in plain(said) if word not in passed_over}
    shared = [len(words & {*plain(option.label), *plain(option.value)}) for option in options]
    best = max(shared, default=0)
    return options[shared.index(best)] if best and shared.count(best) == 1 else None


def _with(request: Request, fields: Mapping[str, Any]) -> Request:
    found = Request.model_validate({**request.model_dump(), **fields})
    return found.changed(whens=tuple(one for one in found.whens if one.set_fields))
