"""What would become of a campaign that began now: looked up, with nothing claimed and nothing written."""

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
"""A dry run is answered while somebody waits; who comes after that many is counted only."""
AT_ONCE = 250
_KEY = "preview:"


@dataclass(slots=True)
class Preview:
    """`texts` includes those that would wait for the morning, which are `waiting`."""

    total: int = 0
    emails: int = 0
    texts: int = 0
    waiting: int = 0
    not_examined: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def preview(org: Tenant, ids: Iterable[str], now: datetime, *, email: bool, sms: bool, together: bool) -> Preview:
    """Ask for each customer what would be asked before the message."""
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
    """Who is left for the texts: with `texts_the_rest` only those that no mail reaches, who are not skipped yet."""
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
    """Applies one channel's rules, and remembers which addresses the campaign has used."""

    def __init__(self, org: Tenant, channel: Channel, now: datetime) -> None:
        self._channel = channel
        self._asked = CheckContext(org, opt_out_list.read(org.id, channel), now, _KEY, claims=False)
        self._met: set[str] = set()

    def ask(self, people: Sequence[Person]) -> list[str | None]:
        """Why each would get none; None: they would get it."""
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
