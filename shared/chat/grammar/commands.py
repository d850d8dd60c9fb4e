"""What a command about existing playbooks says: which one, whom it is for; and the people of any sentence."""

from __future__ import annotations

import re

from shared.chat.grammar import competitors, questions
from shared.chat.grammar.hints import Hints
from shared.chat.grammar.normalise import BLANK
from shared.chat.grammar.reading import Reading
from shared.chat.understanding import Intent, Topic, Unclear, Understanding

_ALL = re.compile(
    r"(?:all(?: (?:of|my|our|the|them|it|these|those|mine|ours))*|both(?: of them)?|everything"
    r"|every(?: single)?(?: one)?"
    r"|each(?: of them| one)?|them(?: all)?|them both)(?: (?:of )?(?:playbooks?|automations?|workflows?))?"
)
"""Nothing but all of them: "all my reminders" are some of them, and asked about."""
_AT_ONCE = (Intent.PAUSE, Intent.RESUME, Intent.DELETE)


def topic_of(reading: Reading) -> Topic | None:
    """The topic, where there is just one."""
    return reading.topics[0] if len(reading.topics) == 1 else None


def edit(intent: Intent, reading: Reading, hints: Hints) -> Understanding:
    """Pause, resume, delete or show: which one."""
    reference = reading.reference
    if intent in _AT_ONCE and _ALL.fullmatch(reference.words or ""):
        return Understanding(intent=intent, every_playbook=True)
    if intent is Intent.SHOW and reading.command is not None and reading.command.is_about_one:
        return _shown(reading)
    unclear: list[Unclear] = []
    if reference.question:
        unclear.append(Unclear(about="playbook", question=reference.question))
    elif reference.words is None or (intent is not Intent.SHOW and _names_second(reading, hints)):
        unclear.append(_which_playbook(hints))
    later = any(start >= reference.span[1] for start, _ in reading.schedule.spans)
    is_until = (intent is Intent.PAUSE and reading.schedule.spans) or (intent in _AT_ONCE and later)
    if intent is not Intent.SHOW and (reading.schedule.question or is_until):
        unclear.append(Unclear(about="schedule", question=questions.UNTIL, said=reading.said_when))
    if intent is Intent.DELETE and reading.competitors.names:
        unclear = [
            Unclear(about="competitor", question="Shall I take that competitor out of a playbook? Which playbook?")
        ]
    return Understanding(
        intent=intent,
        playbook=None if reference.question and not reference.words else reference.words,
        unclear=tuple(unclear),
    )


def _shown(reading: Reading) -> Understanding:
    """A question about one playbook: the one that is named, that is about the topic, or that was spoken of last."""
    reference = reading.reference
    words = reference.words if reference.is_known or not reading.topics else None
    return Understanding(
        intent=Intent.SHOW,
        topic=topic_of(reading) if words is None else None,
        playbook=words or (None if reading.topics else "it"),
        unclear=(Unclear(about="playbook", question=reference.question),) if reference.question else (),
    )


def _names_second(reading: Reading, hints: Hints) -> bool:
    rest = reading.text.low[reading.reference.span[1] :]
    return any(name.lower() in rest for name in hints.playbooks) or bool(re.match(r"\s+and (?:the|my)\b", rest))


def _which_playbook(hints: Hints) -> Unclear:
    named = f": {', '.join(hints.playbooks[:5])}" if hints.playbooks else ""
    return Unclear(about="playbook", question=f"Which playbook do you mean{named}?"[:300])


def run(reading: Reading) -> Understanding:
    """Run now: an existing playbook, or a topic's work once."""
    reference = reading.reference
    unclear: list[Unclear] = []
    is_existing = (
        reference.is_known or (reference.words or "") in ("it", "that", "this") or bool(reference.question)
    )
    by_topic = bool(reading.topics) and not is_existing
    if reference.question:
        unclear.append(Unclear(about="playbook", question=reference.question))
    if by_topic and len(reading.topics) > 1:
        unclear.append(questions.which_topic(reading.topics))
    unclear += who(reading)
    return Understanding(
        intent=Intent.RUN,
        topic=topic_of(reading) if by_topic else None,
        playbook=None if by_topic else reference.words,
        channels=reading.channels.wanted,
        recipients=recipients(reading),
        competitors=reading.competitors.names,
        top=reading.top,
        period=reading.period,
        unclear=tuple(unclear),
    )


def recipients(reading: Reading) -> tuple[str, ...]:
    """Whom the sentence names to be told."""
    people = reading.people.recipients
    if reading.addresses and "me" in people and re.search(rf"\bme (?:at|on|via) {BLANK}", reading.text.low):
        people = tuple(who for who in people if who != "me")
    if reading.channels.dropped and not reading.channels.wanted and reading.topics == []:
        people = ()
    return tuple(dict.fromkeys((*people, *reading.addresses)))


def who(reading: Reading) -> list[Unclear]:
    """What must be asked about channels, people and competitors."""
    unclear: list[Unclear] = []
    if reading.channels.question:
        unclear.append(Unclear(about="channel", question=reading.channels.question))
    elif reading.has_url and re.search(r"\b(?:to|post|send|into|at)\s+\ue000", reading.text.low):
        question = "I cannot send to a web address. Shall it be email, text, Slack or the dashboard?"
        unclear.append(Unclear(about="channel", question=question))
    if reading.people.question and not reading.addresses:
        unclear.append(Unclear(about="recipient", question=reading.people.question))
    if reading.competitors.question:
        unclear.append(Unclear(about="competitor", question=reading.competitors.question))
    if reading.has_url and not unclear and not reading.competitors.names:
        question = "I do not read web addresses here. What is the name of the competitor?"
        unclear.append(Unclear(about="competitor", question=question))
    if competitors.names_some(reading.text.low):
        question = "Which competitors do you mean: all of them, the top 3, or some by name?"
        unclear.append(Unclear(about="competitor", question=question))
    return unclear
