"""Whom to tell: only those that the sentence itself names as such."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.chat.grammar.normalise import BLANK, NAME, Text, word_set

EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,190}[A-Za-z0-9])?\.[A-Za-z]{2,24}\b"
)
PHONE = re.compile(
    r"(?<![\w.:/@$-])(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]?\d{4}(?![\w@-])|(?<![\w@])\+\d{8,15}(?!\w)"
)
URL = re.compile(r"\b(?:https?|ftp|javascript|data|file|mailto):\S+|\bwww\.\S+", re.IGNORECASE)

_TELL = (
    r"(?:email|mail|text|txt|sms|slack|ping|alert|notify|tell|send|remind|warn|inform|update"
    r"|message|give|let|get|write|dm|brief|forward|cc|copy|show|shoot|hit|drop)(?:s|ing|ed)?"
)
_ME = re.compile(
    rf"\b{_TELL} (?:it |that |them |this |(?:the |an? )?(?:\w+ ){{0,3}}?(?:to |for ))?(?:me"
    r"|myself)\b(?! (?:know )?at \ue000)"
    r"|\b(?:to|for) me\b(?!\w)|\bto myself\b|\bme (?:and|,) |\band me\b|\b(?:by|via|to"
    r"|on) my (?:email|inbox|phone|cell)\b"
)
_STAFF = re.compile(
    r"(?:\b(?:the|our|my|all|entire|whole|every) )(?:\w+ )?(?:team|staff|crew|employees"
    r"|budtenders|everyone)\b|\b(?:to|and|with|text|email|alert|notify|tell|remind) (?:staff"
    r"|everyone|everybody|employees|budtenders)\b"
)
_OWNER = re.compile(r"\b(?:the|our|store|shop) owners?\b|\bto owner\b")
_TOWARD = rf"(?:\b{_TELL}|\bto|\band|\bwith|\bcc|\bthank|\bwish|\bgreet|\bwelcome|\bwin back)"
_DETERMINERS = (
    r"(?: (?:the|each|every|our|all|that|those|these|my|inactive|lapsed|lost|new|vip|loyal|a|an|any|of))*"
)
_CUSTOMER = re.compile(
    rf"{_TOWARD}{_DETERMINERS} (?:customers?|clients?|members?|shoppers?|buyers?|vips?)\b"
    r"(?! (?:segments?|reports?|list|counts?|numbers?|data|records?|groups?|program|customers?"
    r"|signs?|hasn't|buys|orders|joins|drops)|'s)"
)
_THEM = re.compile(rf"\b{_TELL} (?:a \w+ )?(?:to )?(?:them|him|her)\b|\bthank (?:them|him|her)\b|\bto them\b")
_PERSON = re.compile(
    r"\b(?:email|text|message|notify|alert|tell|mail|inform|ping|(?:send|forward|deliver|email|mail|text"
    r"|give)\b[^.;!?]{1,40}? to|and to|cc)"
    r" (?:my |the |our )?(?P<who>[a-z][a-z'-]+)\b(?=\s*(?:$|[,.;!?]|(?:the|an?|our|about|when"
    r"|whenever|if|every|each|it|this|that|once|as|on|at|in|via|by|daily|weekly|too|also|and"
    r"|instead|as well)\b))"
)
_NOT_PERSONS = word_set(
    """
    me us it them him her that this these those everyone everybody myself the a an and or by via in on to
    when if alerts alert message messages team staff crew owner owners customer customers client clients
    members member shoppers vips every each slack drive inbox dashboard email text sms app someone
    budtenders employees whenever about once at as for daily weekly hourly monthly summary report reports
    updates update campaign blast you competitors competitor instead too also buyers group folder google
    what which how now please only notification notifications again here there after before from of during
    until between tomorrow today tonight with without is are was says
    """
)
_ADDRESS_LEAD = re.compile(
    rf"(?:\b{_TELL}|\bto|\b(?:me|us|owner|team|staff)\s*(?:,|&|and|plus)|\bcc|\brecipients?(?: is"
    r"| are|:)?|\binclude|\badd|\b(?:me|us|them|him|her|owner|staff|team|\w+) (?:at|on)|\bat"
    r"|\bvia|\bfor"
    r"|\b(?:my|our|the|his|her) (?:\w+ )?(?:email|number|address|phone|cell)(?: address"
    r"| number)? is|\b(?:email|text|sms|mail|number|phone|cell|reach me)(?: at| to| on"
    r"|:)?)\s*[(<:\"']*\s*$"
)
_ANOTHER = re.compile(r"^\s*(?:,|and|or|&|;|,\s*and|plus|as well as|and to|also)\s*$")
_OTHER_MOUTH = re.compile(
    r"\b(?:says?|said|reads?|states?|wrote|written|asks?|asked|wants?|instructs?|tells?|contact"
    r"|from|by|signed)\b[^.;]*$"
)


@dataclass(frozen=True)
class Found:
    """Recipients as understood, and a question about somebody whose address is not known."""

    recipients: tuple[str, ...] = ()
    question: str | None = None


def find_addresses(text: Text, whole: bool) -> tuple[str, ...]:
    """Addresses and numbers standing where a recipient stands; all of them if it is an answer (`whole`)."""
    hits = sorted(
        (match.start(), match.end(), match[0].strip())
        for kind in (EMAIL, PHONE)
        for match in kind.finditer(text.raw)
    )
    found: list[str] = []
    last_end = -1
    for start, end, words in hits:
        before = text.raw[:start].lower()
        follows = last_end >= 0 and _ANOTHER.match(text.raw[last_end:start].lower())
        places = text.places((start, end))
        is_masked = bool(places) and BLANK in text.low[places[0][0] : places[0][1]]
        named = _ADDRESS_LEAD.search(before) and not _OTHER_MOUTH.search(before)
        if not is_masked and (whole or follows or named):
            found.append(words)
            last_end = end
    return tuple(dict.fromkeys(found))


def is_only_addresses(raw: str) -> bool:
    """Whether the whole message is one or more addresses or numbers."""
    rest = PHONE.sub(" ", EMAIL.sub(" ", raw))
    return rest != raw and not set(re.findall(r"\w+", rest.lower())) - {
        "and",
        "or",
        "please",
        "it",
        "s",
        "is",
        "also",
    }


def address_spans(raw: str) -> list[tuple[int, int]]:
    """Where addresses, numbers and web addresses are: nothing else is to be read out of them."""
    return [match.span() for kind in (URL, EMAIL, PHONE) for match in kind.finditer(raw)]


def find_people(low: str, *, about_customers: bool) -> Found:
    """Recipients of a normalised text; `about_customers`: whether "them" are customers."""
    found: list[tuple[int, str]] = []
    for who, pattern in (("me", _ME), ("owner", _OWNER), ("staff", _STAFF), ("customer", _CUSTOMER)):
        match = pattern.search(low)
        if match is not None:
            found.append((match.start(), who))
    if about_customers and "customer" not in (who for _, who in found) and (match := _THEM.search(low)):
        found.append((match.start(), "customer"))
    strangers = [match["who"] for match in _PERSON.finditer(low) if match["who"] not in _NOT_PERSONS]
    question = None
    if strangers and NAME not in strangers[0]:
        who = strangers[0][:60].capitalize()
        question = f"I do not know how to reach {who}. What is the email address or phone number?"
    return Found(tuple(dict.fromkeys(who for _, who in sorted(found))), question)
