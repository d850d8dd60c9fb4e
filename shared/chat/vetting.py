"""What a message may make the product do: nobody is written to whom neither the message nor the org names.

Everything that was understood passes here, whether the parser or a model understood it; what a model added is
held against the message once more, word by word. What does not pass is dropped and asked about.
"""

from __future__ import annotations

import re
from typing import Any

from shared.agents.addresses import addresses_in
from shared.chat.facts import Facts
from shared.chat.gaps import named_competitors
from shared.chat.said import is_condition_said, is_schedule_said, is_threshold_said
from shared.chat.understanding import Gap, Unclear, Understanding
from shared.values.email_address import mailbox_key
from shared.values.phone_number import phone_number_or_none

ROLES = frozenset({"me", "owner", "staff", "customer"})

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|previous|above|guideline)"
    r"|\b(?:system|assistant|developer)\s*(?:prompt|message)?\s*:"
    r"|</?(?:system|data|instructions?|request)\b|\[/?(?:inst|system)\]"
    r"|\byou are now\b|\bnew (?:instructions?|task|rules?)\s*:|\bjailbreak\b|\bdo anything now\b",
    re.IGNORECASE,
)

_ALL = re.compile(r"\b(?:all|every\w*|each|both)\b", re.IGNORECASE)


def vet(said: Understanding, message: str, facts: Facts, my_email: str | None) -> Understanding:
    """`said` without recipients that neither the message names nor the org owns.

    A message that tries to give orders to the machinery (pasted reviews, mails, pages) names nobody but the org's
    own people: whom it mentions is not whom its author wants to write to.
    """
    own = own_addresses(facts, my_email)
    pasted = bool(_ORDERS.search(message))
    kept = tuple(one for one in said.recipients if _may_be_told(one, message, own, pasted))
    if len(kept) == len(said.recipients):
        return said
    question = (
        "That text gives orders to me, so I don't write to the addresses in it. Whom shall I tell?"
        if pasted
        else "I only write to people that you name or that your organization knows. Whom shall I tell?"
    )
    return _asking(said.model_copy(update={"recipients": kept}), "recipient", question)


def vet_model(filled: Understanding, message: str, facts: Facts, my_email: str | None) -> Understanding:
    """What a model understood, confined to what the message really says.

    Schedules, events' filters and thresholds need their numbers and days in the message, names and texts must
    stand in it, competitors must be the org's or stand in it, and no address comes from anywhere else.
    """
    vetted = vet(filled, message, facts, my_email)
    changes: dict[str, Any] = {}
    questions: list[tuple[Gap, str]] = []
    if any(not is_schedule_said(one, message, facts.tenant.timezone) for one in vetted.schedules):
        changes["schedules"] = ()
        questions.append(
            ("schedule", "When exactly shall I do it? For example: every morning, or Mondays at 8 am.")
        )
    if any(one.filter and not is_condition_said(one.filter, message) for one in vetted.events):
        changes["events"] = tuple(one.model_copy(update={"filter": None}) for one in vetted.events)
        questions.append(("threshold", "From which number on shall I tell you?"))
    if vetted.threshold and not is_threshold_said(vetted.threshold, message):
        changes["threshold"] = None
        questions.append(("threshold", "From which number on shall I tell you?"))
    changes |= _texts(vetted, message)
    if (
        vetted.top is not None
        and not _stands_in(str(vetted.top), message)
        and not _top_in_words(vetted.top, message)
    ):
        changes["top"] = None
    unknown = _strange_competitors(vetted, message, facts)
    if unknown:
        changes["competitors"] = tuple(one for one in vetted.competitors if one not in unknown)
        questions.append(("competitor", "Which competitors do you mean?"))
    vetted = vetted.model_copy(update=changes)
    for about, question in questions:
        vetted = _asking(vetted, about, question)
    return vetted


def own_addresses(facts: Facts, my_email: str | None) -> frozenset[str]:
    """Addresses and numbers that belong to the org or to the person who speaks."""
    known = (facts.tenant.owner_email, my_email, *facts.tenant.staff_phones)
    return frozenset(_address_key(one) for one in known if one)


def _may_be_told(recipient: str, message: str, own: frozenset[str], pasted: bool) -> bool:
    if recipient in ROLES or _address_key(recipient) in own:
        return True
    return not pasted and _stands_in(recipient, message)


def _address_key(address: str) -> str:
    return mailbox_key(address) if "@" in address else phone_number_or_none(address) or address.strip()


def _stands_in(words: str, message: str) -> bool:
    """Whether the words stand in the message as they are, not inside of longer ones (`x@a.co` in `x@a.com`)."""
    plain = r"\s+".join(re.escape(word) for word in words.split())
    return re.search(rf"(?<![\w.@+-]){plain}(?![\w@-]|\.\w)", message, re.IGNORECASE) is not None


def _texts(vetted: Understanding, message: str) -> dict[str, Any]:
    """Drops texts that the model made up, or that carry an address."""
    changes: dict[str, Any] = {}
    for name in ("message", "playbook", "segment", "product"):
        value = getattr(vetted, name)
        if value is not None and not _stands_in(value, message):
            changes[name] = None
    if vetted.every_playbook and not _ALL.search(message):
        changes["every_playbook"] = False
    if vetted.name is not None and (addresses_in(vetted.name) or "{{" in vetted.name):
        changes["name"] = None
    safe = tuple(gap for gap in vetted.unclear if not addresses_in(gap.question))
    if len(safe) < len(vetted.unclear):
        changes["unclear"] = safe
    return changes


def _top_in_words(top: int, message: str) -> bool:
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return top <= len(words) and _stands_in(words[top - 1], message)


def _strange_competitors(vetted: Understanding, message: str, facts: Facts) -> list[str]:
    _, unknown = named_competitors(vetted.competitors, facts.competitors)
    return [one for one in unknown if not _stands_in(one, message)]


def _asking(said: Understanding, about: Gap, question: str) -> Understanding:
    if any(gap.about == about for gap in said.unclear):
        return said
    return said.model_copy(update={"unclear": (*said.unclear, Unclear(about=about, question=question))})
