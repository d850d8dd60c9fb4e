"""Whom to tell, and how: "text me", "email the owner and jane@shop.com", "by Slack", "cc my accountant"."""

from __future__ import annotations

from typing import Any, NamedTuple

from shared.chat.language.chart import Rules
from shared.chat.understood import Person

PEOPLE = Rules()
rule = PEOPLE.rule


class Delivery(NamedTuple):
    """Channels and people that were named together."""

    channels: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    adds: bool = False


rule("person", "<role>")(lambda key: Person(kind=key))
rule("person", "<email>")(lambda address: Person(kind="email", value=address))
rule("person", "<phone>")(lambda number: Person(kind="phone", value=number))
rule("person", "[my|our] <stranger>")(lambda key: Person(kind="unknown", value=key))
rule("person", "<own_person>")(lambda name: Person(kind="email" if "@" in name else "unknown", value=name))
rule("person", "[my|our] <-stranger> [at|on] <email>")(lambda address: Person(kind="email", value=address))
rule("person", "[my|our] <-stranger> [at|on] <phone>")(lambda number: Person(kind="phone", value=number))
rule("person", "[my|our] <stranger> (<proper>|<unknown>)")(
    lambda key, value: Person(kind="unknown", value=f"{key} {value}")
)
rule("person", "[my|our] (<stranger>|<role>|<own_person>|<unknown>|<proper>) at (<email>|<phone>)", weight=2)(
    lambda _who, address: Person(kind="email" if "@" in address else "phone", value=address)
)
# An address by itself: only an answer to "which address?" makes a recipient of it.
rule("bare_person", "(<email>|<phone>|<url>)")(lambda address: address)
rule("reached", "(<email>|<phone>)")(
    lambda address: (Person(kind="email" if "@" in address else "phone", value=address),)
)
rule("people", "<person>")(lambda one: (one,))
rule("people", "<people> (and|,|, and|plus|and also|as well as) [also] <person>")(lambda some, one: (*some, one))
rule("people", "<people> (and|, and|plus) <unknown>", weight=-1)(
    lambda some, name: (*some, Person(kind="unknown", value=name)) if " " not in name or name.istitle() else None
)
rule("named", "(<unknown>|<proper>)")(
    lambda name: (Person(kind="unknown", value=name),) if name[:1].isupper() else None
)
rule("named", "<named> (and|,|, and|&) <named>")(lambda some, more: (*some, *more))
rule("delivery", "(tell|notify|alert|warn|inform|message|ping|remind|update|let) <named>", weight=-1)(
    lambda people: Delivery((), people)
)
rule("delivery", "(to|for) <people> only", "(only|just) to <people>", weight=2)(lambda people: Delivery((), people))
rule("channels", "<channel>")(lambda one: (one,))
rule("channels", "<channels> (and|,|, and|plus|or|/) [by|via|on|in] <channel>")(
    lambda some, one: (*some, one) if one not in some else None
)

rule("delivery", "<channels> (it|that|this|them) (too|as well|also)", weight=4)(
    lambda channels: Delivery(channels, adds=True)
)
rule("delivery", "<channels> [it|that|this]", "[drop|save|put] [a] copy (in|on|to|by) <channels>")(
    lambda channels: Delivery(channels)
)
rule("delivery", "<people> (should|must|needs to) [also] (get|receive|have|see)", weight=2)(
    lambda people: Delivery((), people)
)
rule("delivery", "(by|via|over|through|in|on|to|as) [a|an] [my|our] <channels>", weight=1)(
    lambda channels: Delivery(channels)
)
rule("delivery", "[just|only] <channels> [to] <people>", "<channels> (it|that|this|them) to <people>", weight=1)(
    lambda channels, people: Delivery(channels, people)
)
rule("delivery", "<-telling> <people>", "<-telling> (it|that|this) to <people>", weight=1)(
    lambda people: Delivery((), people)
)
rule("delivery", "(to|for) <people>")(lambda people: Delivery((), people))
rule("delivery", "<-telling> <people> [a|an] <channels>", weight=1)(
    lambda people, channels: Delivery(channels, people)
)
rule("delivery", "(and|also) [also] <channels> <people> (too|as well)", weight=6)(
    lambda channels, people: Delivery(channels, people, adds=True)
)
rule(
    "delivery",
    "(cc|bcc|copy|include|loop in) [:] <people>",
    "(add|include) <reached>",
    "<people> (too|as well)",
    "[<-telling>] <people> (too|as well)",
    weight=2,
)(lambda people: Delivery((), people, adds=True))
rule("delivery", "(and|also) [also] <people>", weight=1)(lambda people: Delivery((), people, adds=True))
rule("delivery", "<channels> <people> [a] copy", "<-telling> <people> [a] copy by <channels>", weight=4)(
    lambda one, other: (
        Delivery(one, other, adds=True) if isinstance(one[0], str) else Delivery(other, one, adds=True)
    )
)
rule("delivery", "[to|for] (whole|entire) <role>", weight=1)(lambda key: Delivery((), (Person(kind=key),)))
rule("delivery", "to (<unknown>|<proper>)")(lambda name: Delivery((), (Person(kind="unknown", value=name),)))
rule("delivery", "<channels> (<unknown>|<proper>)", weight=-1)(
    lambda channels, name: Delivery(channels, (Person(kind="unknown", value=name),))
)


def keys(value: Any) -> str:
    """The key of a phrase, with or without slots."""
    return str(value[0] if isinstance(value, tuple) else value)
