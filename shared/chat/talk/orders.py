"""From a request of which nothing is open to the order that its topic is built from. Pure."""

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
from shared.chat.understood import DeliveryRoute, Request, Threshold
from shared.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Org:
    """What a conversation knows of the org. `competitors` are names by id."""

    tenant: Tenant
    now: datetime
    names: Names
    competitors: Mapping[str, str]
    my_email: str | None = None


def order_of(request: Request, org: Org, *, once: bool = False) -> Order:
    """What the topic is built from; for a request of which nothing is open."""
    topic = TOPICS[request.topic or ""]
    audience = audience_for(request, topic, org)
    assert isinstance(audience, Audience)
    left_out = {
        name
        for one in request.limits
        if (one.operator, one.kind) == ("except", "competitor")
        for name in one.values
    }
    only = [
        name for one in request.limits if (one.operator, one.kind) == ("only", "competitor") for name in one.values
    ]
    named = set(request.competitors or only) or ({*org.competitors.values()} if left_out else set())
    ids = tuple(key for key, name in org.competitors.items() if name in named - left_out)
    compared, most = limits_of(request, topic)
    routes = (
        (audience_for(route_request(one), topic, org), topic.compared(one.threshold) if one.threshold else None)
        for one in request.routes
    )
    return Order(
        request=request,
        schedules=timing_of(request, org).schedules,
        threshold=next((topic.compared(one) for one in compared), None),
        audience=audience,
        competitor_ids=ids,
        competitor_names=tuple(org.competitors[one] for one in ids),
        by_event=is_by_event(request),
        once=once,
        routes=tuple((who, compared) for who, compared in routes if isinstance(who, Audience)),
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
    """The schedules that the request's times make, or what of them is not clear."""
    return resolve(_weekly(request), org.now, org.tenant.timezone)


def _weekly(request: Request) -> tuple[When, ...]:
    """ "Menu health wednesday 7am" comes every week; "on wednesday", and a reminder, may be for once."""
    if not request.topic or request.topic == "reminder":
        return request.whens
    return tuple(
        one if {"on", "this"} & {*one.words.casefold().split()} else one.changed(single=False)
        for one in request.whens
    )


def route_request(route: DeliveryRoute) -> Request:
    """What the second way alone asks for."""
    return Request(channels=route.channels, people=route.people)


def audience_for(request: Request, topic: Topic, org: Org) -> Audience | Unreachable:
    """Who the request tells, and how, or why somebody cannot be told."""
    wanted = request.channels or (USUAL if request.dropped_channels else ())
    channels = tuple(channel for channel in wanted if channel not in request.dropped_channels)
    return audience_of(
        request.people, channels, org.tenant, org.my_email, may_be_customers=topic.writes_to_customers
    )
