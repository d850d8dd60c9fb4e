"""Decides what is to be done with a message: a new playbook, a change, an answer, a run, or nothing clear."""

from __future__ import annotations

import re

from shared.chat.grammar import intents
from shared.chat.grammar.hints import Hints
from shared.chat.grammar.leftover import has_more_words
from shared.chat.grammar.reading import Reading
from shared.chat.understanding import Intent, Topic

_SOMETHING_ELSE = re.compile(
    r"\b(?:an?|another|some|daily|weekly|monthly|hourly)(?: \w+){0,2} (?:reports?|summar(?:y|ies)|digests?"
    r"|updates?|overviews?"
    r"|lists?|newsletters?|reminders?|campaigns?|breakdowns?|playbooks?|alerts?)\b"
)
"""A thing that was not spoken of before: "a weekly report"; "the report" may be the one that is asked about."""
TO_CUSTOMERS = (Topic.WELCOME, Topic.THANK_YOU, Topic.WIN_BACK, Topic.BIRTHDAYS)
"""Topics whose work reaches customers: never done because of a mere question."""


def intent_of(reading: Reading, hints: Hints) -> Intent:
    """What is to be done."""
    command = reading.command
    has_when = bool(reading.schedule.wishes or reading.schedule.question or reading.events.spans)
    details = has_when or bool(
        reading.channels.wanted
        or reading.channels.dropped
        or reading.threshold.threshold
        or reading.threshold.question
        or reading.addresses
        or reading.people.recipients
        or reading.competitors.spans
        or reading.top
        or reading.name
        or reading.quoted
        or reading.campaign.segment
    )
    if command is not None and (found := _commanded(command, reading, has_when)) is not None:
        return found
    if reading.negated and not (has_when or reading.channels.wanted or reading.channels.dropped):
        return Intent.REFUSE
    if reading.channels.dropped and not (reading.topics and (has_when or reading.channels.wanted)):
        return Intent.CHANGE
    low = reading.text.low
    if intents.sends_it(low) and not reading.events.spans:
        return Intent.CHANGE
    if (
        intents.joins_or_replaces(low)
        and details
        and not (reading.topics and has_when)
        and not reading.events.spans
    ):
        return Intent.CHANGE
    is_timed = bool(reading.schedule.wishes or reading.schedule.spans or reading.events.spans)
    if reading.topics and intents.asks_data(low) and not is_timed and reading.topics[0] not in TO_CUSTOMERS:
        return Intent.RUN
    if reading.topics and intents.wants_now(low) and not has_when:
        return Intent.RUN
    return _new_or_answer(reading, hints, has_when, details)


def _new_or_answer(reading: Reading, hints: Hints, has_when: bool, details: bool) -> Intent:
    makes = intents.makes(reading.text.low)
    if hints.pending is not None and makes and has_when and _SOMETHING_ELSE.search(reading.text.low):
        return Intent.CREATE
    if reading.topics and (has_when or makes) and (makes or hints.pending is None):
        return Intent.CREATE
    if reading.topics and hints.pending is not None:
        return Intent.ANSWER
    if (
        hints.pending is None
        and _has_recipient(reading)
        and (reading.events.spans or (reading.schedule.spans and makes))
    ):
        return Intent.CREATE
    if hints.pending is None and reading.events.events and not makes:
        return Intent.ANSWER
    only_me = reading.people.recipients == ("me",) and not (
        has_when
        or reading.channels.wanted
        or reading.threshold.threshold
        or reading.competitors.spans
        or reading.top
    )
    if hints.pending is not None and only_me and has_more_words(reading):
        return Intent.UNCLEAR
    if not (details or reading.competitors.question or reading.channels.question):
        return Intent.UNCLEAR
    if hints.pending is None and has_more_words(reading):
        return Intent.CREATE if makes and not reading.topics else Intent.UNCLEAR
    return Intent.ANSWER


def _has_recipient(reading: Reading) -> bool:
    return bool(reading.people.recipients or reading.addresses or reading.people.question)


def changes_nothing(reading: Reading) -> bool:
    """Whether a change says nothing of what is to be different."""
    return not (
        reading.tokens
        or reading.channels.wanted
        or reading.channels.dropped
        or reading.threshold.threshold
        or reading.threshold.question
        or reading.name
        or reading.addresses
        or reading.people.recipients
        or reading.competitors.spans
        or reading.top
        or reading.quoted
        or reading.campaign.segment
        or reading.events.spans
        or reading.people.question
        or reading.channels.question
    )


def _commanded(command: intents.Command, reading: Reading, has_when: bool) -> Intent | None:
    """The command's intent, unless its words only sound like one ("start sending me …")."""
    reference, wanted = reading.reference, command.intent
    if wanted is Intent.SHOW:
        return Intent.SHOW if command.is_about_one else _shown(reading)
    if reading.channels.dropped and wanted in (Intent.PAUSE, Intent.DELETE):
        return Intent.CHANGE
    if wanted is Intent.RUN:
        return _ran(command, reading, has_when)
    if wanted is Intent.CHANGE:
        is_named = reference.words is not None or reference.question is not None
        has_details = has_when or bool(
            reading.threshold.threshold
            or reading.channels.wanted
            or reading.name
            or reading.tokens
            or reading.quoted
            or reading.campaign.segment
        )
        if is_named or (has_details and not reading.topics) or reading.threshold.threshold:
            return Intent.CHANGE
        return None if reading.topics else Intent.CHANGE if has_details else None
    return wanted


def _shown(reading: Reading) -> Intent | None:
    reference = reading.reference
    words = reference.words or ""
    if reference.is_known or words in ("it", "that", "this") or reference.question:
        return Intent.SHOW
    if re.search(r"\b(?:alert|playbook|reminder|automation)s?\b", words):
        return Intent.SHOW
    if reading.topics:
        return None
    return Intent.SHOW if words else None


def _ran(command: intents.Command, reading: Reading, has_when: bool) -> Intent | None:
    reference = reading.reference
    if has_when and not (reading.schedule.question and not reading.schedule.spans):
        is_existing = reference.is_known or (reference.words or "") in ("it", "that", "this")
        return Intent.CHANGE if is_existing else None
    if reference.words in ("tracking", "watching", "monitoring", "sending", "me") and not reading.topics:
        return None
    is_existing = reference.is_known or bool(reference.question) or reference.words in ("it", "that", "this")
    named = reference.words and re.match(r"(?:run|execute|trigger|re-?run)\b", reading.text.low[command.start :])
    return Intent.RUN if is_existing or named or reading.topics else None
