"""Facts in messages, and whether people already know them. No I/O.

A competitor's price stays known as long as it lasts. A shop's own figures are report content: they stay known for
a morning, and tomorrow's report repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, get_args

from pydantic import AwareDatetime, Field

from shared.documents.stored import Stored
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
"""An alert reports one fact at once, even if reports mentioned it among others. A notice is an inbox line and is
neither a repeat nor repeated. A report leaves facts to an alert if there is one."""

A_MORNING = timedelta(hours=6)
"""From the heartbeat's first round through weekly and daily playbooks to the end of the org's morning."""
GONE_AFTER = timedelta(hours=36)
"""An undercut not seen for this long is considered gone, if the menu changed since."""
DEEPER = Decimal(1)
"""Report again when an undercut grows by this percentage of our price; less is noise."""
KNOWN_FOR: Mapping[Kind, timedelta | None] = MappingProxyType(
    {
        **dict.fromkeys(("undercut", "price_change"), None),
        **dict.fromkeys(get_args(ShopKind), A_MORNING),
    }
)
"""How long a reported fact stays known; None: as long as it lasts."""
COVERED_BY: Mapping[Audience, tuple[Audience, ...]] = {
    "email": ("email",),
    "dashboard": ("dashboard", "email"),
    "sms": ("sms",),
}
"""Which channels make a fact known to an audience: emails are also in the inbox, texts go to other people."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in a message.

    `parts`: identify the subject, independent of wording. `level`: severity, higher is worse; for a price, the
    percent below ours, or None if unknown. `value`: the price itself.
    """

    kind: Kind
    parts: tuple[str, ...]
    label: str
    level: Decimal | None = Decimal(1)
    value: Decimal | None = None
    unchanged_since: datetime | None = None
    """When the menu showing it last changed, if known."""

    @property
    def id(self) -> str:
        """32 hex digits. A price change and the undercut it causes share one id."""
        family = "price" if KNOWN_FOR[self.kind] is None else self.kind
        return hex_digest(family, *self.parts)


class Notification(Stored):
    """Who reported a fact to an audience, and its values then. `by`: a playbook's name.

    `settled`: the message was sent; until then the claim holds while its run may still send.
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
    """What was reported about one fact."""

    label: str = ""
    tellings: dict[Audience, Notification] = Field(default_factory=dict)
    seen_at: AwareDatetime
    """When it was last found."""
    expires_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class NoveltyVerdict:
    """Whether to report a fact and why; otherwise who did, or which playbook will."""

    reason: Reason | None
    known_from: Notification | None = None
    left_to: str | None = None

    @property
    def should_notify(self) -> bool:
        return self.reason is not None


def strongest(channels: Iterable[str]) -> Audience | None:
    """The main audience of a message on these channels: email first. None without any."""
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
    """Whether the run reports the fact to the audience. Its own claims stay valid in every attempt.

    `known` must not contain claims of runs that ended without reporting.
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
    """The stored state after claiming. A returned fact is new to all audiences."""
    before = known.tellings if known is not None else {}
    mine = before.get(audience)
    if mine is not None and mine.execution_id == notified.execution_id:
        # A run may report both the undercut and the change of one price; its first report stays.
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
        # A mention in a recent report doesn't suppress an alert.
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
