"""Who a playbook tells: the people of a request as addresses and numbers, or the question to ask first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.chat.understood import Channel, Person
from shared.tenants.tenant import Tenant
from shared.values.email_address import parse_email_address
from shared.values.phone_number import parse_phone_number
from shared.values.words import listed

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
    email_words: str = "you"
    """Those who get it by email."""

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
) -> Audience | Unreachable:
    """Who is to be told, or the first thing that is in the way."""
    people = people or (Person(kind="me"),)
    named = {person.kind: person.value for person in reversed(people)}
    if "unknown" in named:
        return Unreachable("address", named["unknown"])
    to_customer = "customer" in named
    if to_customer and not may_be_customers:
        return Unreachable("not_to_customers")
    emails: list[str] = []
    phones: list[str] = []
    for person in people:
        try:
            _add(person, emails, phones, tenant, my_email)
        except ValueError:
            return Unreachable("bad_address", person.value)
    reached = channels or _channels_of("staff" in named, emails, phones)
    if "sms" in reached and not (phones or tenant.staff_phones or to_customer):
        return Unreachable("no_phone")
    if "email" in reached and not (emails or phones or to_customer):
        return Unreachable("no_email")
    if channels == ("email",) and "phone" in named and not emails:
        return Unreachable("email_to_phone", named["phone"])
    if channels and "email" not in channels and "email" in named:
        return Unreachable("text_to_email", named["email"])
    if phones and (channels == ("email",) or (channels and not emails)):
        reached = (*channels, "sms")
    by_email = [person for person in people if person.kind in ("me", "owner", "email")]
    return Audience(
        channels=tuple(dict.fromkeys(reached)),
        emails=tuple(dict.fromkeys(emails)),
        phones=tuple(dict.fromkeys(phones)),
        to_customer=to_customer,
        tells_too=named.keys() != {"customer"},
        email_words=_in_words(by_email),
    )


def _in_words(people: Iterable[Person]) -> str:
    """`you, the owner and bob@shop.example`."""
    names = {"me": "you", "owner": "the owner", "staff": "your staff", "customer": "the customer"}
    return listed([names.get(one.kind, one.value) for one in people] or ["you"])


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


def _channels_of(has_staff: bool, emails: Sequence[str], phones: Sequence[str]) -> tuple[Channel, ...]:
    """How people are told who were named without a channel."""
    by_email = not {*emails} <= {ME, OWNER} or (emails and (phones or has_staff))
    found: tuple[Channel, ...] = (*(("email",) if by_email else ()), *(("sms",) if phones or has_staff else ()))
    return found or USUAL
