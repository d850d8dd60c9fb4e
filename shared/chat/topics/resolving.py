"""What a request comes to in its org: who is told, when it runs, what it is about, and what of it has no effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from shared.chat.language.names import Names
from shared.chat.language.schedules import Timing, resolve
from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.topics.drafts import draft
from shared.chat.topics.topic import (
    ME,
    OWNER,
    TOPICS,
    USUAL,
    Audience,
    Spec,
    Topic,
    events_of,
    limited,
    literal,
)
from shared.chat.understood import Channel, DeliveryRoute, Person, Request, Threshold
from shared.tenants.tenant import Tenant
from shared.values.email_address import parse_email_address
from shared.values.phone_number import parse_phone_number
from shared.values.words import listed

_NAMES = {"me": "you", "owner": "the owner", "staff": "your staff", "customer": "the customer"}
_DAILY_AT_NINE = (When(weekdays=EVERY_DAY, times=(Clock(minutes=540, half="sure"),)),)
_OTHER_CONTENT: Mapping[str, Any] = {
    "products": ("…",),
    "competitors": (),
    "segment": "…",
    "top": 97,
    "period": "month_to_date",
    "message": "…",
}
"""What a request is about, with another value of each."""
_OTHER_TIMES: Mapping[str, Any] = {"but_months": (7,), "months": (6,), "nth": (3,)}


@dataclass(frozen=True, slots=True)
class Org:
    """What a request is resolved against. `competitors` are names by id."""

    tenant: Tenant
    now: datetime
    names: Names
    competitors: Mapping[str, str]
    my_email: str | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why somebody cannot be told: the key of the question about it, and who it is."""

    key: str
    who: str = ""


class Part(NamedTuple):
    """Something that was said: its words, and the fields of the request without it, and with another value."""

    words: str
    left: dict[str, Any]
    instead: dict[str, Any]


def spec_of(request: Request, org: Org, *, once: bool = False) -> Spec:
    """What a playbook of the request is made from; for a request with nothing open."""
    topic = TOPICS[request.topic or ""]
    if once:
        # Nothing starts a run that happens now.
        request = request.model_copy(update={"whens": (), "events": (), "alert": False})
    audience = audience_for(request, topic, org)
    assert isinstance(audience, Audience)
    left_out = limited(request, "except", "competitor")
    named = (
        request.competitors
        or limited(request, "only", "competitor")
        or (org.competitors.values() if left_out else ())
    )
    ids = [key for key, name in org.competitors.items() if name in named and name not in left_out]
    compared, most = limits_of(request, topic)
    routes = [(audience_for(route_request(one), topic, org), one.threshold) for one in request.routes]
    return Spec(
        request=request,
        schedules=timing_of(request, org).schedules,
        threshold=next((topic.compared(one) for one in compared), None),
        audience=audience,
        competitor_ids=tuple(ids),
        competitor_names=tuple(org.competitors[one] for one in ids),
        once=once,
        routes=tuple(
            (who, topic.compared(one) if one else None) for who, one in routes if isinstance(who, Audience)
        ),
        at_most=int(most.value) if most else None,
    )


def limits_of(request: Request, topic: Topic) -> tuple[list[Threshold], Threshold | None]:
    """What is compared, and to how many customers it may write; that is sure where its subject is `count`."""
    bounds = (one for one in request.thresholds if (one.op, one.unit) == ("<=", "units"))
    bound = next((one for one in bounds if one.subject in (None, "count") and one.value >= 1), None)
    if bound is None or not topic.writes_to_customers:
        return list(request.thresholds), None
    return [one for one in request.thresholds if one != bound], bound


def timing_of(request: Request, org: Org) -> Timing:
    """The schedules of the request's times, or what of them is not clear."""
    whens = request.whens
    if request.topic and request.topic != "reminder":
        # "Menu health wednesday 7am" is weekly; "on wednesday", and a reminder, may be for once.
        whens = tuple(
            one if {"on", "this"} & {*one.words.casefold().split()} else one.changed(single=False) for one in whens
        )
    return resolve(whens, org.now, org.tenant.timezone)


def route_request(route: DeliveryRoute) -> Request:
    """The second way to tell, alone."""
    return Request(channels=route.channels, people=route.people)


def audience_for(request: Request, topic: Topic, org: Org) -> Audience | Unreachable:
    """Who the request tells, and how, or the first reason why somebody cannot be told."""
    wanted = request.channels or (USUAL if request.dropped_channels else ())
    channels = tuple(channel for channel in wanted if channel not in request.dropped_channels)
    return audience_of(request.people, channels, org, may_be_customers=topic.writes_to_customers)


def audience_of(
    people: tuple[Person, ...], channels: tuple[Channel, ...], org: Org, *, may_be_customers: bool
) -> Audience | Unreachable:
    """These people over these channels, or the first reason why somebody cannot be told."""
    people = people or (Person(kind="me"),)
    named = {person.kind: person.value for person in reversed(people)}
    if "unknown" in named:
        is_for_team = bool(channels) and not {"email", "sms"} & {*channels}
        return Unreachable("team_channel" if is_for_team else "address", named["unknown"])
    to_customer = "customer" in named
    if to_customer and not may_be_customers:
        return Unreachable("not_to_customers")
    emails: list[str] = []
    phones: list[str] = []
    for person in people:
        try:
            _add(person, emails, phones, org)
        except ValueError:
            return Unreachable("bad_address", person.value)
    reached = channels or _channels_of("staff" in named, emails, phones)
    if "sms" in reached and not (phones or org.tenant.staff_phones or to_customer):
        return Unreachable("no_phone")
    if "email" in reached and not (emails or phones or to_customer):
        return Unreachable("no_email")
    if channels == ("email",) and "phone" in named and not emails:
        return Unreachable("email_to_phone", named["phone"])
    if channels and "email" not in channels and "email" in named:
        return Unreachable("text_to_email" if "sms" in channels else "team_channel", named["email"])
    if phones and (channels == ("email",) or (channels and not emails)):
        reached = (*channels, "sms")
    by_email = [_NAMES.get(one.kind, one.value) for one in people if one.kind in ("me", "owner", "email")]
    return Audience(
        channels=tuple(dict.fromkeys(reached)),
        emails=tuple(dict.fromkeys(emails)),
        phones=tuple(dict.fromkeys(phones)),
        to_customer=to_customer,
        to_team=named.keys() != {"customer"},
        email_words=listed(by_email or ["you"]),
    )


def _add(person: Person, emails: list[str], phones: list[str], org: Org) -> None:
    match person.kind:
        case "me" if org.my_email or org.tenant.owner_email:
            emails.append(ME)
        case "owner" if org.tenant.owner_email:
            emails.append(OWNER)
        case "email":
            emails.append(literal(parse_email_address(person.value)))
        case "phone":
            phones.append(literal(parse_phone_number(person.value)))


def _channels_of(has_staff: bool, emails: Sequence[str], phones: Sequence[str]) -> tuple[Channel, ...]:
    """How people are told who were named without a channel."""
    by_email = not {*emails} <= {ME, OWNER} or (emails and (phones or has_staff))
    found: tuple[Channel, ...] = (*(("email",) if by_email else ()), *(("sms",) if phones or has_staff else ()))
    return found or USUAL


def without_effect(request: Request, org: Org) -> Iterator[Part]:
    """The parts of a request whose playbook would be the same without them, and with another value."""
    whole = _completed(request, org)
    made = _made(whole, org)
    parts = (
        *_limits(request),
        *_contents(request, org),
        *_others_told(request),
        *(_times(whole) if request.whens else ()),
    )
    topic = TOPICS[request.topic or ""]
    if request.only_news and not any(one.news for one in (topic, *topic.cases.values())):
        # Sales are told whatever they are.
        yield Part(request.only_news, {"only_news": None}, {"only_news": None})
    for one in parts:
        if all(_made(whole.model_copy(update=other), org) == made for other in (one.left, one.instead)):
            yield one


def _limits(request: Request) -> Iterator[Part]:
    for limit in request.limits:
        if limit.values == ("vip",) and request.vip_spend is not None:
            continue
        left = {"limits": tuple(one for one in request.limits if one != limit)}
        yield Part(limit.words, left, left)


def _contents(request: Request, org: Org) -> Iterator[Part]:
    known = {*org.competitors.values()}
    for name, other in _OTHER_CONTENT.items():
        value = getattr(request, name)
        if not value or (name == "competitors" and not {*value} <= known):
            continue
        words = ", ".join(value) if isinstance(value, tuple) else str(value).replace("_", " ")
        left = {name: () if isinstance(value, tuple) else None}
        yield Part(f"top {words}" if name == "top" else words, left, {name: other})


def _others_told(request: Request) -> Iterator[Part]:
    """ "Text 315 555 0133 and me": no member's own number is known."""
    rest = tuple(one for one in request.people if one.kind != "me")
    if len(rest) < len(request.people) and any(one.kind == "phone" for one in rest) and "sms" in request.channels:
        yield Part("me", {"people": rest}, {"people": rest})


def _times(request: Request) -> Iterator[Part]:
    for place, when in enumerate(request.whens):
        others = {**_OTHER_TIMES, "but_weekdays": (when.weekdays or EVERY_DAY)[:1]}
        for name in others.keys() & when.set_fields.keys():
            left, instead = (
                {"whens": (*request.whens[:place], when.changed(**{name: one}), *request.whens[place + 1 :])}
                for one in ((), others[name])
            )
            yield Part(when.words, left, instead)


def _completed(request: Request, org: Org) -> Request:
    """The request with the usual in the place of what is still open."""
    topic = TOPICS[request.topic or ""]
    people = {"people": (), "channels": ()} if isinstance(audience_for(request, topic, org), Unreachable) else {}
    is_clear = events_of(request) or (request.whens and not timing_of(request, org).ambiguity)
    compared = tuple(one for one in request.thresholds if topic.compared(one).subject in topic.thresholds)
    whens = {} if is_clear else {"whens": _DAILY_AT_NINE}
    return request.model_copy(update={"routes": (), "thresholds": compared, **people, **whens})


def _made(request: Request, org: Org) -> Any:
    """The document, or why somebody cannot be told."""
    told = audience_for(request, TOPICS[request.topic or ""], org)
    if isinstance(told, Unreachable):
        return told
    made = draft(spec_of(request, org), org.tenant.timezone)
    return made.triggers, made.steps, made.content.does
