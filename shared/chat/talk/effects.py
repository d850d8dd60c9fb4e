"""Finds parts of a request that its playbook ignores: the document is the same with any other value. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.talk.orders import Org, audience_for, order_of, timing_of
from shared.chat.topics.audience import Audience
from shared.chat.topics.book import TOPICS, draft
from shared.chat.understood import Request

_USUAL = (When(weekdays=EVERY_DAY, times=(Clock(minutes=540, half="sure"),)),)
_CONTENT: Mapping[str, Any] = {
    "products": ("…",),
    "competitors": (),
    "segment": "…",
    "top": 97,
    "period": "month_to_date",
    "message": "…",
}
"""What it is about, with another value of each."""
_OF_TIME: Mapping[str, Any] = {"but_months": (7,), "months": (6,), "nth": (3,)}


class Part(NamedTuple):
    """One part of a request: its words, the fields without it, and the fields with another value instead."""

    words: str
    left: dict[str, Any]
    instead: dict[str, Any]


def without_effect(request: Request, org: Org) -> Iterator[Part]:
    """The parts of a request with a topic that nothing of its playbook comes of."""
    whole = _complete(request, org)
    made = _made(whole, org)
    parts = (
        *_contents(request, org),
        *_others_told(request),
        *_left_out(request),
        *(_times(whole) if request.whens else ()),
    )
    for one in parts:
        if all(_made(whole.model_copy(update=other), org) == made for other in (one.left, one.instead)):
            yield one


def _contents(request: Request, org: Org) -> Iterator[Part]:
    known = {*org.competitors.values()}
    for name, other in _CONTENT.items():
        value = getattr(request, name)
        if not value or (name == "competitors" and not {*value} <= known):
            continue
        words = ", ".join(value) if isinstance(value, tuple) else str(value).replace("_", " ")
        left = {name: () if isinstance(value, tuple) else None}
        yield Part(f"top {words}" if name == "top" else words, left, {name: other})


def _others_told(request: Request) -> Iterator[Part]:
    """ "Text 315 555 0133 and me": the org knows no number of one person's."""
    rest = tuple(one for one in request.people if one.kind != "me")
    if len(rest) < len(request.people) and any(one.kind == "phone" for one in rest) and "sms" in request.channels:
        yield Part("me", {"people": rest}, {"people": rest})


def _left_out(request: Request) -> Iterator[Part]:
    for limit in request.limits:
        if limit.kind == "product":
            left = {"limits": tuple(one for one in request.limits if one != limit)}
            yield Part(limit.words, left, left)


def _times(request: Request) -> Iterator[Part]:
    for place, when in enumerate(request.whens):
        others = {**_OF_TIME, "but_weekdays": (when.weekdays or EVERY_DAY)[:1]}
        for name in others.keys() & when.set_fields.keys():
            left, instead = (
                {"whens": (*request.whens[:place], when.changed(**{name: one}), *request.whens[place + 1 :])}
                for one in ((), others[name])
            )
            yield Part(when.words, left, instead)


def _complete(request: Request, org: Org) -> Request:
    """The request with what is still open of it as usual."""
    topic = TOPICS[request.topic or ""]
    told = audience_for(request, topic, org)
    people = {} if isinstance(told, Audience) else {"people": (), "channels": ()}
    is_clear = request.events or (request.whens and not timing_of(request, org).ambiguity)
    compared = (one for one in request.thresholds if topic.compared(one).subject in topic.thresholds)
    open_ones = {"routes": (), "thresholds": tuple(compared), **people, **({} if is_clear else {"whens": _USUAL})}
    return request.model_copy(update=open_ones)


def _made(request: Request, org: Org) -> Any:
    """The document, or why nobody can be told of it."""
    told = audience_for(request, TOPICS[request.topic or ""], org)
    if not isinstance(told, Audience):
        return told
    found = draft(order_of(request, org), org.tenant.timezone)
    return found.triggers, found.steps, found.work.does
