"""What a cron line cannot say: every other week, from a date on, not on holidays, once. All is asked."""

from __future__ import annotations

import re

from shared.chat.grammar.daywords import DAY, LIST, MONTH, NUMBERED, SET
from shared.chat.grammar.tokens import Rule, Token, asking

_OTHER = (
    "I cannot skip every other time. Shall it be every week, or on certain days of the month like the 1st and 15th?"
)
_WHICH_DAYS = "On which days shall it run?"
_DATED = "I cannot start or end a playbook on a date. Shall it simply run from now on?"
_HOLIDAYS = "I cannot leave out single dates or holidays. Shall it run on all of those days?"
_ONCE = "I make playbooks that run again and again, not once at a later time. How often shall it run?"
_EXACTLY = "On which days and at which exact times shall it run?"
RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"\b(?:instead of|rather than)\s+(?:on |at |every |the )*(?:{LIST}|\d{{1,2}}(?::\d\d)?(?: ?[ap]m)?\b"
            r"|noon|midnight|daily|weekly|hourly|monthly|day|hour|week|month)(?![%\d])"
        ),
        lambda match, _before: [Token(*match.span())],
    ),
    (
        re.compile(
            r"\b(?:on |every )?(?:the )?(?:second|2nd|third|3rd|next|\d+)[ -](?:to[ -]|from[ -])?(?:the )?last\b"
            r"|\b(?:\d+|an?|a few|half an?) (?:minutes?|mins?|hours?|hrs?|days?|weeks?) (?:before|after"
            r"|past|to|into|prior|from)\b(?!\s+\d)"
            r"|\b(?:before|after) the (?:end|last|first|start|beginning|\d)|\bhalf \d|\bfor (?:an?"
            r"|half an?|\d+) (?:hours?|minutes?)\b"
        ),
        asking(_EXACTLY),
    ),
    (re.compile(rf"\bfrom {DAY}(?!\s*(?:-|to|through|until|till)\b|\s*-)"), asking(_DATED)),
    (
        re.compile(r"\b(?:starting|beginning|effective)\s+(?:from\s+)?(?:now|today|immediately|right away)\b"),
        lambda _m, _b: [],
    ),
    (
        re.compile(
            r"\b(?:starting|beginning|effective|start|commencing)\s+(?:from |on |in )?(?:the )?(?:next\b"
            rf"|tomorrow|{DAY}|{MONTH}\b|week|{NUMBERED})"
            rf"|\b(?:until|till|through|up to)\s+(?:the )?(?:end of|next\b|tomorrow|{DAY}|{MONTH}\b"
            r"|christmas|i\b|we\b|then)"
            r"|\bfor (?:the (?:next|rest of)|\d+ (?:days|weeks|months)\b(?! back)|a (?:few"
            r"|couple of) (?:days|weeks)|a (?:week|month)\b)"
        ),
        asking(_DATED),
    ),
    (
        re.compile(
            r"\b(?:except|but not|excluding|unless it'?s|other than|apart from"
            r"|not)\s+(?:on\s+)?(?:federal |public |bank )?holidays?\b"
        ),
        asking(_HOLIDAYS),
    ),
    (
        re.compile(
            rf"\b(?:every|each) (?:other|alternate|2nd|second) (?:{DAY}|{SET}|day|week|month"
            r"|year)(?!\s+(?:of|in) (?:the|each|every))\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:bi-?weekly|fortnightly|(?:every|each|once a) fortnight|bi-?monthly|semi-?monthly"
            r"|semi-?weekly|alternat\w+ (?:days|weeks|(?:mon|tues|wednes|thurs|fri|satur|sun)days?))\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:every|each|once every|once in)\s+(?:\d+|few|couple of|several)\s+(?:days?|weeks?"
            r"|months?|quarters?|years?|weekdays?|business days?)\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(r"\b(?:every|each|once every|once in)\s+\d+(?:st|nd|rd|th)\s+(?:days?|weeks?|months?)\b"),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:twice|\d+ times|\d+x|a few times|several times|once or twice)\s*(?:a|per|each|every"
            r"|/)\s*(?:week|month|quarter|year)\b"
        ),
        asking(_WHICH_DAYS),
    ),
    (
        re.compile(
            rf"\b(?:last|past|previous|since|ending)\s+{DAY}(?!\s+(?:of|in|and|at|through|to|-|until)\b|\s*-)"
        ),
        lambda _m, _b: [],
    ),
    (re.compile(rf"\b(?:next|this|coming)\s+(?:{DAY}|weekend)(?!\s*(?:'s))\b"), asking(_ONCE)),
    (
        re.compile(
            r"\b(?:tomorrow|tonight|today|this (?:morning|afternoon|evening)|next (?:week|month|year"
            r"|quarter))\b(?!'s)"
        ),
        asking(_ONCE, soft=True),
    ),
    (
        re.compile(
            r"\b(?:in|within)\s+(?:\d+|an?|half an?|a few|a couple of)\s+(?:minutes?|mins?|hours?|hrs?"
            r"|days?|weeks?|months?)\b(?! or less)"
        ),
        asking(_ONCE),
    ),
)
