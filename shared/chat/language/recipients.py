"""Who a request tells: the people that it names, and the customers where the words can only mean them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.chat.language.people import Delivery
from shared.chat.language.reading import Claim, Reading, clause, language
from shared.chat.understood import Person, Road


def people_of(reading: Reading, topics: Sequence[str], roads: Sequence[Road]) -> tuple[Person, ...]:
    """Who is told; the customers as well where a message is worded, or a channel stands right before them."""
    table = language().lexicon.data["words"]
    writes = len(topics) == 1 and topics[0] in table["to_customers"]
    told = [(claim, claim.value) for claim in reading.claims if claim.category == "delivery"]
    things = {*table["things"]}
    people = tuple(
        dict.fromkeys(
            person
            for claim, delivery in told
            for person in delivery.people
            # "Slack them too": the figures.
            if writes or person.kind != "customer" or not things & {*claim.words.casefold().split()}
        )
    )
    about = [place for place, claim in enumerate(reading.claims) if claim.category == "topic"]
    before = [reading.claims[place - 1] for place in about if place]
    by_channel = any(claim.category == "delivery" and claim.value.channels for claim in before)
    words = {*" ".join(reading.claims[place].words.casefold() for place in about).split()}
    lists = bool(words & {*table["listing"]})
    if not people and by_channel and not lists and topics and topics[0] in table["about_customers"]:
        return (Person(kind="customer"),)
    if people or not writes or roads:
        return people
    if lists:
        return (Person(kind="me"),)
    has_channel = any(delivery.channels for _, delivery in told)
    greets = has_channel and bool(words & {*table["greeting"]})
    sent = [claim for claim in reading.claims if claim.category == "limit" and claim.value[1] == "segment"]
    named = has_channel and any(claim.words.casefold().startswith("to ") for claim in sent)
    return (Person(kind="customer"),) if greets or named else ()


def told_after_all(claim: Claim) -> Claim:
    """ "But text me …" leaves nothing out."""
    words = claim.words.casefold().split()
    if claim.category != "dropped" or words[0] != "but" or {"not", "no", "never", "skip", "stop"} & {*words}:
        return claim
    return replace(claim, category="delivery", value=Delivery(claim.value))


_BOUND = frozenset(
    {"threshold", "bare_amount", "of_thing", "competitors", "top", "bare_clock", "segment", "period"}
)
"""What says nothing by itself in a phrase that nobody reads."""


def whole_phrases(reading: Reading) -> Reading:
    """What was not read goes on over the amounts and names after it, and back over what says nothing before it.

    "Who spent" alone would lose what follows: "more than $200".
    """
    message, claims = reading.message, list(reading.claims)
    unread: list[str] = []
    for text in reading.unread:
        start = message.find(text)
        stops = [one.start for one in claims if one.start > start and one.category not in _BOUND]
        whole = clause(message, start, start + len(text))
        end = min([start + len(whole), *stops])
        claims = [one for one in claims if not (one.category in _BOUND and start < one.start < end)]
        begin = max((one.end for one in claims if one.end <= start), default=0)
        begin = max(begin, *(message.rfind(border, 0, start) + len(border) for border in (", ", "; ", ". ")))
        before = message[begin:start]
        unread.append(
            message[begin if before.strip().isalpha() else start : max(end, start + len(text))].strip(" ,.;")
        )
    operators = tuple(new for new, old in zip(unread, reading.unread, strict=True) if old in reading.operators)
    return replace(reading, claims=tuple(claims), unread=tuple(unread), operators=operators)


_STARTS_TIME = ("every", "each", "on", "at", "daily", "weekly", "monthly", "tomorrow", "next", "once", "in")
_MAX_PURPOSE = 300


def with_purpose(reading: Reading) -> tuple[Reading, str | None]:
    """What a campaign is about, word for word: "draft a campaign about our 4/20 sale"; nothing in it is read."""
    campaign = next(
        (one for one in reading.claims if one.category == "topic" and one.value == "campaign_draft"), None
    )
    if campaign is None:
        return reading, None
    message, table = reading.message, language().lexicon.data["words"]
    opening = next(
        (one for one in table["purpose"] if message[campaign.end :].casefold().startswith(f" {one} ")), None
    )
    if opening is None:
        return reading, None
    start = campaign.end + len(opening) + 2
    stops = [one.start for one in reading.claims if one.start > start and _ends_purpose(one)]
    end = min([len(message), *stops])
    purpose = message[start:end].strip(" ,.;")
    kept = replace(
        reading,
        claims=tuple(one for one in reading.claims if not campaign.end <= one.start < end),
        unread=tuple(text for text in reading.unread if not campaign.end <= message.find(text) < end),
        operators=tuple(text for text in reading.operators if not campaign.end <= message.find(text) < end),
    )
    return (kept, purpose[:_MAX_PURPOSE]) if purpose else (reading, None)


def _ends_purpose(claim: Claim) -> bool:
    first = claim.words.casefold().split()[0]
    is_time = claim.category == "when" and (first in _STARTS_TIME or first.endswith("days"))
    is_segment = claim.category == "limit" and claim.value[1] == "segment"
    return is_time or is_segment or claim.category in ("delivery", "cannot")
