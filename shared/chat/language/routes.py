"""Second channels of a request, each with a condition or recipients of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from shared.chat.language.phrases import Delivery, clause
from shared.chat.language.reading import Claim, Reading
from shared.chat.understood import DeliveryRoute, Person, Threshold

_NARROWING = frozenset({"of_thing", "competitors", "limit", "event"})
"""What limits a second channel in a way that a route can't express."""
_BY = frozenset({"to", "by", "via", "on", "in", "over", "with"})
_JOINING = frozenset({"and", "&", "plus"})
_LAST_JOINT = re.compile(r"\s*(?:,|\band\b|\bplus\b|&)\s*(?=[\w-]+$)", re.IGNORECASE)
_REFUSING = frozenset({"not", "never", "no", "do", "stop", "quit"})
_HERS = re.compile(
    r"\b(?:her|his|their)(?: new| work| home| personal| mobile| cell| phone| email)?"
    r" (?:cell|cellphone|mobile|phone|number|e?mail|address)(?:'s| is| are|:)? ?$",
    re.IGNORECASE,
)
"""What stands before the address of somebody who was named: "her cell is"."""


def with_routes(reading: Reading) -> tuple[Reading, tuple[DeliveryRoute, ...], list[str]]:
    """ "… but text me only if it's over 15%": a second channel with a threshold right after it.

    Returns the reading without them, the routes, and other conditions of a second channel ("text me only on
    sundays").
    """
    reading, further, left = _conditional_route(reading)
    reading, apart = _routes_by_person(reading)
    claims, routes, lost = [as_delivery(one) for one in reading.claims], [*further, *apart], [*left]
    first: tuple[str, ...] = ()
    for claim in tuple(claims):
        if claim.category != "delivery" or not claim.value.channels or claim not in claims:
            continue
        if not first or claim.value.channels == first:
            first = claim.value.channels
            continue
        place = claims.index(claim)
        before = next((one for one in reversed(claims[:place]) if one.category != "adds"), None)
        if (
            before is not None
            and before.category in ("of_thing", "competitors")
            and _starts_clause(reading, before)
        ):
            # "Text me …; for edibles also email Dana".
            lost.append(clause(reading.message, before.start, claim.end))
            continue
        if before is not None and _has_own_days(before, claims[: claims.index(before)]):
            # "Weekdays email, Saturdays text".
            lost.append(clause(reading.message, before.start, claim.end))
            continue
        after = next((one for one in claims[place + 1 : place + 4] if one.category not in ("if", "pronoun")), None)
        if after is None:
            continue
        if after.category in ("threshold", "bare_amount"):
            words = reading.message[claim.start : after.end]
            told = {"channels": claim.value.channels, "people": claim.value.people}
            routes.append(DeliveryRoute(**told, threshold=after.value, words=words))
            del claims[place : claims.index(after) + 1]
        elif after.category in _narrowing(claims[:place]) or _has_own_days(after, claims[:place]):
            lost.append(clause(reading.message, claim.start, after.end))
    return replace(reading, claims=tuple(claims)), tuple(routes), lost


def with_address_given(reading: Reading) -> Reading:
    """ "Text Dana and mail me …, her cell is 315-555-0190": the address of the one person that has none."""
    bare = [one for one in reading.claims if one.category == "bare_person"]
    if len(bare) != 1 or not _HERS.search(reading.message, 0, bare[0].start):
        return reading
    address = str(bare[0].value)
    known = Person(kind="email" if "@" in address else "phone", value=address)
    open_ones = [
        person
        for one in reading.claims
        if one.category == "delivery"
        for person in one.value.people
        # A member of the org is known by email; for a text the number has to be said.
        if person.kind == "unknown" or (known.kind, person.kind, one.value.channels) == ("phone", "email", ("sms",))
    ]
    if len(open_ones) != 1:
        return reading

    def addressed(claim: Claim) -> Claim:
        if claim.category != "delivery":
            return claim
        people = tuple(known if one == open_ones[0] else one for one in claim.value.people)
        return replace(claim, value=claim.value._replace(people=people))

    kept = (one for one in reading.claims if one is not bare[0])
    return replace(reading, claims=tuple(map(addressed, kept)))


def _routes_by_person(reading: Reading) -> tuple[Reading, tuple[DeliveryRoute, ...]]:
    """ "To me by email and to Dana by text": a route for each further person whose channel is not the first one's.

    Phone numbers need none: only texts reach them.
    """
    deliveries = [one for one in reading.claims if one.category == "delivery"]
    pairs: list[tuple[tuple[Claim, ...], Delivery]] = []
    for claim, after in zip_longest(deliveries, deliveries[1:]):
        said: Delivery = claim.value
        beside = after is not None and not reading.message[claim.end : after.start].strip()
        if said.people and said.channels:
            pairs.append(((claim,), said))
        elif said.people and beside and after.value.channels and not after.value.people:
            pairs.append(((claim, after), said._replace(channels=after.value.channels)))
    others = [one for one in pairs[1:] if not {*one[1].channels} & {*pairs[0][1].channels}]
    if any(_is_narrowed(reading, *claims) for claims, _ in others):
        return reading, ()
    people = [person for _, said in pairs for person in said.people]
    if not others or len({*people}) < 2 or any(one.kind in ("phone", "customer", "staff") for one in people):
        return reading, ()
    gone = [claim for claims, _ in others for claim in claims]
    routes = (
        DeliveryRoute(
            channels=said.channels,
            people=said.people,
            threshold=_limit_of_both(reading, claims[0]),
            words=" ".join(one.words for one in claims),
        )
        for claims, said in others
    )
    return replace(reading, claims=tuple(one for one in reading.claims if one not in gone)), tuple(routes)


def _limit_of_both(reading: Reading, told: Claim) -> Threshold | None:
    """ "Email me if sales are under 300 & text Dana": the limit right before the joining word holds for both."""
    before = next((one for one in reversed(reading.claims) if one.end <= told.start), None)
    if before is None or before.category != "threshold":
        return None
    return before.value if {*reading.message[before.end : told.start].casefold().split()} & _JOINING else None


def _is_narrowed(reading: Reading, first: Claim, *rest: Claim) -> bool:
    """ "For edibles also email Dana", "text me only on sundays": the channel is for a part of it alone."""
    claims = [one for one in reading.claims if one.category != "adds"]
    start, end = claims.index(first), claims.index((first, *rest)[-1])
    after = next((one for one in claims[end + 1 : end + 3] if one.category not in ("if", "pronoun")), None)
    before = claims[start - 1] if start else None
    is_before = before is not None and before.category in ("of_thing", "competitors", "if", "threshold")
    is_before &= _limit_of_both(reading, first) is None
    narrowing = _narrowing(claims[:start]) | {"threshold", "bare_amount"}
    return is_before or (
        after is not None and (after.category in narrowing or _has_own_days(after, claims[:start]))
    )


def _narrowing(before: Sequence[Claim]) -> frozenset[str]:
    """What narrows a channel; an event only where something else starts the first one."""
    has_trigger = any(one.category in ("when", "event", "of_thing", "competitors") for one in before)
    return _NARROWING if has_trigger else _NARROWING - {"event"}


def _conditional_route(reading: Reading) -> tuple[Reading, tuple[DeliveryRoute, ...], list[str]]:
    """ "… at 9pm, and if it's under $300 text the owner too": an extra route; "instead" is asked about."""
    claims = list(reading.claims)
    for place, limit in enumerate(claims[:-1]):
        told = claims[place + 1]
        before = [one for one in claims[:place] if one.category == "delivery" and one.value.channels]
        opening = reading.message[: limit.start].rstrip().casefold()
        if claims[place - 1].category == "if" and place:
            opening = reading.message[: claims[place - 1].start].rstrip().casefold()
        if (
            limit.category not in ("threshold", "bare_amount")
            or told.category != "delivery"
            or not before
            or reading.message[limit.end : told.start].strip(" ,")
            or not opening.endswith((",", ";", " and", "."))
        ):
            continue
        rest = claims[place + 2 :]
        beside = [one for one in rest[:1] if one.category == "delivery" and not told.value.people]
        people = told.value.people or tuple(person for one in beside for person in one.value.people)
        channels = told.value.channels or before[0].value.channels
        end = (beside or [told])[-1].end
        kept = (*claims[:place], *rest[len(beside) :])
        left = replace(reading, claims=kept)
        if any(one.category == "adds" and one.value == "replaces" for one in rest):
            return left, (), [clause(reading.message, limit.start, end)]
        words = reading.message[limit.start : end]
        return left, (DeliveryRoute(channels=channels, people=people, threshold=limit.value, words=words),), []
    return reading, (), []


def internal_routes(reading: Reading) -> tuple[Reading, tuple[DeliveryRoute, ...]]:
    """Routes to people other than the customers that a message is for ("… and tell me by Slack")."""
    claims = [one for one in reading.claims if one.category == "delivery"]
    if not any(person.kind == "customer" for one in claims for person in one.value.people):
        return reading, ()
    routes, gone = [], []
    for place, claim in enumerate(claims):
        people, channels = claim.value.people, claim.value.channels
        if not people or any(person.kind == "customer" for person in people):
            continue
        after = claims[place + 1] if place + 1 < len(claims) else None
        beside = after is not None and not reading.message[claim.end : after.start].strip()
        if after is not None and beside and not channels and not after.value.people:
            channels = after.value.channels
            gone.append(after)
        if channels:
            routes.append(DeliveryRoute(channels=channels, people=people, words=claim.words))
            gone.append(claim)
    return replace(reading, claims=tuple(one for one in reading.claims if one not in gone)), tuple(routes)


def _starts_clause(reading: Reading, claim: Claim) -> bool:
    before = reading.message[: claim.start].rstrip()
    return before.endswith((";", ".", ",")) and claim.read.startswith(("for ", "of ", "on "))


def _has_own_days(when: Claim, before: Sequence[Claim]) -> bool:
    """ "Text me only on sundays", "email on weekdays and text on weekends", "hourly to 6, then a text at 7"."""
    if when.category != "when":
        return False
    earlier = [one.value for one in before if one.category == "when"]
    days = any(one.has_days for one in earlier) and when.value.has_days
    times = any(one.times or one.window for one in earlier) and when.value.times
    return bool(when.value.only or days or times)


def as_delivery(claim: Claim) -> Claim:
    """ "But text me …" excludes no channel; it is a delivery, and "but" only joins it."""
    words = claim.words.casefold().split()
    refuses = any(word in _REFUSING or word.endswith(("n't", "n’t", "nt")) for word in words)
    if claim.category != "dropped" or words[0] != "but" or refuses:
        return claim
    start = claim.start + len("but ")
    value = Delivery(claim.value)
    return replace(
        claim,
        category="delivery",
        value=value,
        start=start,
        words=claim.words[4:],
        read=claim.read.removeprefix("but "),
    )


def channels_apart(reading: Reading) -> Reading:
    """ "To my email and text me when …": "text" is a verb, which begins the next request."""
    claims: list[Claim] = []
    for claim in reading.claims:
        after = reading.message[claim.end : claim.end + 4].casefold()
        cut = _LAST_JOINT.search(claim.words)
        if (
            claim.category == "delivery"
            and len(claim.value.channels) > 1
            and after.split()[:1] in (["me"], ["us"])
            and claim.read.split()[0] in _BY
            and cut
        ):
            first, last = claim.value.channels[:-1], claim.value.channels[-1:]
            middle = claim.start + cut.start()
            claims += [
                replace(
                    claim, value=claim.value._replace(channels=first), end=middle, words=claim.words[: cut.start()]
                ),
                replace(
                    claim,
                    value=claim.value._replace(channels=last, people=(Person(kind="me"),)),
                    start=claim.start + cut.end(),
                    end=claim.end + after.index("e" if "me" in after else "s") + 1,
                    words=claim.words[cut.end() :],
                    read=claim.read.split()[-1],
                ),
            ]
        else:
            claims.append(claim)
    return replace(reading, claims=tuple(claims))


def people_apart(reading: Reading) -> Reading:
    """ "Email Dana sales and Vic low stock": each gets their own, on the way that is said first."""
    claims = list(reading.claims)
    for place, (told, topic, other, after) in enumerate(
        zip(claims, claims[1:], claims[2:], claims[3:], strict=False)
    ):
        kinds = [one.category for one in (told, topic, other, after)]
        if kinds != ["delivery", "topic"] * 2 or topic.value == after.value or other.value.channels:
            continue
        beside = {*reading.message[other.end : after.start].casefold().split()} <= {"the", "a", "my", "our"}
        joint, _, name = other.words.partition(" ")
        if beside and told.value.people and told.value.channels and name and joint.casefold() in _JOINING:
            value = other.value._replace(channels=told.value.channels, adds=False)
            start, said = other.end - len(name), other.read.partition(" ")[2]
            claims[place + 2] = replace(other, value=value, start=start, words=name, read=said)
    return replace(reading, claims=tuple(claims))


def without_refused(reading: Reading) -> Reading | None:
    """ "Don't email me the sales daily at 8" asks for nothing new; without its times. None for anything else."""
    said = [one for one in reading.claims if one.category not in ("polite", "smalltalk")]
    refuses = bool(said) and said[0].category == "dropped" and said[0].read.split()[0] in _REFUSING
    goes_on = bool(said) and reading.message[said[0].end :].lstrip().startswith((",", ";", "."))
    if not refuses or goes_on or any(one.category in ("delivery", "switched") for one in said):
        return None
    kept = tuple(one for one in reading.claims if one.category not in ("when", "event", "bare_clock"))
    return replace(reading, claims=kept)
