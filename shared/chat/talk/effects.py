"""What of a wish its playbook would not show: the document is the same without it, and with another one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.chat.language.when import EVERY_DAY, Clock, When
from shared.chat.talk.orders import Org, audience_for, order_of, timing_of
from shared.chat.topics.audience import Audience
from shared.chat.topics.book import TOPICS, draft
from shared.chat.understood import Wish

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
    """Something that was said: its words, and the fields of the wish without it, and with another one instead."""

    words: str
    left: dict[str, Any]
    instead: dict[str, Any]


def without_effect(wish: Wish, org: Org) -> Iterator[Part]:
    """The parts of a wish with a topic that nothing of its playbook comes of."""
    whole = _complete(wish, org)
    made = _made(whole, org)
    parts = (*_contents(wish, org), *_others_told(wish), *_left_out(wish), *(_times(whole) if wish.whens else ()))
    for one in parts:
        if all(_made(whole.model_copy(update=other), org) == made for other in (one.left, one.instead)):
            yield one


def _contents(wish: Wish, org: Org) -> Iterator[Part]:
    known = {*org.competitors.values()}
    for name, other in _CONTENT.items():
        value = getattr(wish, name)
        if not value or (name == "competitors" and not {*value} <= known):
            continue
        words = ", ".join(value) if isinstance(value, tuple) else str(value).replace("_", " ")
        left = {name: () if isinstance(value, tuple) else None}
        yield Part(f"top {words}" if name == "top" else words, left, {name: other})


def _others_told(wish: Wish) -> Iterator[Part]:
    """ "Text 315 555 0133 and me": the org knows no number of one person's."""
    rest = tuple(one for one in wish.people if one.kind != "me")
    if len(rest) < len(wish.people) and any(one.kind == "phone" for one in rest) and "sms" in wish.channels:
        yield Part("me", {"people": rest}, {"people": rest})


def _left_out(wish: Wish) -> Iterator[Part]:
    for limit in wish.limits:
        if limit.kind == "product":
            left = {"limits": tuple(one for one in wish.limits if one != limit)}
            yield Part(limit.words, left, left)


def _times(wish: Wish) -> Iterator[Part]:
    for place, when in enumerate(wish.whens):
        others = {**_OF_TIME, "but_weekdays": (when.weekdays or EVERY_DAY)[:1]}
        for name in others.keys() & when.said.keys():
            left, instead = (
                {"whens": (*wish.whens[:place], when.changed(**{name: one}), *wish.whens[place + 1 :])}
                for one in ((), others[name])
            )
            yield Part(when.words, left, instead)


def _complete(wish: Wish, org: Org) -> Wish:
    """The wish with what is still open of it as usual."""
    topic = TOPICS[wish.topic or ""]
    told = audience_for(wish, topic, org)
    people = {} if isinstance(told, Audience) else {"people": (), "channels": ()}
    is_clear = wish.events or (wish.whens and not timing_of(wish, org).ambiguity)
    compared = (one for one in wish.thresholds if topic.compared(one).subject in topic.thresholds)
    open_ones = {"roads": (), "thresholds": tuple(compared), **people, **({} if is_clear else {"whens": _USUAL})}
    return wish.model_copy(update=open_ones)


def _made(wish: Wish, org: Org) -> Any:
    """The document, or why nobody can be told of it."""
    told = audience_for(wish, TOPICS[wish.topic or ""], org)
    if not isinstance(told, Audience):
        return told
    found = draft(order_of(wish, org), org.tenant.timezone)
    return found.triggers, found.steps, found.work.does
