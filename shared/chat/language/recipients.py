"""The recipients and channels of a request. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from shared.chat.language.phrases import Delivery, clause, key_of
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.understood import Channel, DeliveryRoute, Limit, Person

_COPYING = ("cc ", "bcc ", "copy ", "loop ")
_STOPPING = ("stop", "quit")
_NAMED_BY: dict[str, Channel] = {"email": "email", "text": "sms", "sms": "sms"}
_MESSAGES = frozenset({"email", "text"})
_BESIDE_DRIVE: tuple[Channel, ...] = ("email", "sms", "slack", "dashboard")
_OF_THE_TEAM = frozenset({"slack", "dashboard", "drive"})
_FEW_WORDS = 2
_GETTING = frozenset({"get", "gets", "receive", "receives"})
_ALONE = frozenset({"me", "owner", "email", "phone"})


def people_of(reading: Reading, topics: Sequence[str], routes: Sequence[DeliveryRoute]) -> tuple[Person, ...]:
    """The recipients."""
    table = language().lexicon.data["words"]
    writes = len(topics) == 1 and topics[0] in table["to_customers"]
    things = {*table["things"]}
    told = [(one, person) for one in reading.claims if one.category == "delivery" for person in one.value.people]
    people = tuple(
        person
        for claim, person in told
        # In "Slack them too", "them" is the figures.
        if writes or person.kind != "customer" or not things & {*claim.words.casefold().split()}
    )
    if people and all(claim.read.startswith(_COPYING) for claim, _ in told):
        # "…, cc Dana": in addition to the person who asks.
        people = (Person(kind="me"), *people)
    joined = any(len(one.value.people) > 1 for one, _ in told)
    # "… and to me", "cc me" name one more; "text me … to 555-0142" says where to text me.
    joined |= any(person.kind == "me" and one.read.startswith(("to ", *_COPYING)) for one, person in told)
    if len(people) > 1 and not joined and any(_names_an_address(one) for one, _ in told):
        # "Text me the sales to 555-0142": the number is where to text me.
        people = tuple(person for person in people if person.kind != "me")
    if not people and writes and not routes and _words_of(reading) & {*table["listing"]}:
        return (Person(kind="me"),)
    if not people and writes and not routes and any(_is_a_message(one) for one in reading.claims):
        return (Person(kind="customer"),)
    reached = [claim for claim, person in told if claim.value.people == (person,) and person.value]
    is_where = any(claim.words.casefold().startswith("to ") and _is_unjoined(reading, claim) for claim in reached)
    return tuple(dict.fromkeys(one for one in people if joined or not (is_where and one.kind == "me")))


def adds_delivery(reading: Reading) -> bool:
    """ "… and text me too": one more way to tell, in addition to those there are."""
    joins = [one for one in reading.claims if one.category == "delivery" and one.value.adds]
    replaces = [one for one in reading.claims if (one.category, one.value) == ("adds", "replaces")]
    # In "make it 7 instead and text me too", "instead" is of the time.
    return bool(joins) and not any(one.start > joins[0].start for one in replaces)


def adds_only_a_recipient(reading: Reading) -> bool:
    """ "Move it to 7, then send it also to Vic": the time that stands before takes the place of the old one."""
    kinds = [one.category for one in reading.claims]
    if kinds.count("adds") != 1 or "when" not in kinds:
        return False
    place = kinds.index("adds")
    told = reading.claims[place - 1] if "when" in kinds[: place - 1] and "when" not in kinds[place:] else None
    if told and told.category == "delivery" and told.value.people:
        # "Make it 9pm and Dana too".
        return told.words.casefold().startswith("and ") or not _is_unjoined(reading, told)
    return kinds[place + 1 : place + 2] == ["delivery"] and "when" not in kinds[place:]


def _is_a_message(claim: Claim) -> bool:
    """ "A thank-you email" goes to customers."""
    return claim.category == "topic" and claim.read.split()[-1].removesuffix("s") in _MESSAGES


def _is_unjoined(reading: Reading, claim: Claim) -> bool:
    """Whether the address is mine ("text me the sales to 555 0123"), not another one ("… and to 555 0123")."""
    before = reading.message[: claim.start].casefold().replace(",", " , ").split()[-1:]
    return before not in (["and"], [","], ["also"], ["plus"], ["then"])


def with_customers(reading: Reading, topics: Sequence[str]) -> Reading:
    """With customers as the recipients of a channel that can only be for them.

    "Text lapsed customers"; and if no other recipient is named, "a thank you by email".
    """
    table = language().lexicon.data["words"]
    words, topic = _words_of(reading), topics[0] if len(topics) == 1 else None
    if words & {*table["listing"]} or topic not in table["about_customers"]:
        return reading
    named = any(
        one.category == "limit" and one.value[1] == "segment" and one.words.casefold().startswith("to ")
        for one in reading.claims
    )
    is_for_them = topic in table["to_customers"] and bool(named or words & {*table["greeting"]})
    told = [one.value for one in reading.claims if one.category == "delivery"]
    is_for_them &= not any(one.people and not one.adds for one in told)

    def to_them(before: Claim | None, claim: Claim, after: Claim | None) -> Claim:
        if claim.category == "delivery" and topic in table["to_customers"]:
            people = tuple(
                Person(kind="customer") if one.value in table["buying"] else one for one in claim.value.people
            )
            claim = replace(claim, value=claim.value._replace(people=people))
        is_bare = claim.category == "delivery" and claim.value.channels and not claim.value.people
        gets = before is not None and before.read.split()[-1] in _GETTING
        gets = gets and any(_names_customers(one) for one in reading.claims if one.end < claim.start)
        if not is_bare or not (is_for_them or gets or (after is not None and _names_customers(after))):
            return claim
        return replace(claim, value=Delivery(claim.value.channels, (Person(kind="customer"),)))

    rows = zip_longest((None, *reading.claims[:-1]), reading.claims, reading.claims[1:])
    return replace(reading, claims=tuple(to_them(*row) for row in rows))


def channels_of(reading: Reading) -> tuple[tuple[Channel, ...], tuple[Channel, ...]]:
    """The channels that are wanted, and those that are not; if one is both, the last mention counts."""
    last: dict[Channel, bool] = {}
    for claim in reading.claims:
        match claim.category:
            case "delivery":
                said = {True: claim.value.channels}
            case "dropped":
                said = {False: claim.value}
            case "switched":
                said = {False: claim.value[0], True: claim.value[1]}
            case _:
                continue
        last.update({one: wanted for wanted, channels in said.items() for one in channels})
    # "Thank you texts".
    named_by = {claim.read.split()[-1].removesuffix("s") for claim in reading.claims if claim.category == "topic"}
    if True not in last.values():
        last |= {channel: True for word, channel in _NAMED_BY.items() if word in named_by}
    wanted = tuple(one for one, is_wanted in last.items() if is_wanted)
    if wanted == ("drive",) and "replaces" in reading.of("adds"):
        # "Save it to Drive instead"; alone, a copy there joins the other channels.
        last |= dict.fromkeys(_BESIDE_DRIVE, False)
    return wanted, tuple(sorted({*last} - {*wanted}))


def applicable_limits(people: Sequence[Person], channels: Sequence[Channel], reading: Reading) -> tuple[Limit, ...]:
    """The limits, without those that only repeat who the recipients are ("not the whole staff, only me").

    By text, such a limit stays: a text goes to the staff's phones.
    """
    alone = bool(people) and "sms" not in channels and all(one.kind in _ALONE for one in people)
    told = {one.value or one.kind for one in people}
    limits = (
        Limit(operator=operator, kind=kind, values=tuple(values), words=claim.words)
        for claim in reading.claims
        if claim.category == "limit"
        for operator, kind, values in (claim.value,)
    )
    beside = {one.words for one, after in pairwise(reading.claims) if after.category == "delivery"}
    return tuple(
        one
        for one in limits
        if one.kind != "people" or not alone or one.words not in beside or told & {*one.values}
    )


def with_task_unread(reading: Reading) -> Reading:
    """ "Text the staff at 9:30 to face the shelves": what they are to do, and nobody else."""
    told = [one for one in reading.claims if one.category == "delivery" and one.value.people]
    tasks = [one for before, one in pairwise(told) if _may_be_task(reading, before, one)]
    if not tasks or reading.of("topic") or reading.of("event") or not reading.of("when"):
        return reading
    kept = tuple(one for one in reading.claims if one not in tasks)
    return replace(reading, claims=kept, unread=(*reading.unread, *(one.words for one in tasks)))


def _may_be_task(reading: Reading, before: Claim, claim: Claim) -> bool:
    """ "Text them to mop", "text the staff at 9 to face the shelves"; "text the sales to marco" names somebody."""
    words = claim.words.split()
    is_unknown = all(one.kind == "unknown" for one in claim.value.people) and not claim.value.channels
    is_long = len(words) > _FEW_WORDS or not reading.message[before.end : claim.start].strip()
    return is_unknown and is_long and words[0] == "to" and claim.words == claim.words.casefold()


def tells_the_team(reading: Reading) -> bool:
    """ "Text me when an order comes in": nobody is thanked for it."""
    told = [one for one in reading.of("delivery") if one.people or one.channels]
    people = {person.kind for one in told for person in one.people}
    own = people or (bool(told) and all({*one.channels} <= _OF_THE_TEAM for one in told))
    return bool(own) and "customer" not in people and "thank_you" not in map(key_of, reading.of("topic"))


def _names_customers(claim: Claim) -> bool:
    return claim.category == "topic" or (claim.category == "threshold" and claim.value.subject == "days_inactive")


def _names_an_address(claim: Claim) -> bool:
    return claim.read.startswith("to ") and {one.kind for one in claim.value.people} <= {"email", "phone"}


def _words_of(reading: Reading) -> set[str]:
    """The words of its topics, each with the word after it: "the VIP report" for the topic "the VIP"."""
    said = [one for one in reading.claims if one.category == "topic"]
    texts = (f"{one.words} {' '.join(reading.message[one.end :].split()[:1])}" for one in said)
    return {word for text in texts for word in text.casefold().split()}


_DEPENDENT = frozenset(
    {"threshold", "bare_amount", "of_thing", "competitors", "top", "bare_clock", "segment", "period"}
)
"""Categories that mean nothing by themselves inside an unread phrase."""


def with_whole_phrases(reading: Reading) -> Reading:
    """Extends unread words over the amounts and names next to them.

    "Who spent" alone would lose the rest: "more than $200".
    """
    # A cc on each message to a customer is not possible.
    copies = [one for one in reading.claims if one.category == "delivery" and one.read.startswith(("cc ", "bcc "))]
    message, claims = reading.message, [one for one in reading.claims if one not in copies]
    unread: list[str] = []
    for text in reading.unread:
        start = message.find(text)
        stops = [one.start for one in claims if one.start > start and one.category not in _DEPENDENT]
        whole = clause(message, start, start + len(text))
        end = min([start + len(whole), *stops])
        claims = [one for one in claims if not (one.category in _DEPENDENT and start < one.start < end)]
        begin = max((one.end for one in claims if one.end <= start), default=0)
        begin = max(begin, *(message.rfind(border, 0, start) + len(border) for border in (", ", "; ", ". ")))
        for one in reversed(claims):
            # "Two at a time".
            if one.category in _DEPENDENT and one.end <= start and not message[one.end : start].strip():
                claims.remove(one)
                begin, start = one.start, one.start
        before = message[begin:start]
        unread.append(
            message[begin if before.strip().isalpha() else start : max(end, start + len(text))].strip(" ,.;")
        )
    operators = tuple(new for new, old in zip(unread, reading.unread, strict=True) if old in reading.operators)
    words = tuple(one.words for one in copies)
    return replace(reading, claims=tuple(claims), unread=(*unread, *words), operators=(*operators, *words))


_STARTS_TIME = ("every", "each", "on", "at", "daily", "weekly", "monthly", "tomorrow", "next", "once", "in")
_MAX_PURPOSE = 300
_CAMPAIGNS = (("topic", "campaign_draft"), ("cannot", "blast"))
_PROMOTED = ("slow_movers", "new_products")
"""Topics that a campaign may be for."""


def with_purpose(reading: Reading) -> tuple[Reading, str | None]:
    """The reading without the campaign's purpose, and the purpose word for word: "about our 4/20 sale"."""
    campaign = next((one for one in reading.claims if (one.category, one.value) in _CAMPAIGNS), None)
    if campaign is None:
        return reading, None
    message, table = reading.message, language().lexicon.data["words"]
    if campaign.category == "cannot":
        campaign = replace(campaign, end=campaign.start + len(campaign.words.rpartition(" ")[0]))
    opening = next(
        (one for one in table["purpose"] if message[campaign.end :].casefold().startswith(f" {one} ")), None
    )
    promoted = (one for one in reading.claims if one.value in _PROMOTED and one.start > campaign.start)
    if opening is None and (one := next(promoted, None)) and message[: one.start].endswith((" for ", " for the ")):
        return replace(reading, claims=tuple(claim for claim in reading.claims if claim is not one)), one.words
    if opening is None:
        return reading, None
    start = campaign.end + len(opening) + 2
    after = [one for one in reading.claims if one.start > start]
    stops = [one.start for one, other in zip_longest(after, after[1:]) if _ends_purpose(one, other, message)]
    end = min([len(message), *stops])
    purpose = message[start:end].strip(" ,.;")
    begin = start if campaign.category == "cannot" else campaign.end
    return (reading.without(begin, end), purpose[:_MAX_PURPOSE]) if purpose else (reading, None)


def _ends_purpose(claim: Claim, after: Claim | None, message: str) -> bool:
    first = claim.words.casefold().split()[0]
    is_last = after is None and not message[claim.end :].strip(" .!?")
    is_timed = after is not None and after.category == "when" and not message[claim.end : after.start].strip(" ,")
    is_time = claim.category == "when" and (first in _STARTS_TIME or first.endswith("days") or is_last or is_timed)
    is_segment = claim.category == "limit" and claim.value[1] == "segment"
    return is_time or is_segment or claim.category in ("delivery", "cannot")


def with_channel_stopped(reading: Reading) -> Reading:
    """ "Stop sending Gap Watch to Slack" drops only that channel."""
    for place, (verb, name, told) in enumerate(
        zip(reading.claims, reading.claims[1:], reading.claims[2:], strict=False)
    ):
        stops = verb.category == "verb" and key_of(verb.value) == "pause" and verb.read.split()[0] in _STOPPING
        if (
            stops
            and name.category in ("playbook", "pronoun")
            and told.category == "delivery"
            and told.value.channels
        ):
            dropped = replace(told, category="dropped", value=told.value.channels)
            claims = (*reading.claims[:place], name, dropped, *reading.claims[place + 3 :])
            return replace(reading, claims=claims)
    return reading
