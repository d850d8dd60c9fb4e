"""Who a playbook tells: the people of a wish as addresses and numbers, or the question to ask first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.chat.understood import Channel, Person
from shared.tenants.tenant import Tenant
from shared.values.email_address import parse_email_address
from shared.values.phone_number import parse_phone_number

ME = "{{user.email}}"
OWNER = "{{org.ownerEmail}}"
USUAL: tuple[Channel, ...] = ("email", "dashboard")
"""Where nobody named a channel."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and how. Addresses are templates, ready for a step's params."""

    channels: tuple[Channel, ...] = USUAL
    emails: tuple[str, ...] = (ME,)
    phones: tuple[str, ...] = ()
    """Empty: the org's staff phones are texted."""
    to_customer: bool = False
    tells_too: bool = True
    """Whether anybody but customers is told."""
    words: str = "you"
    email_words: str = "you"
    """Those of them who get it by email."""

    @property
    def to(self) -> str | list[str] | None:
        """The `to` of `notify`."""
        named = [
            *(self.emails if "email" in self.channels else ()),
            *(self.phones if "sms" in self.channels else ()),
        ]
        return named[0] if len(named) == 1 else named or None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why somebody cannot be told: a key of the lexicon's `questions`, and who it is."""

    key: str
    who: str = ""


def literal(text: str) -> str:
    """`text` as a template that says just that: what people typed is never read as an expression."""
    return text.replace("{{", "{{ '{{' }}")


def audience_of(
    people: tuple[Person, ...],
    channels: tuple[Channel, ...],
    tenant: Tenant,
    my_email: str | None,
    *,
    may_be_customers: bool,
    usual: tuple[Channel, ...] = USUAL,
) -> Audience | Unreachable:
    """Who is to be told, or the first thing that is in the way."""
    people = people or (Person(kind="me"),)
    for person in people:
        if person.kind == "unknown":
            return Unreachable("address", person.value)
    to_customer = any(person.kind == "customer" for person in people)
    if to_customer and not may_be_customers:
        return Unreachable("not_to_customers")
    emails: list[str] = []
    phones: list[str] = []
    for person in people:
        try:
            _add(person, emails, phones, tenant, my_email)
        except ValueError:
            return Unreachable("bad_address", person.value)
    reached = channels or _channels_of(people, emails, phones, usual)
    if "sms" in reached and not phones and not tenant.staff_phones and not to_customer:
        return Unreachable("no_phone")
    if "email" in reached and not emails and not phones and not to_customer:
        return Unreachable("no_email")
    if mismatch := _mismatch(people, channels, emails):
        return mismatch
    if channels and "sms" not in channels and phones and not emails:
        reached = (*channels, "sms")
    return Audience(
        channels=tuple(dict.fromkeys((*reached, *(("sms",) if phones and channels == ("email",) else ())))),
        emails=tuple(dict.fromkeys(emails)),
        phones=tuple(dict.fromkeys(phones)),
        to_customer=to_customer,
        tells_too=any(person.kind != "customer" for person in people),
        words=in_words(people),
        email_words=in_words(person for person in people if person.kind in ("me", "owner", "email")),
    )


def _mismatch(people: Iterable[Person], channels: tuple[Channel, ...], emails: Sequence[str]) -> Unreachable | None:
    """A number to be emailed, or an address to be texted."""
    named = {person.kind: person.value for person in reversed(tuple(people))}
    if channels == ("email",) and "phone" in named and not emails:
        return Unreachable("email_to_phone", named["phone"])
    if channels and "email" not in channels and "email" in named:
        return Unreachable("text_to_email", named["email"])
    return None


def in_words(people: Iterable[Person]) -> str:
    """`you, the owner and bob@shop.example`."""
    names = {"me": "you", "owner": "the owner", "staff": "your staff", "customer": "the customer"}
    said = [names.get(one.kind, one.value) for one in people] or ["you"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _add(person: Person, emails: list[str], phones: list[str], tenant: Tenant, my_email: str | None) -> None:
    match person.kind:
        case "me" if my_email or tenant.owner_email:
            emails.append(ME)
        case "owner" if tenant.owner_email:
            emails.append(OWNER)
        case "email":
            emails.append(literal(parse_email_address(person.value)))
        case "phone":
            phones.append(literal(parse_phone_number(person.value)))


def _channels_of(
    people: Iterable[Person], emails: list[str], phones: list[str], usual: tuple[Channel, ...]
) -> tuple[Channel, ...]:
    """How people are told who were named without a channel."""
    has_staff = any(person.kind == "staff" for person in people)
    channels: list[Channel] = []
    if any(one not in (ME, OWNER) for one in emails) or (emails and (phones or has_staff)):
        channels.append("email")
    if phones or has_staff:
        channels.append("sms")
    return tuple(channels) or usual
