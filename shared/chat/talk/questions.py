"""What is still open in a request, one typed question at a time, and how it is answered. Pure.

Every option says which fields of the request it settles, so that choosing it cannot lose anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared.chat.language.reading import language
from shared.chat.language.schedules import Timing
from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.talk.effects import without_effect
from shared.chat.talk.orders import Org, audience_for, limits_of, route_request, timing_of
from shared.chat.topics.audience import Unreachable
from shared.chat.topics.base import Topic
from shared.chat.topics.book import TOPICS, events_of
from shared.chat.understood import Option, Question, Request, Threshold

_Choices = list[tuple[str, dict[str, Any]]]
_GO_ON = "go on"
_TWO = 2
_OFFERED = ("sales_summary", "low_stock", "price_watch", "slow_movers", "birthdays", "reminder")
_NINE = (Clock(minutes=540, half="sure"),)
_TIMES = (
    ("Every morning", When(weekdays=EVERY_DAY, times=_NINE)),
    ("Weekdays", When(weekdays=(1, 2, 3, 4, 5), times=_NINE)),
    ("Every Monday", When(weekdays=(1,), times=_NINE)),
    ("1st of the month", When(monthdays=(1,), every=1, unit="month", times=_NINE)),
)
_HOURLY = ("Every hour", When(every=1, unit="hour"))
_DAYS = (("Every day", EVERY_DAY), ("Weekdays", (1, 2, 3, 4, 5)), ("Weekends", (0, 6)))


def next_question(request: Request, org: Org) -> Question | None:
    """The first thing to ask before anything is made of a new playbook's request; None where nothing is open."""
    topic = TOPICS.get(request.topic or "")
    checks = (
        _cannot,
        *((_unread,) if request.topics else ()),
        _several,
        _about,
        _unread,
        _limits,
        _unsupported,
        _time,
        _to_whom,
        _thresholds,
        _people,
        _competitors,
        _when,
    )
    return next((found for check in checks if (found := check(request, topic, org))), None)


def change_question(request: Request, org: Org) -> Question | None:
    """The first thing to ask of a change or a command that is not read together with a playbook's own request."""
    usual = TOPICS["sales_summary"]
    checks = (_cannot, _unread, _limits, _people if request.people or request.channels else None, _competitors)
    found = next((found for check in checks if check and (found := check(request, usual, org))), None)
    return found or _ambiguous(timing_of(request, org))


def _question(
    key: str, about: str, choices: Iterable[tuple[str, dict[str, Any]]], values: Sequence[str] = (), **words: str
) -> Question:
    copy = language().lexicon.data["questions"]
    name, _, time = key.partition("time.")
    text = (copy["time"][time]["text"] if time else copy[name]).format(**words)
    options = tuple(
        Option(value=values[place] if place < len(values) else label, label=label, sets=sets)
        for place, (label, sets) in enumerate(dict(choices).items())
    )
    return Question(id=key, text=text, options=options, about=about)


def _cannot(request: Request, _topic: Topic | None, _org: Org) -> Question | None:
    """What the product does not do, by the words that ask for it, with the nearest thing that it does."""
    for one in request.unsupported:
        entry = language().lexicon.data["cannot"][one.key]
        left = _without(request, "unsupported", one)
        sets = {**left, **{name: entry[name] for name in _SETTLED & entry.keys()}}
        if "channels" in entry:
            sets["channels"] = tuple(dict.fromkeys((*request.channels, *entry["channels"])))
        if entry.get("whole"):
            del sets["unused"]
        choices = (("go_on", _GO_ON, sets), ("without", "without", left))
        options = tuple(
            Option(value=value, label=entry[name], sets=to) for name, value, to in choices if name in entry
        )
        text, about = f"About “{one.words}”: {entry['text']}", "unsupported" if options else "topic"
        return Question(id=f"cannot.{one.key}", text=text, options=options, about=about)
    return None


_SETTLED = frozenset({"approval", "file"})
"""Fields that an entry of the lexicon's `cannot` may settle."""


def _unused(request: Request, words: str) -> dict[str, Any]:
    """What the confirmation names again as left out."""
    return {"unused": tuple(dict.fromkeys((*request.unused, words)))}


def _without(request: Request, field: str, one: Any, words: str | None = None) -> dict[str, Any]:
    """The field without one of its values, which the confirmation names by its words."""
    rest = tuple(each for each in getattr(request, field) if each != one)
    return {field: rest, **_unused(request, one.words if words is None else words)}


def _unread(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    """Words that were not read: asked about where they may change the meaning or a customer is written to."""
    asked = request.unread if topic and topic.writes_to_customers else request.must_ask
    if not asked:
        return None
    left = {**_without(request, "unread", asked[0], asked[0]), **_without(request, "must_ask", asked[0], asked[0])}
    return _question("unread", "unread", [("Go on without it", left)], [_GO_ON], words=asked[0])


def _several(request: Request, _topic: Topic | None, _org: Org) -> Question | None:
    if not request.topics:
        return None
    names = [TOPICS[key].name for key in request.topics]
    every = "both" if len(names) == 2 else "all of them"
    all_of_them = {"topic": request.topics[0], "other_topics": request.topics[1:], "topics": ()}
    choices = [(TOPICS[key].name, {"topic": key, "topics": ()}) for key in request.topics]
    topics = f"{', '.join(names[:-1])} and {names[-1]}"
    options = [(every.capitalize(), all_of_them), *choices]
    return _question("several_topics", "topic", options, topics=topics, every=every)


def _about(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    if topic is None:
        found = _question("topic", "topic", [(TOPICS[key].name, {"topic": key}) for key in _OFFERED])
        unknown = language().lexicon.data["questions"]["unknown"].format(words=", ".join(request.unread[:2]))
        return found.model_copy(update={"text": f"{unknown} {found.text}"}) if request.unread else found
    if topic.key == "reminder" and not request.message:
        return _question("message", "message", ())
    return None


def _limits(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    assert topic is not None
    for one in request.limits:
        if one.kind == "amount":
            left = {"limits": tuple(each for each in request.limits if each != one)}
            percents = [(f"{part}%", {**left, "thresholds": (_percent(part),)}) for part in _PERCENTS]
            return _question("how_much", "how_much", percents, what=one.words)
        if one.kind == "segment" and one.values == ("vip",) and "vip" in topic.filters:
            if request.vip_spend is None:
                choices = [(f"Those who spent ${spend:,} or more", {"vip_spend": spend}) for spend in _VIP_SPENDS]
                choices.append(("Set it up without that", _without(request, "limits", one)))
                return _question("vips", "vip_spend", choices, words=one.words)
        elif one.kind not in topic.filters or (one.operator, one.kind) == ("except", "segment"):
            rest = [("Set it up without that", _without(request, "limits", one))]
            return _question("limit", "limits", rest, [_GO_ON], words=one.words, topic=topic.name)
    return None


_VIP_SPENDS = (500, 1000, 2000)
"""USD: from what on somebody may count as a VIP."""


def _unsupported(request: Request, topic: Topic | None, org: Org) -> Question | None:
    """What was said in so many words, and this topic can do nothing with."""
    assert topic is not None
    found = next(without_effect(request, org), None)
    if found is None:
        return None
    sets = [("Set it up without that", {**found.left, **_unused(request, found.words)})]
    return _question("limit", "limits", sets, [_GO_ON], words=found.words, topic=topic.name)


def _time(request: Request, topic: Topic | None, org: Org) -> Question | None:
    assert topic is not None
    if request.whens and request.events:
        choices: _Choices = [
            ("When it happens", {"whens": ()}),
            ("At those times", {"events": ()}),
        ]
        words = " ".join(one.words for one in request.whens)
        return _question("event_or_time", "events", choices, words=words)
    if request.whens and not topic.scheduled:
        return _question("event_only", "events", [("Each time it happens", {"whens": ()})], [_GO_ON])
    timing = timing_of(request, org)
    if timing.ambiguity:
        return _ambiguous(timing)
    looks = request.alert and request.thresholds
    several = sum(len(one.times) for one in request.whens) > 1 and len(request.channels) < _TWO
    if any(one.only_time for one in timing.schedules) and not (topic.daily or looks or several):
        choices = [
            (label, {"whens": tuple(one.model_copy(update={"weekdays": days}) for one in request.whens)})
            for label, days in _DAYS
        ]
        return _question("days", "whens", choices)
    return None


def _ambiguous(timing: Timing) -> Question | None:
    if timing.ambiguity is None:
        return None
    choices = [(label, {"whens": whens}) for label, whens in timing.ambiguity.choices]
    one = timing.ambiguity
    return _question(f"time.{one.key}", "whens", choices, detail=one.detail, words=one.words)


def _thresholds(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    assert topic is not None
    for route in request.routes:
        if route.threshold is None:
            continue
        # Only what a step has found can be compared again.
        whole = topic.compared(route.threshold)
        if not topic.thresholds.get(whole.subject or "") or topic.key == "low_stock" or request.products:
            left = [("Leave it out", _without(request, "routes", route))]
            return _question("no_threshold", "routes", left, [_GO_ON], what=f"“{route.words}”")
    compared, most = limits_of(request, topic)
    if most and most.subject is None:
        sure = most.model_copy(update={"subject": "count"})
        number = f"{most.value:g}"
        bounds: _Choices = [
            (f"Yes, at most {number}", {"thresholds": (*compared, sure)}),
            ("No limit", {"thresholds": tuple(compared), **_unused(request, f"at most {number}")}),
        ]
        return _question("at_most", "at_most", bounds, number=number)
    if len(compared) > 1:
        choices = [(_limit_words(one), {"thresholds": (one,)}) for one in compared]
        return _question("thresholds", "thresholds", choices)
    for one in compared:
        whole = topic.compared(one)
        if whole.subject == "price_gap" and whole.unit != "percent":
            percents = [(f"{part}%", {"thresholds": (_percent(part, whole),)}) for part in _PERCENTS]
            return _question("percent_only", "thresholds", percents, what=_limit_words(one))
        if whole.subject not in topic.thresholds:
            words = _limit_words(one)
            without = [("Go on without it", _without(request, "thresholds", one, words))]
            return _question("no_threshold", "thresholds", without, [_GO_ON], what=f"“{words}”")
    return None


_PERCENTS = (5, 10, 15)


def _percent(value: int, like: Threshold | None = None) -> Threshold:
    like = like or Threshold(subject="price_gap", op=">", value=value)
    return like.model_copy(update={"value": value, "unit": "percent"})


def _limit_words(threshold: Threshold) -> str:
    signs = {"percent": "%", "days": " days"}
    value = f"{threshold.value:g}{signs.get(threshold.unit or '', '')}"
    compared = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}.get(threshold.op or "", "")
    return f"{compared} {'$' if threshold.unit == 'usd' else ''}{value}".strip()


def _to_whom(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    """Whether customers are written to is never guessed."""
    assert topic is not None
    if request.people or not topic.writes_to_customers or request.alert or request.routes:
        return None
    choices: _Choices = [
        ("Write to the customers", {"people": ({"kind": "customer"},)}),
        ("Tell me", {"people": ({"kind": "me"},)}),
    ]
    return _question("to_whom", "people", choices, topic=topic.name)


def _people(request: Request, topic: Topic | None, org: Org) -> Question | None:
    assert topic is not None
    every = [audience_for(each, topic, org) for each in (request, *map(route_request, request.routes))]
    found = next((one for one in every if isinstance(one, Unreachable)), None)
    if found is None:
        return None
    for route, reached in zip(request.routes, every[1:], strict=True):
        if reached is found:
            left = [("Leave it out", _without(request, "routes", route))]
            return _question(found.key, "routes", left, [_GO_ON], who=found.who)
    rest = tuple(person for person in request.people if person.value != found.who or not found.who)
    others = tuple(person for person in rest if person.kind != "customer")
    choices: _Choices = []
    if found.key in ("address", "bad_address") and others:
        choices = [("Leave them out", {"people": others})]
    elif found.key in ("not_to_customers", "no_phone", "address", "bad_address"):
        choices = [("Email me", {"people": ({"kind": "me"}, *others), "channels": ("email",)})]
    elif found.key == "no_email":
        # "Email the team": its members have addresses.
        team = [{"kind": "email", "value": one} for one in dict.fromkeys(org.names.people.values())]
        choices = [(f"Everyone on your team ({len(team)})", {"people": team})] if len(team) > 1 else []
        choices += [(one["value"], {"people": (one,)}) for one in team[:_MAX_MEMBERS]]
    elif found.key == "email_to_phone":
        choices = [("Text it", {"channels": ("sms",)})]
    elif found.key == "text_to_email":
        choices = [("Email it", {"channels": ("email",)})]
    return _question(found.key, "people", choices, who=found.who)


_MAX_MEMBERS = 5


def _competitors(request: Request, _topic: Topic | None, org: Org) -> Question | None:
    known = set(org.competitors.values())
    for name in request.competitors:
        if name not in known:
            fitting = [one for one in name.split("|") if one in known] or sorted(known)
            rest = tuple(one for one in request.competitors if one != name)
            choices = [(one, {"competitors": tuple(dict.fromkeys((*rest, one)))}) for one in fitting[:6]]
            found = _question("competitor", "competitors", choices)
            text = language().lexicon.data["questions"]["competitor_unknown"].format(name=name)
            return found if "|" in name else found.model_copy(update={"text": text})
    return None


def _when(request: Request, topic: Topic | None, _org: Org) -> Question | None:
    assert topic is not None
    if request.whens or events_of(request):
        return None
    looks = request.thresholds and topic.key in ("low_stock", "price_watch")
    times = (_HOURLY, *_TIMES) if looks else _TIMES
    choices: _Choices = [(label, {"whens": (when,)}) for label, when in times]
    at_once: _Choices = [("As soon as it happens", {"alert": True})]
    first = at_once if topic.event and not request.thresholds else []
    return _question("when", "whens", [*first, *choices], topic=topic.name)
