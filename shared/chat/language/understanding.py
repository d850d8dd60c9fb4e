"""Turns a reading into requests, one for each thing that the message asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from shared.chat.language.accounting import (
    with_amount_instead,
    without_background,
    without_effect,
    without_opening_now,
    without_pronoun_one,
    without_retracted,
)
from shared.chat.language.asking import question_of, questions_as_topics
from shared.chat.language.intents import (
    adds_event_to_playbook,
    alerts,
    competitors_of,
    events_of,
    intent_of,
    refers_to_playbook,
    segment_of,
    subjects_of,
    weak_topics,
)
from shared.chat.language.leftovers import (
    bare_times,
    contradictory_phrases,
    counts_of_unknown_things,
    incomplete_phrases,
    is_courtesy,
    separate_times,
    unread_beside_competitors,
    unread_conditions,
    unread_people,
    unread_verbs,
    unusable_phrases,
    without_counts,
    without_delivering,
    without_other_times,
)
from shared.chat.language.new_names import with_name
from shared.chat.language.phrases import excluded_days, key_of, strings
from shared.chat.language.reading import Reading, language, slots_of, thresholds_of, without_dependent
from shared.chat.language.recipients import (
    adds_delivery,
    adds_only_a_recipient,
    applicable_limits,
    channels_of,
    people_of,
    with_channel_stopped,
    with_customers,
    with_purpose,
    with_whole_phrases,
)
from shared.chat.language.reminders import with_message
from shared.chat.language.request_times import is_delay, whens_of, with_new_edge
from shared.chat.language.routes import internal_routes, with_address_given, with_routes, without_refused
from shared.chat.language.splitting import split_requests
from shared.chat.language.together import (
    COMMANDS,
    one_for_each_playbook,
    playbooks_meant,
    share_details,
    without_kept_playbook,
)
from shared.chat.understood import Intent, Person, Request, Unsupported

_OF_ONE = frozenset({"spending", "next_run", "did_run", "last_run", "why_not", "explain", "show_output"})


def requests_of(reading: Reading) -> tuple[Request, ...]:
    """The requests of a message in their order; always at least one."""
    reading = with_address_given(without_background(without_retracted(without_opening_now(reading))))
    parts = split_requests(reading)
    parts = parts[1:] if len(parts) > 1 and is_courtesy(parts[0]) else parts
    requests = share_details([_with_unused_phrases(part) for part in parts], parts)
    together = zip(requests, map(without_kept_playbook, parts), strict=True)
    every = [one for request, part in together for one in one_for_each_playbook(request, part)]
    for first, after in pairwise(tuple(every)):
        if first.intent is Intent.CREATE and after.intent in COMMANDS and after.playbook == "it" and after.must_ask:
            # "… but hold it if Dana has ordered": not to be made before that is clear.
            asked = {name: (*getattr(first, name), *getattr(after, name)) for name in ("unread", "must_ask")}
            every = [one.model_copy(update=asked) if one is first else one for one in every if one is not after]
    return tuple(every)


def _with_unused_phrases(reading: Reading) -> Request:
    """The request; phrases without an effect are added to its unread words."""
    request = _request(reading)
    if not (lost := without_effect(reading, request, _request)):
        return request
    return request.model_copy(
        update={
            "unread": _without_substrings((*request.unread, *lost)),
            "must_ask": _without_substrings((*request.must_ask, *lost)),
        }
    )


def _request(reading: Reading) -> Request:
    if reading.of("hostile"):
        return Request(intent=Intent.HOSTILE)
    asked = question_of(reading)
    if asked is not None:
        return _asked(reading, asked)
    reading = without_counts(with_amount_instead(reading))
    reading, name = with_name(without_pronoun_one(without_kept_playbook(reading)))
    reading, message, more = with_message(reading)
    rewordings = language().lexicon.data["words"]["rewording"]
    rewords = next((one for one in rewordings if (message or "").casefold().startswith(one)), None)
    message = message[len(rewords) :] if message and rewords else message
    reading, purpose = with_purpose(reading)
    reading = questions_as_topics(reading)
    reading, routes, more_routes = with_routes(reading)
    reading = with_channel_stopped(reading)
    intent = intent_of(reading)
    if intent is Intent.CREATE and (refused := without_refused(reading)):
        reading, intent = refused, Intent.CHANGE
    if intent in (Intent.PAUSE, Intent.CHANGE, Intent.RUN) and (ended := with_new_edge(reading)):
        reading, intent = ended, Intent.CHANGE
    topics = subjects_of(reading, reminds=message is not None)
    weak: list[str] = []
    reading = with_customers(reading, topics)
    if intent is Intent.CREATE and {*topics} & {*language().lexicon.data["words"]["to_customers"]}:
        reading, told = internal_routes(with_whole_phrases(reading))
        routes, weak = (*routes, *told), weak_topics(reading, topics)
    elif reading.of("event") or reading.of("if"):
        weak = weak_topics(reading, topics)
    if rewords and not reading.of("when"):
        topics, intent = [], Intent.CHANGE
    if name and intent not in (Intent.COPY, Intent.CREATE):
        intent = Intent.CHANGE
    reading, other_times = without_other_times(reading)
    people, bare = people_of(reading, topics, routes), reading.of("bare_person")
    if len(bare) == 1 and {one.category for one in reading.claims} == {"bare_person"}:
        [address], bare = bare, []
        people = (Person(kind="email" if "@" in address else "phone", value=address),)
    negated = bool(reading.of("negated")) and intent is Intent.CHANGE
    whens = excluded_days(whens_of(reading)) if negated else whens_of(reading)
    lost = (
        *bare,
        *other_times,
        *unread_people(reading),
        *unread_verbs(reading),
        *unread_beside_competitors(reading),
        # "Don't send it at 9": a time next to "not" that excludes no days is not a new time.
        *(
            claim.words
            for before, claim in pairwise(reading.claims)
            if negated and (before.category, claim.category) == ("negated", "when")
            if "," not in reading.message[before.end : claim.start]
            if not any(one.set_fields.keys() & {"but_weekdays"} and claim.words in one.words for one in whens)
            if not any(name.startswith("but_") for name in claim.value.set_fields)
        ),
        *unread_conditions(reading),
        *unusable_phrases(reading, intent),
        *contradictory_phrases(reading),
        *bare_times(reading),
        *separate_times(reading),
        *counts_of_unknown_things(reading),
        *incomplete_phrases(reading),
        *more,
        *more_routes,
        *weak,
        *(one.words for one in reading.claims if one.category == "not_about" and not topics),
    )
    reading = without_dependent(reading, lost)
    channels, dropped = channels_of(reading)
    channels = channels or (("slack",) if reading.of("named_channel") else ())
    pronouns = [key_of(value) for value in (*reading.of("pronoun"), *slots_of(reading, "verb"))]
    leaves_out = any(one.but_weekdays for one in reading.of("when"))
    inside = reading.playbooks if name or leaves_out else ()
    playbooks = [*reading.of("playbook"), *playbooks_meant(reading), *inside]
    adds_recipient = adds_only_a_recipient(reading)
    question = next((key_of(value) for value in reading.of("question")), None)
    named_channels = (claim.words for claim in reading.claims if claim.category == "named_channel")
    return Request(
        alert=bool(reading.of("if")) or alerts(reading),
        only_news=next((one.words for one in reading.claims if one.category == "any_found"), None),
        intent=intent,
        topic=topics[0] if len(topics) == 1 else None,
        topics=tuple(topics) if len(topics) > 1 else (),
        question=question if intent is Intent.ASK else None,
        whens=whens,
        events=tuple(events_of(reading)) if intent is Intent.CREATE or adds_event_to_playbook(reading) else (),
        thresholds=thresholds_of(reading),
        channels=channels,
        dropped_channels=dropped,
        people=people,
        routes=routes,
        competitors=_unique(name for some in competitors_of(reading) for name in some),
        products=_unique(
            [*reading.of("of_thing"), *strings(slots_of(reading, "topic")), *_products_of_conditions(reading)]
        ),
        segment=segment_of(reading, topics),
        period=next((key_of(value) for value in reading.of("period")), None),
        top=next((int(value) for value in _numbers(reading)), None),
        message=message or purpose or next(iter(reading.of("quote")), None),
        name=name,
        playbook=next(iter(playbooks), None) or ("it" if "it" in pronouns or refers_to_playbook(reading) else None),
        all_playbooks="all" in pronouns,
        adds="adds" in reading.of("adds") and not adds_recipient,
        adds_delivery=adds_recipient or adds_delivery(reading),
        limits=applicable_limits(people, channels, reading),
        unsupported=_unique(
            Unsupported(key="delay" if claim.category == "when" else key_of(claim.value), words=claim.words)
            for claim in reading.claims
            if claim.category == "cannot" or (intent is Intent.CREATE and is_delay(claim))
        ),
        unread=_without_substrings((*without_delivering(reading.unread, channels), *lost, *named_channels)),
        must_ask=_without_substrings((*reading.operators, *lost)),
    )


def _asked(reading: Reading, question: str) -> Request:
    """A question about what is there: its other words don't matter, and "the next one" is no time."""
    named = [*reading.of("playbook"), *reading.playbooks, *playbooks_meant(reading)]
    spoken = {*reading.message[reading.start :].casefold().replace("?", " ").split()}
    the_one = "that" in spoken or ("one" in spoken and bool(spoken & {"next", "last", "this"}))
    points = "it" in spoken or (the_one and question in _OF_ONE)
    timed = tuple(one for one in reading.claims if one.category != "bare_clock")
    return Request(
        intent=Intent.ASK,
        question=question,
        topic=next(iter(subjects_of(reading, reminds=False)), None),
        whens=whens_of(replace(reading, claims=timed)),
        competitors=_unique(name for some in competitors_of(reading) for name in some),
        thresholds=tuple(reading.of("threshold")),
        products=_unique([*reading.of("of_thing"), *strings(slots_of(reading, "topic"))]),
        period=next((key_of(value) for value in (*reading.of("period"), *_periods_in_questions(reading))), None),
        top=next((int(value) for value in _numbers(reading)), None),
        playbook=next(iter(named), None) or ("it" if points else None),
    )


def _products_of_conditions(reading: Reading) -> list[str]:
    """ "Every 2 hours, if Blue Dream is out": a condition at given times is no event, but is about a product."""
    events = [one for one in reading.of("event") if reading.of("when") and isinstance(one, tuple) and "if" in one]
    stock = [one for one in events if key_of(one).startswith("inventory.")]
    return [part for one in stock for part in strings(one[1:]) if part not in ("when", "if", "or")]


def _numbers(reading: Reading) -> list[Any]:
    return [*reading.of("top"), *(part for part in slots_of(reading, "topic") if isinstance(part, int))]


def _periods_in_questions(reading: Reading) -> list[str]:
    known = language().lexicon.data["phrases"]["period"]
    return [part for part in strings(slots_of(reading, "question")) if part in known]


def _without_substrings(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without those that are part of another one."""
    every = _unique(texts)
    return tuple(one for one in every if not any(one in other for other in every if other != one))


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
