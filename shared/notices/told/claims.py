"""Claims on what is to be told, in Firestore: of two runs that find the same, one tells it.

A run claims before it sends and settles afterwards. A claim that is not settled holds while its run may still send;
a run that ended without sending has lost it, and the next that finds the same tells it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.errors import TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.notices.told.fact import (
    A_MORNING,
    KNOWN_FOR,
    Audience,
    Fact,
    Reason,
    Role,
    Telling,
    Told,
    Verdict,
    claimed,
    decide,
)
from shared.notices.told.sharper import Sharper
from shared.playbooks.problems import problem_lines

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "told_findings"
KEPT_FOR = timedelta(days=90)
"""Of a price, after the last comparison that found it."""
SHOP_KEPT_FOR = timedelta(days=2)
SEEN_AGAIN_AFTER = timedelta(hours=12)
"""How old `seenAt` grows before it is written anew."""
_AT_ONCE = 400
_ROUNDS = 6
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
    ids = list(by_id)
    verdicts: dict[str, Verdict] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = {one: by_id[one] for one in ids[start : start + _AT_ONCE]}
        verdicts.update(_claim(org_id, some, audience, teller, now, sharper))
    return verdicts


def settle(org_id: str, ids: Collection[str], audience: Audience, teller: Teller, now: datetime) -> int:
    """Note that the message is out; how many claims of the teller there were. Safe to do again."""
    found = _read(org_id, ids)
    mine = {one: told for one, (told, _) in found.items() if _is_of(told, audience, teller)}
    db = firestore()
    batch = db.batch()
    for one in mine:
        # Field by field: what others have claimed for another audience in the meantime stays.
        field = f"tellings.{audience}"
        batch.update(_reference(org_id, one), {f"{field}.settled": True, f"{field}.at": now})
    if mine:
        batch.commit()
    return len(mine)


def _is_of(told: Told | None, audience: Audience, teller: Teller) -> bool:
    telling = told.tellings.get(audience) if told is not None else None
    return telling is not None and telling.execution_id == teller.execution_id


def _claim(
    org_id: str,
    facts: Mapping[str, Fact],
    audience: Audience,
    teller: Teller,
    now: datetime,
    sharper: Sequence[Sharper],
) -> dict[str, Verdict]:
    from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition, NotFound

    for _ in range(_ROUNDS):
        found = _read(org_id, facts)
        before = {one: told for one, (told, _) in found.items()}
        standing = _without_lost(before, teller)
        verdicts = {
            one: _left(
                decide(told, facts[one], audience, teller.execution_id, now, teller.role),
                facts[one],
                [each for each in sharper if not _has_failed(each, before[one], told, now)],
            )
            for one, told in standing.items()
        }
        batch = firestore().batch()
        writes = 0
        for one, verdict in verdicts.items():
            after = _after(standing[one], facts[one], audience, verdict, teller, now)
            if after is not None:
                _put(batch, org_id, one, after, found[one][1])
                writes += 1
        try:
            if writes:
                batch.commit()
        except (Aborted, AlreadyExists, FailedPrecondition, NotFound):
            continue
        return verdicts
    raise TransientError("others are telling of the same at this moment")


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
    """The document to write; None where it says all of it already."""
    if verdict.reason is not None:
        telling = _telling(fact, verdict.reason, teller, now)
        after = claimed(told, fact, audience, telling, now, _kept_for(fact))
        if told is None or after.tellings != told.tellings:
            return after
    # What is left to another is seen by that one: an undercut that is back must still be back for it.
    seen = told is not None and fact.kind == "undercut" and verdict.left_to is None
    return _seen(told, now) if told is not None and seen else None


def _telling(fact: Fact, reason: Reason, teller: Teller, now: datetime) -> Telling:
    return Telling(
        by=teller.name,
        execution_id=teller.execution_id,
        at=now,
        value=fact.value,
        level=fact.level,
        reason=reason,
        role=teller.role,
    )


def _kept_for(fact: Fact) -> timedelta:
    return KEPT_FOR if KNOWN_FOR[fact.kind] is None else SHOP_KEPT_FOR


def _seen(told: Told, now: datetime) -> Told | None:
    if now - told.seen_at < SEEN_AGAIN_AFTER:
        return None
    return told.model_copy(update={"seen_at": now, "expires_at": now + KEPT_FOR})


def _put(batch: Any, org_id: str, one: str, told: Told, before: datetime | None) -> None:
    reference, fields = _reference(org_id, one), told.model_dump(by_alias=True)
    if before is None:
        batch.create(reference, fields)
        return
    batch.update(reference, fields, option=firestore().write_option(last_update_time=before))


def _read(org_id: str, ids: Iterable[str]) -> dict[str, tuple[Told | None, datetime | None]]:
    """Each document and its version; one that cannot be understood counts as none, and is written anew."""
    references = [_reference(org_id, one) for one in ids]
    if not references:
        return {}
    return {
        one.id: (_parsed(one), one.update_time if one.exists else None) for one in firestore().get_all(references)
    }


def _without_lost(found: Mapping[str, Told | None], teller: Teller) -> dict[str, Told | None]:
    """Without the claims of runs that have ended and settled nothing."""
    pending = {
        telling.execution_id
        for told in found.values()
        if told is not None
        for telling in told.tellings.values()
        if not telling.settled and telling.execution_id != teller.execution_id
    }
    lost = pending - _sending(pending)
    if not lost:
        return dict(found)
    return {one: told and _kept(told, lost) for one, told in found.items()}


def _kept(told: Told, lost: Collection[str]) -> Told:
    tellings = {
        audience: telling
        for audience, telling in told.tellings.items()
        if telling.settled or telling.execution_id not in lost
    }
    return told.model_copy(update={"tellings": tellings})


def _sending(execution_ids: Collection[str]) -> set[str]:
    """Those of these runs that have not ended."""
    if not execution_ids:
        return set()
    db = firestore()
    references = [db.collection(_RUNS).document(one) for one in sorted(execution_ids)]
    found = db.get_all(references, ["status"])
    return {one.id for one in found if one.exists and (one.to_dict() or {}).get("status") in _MAY_STILL_SEND}


def _parsed(document: DocumentSnapshot[Any]) -> Told | None:
    if not document.exists:
        return None
    try:
        return Told.model_validate(document.to_dict() or {})
    except ValidationError as error:
        reason = "; ".join(problem_lines(error))
        log.warning("malformed document passed over", extra={"path": document.reference.path, "reason": reason})
        return None


def _reference(org_id: str, one: str) -> Any:
    return firestore().collection(f"tenants/{org_id}/{COLLECTION}").document(one)
