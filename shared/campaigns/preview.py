"""Previews a campaign's reach without claiming or writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from shared.campaigns.people import Person, read_people, verdicts_on
from shared.compliance import opt_out_list
from shared.compliance.decision import Reason
from shared.compliance.examining import CheckContext, TextVerdict
from shared.compliance.frequency import Channel
from shared.tenants.tenant import Tenant
from shared.values.email_address import mailbox_key

MOST_EXAMINED = 20_000
"""A dry run has somebody waiting; customers beyond this are only counted."""
AT_ONCE = 250
_KEY = "preview:"


@dataclass(slots=True)
class Preview:
    """`texts` includes the `waiting` ones, which would be sent in the morning."""

    total: int = 0
    emails: int = 0
    texts: int = 0
    waiting: int = 0
    not_examined: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def preview(org: Tenant, ids: Iterable[str], now: datetime, *, email: bool, sms: bool, together: bool) -> Preview:
    """Applies the same checks to each customer as before sending."""
    found, left = Preview(), iter(ids)
    mailing, texting = _Asking(org, "email", now) if email else None, _Asking(org, "sms", now) if sms else None
    while found.total < MOST_EXAMINED and (page := list(islice(left, AT_ONCE))):
        found.total += len(page)
        people = read_people(org.id, page)
        if mailing is not None:
            people = _count_mails(found, mailing, people, texts_the_rest=texting is not None and not together)
        if texting is not None:
            _count_texts(found, texting, people)
    found.not_examined = sum(1 for _ in left)
    found.total += found.not_examined
    return found


def _count_mails(found: Preview, mailing: _Asking, people: list[Person], *, texts_the_rest: bool) -> list[Person]:
    """Returns who is left for texts: with `texts_the_rest`, those not reached by email and not yet skipped."""
    reasons = mailing.ask(people)
    found.emails += sum(reason is None for reason in reasons)
    left = []
    for person, reason in zip(people, reasons, strict=True):
        if not texts_the_rest or reason not in (None, Reason.DUPLICATE):
            left.append(person)
        if reason is not None and (not texts_the_rest or reason is Reason.DUPLICATE):
            found.skipped[str(reason)] += 1
    return left


def _count_texts(found: Preview, texting: _Asking, people: list[Person]) -> None:
    for reason in texting.ask(people):
        is_waiting = reason is Reason.QUIET_HOURS
        found.waiting += is_waiting
        found.texts += is_waiting or reason is None
        if reason is not None and not is_waiting:
            found.skipped[str(reason)] += 1


class _Asking:
    """Applies one channel's rules and remembers the addresses used."""

    def __init__(self, org: Tenant, channel: Channel, now: datetime) -> None:
        self._channel = channel
        self._asked = CheckContext(org, opt_out_list.read(org.id, channel), now, _KEY, claims=False)
        self._met: set[str] = set()

    def ask(self, people: Sequence[Person]) -> list[str | None]:
        """Each person's reason for getting nothing, or None if they would get the message."""
        verdicts = verdicts_on(self._asked, self._channel, people, lambda one: f"{_KEY}{one}")
        return [
            verdict if isinstance(verdict, str) else self._reason(one.to[self._channel], verdict)
            for one, verdict in zip(people, verdicts, strict=True)
        ]

    def _reason(self, address: str, verdict: TextVerdict) -> Reason | None:
        if verdict.refusal is not None and verdict.refusal.reason is not Reason.QUIET_HOURS:
            return verdict.refusal.reason
        key = mailbox_key(address)
        if key in self._met:
            return Reason.DUPLICATE
        self._met.add(key)
        return verdict.refusal.reason if verdict.refusal else None
