"""Several requests in one message: what they share, and one command for each of several playbooks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from shared.chat.language.claims import is_alert
from shared.chat.language.phrases import key_of, strings
from shared.chat.language.reading import Claim, Reading, language, slots_of
from shared.chat.language.when import DAYS, When
from shared.chat.understood import Intent, Limit, Request

COMMANDS = frozenset({Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.RESTORE, Intent.RUN, Intent.SKIP})
"""What is done to a playbook that is there."""
_WITH_PLAYBOOKS = frozenset({"negated", "no", "polite", "verb"})
"""Categories whose value may include a playbook's name."""
_JOINING = frozenset({"and", ",", "&", "plus", "the", "my", "both", "to", "or"})


def share_details(requests: Sequence[Request], parts: Sequence[Reading]) -> list[Request]:
    """The requests, each with the details it leaves out and another one gives."""
    first = next((one for one in requests if not _has_only_delivery(one)), requests[0])
    requests = [
        one if one is first else _with_details_of_first(first, one, part)
        for one, part in zip(requests, parts, strict=True)
    ]
    *_, last = (one.category for one in parts[-1].claims) if parts[-1].claims else [""]
    if last == "any_found" and {one.topic for one in requests} == {first.topic}:
        # "Slow movers Mondays and another one on Thursdays, only if there are any".
        requests = [one.changed(only_news=requests[-1].only_news) for one in requests]
    timed = [one for one in requests if one.whens]
    if len(timed) == 1 and timed[0].intent is Intent.CREATE:
        # "Sales to me and low stock to the owner at 8am daily".
        requests = [
            one.model_copy(update={"whens": timed[0].whens}) if _may_be_timed(one) else one for one in requests
        ]
    return [_as_it_happens(one) for one in _at_the_same_times(_with_common_delivery(requests, parts))]


def _as_it_happens(request: Request) -> Request:
    """ "Put sell-outs in Slack": news with a channel and no schedule is sent as it happens."""
    is_news = request.topic in language().lexicon.data["words"]["news"] and bool(request.channels)
    return request.model_copy(update={"alert": True}) if is_news and _may_be_timed(request) else request


def _with_common_delivery(requests: Sequence[Request], parts: Sequence[Reading]) -> Sequence[Request]:
    """ "Sales at 8, low stock at 4, both by email"."""
    claims = parts[-1].claims
    each = any(one.category == "delivery" and one.read.startswith("each ") for one in claims)
    of_all = (
        {"delivery"}
        if each
        else {after.category for one, after in pairwise(claims) if (one.category, one.value) == ("pronoun", "all")}
    )
    if len(requests) == 1 or "delivery" not in of_all:
        return requests
    told = {name: getattr(requests[-1], name) for name in ("channels", "people")}
    return [
        one.model_copy(update={**told, "all_playbooks": False})
        if one.intent is Intent.CREATE and not (one.channels or one.people or one.routes)
        else one.model_copy(update={"all_playbooks": False})
        for one in requests
    ]


def _at_the_same_times(requests: Sequence[Request]) -> list[Request]:
    """ "Sales at 8 and low stock at 9 every day": days or a time that only one gives apply to all."""
    whens = [one.whens[0] if len(one.whens) == 1 else None for one in requests]
    for fields, has in ((DAYS, attrgetter("has_days")), (("times",), attrgetter("has_time_of_day"))):
        said = [one for one in whens if one and has(one)]
        if len(said) == 1 and (said[0] is whens[0] or fields is not DAYS or _ends_in_days(said[0])):
            shared = {name: value for name, value in said[0].set_fields.items() if name in fields}
            whens = [one.changed(**shared) if one and not has(one) else one for one in whens]
    return [
        request.model_copy(update={"whens": (when,)}) if when and request.intent is Intent.CREATE else request
        for request, when in zip(requests, whens, strict=True)
    ]


def _may_be_timed(request: Request) -> bool:
    return request.intent is Intent.CREATE and not (
        request.whens or request.events or request.alert or request.thresholds
    )


def _ends_in_days(when: When) -> bool:
    """ "At 9 every day" may apply to the request before it too; "on mondays at 9" doesn't."""
    first = when.words.casefold().split()[:1]
    return bool(first) and (first[0] in ("at", "by", "around", "noon", "midnight") or first[0][0].isdigit())


def _with_details_of_first(first: Request, request: Request, reading: Reading) -> Request:
    """A second request takes missing recipients and times from the first; its "it" is the first one's product.

    "… and to the owner at 9": other people at another time get the same thing.
    """
    request = _of_an_order(first, request)
    if (
        first.intent is Intent.CREATE
        and request.intent in (Intent.ANSWER, Intent.CREATE)
        and _has_only_delivery(request)
    ):
        said = {name: getattr(request, name) for name in ("whens", "unread", "must_ask", "limits")}
        told = {name: getattr(request, name) or getattr(first, name) for name in ("people", "channels")}
        happens = {"events": (), "alert": False} if request.whens else {}
        return first.model_copy(update={**said, **told, **happens})
    again = reading.of("again") and request.topic in (None, first.topic)
    if first.intent is Intent.CREATE and (again or _names_only_things(request)):
        return another(first, request, reading.message[reading.start :])
    product = next((event.product for event in first.events if event.product), next(iter(first.products), None))
    back = " ".join(claim.read for claim in reading.claims if claim.category == "event").split()
    events = (
        one.model_copy(update={"product": product}) if {"it", "they"} & {*back} and not one.product else one
        for one in request.events
    )
    changes: dict[str, Any] = {"events": tuple(events)}
    if first.intent is request.intent is Intent.CREATE and not (request.whens or request.events or request.alert):
        changes["whens"] = first.whens
    if any(is_alert(one) for one in reading.claims):
        changes |= {"adds": False, "adds_delivery": False}
    to_customers = any(one.kind == "customer" for one in first.people)
    if not (request.channels or request.people or to_customers) and request.intent is first.intent is Intent.CREATE:
        changes |= {"channels": first.channels, "people": first.people}
    only_to = all(one.read.startswith("to ") for one in reading.claims if one.category == "delivery")
    if request.people and only_to and not request.channels and request.intent is first.intent is Intent.CREATE:
        # "Email sales to me and low stock to the owner".
        changes["channels"] = first.channels
    return request.model_copy(update=changes)


def another(first: Request, request: Request, words: str) -> Request:
    """The same once more: "another one for lapsed customers", at another time, or from another amount (`words`)."""
    said = {name: getattr(request, name) for name in _OF_ITS_OWN if getattr(request, name)}
    if first.message and "message" not in said and request.unread:
        # "A reminder to ring the bank, another at 2pm to ring the landlord".
        text, *rest = request.unread
        at = words.find(text)
        begins = -1 if text.startswith("to ") else words.casefold().rfind(" to ", 0, max(at, 0))
        # "To check the ATM": "check" may be read as something that chat does.
        task = words[begins + len(" to ") : at + len(text)] if begins >= 0 else text.removeprefix("to ")
        said |= {"message": task, "unread": tuple(rest)}
        said["must_ask"] = tuple(one for one in request.must_ask if one != text)
    if len(first.thresholds) == len(request.thresholds) == 1:
        [known], [own] = first.thresholds, request.thresholds
        said["thresholds"] = (known.changed(value=own.value, op=own.op or known.op),)
    inactive = [one for one in first.thresholds if one.subject == "days_inactive"]
    if inactive and (days := days_only(request)):
        # "Another one for 90 days", of customers who were away for 60: not how long it lasts.
        said["thresholds"] = tuple(one.changed(value=days) if one in inactive else one for one in first.thresholds)
        del said["whens"]
    if request.products and not request.events and any(one.product for one in first.events):
        # "Another one for Sour Diesel", of an alert about Blue Dream.
        [known_event, *_] = [one for one in first.events if one.product]
        said["events"] = tuple(known_event.changed(product=one) for one in request.products)
        if not first.products:
            del said["products"]
    if "whens" in said and len(first.whens) == len(request.whens) == 1:
        # "Another one on Mondays", at the same time of day.
        [known_time], [own_time] = first.whens, request.whens
        kept = () if own_time.has_time_of_day else ("times",)
        kept = (*kept, *(() if own_time.has_days else DAYS))
        fields = {name: value for name, value in known_time.set_fields.items() if name in kept}
        said["whens"] = (own_time.changed(**fields),)
    return first.model_copy(update={"unread": (), "must_ask": (), "limits": (), **said})


def days_only(request: Request) -> int | None:
    """The number of days of a bare "for 90 days"; "for the next 90 days" is how long it lasts."""
    is_bare = len(request.whens) == 1 and "next" not in request.whens[0].words.casefold().split()
    fields = request.whens[0].set_fields if is_bare else {}
    return (
        fields.get("lasts") if fields.keys() == {"lasts", "lasts_unit"} and fields["lasts_unit"] == "day" else None
    )


def _of_an_order(first: Request, request: Request) -> Request:
    """ "Text me when an order is over $500 and email me when it's over $1,000": it is an order there, too."""
    amount = next((one for one in request.thresholds if (one.subject, one.unit) == (None, "usd")), None)
    orders = tuple(one for one in first.events if one.name == "order.completed")
    if amount is None or not orders or request.topic or request.events or request.whens:
        return request
    topic = language().lexicon.data["subject_topics"]["order_total"]
    total = amount.changed(subject="order_total", op=amount.op or ">")
    return request.changed(intent=Intent.CREATE, topic=topic, events=orders, thresholds=(total,))


_OF_ITS_OWN = (
    *(
        "whens",
        "events",
        "thresholds",
        "channels",
        "people",
        "competitors",
        "products",
        "segment",
        "message",
        "name",
    ),
    *("limits", "unsupported", "unread", "must_ask", "only_news"),
)
"""What "another one for …" can set; the rest is copied from the request before it."""


def _has_only_delivery(request: Request) -> bool:
    told = request.whens and (request.people or request.channels)
    return bool(told) and not (
        request.topic or request.topics or request.events or request.thresholds or request.playbook
    )


def _names_only_things(request: Request) -> bool:
    """ "… and Bay Street on fridays": the same for others at another time."""
    things = request.whens and (request.competitors or request.products or request.limits)
    return bool(things) and not (request.topic or request.topics or request.events or request.playbook)


def named_together(reading: Reading) -> bool:
    """ "Add Dana to Gap Watch and Morning Numbers": only joining words stand between the names."""
    named = [one for one in reading.claims if one.category == "playbook"]
    between = (reading.message[one.end : other.start].casefold() for one, other in pairwise(named))
    return all({*text.replace(",", " , ").split()} <= _JOINING for text in between)


def one_for_each_playbook(request: Request, reading: Reading) -> list[Request]:
    """ "Pause Morning Numbers and Gap Watch": a command to several is one to each."""
    named = tuple(dict.fromkeys((*playbooks_meant(reading), *reading.of("playbook"))))
    together = request.intent is Intent.CHANGE and named_together(reading)
    if request.intent in COMMANDS and named:
        request = request.model_copy(
            update={"limits": tuple(one for one in request.limits if not _is_kept(one, reading))}
        )
    if (request.intent in COMMANDS or together) and len(named) > 1:
        return [request.model_copy(update={"playbook": one}) for one in named]
    now = any(claim.category == "verb" and claim.value == "run" and "now" in claim.read for claim in reading.claims)
    if now and request.intent in (Intent.CREATE, Intent.CHANGE) and request.whens:
        # "Run it now and every hour" is both.
        return [request, Request(intent=Intent.RUN, playbook=request.playbook or "it")]
    return [request]


def _is_kept(limit: Limit, reading: Reading) -> bool:
    """ "Pause Gap Watch, leave Morning Numbers running"."""
    return (limit.operator, limit.kind) == ("except", "words") and {*limit.values} <= {*reading.playbooks}


def without_kept_playbook(reading: Reading) -> Reading:
    """ "Don't turn off Gap Watch, turn off Gummy Watch": without the playbook that stays as it is."""
    claims = reading.claims
    begins = next((place for place, one in enumerate(claims) if one.category in ("negated", "no")), len(claims))
    verb = next((place for place, one in enumerate(claims) if place > begins and one.category == "verb"), None)
    another = verb is not None and replace(reading, claims=claims[verb:])
    if verb is None or not another or not (another.of("playbook") or playbooks_meant(another)):
        return reading
    spared = (
        replace(one, value=key_of(one.value)) if one.category in _WITH_PLAYBOOKS else one
        for one in claims[begins:verb]
        if one.category != "playbook"
    )
    return replace(reading, claims=(*claims[:begins], *spared, *claims[verb:]))


def _is_of_rivals(claim: Claim) -> bool:
    return claim.category == "limit" and claim.value[1] == "competitor"


def playbooks_meant(reading: Reading) -> list[str]:
    """The playbooks that a question or a command is about."""
    topics = language().lexicon.data["question_topics"].values()
    slots = slots_of(reading, "question", "verb", "negated")
    named = [*slots, *(part for one in reading.of("name_it") for part in one[1:-1])]
    # "Take everyone out of Gap Watch but Green Leaf".
    inside = [one.words.casefold() for one in reading.claims if one.category == "adds" or _is_of_rivals(one)]
    named += [one for one in reading.playbooks if any(one.casefold() in words for words in inside)]
    periods = language().lexicon.data["phrases"]["period"]
    known = {*topics, *periods, *language().lexicon.data["phrases"]["pronoun"]}
    return [part for part in strings(named) if part not in known]
