"""Whom a playbook tells: the words of a sentence as addresses and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.chat.understanding import Topic, Unclear, Understanding
from shared.tenants.tenant import Tenant
from shared.values.email_address import parse_email_address
from shared.values.phone_number import parse_phone_number

ChatChannel = Literal["email", "sms", "dashboard", "slack", "drive"]

TO_CUSTOMERS = frozenset({Topic.WELCOME, Topic.THANK_YOU, Topic.WIN_BACK, Topic.BIRTHDAYS})
"""What may be written to customers; of anything else they are no recipients."""
ME = "{{user.email}}"
OWNER = "{{org.ownerEmail}}"
USUAL: tuple[ChatChannel, ...] = ("email", "dashboard")
"""Where nobody named a channel."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and how. Addresses are templates, ready for a step's params."""

    channels: tuple[ChatChannel, ...] = USUAL
    emails: tuple[str, ...] = (ME,)
    phones: tuple[str, ...] = ()
    """Empty: the org's staff phones are texted."""
    to_customer: bool = False
    words: str = "you"
    email_words: str = "you"
    """Those of them who are written to by email."""

    @property
    def to(self) -> str | list[str] | None:
        """The `to` of `notify`."""
        named = [
            *(self.emails if "email" in self.channels else ()),
            *(self.phones if "sms" in self.channels else ()),
        ]
        return named[0] if len(named) == 1 else named or None


def literal(text: str) -> str:
    """`text` as a template that says just that: what people typed is never read as an expression."""
    return text.replace("{{", "{{ '{{' }}")


def audience_of(
    understanding: Understanding,
    tenant: Tenant,
    my_email: str | None,
    usual: tuple[ChatChannel, ...] = USUAL,
) -> tuple[Audience, tuple[Unclear, ...]]:
    """Who is to be told, and what must be asked before they can be."""
    said = understanding.recipients or ("me",)
    emails, phones, questions = _addresses(said, tenant, my_email)
    to_customer = "customer" in said and understanding.topic in (*TO_CUSTOMERS, None)
    channels = understanding.channels or _channels_of(said, emails, phones, usual)
    if "customer" in said and not to_customer:
        questions.append(_ask("I do not send that to customers. Whom of your team shall I tell?"))
    if "email" in channels and not emails and not phones and not to_customer:
        questions.append(_ask("Which email address shall I write to?"))
    if "sms" in channels and not phones and not tenant.staff_phones and not to_customer:
        questions.append(_ask("I have no phone number of your staff. Which number shall I text?"))
    if phones and not emails and "sms" not in channels and understanding.channels:
        questions.append(_ask(f"{_plain(phones)} is a phone number. Shall I text it, or email which address?"))
    elif "sms" in channels and "email" not in channels and not phones and any("@" in one for one in said):
        questions.append(_ask("I cannot text an email address. Which number shall I text, or shall I email it?"))
    audience = Audience(
        channels=channels,
        emails=emails,
        phones=phones,
        to_customer=to_customer,
        words=people_in_words(said),
        email_words=people_in_words(one for one in said if "@" in one or one in {"me", "owner"}),
    )
    return audience, tuple(questions)


def _plain(numbers: tuple[str, ...]) -> str:
    return ", ".join(numbers)


def people_in_words(recipients: Iterable[str]) -> str:
    """`you, the owner and bob@shop.example`."""
    names = {"me": "you", "owner": "the owner", "staff": "your staff", "customer": "the customer"}
    said = [names.get(one, one) for one in recipients] or ["you"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _addresses(
    said: Iterable[str], tenant: Tenant, my_email: str | None
) -> tuple[tuple[str, ...], tuple[str, ...], list[Unclear]]:
    emails: list[str] = []
    phones: list[str] = []
    questions: list[Unclear] = []
    for one in said:
        if one == "me":
            emails += [ME] if my_email or tenant.owner_email else []
        elif one == "owner":
            emails += [OWNER] if tenant.owner_email else []
        elif one in {"staff", "customer"}:
            continue
        elif "@" in one:
            _parse_into(emails, one, parse_email_address, questions)
        else:
            _parse_into(phones, one, parse_phone_number, questions)
    return tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(phones)), questions


def _parse_into(found: list[str], raw: str, parse: object, questions: list[Unclear]) -> None:
    assert callable(parse)
    try:
        found.append(literal(parse(raw)))
    except ValueError:
        questions.append(
            _ask(f"{raw[:100]!r} is no email address or phone number that I can use. Which one is it?")
        )


def _channels_of(
    said: Iterable[str], emails: tuple[str, ...], phones: tuple[str, ...], usual: tuple[ChatChannel, ...]
) -> tuple[ChatChannel, ...]:
    """How people are told who were named without a channel."""
    named = set(said)
    channels: list[ChatChannel] = []
    if any(one not in (ME, OWNER) for one in emails) or (emails and (phones or "staff" in named)):
        channels.append("email")
    if phones or "staff" in named:
        channels.append("sms")
    return tuple(channels) or usual


def _ask(question: str) -> Unclear:
    return Unclear(about="recipient", question=question)
