"""One pass over a message: every kind of detail that it holds, before anything is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shared.chat.grammar import (
    campaigns,
    channels,
    competitors,
    events,
    hostile,
    intents,
    periods,
    playbooks,
    products,
    recipients,
    reminders,
    thresholds,
    topics,
)
from shared.chat.grammar.hints import Hints
from shared.chat.grammar.normalise import BLANK, NAME, Text, normalise
from shared.chat.grammar.schedule import Schedule, scan, schedule_of
from shared.chat.grammar.tokens import Ask, Clock, Every, MonthDays, Token, Window
from shared.chat.understanding import Intent, SalesPeriod, Topic

_FILLER = re.compile(
    r"\b(?:don't forget to|make sure (?:that )?(?:you |to |i )?|be sure to|don't hesitate to"
    r"|why don't (?:you|we)|i don't know|if (?:you don't mind|possible|that's ok(?:ay)?|you can"
    r"|you could|it's not too much trouble)|when (?:you (?:can|get a chance|have (?:a "
    r"|the )?(?:time|moment|second))|possible)|every now and again i)\b"
)
_NAME_IT = re.compile(
    r"(?i:\b(?:(?:call|name|title) (?:it|this|that|the playbook|this playbook|this one|that one)"
    r"|(?<!competitor )(?<!competitors )(?<!event )(?:called|named|titled)"
    r"|rename [\w ]{1,40}? to)) "
    r"(?:\"(?P<quoted>[^\"]{1,200})\"|'(?P<single>[^']{1,200})'"
    r"|(?P<plain>[^,.;!?\"]{1,80}?)(?=\s*(?:$|[,.;!?]|(?i: and (?:email|text|send|run|have|make"
    r"|tell|let)\b))))"
)
_STOCK = frozenset({Topic.LOW_STOCK, Topic.OUT_OF_STOCK, Topic.RESTOCKED})
_CUSTOMERS = frozenset({Topic.WELCOME, Topic.THANK_YOU, Topic.WIN_BACK, Topic.BIRTHDAYS})
_SAYING = re.compile(
    r"\b(?:saying|that says|with the (?:message|words|text)|(?:change|set|make|update) (?:the |its )?"
    r"(?:message|text|words|wording|email|sms) to|^say)[:,]? [\"']?$"
)
_SAY = re.compile(r"^(?:no,? )?(?:(?:make|have) it |it should )?(?:say|read)[:,]? (?P<words>[^\"\ue000].*)$")
_LEFT_OVER = re.compile(
    r"(?<![$\d.:])\b\d{1,2}(?::[0-5]\d)? ?(?:am|pm)\b|\b\d{1,2}:[0-5]\d\b"
    r"|(?<!past )(?<!last )\b(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?"
    r"|sundays?)\b(?!')"
    r"|\b(?:every|each) (?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|mornings?|evenings?"
    r"|nights?|quarters?|years?)\b|\b(?:hourly|daily|nightly|weekdays|weekends|biweekly"
    r"|o'clock)\b"
    r"|\band (?:again )?(?:in the |at )?(?:mornings?|evenings?|nights?|noon|midnight"
    r"|afternoons?)\b|\bevery other\b|\bevery\s*(?:$|[.,;])|\bduring\b|\bwhile\b|\bas long as\b"
    r"|\b\d{1,2}/\d{1,2}\b|\b(?:even|odd) (?:weeks?|days?)\b|\b(?:biannual|annual)ly\b|\b(?:half"
    r"|quarter) (?:of )?(?:an |the )?hour\b|\bpast the hour\b|\b[ecmp]st\d[ecmp]dt\b|\bunless\b"
    r"|\b(?:first|second|third|fourth|fifth|last|final) (?:days?|weekdays?|business days?"
    r"|weekends?)\b(?! of sales)|\b(?:mon|tues?|weds?|thu|thurs?|fri)\b"
    r"|\b(?:before|after|around|about|by|until|till|past|or) \d{1,2}\b(?![%\d.])"
    r"|\b(?:january|february|april|june|july|august|september|october|november|december|(?:in"
    r"|of) (?:march|may)|summer|winter"
    r"|christmas|easter|thanksgiving|holidays?|season)\b|\bbut only\b|\bonly (?:if|when|on|in"
    r"|during)\b(?! (?:they|it|we|stock|sales|the price|a competitor|something|there))"
    r"|\bat \d{1,2}\b(?![%\d.])"
)
_NUMBERED = (Clock, Every, MonthDays, Window)
_OR = re.compile(r"[\s,]*or\b|\s*(?:to|or|-|and|,|/)?\s*\d{1,2}(?![\d%])")
_ONE_OF = "Which of those times shall it be?"
_ELSE = "I read only a part of when it shall run. Could you say the days and times again?"


@dataclass
class Reading:
    """What was found. `text` has everything masked that is not the person's own plain words."""

    text: Text
    is_hostile: bool = False
    command: intents.Command | None = None
    negated: bool = False
    reference: playbooks.Reference = field(default_factory=playbooks.Reference)
    name: str | None = None
    quoted: str | None = None
    competitors: competitors.Found = field(default_factory=competitors.Found)
    events: events.Found = field(default_factory=events.Found)
    threshold: thresholds.Found = field(default_factory=thresholds.Found)
    channels: channels.Found = field(default_factory=channels.Found)
    people: recipients.Found = field(default_factory=recipients.Found)
    addresses: tuple[str, ...] = ()
    has_url: bool = False
    reminder: reminders.Reminder | None = None
    campaign: campaigns.Found = field(default_factory=campaigns.Found)
    period: SalesPeriod | None = None
    product: str | None = None
    schedule: Schedule = field(default_factory=Schedule)
    tokens: list[Token] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    top: int | None = None
    said_when: str = ""
    """The words of the schedule, as they were typed."""


def read(message: str, hints: Hints) -> Reading:
    """Everything that the message holds."""
    text = normalise(message)
    for match in _FILLER.finditer(text.low):
        text = text.masked(match.span(), fill=" ")
    quotes = hostile.quoted_spans(text.raw)
    text = text.masked(*text.places(*quotes, *hostile.reported_spans(text.raw)))
    reading = Reading(text, is_hostile=hostile.gives_orders(text.low, text.raw))
    if reading.is_hostile:
        return reading
    reading.has_url = bool(recipients.URL.search(text.raw))
    reading.addresses = recipients.find_addresses(
        text, hints.pending is not None and recipients.is_only_addresses(text.raw)
    )
    text = text.masked(*text.places(*recipients.address_spans(text.raw)))
    text = _named(reading, text)
    reading.competitors = competitors.find_competitors(_hidden(text), hints.competitors)
    text = text.masked(*text.places(*reading.competitors.spans), fill=NAME)
    text = _commanded(reading, text, hints)
    reading.text = text
    _details(reading, text, hints)
    if quotes and reading.name is None:
        start, end = quotes[0]
        if _SAYING.search(text.raw[:start].lower()):
            reading.quoted = text.raw[start:end]
    said = _SAY.match(reading.text.low)
    if said is not None and not reading.topics and hints.pending is None:
        reading.quoted = reading.text.said(*said.span("words")).strip(" .\"'")
        reading.command = reading.command or intents.Command(Intent.CHANGE)
        reading.tokens, reading.schedule = [], Schedule()
    return reading


def _hidden(text: Text) -> str:
    """The raw text with blanks where it is masked."""
    letters = list(text.raw)
    for place, letter in enumerate(text.low):
        if letter == BLANK:
            for index in range(text.begins[place], text.ends[place]):
                letters[index] = BLANK
    return "".join(letters)


def _named(reading: Reading, text: Text) -> Text:
    match = _NAME_IT.search(text.raw)
    if match is None:
        return text
    key = next(key for key in ("quoted", "single", "plain") if match[key])
    reading.name = match[key].strip()
    spans = text.places(match.span()) if not match[0].lower().startswith("rename") else text.places(match.span(key))
    return text.masked(*spans)


def _commanded(reading: Reading, text: Text, hints: Hints) -> Text:
    """Take out what is not to be done, find the command, and hide the name of the playbook it is about."""
    negated = intents.find_negated(text.low)
    if negated:
        reading.negated = True
        text = text.masked(*negated)
    if re.search(r"\bremind\b", text.low):
        return text
    reading.command = intents.find_show(text.low) or intents.find_command(text.low)
    sets = reading.command is None and re.search(r"\bset (?!up\b)", text.low)
    if sets and playbooks.reference_anywhere(text.low, hints.playbooks).is_known:
        reading.command = intents.Command(Intent.CHANGE)
    if reading.command is not None and reading.command.place >= 0:
        reading.reference = playbooks.reference_at(text, reading.command.place, hints.playbooks)
        if reading.reference.words is None and reading.command.intent is Intent.CHANGE:
            after = re.search(r"\b(?:of|for|on|to) ", text.low[reading.command.place :])
            if after and not reading.reference.words:
                found = playbooks.reference_at(text, reading.command.place + after.end(), hints.playbooks)
                reading.reference = (
                    found if found.is_known or found.words in playbooks.PRONOUNS else reading.reference
                )
    if not reading.reference.is_known and (reading.command or intents.joins_or_replaces(text.low)):
        anywhere = playbooks.reference_anywhere(text.low, hints.playbooks)
        if anywhere.words and reading.reference.words not in playbooks.PRONOUNS:
            reading.reference = anywhere
    return text


def _details(reading: Reading, text: Text, hints: Hints) -> None:
    reference = reading.reference
    hides = reference.words is not None and (reference.is_known or reference.question is not None)
    plain = text.masked(reference.span) if hides else text
    reading.events = events.find_events(plain.low)
    reading.reminder = reminders.find_reminder(plain, reading.events.clauses)
    if reading.reminder is not None:
        plain = plain.masked(reading.reminder.span)
        reading.events = events.find_events(plain.low)
    changing = reading.command is not None and reading.command.intent is Intent.CHANGE
    reading.campaign = campaigns.find_campaign(plain, changing=changing)
    if reading.campaign.span is not None:
        plain = plain.masked(reading.campaign.span)
    asked = hints.pending.threshold if hints.pending and _asks(hints, "threshold") else None
    reading.period, compared = periods.find_period(plain.low)
    clear = plain.masked(*reading.events.masks, *compared)
    times = [(token.start, token.end) for token in scan(clear.low) if isinstance(token, _NUMBERED)]
    reading.threshold = thresholds.find_threshold(clear.low, times=times, changing=changing, asked=asked)
    reading.top = competitors.find_top(plain.low)
    when = clear.masked(*reading.threshold.spans)
    reading.tokens = scan(when.low)
    _schedule(reading, when)
    reading.topics = [Topic.REMINDER] if reading.reminder else _topics(reading, plain, asked=asked is not None)
    reading.channels = channels.find_channels(plain.low)
    if _STOCK.issuperset(reading.topics):
        reading.product = products.find_product(plain)
    about_customers = bool(_CUSTOMERS & set(reading.topics))
    reading.people = recipients.find_people(plain.low, about_customers=about_customers)


def _asks(hints: Hints, about: str) -> bool:
    return hints.pending is not None and any(unclear.about == about for unclear in hints.pending.unclear)


def _topics(reading: Reading, plain: Text, *, asked: bool) -> list[Topic]:
    found = topics.find_topics(plain.low)
    if reading.campaign.is_draft and (reading.campaign.segment or reading.campaign.purpose):
        return [Topic.CAMPAIGN_DRAFT]
    undercut = Topic.PRICE_WATCH in found and "undercut" in plain.low
    stock = {Topic.LOW_STOCK, Topic.OUT_OF_STOCK, Topic.RESTOCKED}
    if len(reading.events.topics) > 1 and not stock.issuperset(reading.events.topics):
        return list(reading.events.topics)
    if reading.events.topics and not undercut:
        first = reading.events.topics[0]
        kept = [
            topic
            for topic in found
            if topic
            in (
                Topic.CAMPAIGN_DRAFT,
                Topic.REORDER_PLAN,
                Topic.COMPLIANCE_CHECK,
                Topic.COMPETITOR_REPORT,
                Topic.COMPETITIVE_ACTIONS,
            )
        ]
        return [kept[0] if kept and first is not Topic.WIN_BACK else first]
    threshold = reading.threshold.threshold
    if threshold is not None and threshold.subject == "quantity" and not found:
        return [Topic.LOW_STOCK]
    if threshold is not None and threshold.subject == "price_gap" and not (threshold.only_value or asked):
        return [Topic.COMPETITIVE_ACTIONS if Topic.COMPETITIVE_ACTIONS in found else Topic.PRICE_WATCH]
    return found


def _schedule(reading: Reading, when: Text) -> None:
    spans = sorted(
        (token.start, token.end) for token in reading.tokens if not (isinstance(token, Ask) and token.soft)
    )
    merged: list[list[int]] = []
    for start, end in spans:
        if merged and re.fullmatch(r"[\s,]*(?:and|at|on)?[\s,]*", when.low[merged[-1][1] : start]):
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    reading.said_when = ", ".join(when.said(start, end) for start, end in merged)[:300]
    schedule = schedule_of(reading.tokens, reading.said_when)
    if schedule.wishes:
        ends = [token.end for token in reading.tokens]
        starts = [*(token.start for token in reading.tokens[1:]), len(when.low)]
        if any(_OR.match(when.low[end:start]) for end, start in zip(ends, starts, strict=True) if end <= start):
            schedule = Schedule(question=_ONE_OF, spans=schedule.spans)
        rest = when.masked(*((token.start, token.end) for token in reading.tokens))
        if schedule.wishes and _LEFT_OVER.search(rest.low):
            schedule = Schedule(question=_ELSE, spans=schedule.spans)
    reading.schedule = schedule
