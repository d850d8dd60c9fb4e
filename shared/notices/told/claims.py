"""Claims on what is to be told, in Firestore: of two runs that find the same, one tells it.

A run claims before it sends and settles afterwards. A claim that is not settled holds while its run may still send;
a run that ended without sending has lost it, and the next that finds the same tells it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.notices.told.fact import (
    A_MORNING,
    KNOWN_FOR,
    Audience,
    Fact,
    Role,
    Telling,
    Told,
    Verdict,
    claimed,
    decide,
)
from shared.notices.told.ledger import COLLECTION, Ledger
from shared.notices.told.sharper import Sharper

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

KEPT_FOR = timedelta(days=90)
"""Of a price, after the last comparison that found it."""
SHOP_KEPT_FOR = timedelta(days=2)
SEEN_AGAIN_AFTER = timedelta(hours=12)
"""How old `seenAt` grows before it is written anew."""
_RUNS = "playbook_executions"
_MAY_STILL_SEND = frozenset({"queued", "running", "waiting", "retrying"})


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is about to tell: `execution_id` is the same in every attempt."""

    name: str
    execution_id: str
    role: Role = "alert"


def claim(
    org_id: str,
    facts: Sequence[Fact],
    audience: Audience,
    teller: Teller,
    now: datetime,
    sharper: Sequence[Sharper] = (),
) -> dict[str, Verdict]:
    """Decide on each fact, by its id, and claim those that the teller is to tell. Of one id the deepest counts.

    What it would tell and one of the `sharper` playbooks tells, is left to that one.

    Raises:
        TransientError: others were faster again and again.
    """
    by_id = {one.id: one for one in sorted(facts, key=lambda one: (one.level or 0, -(one.value or 0)))}

    def write(transaction: Transaction) -> dict[str, Verdict]:
        ledger = Ledger.read(org_id, by_id, transaction)
        before = {one: ledger.things.get(one) for one in by_id}
        standing = _without_lost(before, teller)
        verdicts: dict[str, Verdict] = {}
        for one, fact in by_id.items():
            told = standing[one]
            left_to = [each for each in sharper if not _has_failed(each, before[one], told, now)]
            verdict = decide(told, fact, audience, teller.execution_id, now, teller.role)
            verdicts[one] = _left(verdict, fact, left_to)
            after = _after(told, fact, audience, verdicts[one], teller, now)
            if after is not None:
                ledger.put(one, after)
        ledger.write(transaction, now)
        return verdicts

    return in_transaction(write, f"tenants/{org_id}/{COLLECTION}") if by_id else {}


def settle(org_id: str, ids: Collection[str], audience: Audience, teller: Teller, now: datetime) -> int:
    """Note that the message is out; how many claims of the teller there were. Safe to do again.

    Raises:
        TransientError: others were faster again and again.
    """

    def write(transaction: Transaction) -> int:
        ledger, settled = Ledger.read(org_id, ids, transaction), 0
        for one in ids:
            told = ledger.things.get(one)
            telling = told.tellings.get(audience) if told is not None else None
            if told is None or telling is None or telling.execution_id != teller.execution_id:
                continue
            out = telling.model_copy(update={"settled": True, "at": now})
            ledger.put(one, told.model_copy(update={"tellings": {**told.tellings, audience: out}}))
            settled += 1
        ledger.write(transaction, now)
        return settled

    return in_transaction(write, f"tenants/{org_id}/{COLLECTION}") if ids else 0


def _has_failed(sharper: Sharper, before: Told | None, standing: Told | None, now: datetime) -> bool:
    """Whether it has meant to tell it this morning, and has ended without."""
    made = before.tellings.values() if before else ()
    stands = {one.execution_id for one in standing.tellings.values()} if standing else set()
    return any(
        one.by == sharper.name and one.execution_id not in stands and now - one.at < A_MORNING for one in made
    )


def _left(verdict: Verdict, fact: Fact, sharper: Sequence[Sharper]) -> Verdict:
    to = next((one.name for one in sharper if one.tells(fact)), None) if verdict.is_told else None
    return verdict if to is None else Verdict(None, left_to=to)


def _after(
    told: Told | None, fact: Fact, audience: Audience, verdict: Verdict, teller: Teller, now: datetime
) -> Told | None:
    """What to remember; None where all of it is known already."""
    if verdict.reason is not None:
        telling = Telling(
            by=teller.name,
            execution_id=teller.execution_id,
            at=now,
            value=fact.value,
            level=fact.level,
            reason=verdict.reason,
            role=teller.role,
        )
        kept_for = KEPT_FOR if KNOWN_FOR[fact.kind] is None else SHOP_KEPT_FOR
        after = claimed(told, fact, audience, telling, now, kept_for)
        if told is None or after.tellings != told.tellings:
            return after
    # What is left to another is seen by that one: an undercut that is back must still be back for it.
    if told is None or fact.kind != "undercut" or verdict.left_to is not None:
        return None
    is_fresh = now - told.seen_at < SEEN_AGAIN_AFTER
    return None if is_fresh else told.model_copy(update={"seen_at": now, "expires_at": now + KEPT_FOR})


def _without_lost(found: Mapping[str, Told | None], teller: Teller) -> dict[str, Told | None]:
    """Without the claims of runs that have ended and settled nothing."""
    pending = {
        telling.execution_id
        for told in found.values()
        for telling in (told.tellings.values() if told is not None else ())
        if not telling.settled and telling.execution_id != teller.execution_id
    }
    lost = pending - _sending(pending)
    return {one: told and _without(told, lost) for one, told in found.items()}


def _without(told: Told, lost: Collection[str]) -> Told:
    standing = {
        audience: one for audience, one in told.tellings.items() if one.settled or one.execution_id not in lost
    }
    return told.model_copy(update={"tellings": standing})


def _sending(execution_ids: Collection[str]) -> set[str]:
    """Those of these runs that have not ended."""
    if not execution_ids:
        return set()
    db = firestore()
    references = [db.collection(_RUNS).document(one) for one in sorted(execution_ids)]
    found = db.get_all(references, ["status"])
    return {one.id for one in found if one.exists and (one.to_dict() or {}).get("status") in _MAY_STILL_SEND}
