"""What is still open in a request, as one typed question at a time.

Every option says which fields of the request it settles, so that choosing it cannot lose anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.chat.language.reading import language
from shared.chat.language.schedules import Timing
from shared.chat.language.when import EVERY_DAY
from shared.chat.topics.resolving import (
    Org,
    Unreachable,
    audience_for,
    limits_of,
    route_request,
    timing_of,
    without_effect,
)
from shared.chat.topics.topic import COMPARED, TOPICS, Topic, compared_words, events_of
from shared.chat.understood import Channel, Intent, Option, Question, Request, Threshold
from shared.values.words import listed

Choices = Mapping[str, dict[str, Any]]
"""The fields that an answer settles, by its label."""
_OFFERED = ("sales_summary", "low_stock", "price_watch", "slow_movers", "birthdays", "reminder")
_DAYS = (("Every day", EVERY_DAY), ("Weekdays", (1, 2, 3, 4, 5)), ("Weekends", (0, 6)))
_HOURLY = {"Every hour": {"whens": ({"every": 1, "unit": "hour"},)}}
_AT_ONCE = {"As soon as it happens": {"alert": True}}
_MAX_COMPETITORS, _MAX_MEMBERS, _PERCENTS = 6, 5, (5, 10, 15)
_TO_ME = {"kind": "me"}
_SETTLED_BY_CANNOT = frozenset({"approval", "file", "topic", "people"})


def question(key: str, *settled: Mapping[str, Any], choices: Choices | None = None, **words: str) -> Question:
    """The lexicon's question of that key, with `choices` before its own.

    `settled` are the fields that its own last choices settle, beside those that are written there.
    """
    written = language().lexicon.data["questions"][key]
    own = [dict(one) for one in written.get("choices", ())]
    for choice, fields in zip(reversed(own), reversed(settled), strict=False):
        choice |= fields
    listed = ({"label": label, **fields} for label, fields in (choices or {}).items())
    options = tuple(
        Option(label=label, value=one.pop("value", label), sets=one)
        for one in (*listed, *own)
        for label in [one.pop("label")]
    )
    return Question(id=key, text=written["text"].format(**words), options=options, about=written.get("about", ""))


def next_question(request: Request, org: Org) -> Question | None:
    """The first thing to ask before a new playbook is made; None if nothing is open."""
    topic = TOPICS.get(request.topic or "")
    first = _unsupported(request) or (_unread(request, topic) if request.topics else None) or _topic(request, topic)
    if first or topic is None:
        return first
    checks = (_limits, _time, _to_whom, _routes, _thresholds)
    asked = _unread(request, topic) or next((asked for one in checks if (asked := one(request, topic, org))), None)
    return asked or _people(request, topic, org) or _competitors(request, org) or _when(request, topic)


def change_question(request: Request, org: Org) -> Question | None:
    """The first thing to ask of a change or a command that is not put together with a playbook's own request."""
    usual = TOPICS["sales_summary"]
    limit = next((one for one in request.limits if one.kind != "product"), None)
    return (
        _unsupported(request)
        or _unread(request, usual)
        or (_limit(_without(request, "limits", limit), limit.words, usual) if limit else None)
        or (_people(request, usual, org) if request.people or request.channels else None)
        or _competitors(request, org)
        or _ambiguous(timing_of(request, org))
    )


def _without(request: Request, field: str, one: Any, words: str | None = None) -> dict[str, Any]:
    """The field without one of its values, which the confirmation names by its words."""
    rest = tuple(each for each in getattr(request, field) if each != one)
    return {field: rest, **_unused(request, one.words if words is None else words)}


def _unused(request: Request, words: str) -> dict[str, Any]:
    return {"unused": tuple(dict.fromkeys((*request.unused, words)))}


def _unsupported(request: Request) -> Question | None:
    """What the product does not do, with the nearest thing that it does."""
    if not request.unsupported:
        return None
    one = request.unsupported[0]
    entry = language().lexicon.data["cannot"][one.key]
    left = _without(request, "unsupported", one)
    nearest = {**left, **{name: entry[name] for name in _SETTLED_BY_CANNOT & entry.keys()}}
    if "channels" in entry:
        nearest["channels"] = tuple(dict.fromkeys((*request.channels, *entry["channels"])))
    if entry.get("whole"):
        del nearest["unused"]
    choices = (("go_on", "go on", nearest), ("without", "without", left))
    options = tuple(
        Option(value=value, label=entry[name], sets=fields) for name, value, fields in choices if name in entry
    )
    text, about = f"About “{one.words}”: {entry['text']}", "unsupported" if options else "topic"
    if not options and request.intent is Intent.CREATE and request.topic and (request.whens or request.events):
        # "Text me what's low at 8 and order more": the rest is a whole request.
        rest = question("cannot_but_the_rest", left)
        return rest.changed(id=f"cannot.{one.key}", text=f"{text} {rest.text}")
    return Question(id=f"cannot.{one.key}", text=text, options=options, about=about)


def _unread(request: Request, topic: Topic | None) -> Question | None:
    """What was not read, where it may change the meaning or a customer is written to."""
    asked = request.unread if topic and topic.writes_to_customers else request.must_ask
    if not asked:
        return None
    left = {**_without(request, "unread", asked[0], asked[0]), **_without(request, "must_ask", asked[0], asked[0])}
    return question("unread", left, words=asked[0])


def _topic(request: Request, topic: Topic | None) -> Question | None:
    if request.topics:
        names = {TOPICS[key].name: {"topic": key, "topics": ()} for key in request.topics}
        every = "both" if len(names) == 2 else "all of them"
        all_of_them = {"topic": request.topics[0], "other_topics": request.topics[1:], "topics": ()}
        return question(
            "several_topics",
            choices={every.capitalize(): all_of_them} | names,
            topics=listed([*names]),
            every=every,
        )
    if topic is not None:
        return question("message") if topic.key == "reminder" and not request.message else None
    asked = question("topic", choices={TOPICS[key].name: {"topic": key} for key in _OFFERED})
    if not request.unread:
        return asked
    unknown = question("unknown", words=", ".join(request.unread[:2]))
    return asked.changed(text=f"{unknown.text} {asked.text}")


def _limits(request: Request, topic: Topic, org: Org) -> Question | None:
    """A limit without its number, one of VIPs that have to be told apart first, or something without effect."""
    for one in request.limits:
        left = _without(request, "limits", one)
        if one.kind == "amount":
            return question("how_much", choices=_percents({"limits": left["limits"]}), what=one.words)
        if (one.kind, one.values) == ("segment", ("vip",)) and topic.knows_vips and request.vip_spend is None:
            return question("vips", left, words=one.words)
    part = next(without_effect(request, org), None)
    return _limit({**part.left, **_unused(request, part.words)}, part.words, topic) if part else None


def _limit(left: Mapping[str, Any], words: str, topic: Topic) -> Question:
    return question("limit", left, words=words, topic=topic.name)


def _percents(left: Mapping[str, Any], like: Threshold | None = None) -> Choices:
    like = like or Threshold(subject="price_gap", op=">", value=0)
    return {
        f"{value}%": {**left, "thresholds": (like.changed(value=value, unit="percent"),)} for value in _PERCENTS
    }


def _time(request: Request, topic: Topic, org: Org) -> Question | None:
    if request.whens and request.events:
        return question("event_or_time", words=request.time_words)
    if request.whens and not topic.scheduled:
        return question("event_only")
    timing = timing_of(request, org)
    if asked := _ambiguous(timing):
        return asked
    looks = request.alert and request.thresholds
    several = sum(len(one.times) for one in request.whens) > 1 and len(request.channels) < 2
    if any(one.only_time for one in timing.schedules) and not (topic.daily or looks or several):
        on = {label: [one.changed(weekdays=days) for one in request.whens] for label, days in _DAYS}
        begun = [one.changed(starts=None, once=one.starts) for one in request.whens if one.starts]
        on |= {"Once": begun} if len(begun) == len(request.whens) else {}
        return question("days", choices={label: {"whens": tuple(whens)} for label, whens in on.items()})
    return None


def _ambiguous(timing: Timing) -> Question | None:
    if (one := timing.ambiguity) is None:
        return None
    text = language().lexicon.data["questions"]["time"][one.key]["text"].format(detail=one.detail, words=one.words)
    options = tuple(
        Option(value=label, label=label, sets={"whens": whens}) for label, whens in dict(one.choices).items()
    )
    return Question(id=f"time.{one.key}", text=text, options=options, about="whens")


def _routes(request: Request, topic: Topic, _org: Org) -> Question | None:
    """Another way to tell can only compare what a step has found."""
    for route in request.routes:
        if route.threshold is None:
            continue
        subject = topic.compared(route.threshold).subject
        if not topic.thresholds.get(subject or "") or topic.key == "low_stock" or request.products:
            asked = question("no_threshold", _without(request, "routes", route), what=f"“{route.words}”")
            return asked.changed(about="routes")
    return None


def _thresholds(request: Request, topic: Topic, _org: Org) -> Question | None:
    compared, most = limits_of(request, topic)
    if most and most.subject is None:
        number = f"{most.value:g}"
        bounds = {
            f"Yes, at most {number}": {"thresholds": (*compared, most.changed(subject="count"))},
            "No limit": {"thresholds": tuple(compared), **_unused(request, f"at most {number}")},
        }
        return question("at_most", choices=bounds, number=number)
    if len(compared) > 1:
        return question("thresholds", choices={_in_words(one): {"thresholds": (one,)} for one in compared})
    for one in compared:
        whole, words = topic.compared(one), _in_words(one)
        if whole.subject == "price_gap" and whole.unit != "percent":
            return question("percent_only", choices=_percents({}, whole), what=words)
        if whole.subject not in topic.thresholds:
            return question("no_threshold", _without(request, "thresholds", one, words), what=f"“{words}”")
    return None


def _in_words(threshold: Threshold) -> str:
    words = compared_words(threshold)
    return words if threshold.op else words.removeprefix(f"{COMPARED['>']} ")


def _to_whom(request: Request, topic: Topic, _org: Org) -> Question | None:
    """Whether customers are written to is never guessed."""
    if request.people or not topic.writes_to_customers or request.alert or request.routes:
        return None
    return question("to_whom", topic=topic.name)


_OTHER_WAYS: Mapping[str, Choices] = {
    "text_to_email": {"Email it": {"channels": ("email",)}},
    "email_to_phone": {"Text it": {"channels": ("sms",)}},
    "team_channel": {"Post it there": {"people": ()}, "Email it": {"channels": ("email",)}},
}
"""What becomes of a further way to notify somebody that can't be reached like that."""


def _people(request: Request, topic: Topic, org: Org) -> Question | None:
    for route in (None, *request.routes):
        found = audience_for(route_request(route) if route else request, topic, org)
        if isinstance(found, Unreachable):
            break
    else:
        return None
    if route is not None:
        instead = {
            label: {"routes": tuple(one.changed(**fields) if one is route else one for one in request.routes)}
            for label, fields in _OTHER_WAYS.get(found.key, {}).items()
        }
        ways: Choices = {**instead, "Leave it out": _without(request, "routes", route)}
        asked = question(found.key, choices=ways, who=found.who, channel=_named(route.channels))
        return asked.changed(options=asked.options[: len(ways)], about="routes")
    rest = tuple(person for person in request.people if person.value != found.who or not found.who)
    others = tuple(person for person in rest if person.kind != "customer")
    choices: Choices = {}
    if found.key in ("address", "bad_address") and others:
        choices = {"Leave them out": {"people": others}}
    elif found.key in ("not_to_customers", "no_phone", "address", "bad_address"):
        choices = {"Email me": {"people": (_TO_ME, *others), "channels": ("email",)}}
    elif found.key == "no_email":
        # "Email the team": its members have addresses.
        team = [{"kind": "email", "value": one} for one in dict.fromkeys(org.names.people.values())]
        every = {f"Everyone on your team ({len(team)})": {"people": team}} if len(team) > 1 else {}
        choices = {**every, **{one["value"]: {"people": (one,)} for one in team[:_MAX_MEMBERS]}}
    return question(found.key, choices=choices, who=found.who, channel=_named(request.channels))


def _named(channels: Sequence[Channel]) -> str:
    """How a question speaks of a place for the whole team: `Slack`, `The dashboard`."""
    names = language().lexicon.data["team_channels"]
    return next((names[one] for one in channels if one in names), "")


def _competitors(request: Request, org: Org) -> Question | None:
    known = sorted(org.competitors.values())
    name = next((one for one in request.competitors if one not in known), None)
    if name is None:
        return None
    rest = tuple(one for one in request.competitors if one != name)
    offered = [one for one in name.split("|") if one in known] or known
    choices = {one: {"competitors": tuple(dict.fromkeys((*rest, one)))} for one in offered[:_MAX_COMPETITORS]}
    asked = question("competitor" if "|" in name else "competitor_unknown", choices=choices, name=name)
    return asked.changed(id="competitor")


def _when(request: Request, topic: Topic) -> Question | None:
    if request.whens or events_of(request):
        return None
    hourly = _HOURLY if request.thresholds and topic.key in ("low_stock", "price_watch") else {}
    at_once = _AT_ONCE if topic.event and not request.thresholds else {}
    return question("when", choices={**at_once, **hourly}, topic=topic.name)
