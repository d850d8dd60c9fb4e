"""From a wish of which nothing is open to the order that its topic is built from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.chat.language.names import Names
from shared.chat.language.schedules import Timing, resolve
from shared.chat.language.when import When
from shared.chat.topics.audience import USUAL, Audience, Unreachable, audience_of
from shared.chat.topics.base import Order, Topic
from shared.chat.topics.book import TOPICS, is_by_event
from shared.chat.understood import Road, Threshold, Wish
from shared.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Org:
    """What a conversation knows of the org. `competitors` are names by id."""

    tenant: Tenant
    now: datetime
    names: Names
    competitors: Mapping[str, str]
    my_email: str | None = None


def order_of(wish: Wish, org: Org, *, once: bool = False) -> Order:
    """What the topic is built from; for a wish of which nothing is open."""
    topic = TOPICS[wish.topic or ""]
    audience = audience_for(wish, topic, org)
    assert isinstance(audience, Audience)
    left_out = {
        name for one in wish.limits if (one.operator, one.kind) == ("except", "competitor") for name in one.values
    }
    only = [
        name for one in wish.limits if (one.operator, one.kind) == ("only", "competitor") for name in one.values
    ]
    named = set(wish.competitors or only) or ({*org.competitors.values()} if left_out else set())
    ids = tuple(key for key, name in org.competitors.items() if name in named - left_out)
    compared, most = limits_of(wish, topic)
    roads = (
        (audience_for(road_wish(one), topic, org), topic.compared(one.threshold) if one.threshold else None)
        for one in wish.roads
    )
    return Order(
        wish=wish,
        schedules=timing_of(wish, org).schedules,
        threshold=next((topic.compared(one) for one in compared), None),
        audience=audience,
        competitor_ids=ids,
        competitor_names=tuple(org.competitors[one] for one in ids),
        by_event=is_by_event(wish),
        once=once,
        roads=tuple((who, compared) for who, compared in roads if isinstance(who, Audience)),
        at_most=int(most.value) if most else None,
    )


def limits_of(wish: Wish, topic: Topic) -> tuple[list[Threshold], Threshold | None]:
    """What is compared, and to how many customers it may write; that is sure where its subject is `count`."""
    bounds = (one for one in wish.thresholds if (one.op, one.unit) == ("<=", "units"))
    bound = next((one for one in bounds if one.subject in (None, "count") and one.value >= 1), None)
    if bound is None or not topic.writes_to_customers:
        return list(wish.thresholds), None
    return [one for one in wish.thresholds if one != bound], bound


def timing_of(wish: Wish, org: Org) -> Timing:
    """The schedules that the wish's times make, or what of them is not clear."""
    return resolve(_weekly(wish), org.now, org.tenant.timezone)


def _weekly(wish: Wish) -> tuple[When, ...]:
    """ "Menu health wednesday 7am" comes every week; "on wednesday", and a reminder, may be for once."""
    if not wish.topic or wish.topic == "reminder":
        return wish.whens
    return tuple(
        one if {"on", "this"} & {*one.words.casefold().split()} else one.changed(single=False) for one in wish.whens
    )


def road_wish(road: Road) -> Wish:
    """What the second way alone wishes."""
    return Wish(channels=road.channels, people=road.people)


def audience_for(wish: Wish, topic: Topic, org: Org) -> Audience | Unreachable:
    """Who the wish tells, and how, or why somebody cannot be told."""
    wanted = wish.channels or (USUAL if wish.dropped_channels else ())
    channels = tuple(channel for channel in wanted if channel not in wish.dropped_channels)
    return audience_of(wish.people, channels, org.tenant, org.my_email, may_be_customers=topic.writes_to_customers)
