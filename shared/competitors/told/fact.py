"""What a message says of a competitor's price, and whether people know it already: plain computing.

A fact is known by what its reader sees: the competitor's name, the product's name and size, however they are
written, and the price. An undercut is known while it is no deeper than what was told; a moved price while it is the
one that was told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.competitors.products.names import identify
from shared.values.money import Money
from shared.values.size_reading import parse_size
from shared.values.text import clean_text

Audience = Literal["email", "dashboard", "sms"]
Kind = Literal["undercut", "price_change"]
Reason = Literal["new", "deeper", "returned"]

DEEPER_PERCENT = Decimal(1)
"""An undercut is told again when it is deeper by so many percent of our price; less is noise."""
GONE_AFTER = timedelta(hours=36)
"""An undercut that no daily comparison has found for so long was gone, where their menu changed since."""
COVERED_BY: Mapping[Audience, tuple[Audience, ...]] = {
    "email": ("email",),
    "dashboard": ("dashboard", "email"),
    "sms": ("sms",),
}
"""Where telling something makes it known: a mail has its line in the inbox; texts go to other people than mails."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A competitor's price of a product. `percent`: how far it lies below ours; None where that is not known."""

    kind: Kind
    competitor: str
    product: str
    """With its size, where it has one."""
    their_price: Decimal
    percent: Decimal | None = None
    menu_since: datetime | None = None
    """Since when their menu is as it is; None where that is not known."""

    @property
    def id(self) -> str:
        """Of the document that keeps who told it: the same for every spelling of the competitor and product."""
        product = clean_text(self.product)
        parts = (
            "price",
            " ".join(clean_text(self.competitor).casefold().split()),
            " ".join(sorted(identify(product).words)),
            str(parse_size(product) or ""),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class Telling(_Part):
    """Who told it to an audience, and what exactly. `by`: a playbook's name.

    `settled`: the message is out; until then the claim holds for as long as its run may still send it.
    """

    by: str
    execution_id: str
    at: AwareDatetime
    their_price: Money
    percent: Money | None = None
    reason: Reason = "new"
    settled: bool = False


class Told(_Part):
    """`tenants/{orgId}/told_findings/{id}`: what was told of one competitor's price of one product."""

    competitor: str
    product: str
    tellings: dict[Audience, Telling] = Field(default_factory=dict)
    seen_at: AwareDatetime
    """When a comparison found the undercut last."""
    expires_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to tell it, and why; else who told it."""

    reason: Reason | None
    known_from: Telling | None = None

    @property
    def is_told(self) -> bool:
        """Whether this run tells it."""
        return self.reason is not None


def strongest(channels: Iterable[str]) -> Audience | None:
    """The audience that a message over these channels is for: a mail's, where it is mailed. None without any."""
    given = set(channels)
    order: tuple[Audience, ...] = ("email", "dashboard", "sms")
    return next((one for one in order if one in given), None)


def decide(told: Told | None, fact: Fact, audience: Audience, execution_id: str, now: datetime) -> Verdict:
    """Whether the run tells the fact to that audience. What it has claimed itself, it tells in every attempt.

    `told` must be without the claims of runs that have ended and told nothing.
    """
    if told is None:
        return Verdict("new")
    own = told.tellings.get(audience)
    if own is not None and own.execution_id == execution_id:
        return Verdict(own.reason)
    if told.tellings and fact.kind == "undercut" and _was_gone(told, fact, now):
        return Verdict("returned")
    others = [told.tellings[one] for one in COVERED_BY[audience] if one in told.tellings]
    if not others:
        return Verdict("new")
    covering = [one for one in others if _covers(one, fact)]
    if covering:
        return Verdict(None, max(covering, key=lambda one: one.at))
    is_deeper = fact.kind == "undercut" and any(one.percent is not None for one in others)
    return Verdict("deeper" if is_deeper else "new")


def claimed(
    told: Told | None, fact: Fact, audience: Audience, telling: Telling, now: datetime, keep_for: timedelta
) -> Told:
    """The document when this telling is claimed. What has returned is new to everybody."""
    before = told.tellings if told is not None else {}
    mine = before.get(audience)
    if mine is not None and mine.execution_id == telling.execution_id:
        # A run may tell the undercut and the move of one price: what it said of our price stays said.
        telling = mine
    elif telling.reason == "returned":
        before = {}
    return Told(
        competitor=clean_text(fact.competitor),
        product=clean_text(fact.product),
        tellings={**before, audience: telling},
        seen_at=now if told is None or fact.kind == "undercut" else told.seen_at,
        expires_at=now + keep_for,
    )


def _covers(telling: Telling, fact: Fact) -> bool:
    if fact.kind == "price_change":
        return telling.their_price == fact.their_price
    if telling.percent is None or fact.percent is None:
        return False
    return fact.percent < telling.percent + DEEPER_PERCENT


def _was_gone(told: Told, fact: Fact, now: datetime) -> bool:
    if now - told.seen_at < GONE_AFTER:
        return False
    return fact.menu_since is None or fact.menu_since > told.seen_at
