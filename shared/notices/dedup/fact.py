"""One thing that a message says, and whether people know it already: plain computing.

A competitor's price is known for as long as it stays. What a shop's own figures show is the content of its reports:
it is known for a morning, and tomorrow's report has it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, get_args

from pydantic import AwareDatetime, Field

from shared.quarantine.stored import Stored
from shared.values.digests import hex_digest
from shared.values.money import Money
from shared.values.text import clean_text

Audience = Literal["email", "dashboard", "sms"]
PriceKind = Literal["undercut", "price_change"]
ShopKind = Literal[
    "low_stock",
    "slow_stock",
    "margin",
    "customer_away",
    "license",
    "content_review",
    "campaign",
    "sales",
    "locations",
    "segments",
]
Kind = PriceKind | ShopKind
Reason = Literal["new", "deeper", "returned"]
Role = Literal["alert", "notice", "report"]
"""An alert tells one thing at once, whatever reports have told among others. A notice is a line in the inbox: it
repeats nobody, and nobody repeats it. A report leaves things to an alert if there is one."""

A_MORNING = timedelta(hours=6)
"""From the heartbeat's first round, over the weekly and the daily playbooks, to the end of the org's morning."""
GONE_AFTER = timedelta(hours=36)
"""An undercut that no daily comparison has found for so long was gone, where their menu changed since."""
DEEPER = Decimal(1)
"""Notify again when an undercut grows by this share of our price; less is noise."""
KNOWN_FOR: Mapping[Kind, timedelta | None] = MappingProxyType(
    {
        **dict.fromkeys(("undercut", "price_change"), None),
        **dict.fromkeys(get_args(ShopKind), A_MORNING),
    }
)
"""How long what was told stays known; None: for as long as it is there."""
COVERED_BY: Mapping[Audience, tuple[Audience, ...]] = {
    "email": ("email",),
    "dashboard": ("dashboard", "email"),
    "sms": ("sms",),
}
"""Where telling something makes it known: a mail has its line in the inbox; texts go to other people than mails."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a message says of one thing.

    `parts`: what the thing is, the same however it is written. `level`: how bad it is, higher is worse; of a price
    how many percent it lies below ours, None where that is not known. `value`: of a price, itself.
    """

    kind: Kind
    parts: tuple[str, ...]
    label: str
    level: Decimal | None = Decimal(1)
    value: Decimal | None = None
    unchanged_since: datetime | None = None
    """Since when the menu that shows it is as it is; None where that is not known."""

    @property
    def id(self) -> str:
        """Under which it is kept who told it: 32 hex digits. A price's move and its undercut are one thing."""
        family = "price" if KNOWN_FOR[self.kind] is None else self.kind
        return hex_digest(family, *self.parts)


class Notification(Stored):
    """Who told it to an audience, and what exactly. `by`: a playbook's name.

    `settled`: the message is out; until then the claim holds for as long as its run may still send it.
    """

    by: str
    execution_id: str
    at: AwareDatetime
    level: Money | None = None
    value: Money | None = None
    reason: Reason = "new"
    role: Role = "alert"
    settled: bool = False


class NotifiedFact(Stored):
    """What was told of one thing."""

    label: str = ""
    tellings: dict[Audience, Notification] = Field(default_factory=dict)
    seen_at: AwareDatetime
    """When it was found last."""
    expires_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class NoveltyVerdict:
    """Whether to tell it, and why; else who told it, or the playbook that will."""

    reason: Reason | None
    known_from: Notification | None = None
    left_to: str | None = None

    @property
    def should_notify(self) -> bool:
        """Whether this run tells it."""
        return self.reason is not None


def strongest(channels: Iterable[str]) -> Audience | None:
    """The audience that a message over these channels is for: a mail's, where it is mailed. None without any."""
    given = set(channels)
    order: tuple[Audience, ...] = ("email", "dashboard", "sms")
    return next((one for one in order if one in given), None)


def decide(
    known: NotifiedFact | None,
    fact: Fact,
    audience: Audience,
    execution_id: str,
    now: datetime,
    role: Role = "alert",
) -> NoveltyVerdict:
    """Whether the run tells the fact to that audience. What it has claimed itself, it tells in every attempt.

    `known` must be without the claims of runs that have ended and told nothing.
    """
    if known is None:
        return NoveltyVerdict("new")
    own = known.tellings.get(audience)
    if own is not None and own.execution_id == execution_id:
        return NoveltyVerdict(own.reason)
    if known.tellings and fact.kind == "undercut" and _was_gone(known, fact, now):
        return NoveltyVerdict("returned")
    others = [known.tellings[one] for one in COVERED_BY[audience] if one in known.tellings]
    if not others:
        return NoveltyVerdict("new")
    covering = [one for one in others if _covers(one, fact, role, now)]
    if covering:
        return NoveltyVerdict(None, max(covering, key=lambda one: one.at))
    is_deeper = fact.kind != "price_change" and any(_is_deeper(fact, one) for one in others)
    return NoveltyVerdict("deeper" if is_deeper else "new")


def claimed(
    known: NotifiedFact | None,
    fact: Fact,
    audience: Audience,
    notified: Notification,
    now: datetime,
    keep_for: timedelta,
) -> NotifiedFact:
    """What was told when this one is claimed. What has returned is new to everybody."""
    before = known.tellings if known is not None else {}
    mine = before.get(audience)
    if mine is not None and mine.execution_id == notified.execution_id:
        # A run may tell the undercut and the move of one price: what it said of our price stays said.
        notified = mine
    elif notified.reason == "returned":
        before = {}
    return NotifiedFact(
        label=clean_text(fact.label),
        tellings={**before, audience: notified},
        seen_at=now if known is None or fact.kind != "price_change" else known.seen_at,
        expires_at=now + keep_for,
    )


def _covers(notified: Notification, fact: Fact, role: Role, now: datetime) -> bool:
    known_for = KNOWN_FOR[fact.kind]
    age = now - notified.at
    if known_for is not None and age >= known_for:
        return False
    if role == "alert" and notified.role == "report" and age < A_MORNING:
        # Among other things, and lately: no reason to keep the alert back.
        return False
    if fact.kind == "price_change":
        return notified.value == fact.value
    return notified.level is not None and fact.level is not None and not _is_deeper(fact, notified)


def _is_deeper(fact: Fact, notified: Notification) -> bool:
    return notified.level is not None and fact.level is not None and fact.level >= notified.level + DEEPER


def _was_gone(known: NotifiedFact, fact: Fact, now: datetime) -> bool:
    if now - known.seen_at < GONE_AFTER:
        return False
    return fact.unchanged_since is None or fact.unchanged_since > known.seen_at
