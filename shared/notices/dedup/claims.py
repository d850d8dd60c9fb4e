"""Claims on facts to report, in Firestore: if two runs find the same fact, one reports it.

A run claims before sending and settles afterward. An unsettled claim holds while its run may still send. If the run
ends without sending, the claim is lost and the next run that finds the fact reports it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.documents import executions
from shared.documents.org import org_path
from shared.gcp.clients import firestore
from shared.gcp.transactions import committed
from shared.notices.dedup.fact import (
    A_MORNING,
    KNOWN_FOR,
    Audience,
    Fact,
    Notification,
    NotifiedFact,
    NoveltyVerdict,
    Role,
    claimed,
    decide,
)
from shared.notices.dedup.ledger import COLLECTION, Ledger
from shared.notices.dedup.specialists import Specialist

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

KEPT_FOR = timedelta(days=90)
"""For prices, after the last comparison that found them."""
SHOP_KEPT_FOR = timedelta(days=2)
SEEN_AGAIN_AFTER = timedelta(hours=12)
"""`seenAt` is updated after this long."""
_MAY_STILL_SEND = frozenset({"queued", "running", "waiting", "retrying"})


@dataclass(frozen=True, slots=True)
class Sender:
    """The run that reports; `execution_id` stays the same across attempts."""

    name: str
    execution_id: str
    role: Role = "alert"


def claim(
    org_id: str,
    facts: Sequence[Fact],
    audience: Audience,
    sender: Sender,
    now: datetime,
    specialists: Sequence[Specialist] = (),
) -> dict[str, NoveltyVerdict]:
    """Decides on each fact, by id, and claims those to report. For duplicate ids the most severe counts.

    Facts that one of the `specialists` playbooks reports are left to that playbook.

    Raises:
        TransientError: others were faster again and again.
    """
    by_id = {one.id: one for one in sorted(facts, key=lambda one: (one.level or 0, -(one.value or 0)))}

    def write(transaction: Transaction) -> tuple[dict[str, NoveltyVerdict], Ledger]:
        ledger = Ledger.read(org_id, by_id, transaction)
        before = {one: ledger.things.get(one) for one in by_id}
        still_valid = _without_lost(before, sender)
        verdicts: dict[str, NoveltyVerdict] = {}
        for one, fact in by_id.items():
            known = still_valid[one]
            left_to = [each for each in specialists if not _has_failed(each, before[one], known, now)]
            verdict = decide(known, fact, audience, sender.execution_id, now, sender.role)
            verdicts[one] = _left(verdict, fact, left_to)
            after = _after(known, fact, audience, verdicts[one], sender, now)
            if after is not None:
                ledger.put(one, after)
        ledger.write(transaction, now)
        return verdicts, ledger

    if not by_id:
        return {}
    done = committed(write, org_path(org_id, COLLECTION))
    verdicts, ledger = done.found
    # The run settles its claims using these versions.
    ledger.keep(org_id, done.versions)
    return verdicts


def settle(org_id: str, ids: Collection[str], audience: Audience, sender: Sender, now: datetime) -> int:
    """Records that the message was sent; returns how many of the sender's claims were settled. Safe to repeat.

    Raises:
        TransientError: others were faster again and again.
    """

    if not ids:
        return 0

    def settled(ledger: Ledger) -> int:
        count = 0
        for one in ids:
            known = ledger.things.get(one)
            notified = known.tellings.get(audience) if known is not None else None
            if known is None or notified is None or notified.execution_id != sender.execution_id:
                continue
            out = notified.model_copy(update={"settled": True, "at": now})
            ledger.put(one, known.model_copy(update={"tellings": {**known.tellings, audience: out}}))
            count += 1
        return count

    def write(transaction: Transaction) -> tuple[int, Ledger]:
        ledger = Ledger.read(org_id, ids, transaction)
        count = settled(ledger)
        ledger.write(transaction, now)
        return count, ledger

    own = Ledger.recalled(org_id, ids)
    if own is not None:
        count = settled(own)
        versions = own.replace(now) if own.is_changed else []
        if versions is not None:
            own.keep(org_id, versions)
            return count
    done = committed(write, org_path(org_id, COLLECTION))
    count, ledger = done.found
    ledger.keep(org_id, done.versions)
    return count


def _has_failed(
    specialist: Specialist, before: NotifiedFact | None, still_valid: NotifiedFact | None, now: datetime
) -> bool:
    """Whether the playbook claimed the fact this morning but its run ended without sending."""
    made = before.tellings.values() if before else ()
    stands = {one.execution_id for one in still_valid.tellings.values()} if still_valid else set()
    return any(
        one.by == specialist.name and one.execution_id not in stands and now - one.at < A_MORNING for one in made
    )


def _left(verdict: NoveltyVerdict, fact: Fact, specialists: Sequence[Specialist]) -> NoveltyVerdict:
    to = next((one.name for one in specialists if one.tells(fact)), None) if verdict.should_notify else None
    return verdict if to is None else NoveltyVerdict(None, left_to=to)


def _after(
    known: NotifiedFact | None,
    fact: Fact,
    audience: Audience,
    verdict: NoveltyVerdict,
    sender: Sender,
    now: datetime,
) -> NotifiedFact | None:
    """What to store, or None if nothing changed."""
    if verdict.reason is not None:
        notified = Notification(
            by=sender.name,
            execution_id=sender.execution_id,
            at=now,
            value=fact.value,
            level=fact.level,
            reason=verdict.reason,
            role=sender.role,
        )
        kept_for = KEPT_FOR if KNOWN_FOR[fact.kind] is None else SHOP_KEPT_FOR
        after = claimed(known, fact, audience, notified, now, kept_for)
        if known is None or after.tellings != known.tellings:
            return after
    # A fact left to another playbook must still look new to that one.
    if known is None or fact.kind != "undercut" or verdict.left_to is not None:
        return None
    is_fresh = now - known.seen_at < SEEN_AGAIN_AFTER
    return None if is_fresh else known.model_copy(update={"seen_at": now, "expires_at": now + KEPT_FOR})


def _without_lost(found: Mapping[str, NotifiedFact | None], sender: Sender) -> dict[str, NotifiedFact | None]:
    """Removes unsettled claims of runs that have ended."""
    pending = {
        notified.execution_id
        for known in found.values()
        for notified in (known.tellings.values() if known is not None else ())
        if not notified.settled and notified.execution_id != sender.execution_id
    }
    lost = pending - _sending(pending)
    return {one: known and _without(known, lost) for one, known in found.items()}


def _without(known: NotifiedFact, lost: Collection[str]) -> NotifiedFact:
    still_valid = {
        audience: one for audience, one in known.tellings.items() if one.settled or one.execution_id not in lost
    }
    return known.model_copy(update={"tellings": still_valid})


def _sending(execution_ids: Collection[str]) -> set[str]:
    """The runs among these that haven't ended."""
    if not execution_ids:
        return set()
    found = firestore().get_all([executions.reference(one) for one in sorted(execution_ids)], ["status"])
    return {one.id for one in found if one.exists and (one.to_dict() or {}).get("status") in _MAY_STILL_SEND}
