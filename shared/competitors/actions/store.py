"""Competitive actions in Firestore: one open document per finding, however often it's found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.api.errors import not_found
from shared.competitors.actions.models import (
    CompetitiveAction,
    Outcome,
    Status,
    action_id,
    found_again,
    opened,
    outcome,
)
from shared.competitors.actions.rule_matches import RULES, Rule, RuleMatch
from shared.documents.org import COMPETITIVE_ACTIONS, org_path
from shared.errors import PermanentError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

COMPETITORS_AT_ONCE = 10
"""Per transaction: at most 14 reads and 14 writes each."""

Key = tuple[str, Rule]
"""A competitor and one of the rules."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The ids of the actions, by outcome. A retry of the same run returns the same except for `opened`."""

    opened: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Resolved in the last seven days and no worse since."""
    lapsed: tuple[str, ...] = ()


def record(org_id: str, found: Mapping[str, Sequence[RuleMatch]], now: datetime) -> Recorded:
    """Open, update and lapse actions to match today's findings, by competitor."""
    parts: list[Recorded] = []
    competitors = list(found)
    for start in range(0, len(competitors), COMPETITORS_AT_ONCE):
        chunk = competitors[start : start + COMPETITORS_AT_ONCE]
        by_rule = {
            (one, rule): next((finding for finding in found[one] if finding.rule is rule), None)
            for one in chunk
            for rule in RULES
        }
        parts.append(_record(org_id, by_rule, now))
    return Recorded(
        opened=tuple(one for part in parts for one in part.opened),
        updated=tuple(one for part in parts for one in part.updated),
        held=tuple(one for part in parts for one in part.held),
        lapsed=tuple(one for part in parts for one in part.lapsed),
    )


def resource(action_id: str) -> str:
    """The action as messages name it."""
    return f"competitive action {action_id[:200]}"


def resolution(by: str, now: datetime, comment: str | None = None) -> dict[str, Any]:
    """The fields that say who is done with an action, and when."""
    return {"status": Status.RESOLVED.value, "resolvedAt": now, "resolvedBy": by, "comment": comment}


def resolve(org_id: str, action_id: str, by: str, now: datetime, comment: str | None = None) -> CompetitiveAction:
    """Record who resolved the action, and when. The first one counts; returns the action as it is then.

    Raises:
        NotFoundError: the org has no such action.
        PermanentError: `by` is empty.
        TransientError: too many wrote it at this moment.
    """
    if not by.strip():
        raise PermanentError("resolvedBy is empty; expected who resolves the action")
    db = firestore()
    missing = not_found(resource(action_id))
    if not action_id or "/" in action_id:
        raise missing
    reference = db.document(f"{collection(org_id)}/{action_id}")

    def write(transaction: Transaction) -> CompetitiveAction:
        document = reference.get(transaction=transaction)
        action = parse_action(action_id, document.to_dict() or {}) if document.exists else None
        if action is None:
            raise missing
        if action.status is Status.RESOLVED:
            return action
        transaction.update(reference, resolution(by.strip(), now, comment))
        return action.model_copy(
            update={
                "status": Status.RESOLVED,
                "resolved_at": now,
                "resolved_by": by.strip(),
                "comment": comment,
            }
        )

    return in_transaction(write, resource(action_id))


def parse_action(document_id: str, fields: Mapping[str, Any]) -> CompetitiveAction | None:
    """The action in a document; None, and a log line, if it's malformed."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return CompetitiveAction.model_validate({**given, "id": document_id})
    except ValidationError as error:
        log.warning(
            "passed over a competitive action of another shape: %s: %s", document_id, error.errors()[0]["loc"]
        )
        return None


def pending_actions(org_id: str, limit: int) -> Iterable[DocumentSnapshot[Any]]:
    """Actions not yet consumed or resolved, by id."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITIVE_ACTIONS))
        .where(filter=FieldFilter("status", "==", Status.PENDING.value))
    )
    return query.limit(limit).stream()


def collection(org_id: str) -> str:
    """The collection of an org's actions."""
    return org_path(org_id, COMPETITIVE_ACTIONS)


def _record(org_id: str, found: Mapping[Key, RuleMatch | None], now: datetime) -> Recorded:
    def write(transaction: Transaction) -> Recorded:
        newest = _newest(org_id, found, transaction)
        recording = _Recording(org_id, transaction, now)
        for key, finding in found.items():
            recording.put(key, newest.get(key), finding)
        return recording.done

    return in_transaction(write, collection(org_id))


def _newest(org_id: str, keys: Iterable[Key], transaction: Transaction) -> dict[Key, CompetitiveAction]:
    """Each finding's newest action: its first document says which generation that is."""
    first = _load(org_id, dict.fromkeys(keys, 1), transaction)
    later = {key: action.latest_generation for key, action in first.items() if action.latest_generation > 1}
    return first | _load(org_id, later, transaction)


def _load(org_id: str, generations: Mapping[Key, int], transaction: Transaction) -> dict[Key, CompetitiveAction]:
    if not generations:
        return {}
    db = firestore()
    ids = {
        action_id(competitor, rule.type, rule.name, generation): (competitor, rule)
        for (competitor, rule), generation in generations.items()
    }
    references: list[DocumentReference] = [db.document(f"{collection(org_id)}/{one}") for one in ids]
    documents = db.get_all(references, transaction=transaction)
    actions = (parse_action(one.id, one.to_dict() or {}) for one in documents if one.exists)
    return {ids[action.id]: action for action in actions if action}


class _Recording:
    """The writes of one transaction, and what they amount to."""

    def __init__(self, org_id: str, transaction: Transaction, now: datetime) -> None:
        self._org_id, self._transaction, self._now = org_id, transaction, now
        self.done = Recorded()

    def put(self, key: Key, newest: CompetitiveAction | None, finding: RuleMatch | None) -> None:
        """Apply `outcome`."""
        what = outcome(newest, finding, self._now)
        if what is Outcome.OPEN and finding:
            self._open(opened(finding, self._now))
        elif what is Outcome.REOPEN and finding and newest:
            action = opened(finding, self._now, newest.generation + 1)
            self._open(action)
            self._transaction.update(self._document(_first(key)), {"latestGeneration": action.generation})
        elif what is Outcome.UPDATE and finding and newest:
            self._transaction.update(self._document(newest.id), found_again(newest, finding, self._now))
            self._note("updated", newest.id)
        elif what is Outcome.HOLD and newest:
            self._note("held", newest.id)
        elif what is Outcome.LAPSE and newest:
            self._transaction.update(
                self._document(newest.id), {"status": Status.LAPSED.value, "updatedAt": self._now}
            )
            self._note("lapsed", newest.id)

    def _open(self, action: CompetitiveAction) -> None:
        self._transaction.set(self._document(action.id), action.model_dump(by_alias=True, mode="python"))
        self._note("opened", action.id)

    def _note(self, kind: str, one: str) -> None:
        self.done = replace(self.done, **{kind: (*getattr(self.done, kind), one)})

    def _document(self, one: str) -> DocumentReference:
        return firestore().document(f"{collection(self._org_id)}/{one}")


def _first(key: Key) -> str:
    competitor, rule = key
    return action_id(competitor, rule.type, rule.name)
