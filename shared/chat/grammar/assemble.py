"""Decides what a message means from what was found in it."""

from __future__ import annotations

import re
from typing import Any

from shared.chat.grammar import intents, questions
from shared.chat.grammar.asking import asks_what_if
from shared.chat.grammar.commands import edit, recipients, run, topic_of, who
from shared.chat.grammar.courtesy import is_smalltalk
from shared.chat.grammar.decide import changes_nothing, intent_of
from shared.chat.grammar.followup import answers_when, schedule_with_pending
from shared.chat.grammar.hints import Hints
from shared.chat.grammar.normalise import MAX_LENGTH, clean
from shared.chat.grammar.playbooks import PRONOUNS
from shared.chat.grammar.reading import Reading, read
from shared.chat.understanding import EventWish, Intent, Threshold, Topic, Unclear, Understanding

_EDITS = (Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.SHOW)
_NATURAL: dict[Topic, str] = {
    Topic.LOW_STOCK: "inventory.low_stock",
    Topic.OUT_OF_STOCK: "inventory.out_of_stock",
    Topic.RESTOCKED: "inventory.restocked",
    Topic.NEW_PRODUCTS: "inventory.new_product",
    Topic.OUR_PRICE_CHANGED: "inventory.price_changed",
}
_ALWAYS: dict[Topic, str] = {Topic.WELCOME: "customer.signup", Topic.THANK_YOU: "order.completed"}
_LONGEST, _MOST_EVENTS, _MOST_NAMES = 300, 5, 20
_UNREAD = re.compile(r"\d%(?! (?:off|discount))|(?<!\w)\$\s?\d+(?!\d*(?:\.\d+)? (?:off|discount|coupon))")
"""A figure that no rule has read."""
_STATES = ("inventory.", "competitor.")
_ALERT = re.compile(r"\b(?:alerts?|warn\w*|notify|notifications?|let me know|ping)\b")
_LOOKS = re.compile(r"\b(?:check|scan|look|watch|monitor|track|compare)\b")
_DELAY = re.compile(
    r"\bwait(?:s|ing)? (?:for )?(?:\d+|an?|a few|half)\b|\b(?:\d+|an?|a few) (?:minutes?|hours?"
    r"|days?|weeks?|months?) (?:after|later)\b"
    r"|\bafter (?:\d+|an?|a few) (?:minutes?|hours?|days?|weeks?)\b|\bthe next day\b|\bthe day after\b"
)
"""A pause between the event and what is done."""


def parse(message: str, hints: Hints) -> Understanding:
    """What a message says. Never raises; what is not sure is in `unclear`, each with a question."""
    cleaned = clean(message)
    if len(cleaned) > MAX_LENGTH:
        return _nothing(questions.TOO_LONG)
    reading = read(message, hints)
    if reading.is_hostile:
        return _nothing(questions.ORDERS)
    if _is_too_much(reading):
        return _nothing(questions.TOO_LONG)
    return _plain_answer(reading, hints) or _decided(reading, hints)


def _is_too_much(reading: Reading) -> bool:
    """Whether a name, a message or a list is longer than an understanding holds; nothing is cut off in silence."""
    message = reading.reminder.message if reading.reminder else reading.quoted
    words = (message, reading.name, reading.reference.words, *reading.competitors.names, *reading.addresses)
    return (
        any(len(word) > _LONGEST for word in words if word is not None)
        or len(reading.events.events) > _MOST_EVENTS
        or len(reading.competitors.names) > _MOST_NAMES
        or len(reading.addresses) + len(reading.people.recipients) > _MOST_NAMES
    )


def _nothing(question: str = questions.NOTHING, **found: Any) -> Understanding:
    return Understanding(intent=Intent.UNCLEAR, unclear=(questions.intent(question),), **found)


def _plain_answer(reading: Reading, hints: Hints) -> Understanding | None:
    """Yes, no, help, a list: messages that are nothing but that."""
    low = reading.text.low.strip()
    if is_smalltalk(low):
        return Understanding(intent=Intent.SMALLTALK)
    if hints.pending is None and (name := _only_a_name(low, hints)):
        return Understanding(intent=Intent.SHOW, playbook=name)
    if intents.is_no(low) and (hints.pending is not None or not re.match(r"(?:cancel|stop) (?:it|that)\b", low)):
        return Understanding(intent=Intent.REFUSE)
    if intents.is_yes(low):
        return Understanding(intent=Intent.CONFIRM)
    if intents.asks_list(low) and not reading.schedule.wishes:
        return Understanding(intent=Intent.LIST)
    about_one = reading.command is not None and reading.command.is_about_one
    if intents.asks_help(low) and not reading.reference.is_known and not about_one:
        return Understanding(intent=Intent.HELP)
    return None


def _only_a_name(low: str, hints: Hints) -> str | None:
    return next((name for name in hints.playbooks if low.strip(" .!?\"'") == name.lower()), None)


def _decided(reading: Reading, hints: Hints) -> Understanding:
    intent = Intent.ANSWER if answers_when(reading, hints) else intent_of(reading, hints)
    if intent is Intent.CHANGE and changes_nothing(reading):
        return _nothing(questions.WHAT_CHANGES, playbook=reading.reference.words)
    if intent is Intent.UNCLEAR:
        question = questions.NOW_OR_LATER if reading.topics else questions.NOTHING
        return _nothing(question, topic=topic_of(reading))
    if intent in _EDITS:
        return edit(intent, reading, hints)
    if intent is Intent.REFUSE:
        return Understanding(intent=intent)
    if intent is Intent.RUN:
        return run(reading)
    return _wish(intent, reading, hints)


def _wish(intent: Intent, reading: Reading, hints: Hints) -> Understanding:
    """A new playbook, a change of one, or an answer."""
    schedule = schedule_with_pending(reading, hints)
    found, event_questions = _events(reading, bool(schedule.wishes))
    unclear = [*who(reading), *event_questions]
    if _DELAY.search(reading.text.masked(*reading.events.masks).low) and reading.events.spans:
        unclear.append(Unclear(about="event", question=questions.NO_DELAY, said=reading.said_when))
    threshold = _threshold(reading, unclear)
    topic = topic_of(reading)
    if topic is Topic.COMPETITIVE_ACTIONS and threshold and threshold.value == 0:
        # That they undercut us is what it acts on anyway.
        threshold = None
    if intent is Intent.CREATE and asks_what_if(reading.text.low):
        unclear.append(Unclear(about="intent", question=questions.COSTS_THEN))
    if schedule.question:
        unclear.append(Unclear(about="schedule", question=schedule.question[:300], said=reading.said_when))
    wishes = () if schedule.question else schedule.wishes
    if intent is Intent.CREATE:
        if wishes and not found and schedule.once:
            unclear.append(Unclear(about="schedule", question=questions.ONCE_OR_ALWAYS, said=reading.said_when))
            wishes = ()
        elif any(wish.only_time for wish in wishes):
            unclear.append(Unclear(about="schedule", question=questions.NO_DAYS, said=reading.said_when))
            wishes = ()
        found = found or _natural(topic, reading, bool(wishes or unclear))
        unclear += _gaps(topic, reading, bool(wishes or found), threshold, unclear)
    elif intent is Intent.CHANGE and reading.reference.question:
        unclear.append(Unclear(about="playbook", question=reading.reference.question))
    if wishes and found:
        wishes, found = (), ()
    return Understanding(
        intent=intent,
        topic=topic if intent is not Intent.CHANGE else None,
        schedules=wishes,
        events=found,
        threshold=threshold,
        channels=reading.channels.wanted,
        dropped_channels=reading.channels.dropped,
        recipients=recipients(reading),
        competitors=reading.competitors.names,
        top=reading.top,
        message=reading.reminder.message if reading.reminder else reading.quoted or reading.campaign.purpose,
        segment=reading.campaign.segment,
        product=reading.product,
        period=reading.period,
        name=reading.name,
        playbook=_changed_playbook(reading) if intent is Intent.CHANGE else None,
        unclear=_once_each(unclear),
    )


def _changed_playbook(reading: Reading) -> str | None:
    """The playbook of a change; "turn off texts" names none."""
    reference = reading.reference
    is_sure = reference.is_known or reference.question or reference.words in PRONOUNS
    return reference.words if is_sure or not reading.channels.dropped else None


def _once_each(unclear: list[Unclear]) -> tuple[Unclear, ...]:
    return tuple({one.about: one for one in reversed(unclear)}.values())[::-1]


def _events(reading: Reading, scheduled: bool) -> tuple[tuple[EventWish, ...], list[Unclear]]:
    """The events, unless they are only the condition of a scheduled look."""
    found = reading.events
    if found.question:
        return (), [Unclear(about="event", question=found.question)]
    if not found.events or not (scheduled or reading.schedule.question):
        return found.events, []
    is_state = all(wish.event_name.startswith(_STATES) for wish in found.events)
    only_if = all(cue in ("if", "in case", "where") for cue in found.cues)
    if is_state and (only_if or _LOOKS.search(reading.text.low)):
        return (), []
    if all(wish.event_name == "customer.inactive_30d" for wish in found.events):
        return (), []
    return found.events, [questions.both(reading.said_when)] if scheduled else []


def _threshold(reading: Reading, unclear: list[Unclear]) -> Threshold | None:
    found = reading.threshold
    if found.question:
        unclear.append(Unclear(about="threshold", question=found.question))
    elif (
        found.threshold is None
        and not found.spans
        and _UNREAD.search(reading.text.masked(*reading.events.masks).low)
    ):
        unclear.append(Unclear(about="threshold", question=questions.WHICH_LIMIT))
    inactive = reading.events.inactive_days
    scheduled_30 = bool(reading.schedule.wishes) and any(
        wish.event_name == "customer.inactive_30d" for wish in reading.events.events
    )
    if found.threshold is None and (inactive or scheduled_30):
        op, days = inactive or (">=", 30)
        return Threshold.model_validate({"subject": "days_inactive", "op": op, "value": days, "unit": "days"})
    return found.threshold


def _natural(topic: Topic | None, reading: Reading, is_settled: bool) -> tuple[EventWish, ...]:
    """The event that a topic itself is about: a welcome waits for a sign-up."""
    if topic is None or is_settled or reading.threshold.threshold is not None:
        return ()
    name = _ALWAYS.get(topic)
    if name is None and topic in _NATURAL and _ALERT.search(reading.text.low):
        name = _NATURAL[topic]
    return (EventWish(event_name=name),) if name else ()


def _gaps(
    topic: Topic | None, reading: Reading, is_timed: bool, threshold: Threshold | None, unclear: list[Unclear]
) -> list[Unclear]:
    gaps: list[Unclear] = []
    if topic is None:
        gaps.append(questions.which_topic(reading.topics))
    if topic is Topic.REMINDER and (reading.reminder is None or reading.reminder.message is None):
        gaps.append(Unclear(about="message", question="What shall I remind of?"))
    if not is_timed and not any(one.about in ("schedule", "event") for one in unclear):
        by_quantity = threshold is not None and threshold.subject == "quantity"
        by_sales = threshold is not None and threshold.subject in ("sales", "sales_change")
        if threshold and by_quantity:
            gaps.append(questions.fewer_than(threshold.value))
        elif by_sales:
            gaps.append(questions.sales_how_often(reading.period))
        else:
            gaps.append(questions.when(topic))
    return gaps
