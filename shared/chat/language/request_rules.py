"""Rules about what is asked for that put together or check: who is told and how, and what operators bind.

All that is only said stands in the lexicon's `[rules]`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shared.chat.language.chart import Rules
from shared.chat.understood import Person

REQUEST_RULES = Rules()
rule = REQUEST_RULES.rule


class Delivery(NamedTuple):
    """Channels and people that were named together."""

    channels: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    adds: bool = False


@rule("person", "<own_person>")
def _own_person(address: str) -> Person:
    """Two of one first name have to be asked about."""
    several = address.split("|")
    is_known = len(several) == 1 and "@" in address
    return Person(kind="email" if is_known else "unknown", value=" or ".join(several))


rule("person", "[my|our] <stranger> (<proper>|<unknown>)")(
    lambda key, value: Person(kind="unknown", value=f"{key} {value}")
)
rule("person", "[my|our] (<stranger>|<role>|<own_person>|<unknown>|<proper>) at (<email>|<phone>)", weight=2)(
    lambda _who, address: Person(kind="email" if "@" in address else "phone", value=address)
)
rule("reached", "(<email>|<phone>)")(
    lambda address: (Person(kind="email" if "@" in address else "phone", value=address),)
)
rule("people", "<people> (and|,|, and|plus|and also|as well as) [also] <person>")(lambda some, one: (*some, one))
rule("people", "<people> (and|, and|plus) <unknown>", weight=-1)(
    lambda some, name: (*some, Person(kind="unknown", value=name)) if " " not in name or name.istitle() else None
)
rule("named", "(<unknown>|<proper>)")(
    lambda name: (Person(kind="unknown", value=name),) if name[:1].isupper() else None
)
rule("named", "<named> (and|,|, and|&) <named>")(lambda some, more: (*some, *more))
rule("channels", "<channels> (and|,|, and|plus|/) [by|via|on|in] <channel>")(
    lambda some, one: (*some, one) if one not in some else None
)

rule("delivery", "<channels> <people> [a] copy", "<-telling> <people> [a] copy by <channels>", weight=4)(
    lambda one, other: (
        Delivery(one, other, adds=True) if isinstance(one[0], str) else Delivery(other, one, adds=True)
    )
)
rule("delivery", "[to|for] (whole|entire) <role>", weight=1)(lambda key: Delivery((), (Person(kind=key),)))
rule("delivery", "[and] so (should|do|will|must) (=i|=we)", "(should|do) (=i|=we) too", weight=2)(
    lambda: Delivery((), (Person(kind="me"),), adds=True)
)
rule("delivery", "(only|just) (=me|=us|myself)", weight=1)(lambda: Delivery((), (Person(kind="me"),)))
rule("delivery", "they (get|receive) [a|an] <channels>", weight=2)(
    lambda channels: Delivery(channels, (Person(kind="customer"),))
)
rule("delivery", "to (<unknown>|<proper>)")(lambda name: Delivery((), (Person(kind="unknown", value=name),)))
rule("delivery", "<channels> (<unknown>|<proper>)", weight=-1)(
    lambda channels, name: Delivery(channels, (Person(kind="unknown", value=name),))
)

_AND = "(,|and|, and|&|or|nor|as well as)"

rule("competitors", f"<competitors> {_AND} <competitor>")(
    lambda some, one: (*some, one) if one not in some else None
)
rule("rival", f"<rival> {_AND} <rival>")(lambda some, more: (*some, *more) if len(some) < 6 else None)
rule("things", f"<things> {_AND} (<own_product>|<category>)")(lambda some, one: (*some, one))

rule("spared", f"<spared> {_AND} [=the|my|our] <playbook>")(lambda some, name: (*some, name))
rule("limit", "<-without> [for|to|tell|email|text] <people>", "do not (tell|email|text) <people>", weight=4)(
    lambda people: (
        ("except", "people", tuple(one.value or one.kind for one in people))
        if all(one.kind != "me" for one in people)
        else None
    )
)
rule("limit", "<-without> bother (me|us) with (<things>)", "<-without> (<unknown>|<proper>)", weight=4)(
    lambda words: (
        "except",
        "product" if isinstance(words, tuple) else "words",
        words if isinstance(words, tuple) else (words,),
    )
)
rule("no_channels", "<no_channels> (or|nor) [a|an|by] <channel>")(lambda some, one: (*some, one))
rule("limit", "{take} <people> {off}", "(drop|remove|lose) <people>", weight=7)(
    lambda people: ("except", "people", tuple(one.value or one.kind for one in people))
)
rule("negated", "(not|never) [want|need|to|ever|you|mean|ask|have|going|yet|actually] [you] [to] <verb>", weight=6)(
    lambda verb: verb if isinstance(verb, str) else verb[0]
)
rule("negated", "(not|never) (want|need) <playbook> [to] [be] <verb>", weight=8)(
    lambda playbook, verb: (verb if isinstance(verb, str) else verb[0], playbook)
)
rule("negated", "no <playbook>", weight=6)(lambda playbook: ("run", playbook))
rule("negated", "(no need|rather not|instead of) [to] <verb>", weight=6)(
    lambda verb: verb if isinstance(verb, str) else verb[0]
)


def key_of(value: Any) -> str:
    """The key of a phrase, with or without slots."""
    return str(value[0] if isinstance(value, tuple) else value)
