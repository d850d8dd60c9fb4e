"""Turns pending competitive actions into drafts, each once, whichever run comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.competitors.actions.drafts import CONSUMERS, Draft, draft_of
from shared.competitors.actions.models import CompetitiveAction, Status
from shared.competitors.actions.store import parse_action
from shared.documents.org import COMPETITIVE_ACTIONS, org_path
from shared.documents.suggestions import Suggestion
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

MAX_ACTIONS = 200
"""Per call."""
AT_ONCE = 25
"""Per transaction."""


@dataclass(frozen=True, slots=True)
class Consumed:
    """An action and its draft."""

    action: CompetitiveAction
    path: str
    """Of the draft, below the tenant: `campaign_drafts/{id}`."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pending actions; `more`: there are more than were read."""

    actions: tuple[CompetitiveAction, ...]
    more: bool
    malformed: int


def pending(org_id: str, agents: Iterable[str]) -> Waiting:
    """The pending actions of these agents, at most 200."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    wanted = set(agents)
    types = sorted(type_ for type_, agent in CONSUMERS.items() if agent in wanted)
    query = (
        firestore()
        .collection(org_path(org_id, COMPETITIVE_ACTIONS))
        .where(filter=FieldFilter("status", "==", Status.PENDING.value))
        .where(filter=FieldFilter("type", "in", types))
    )
    documents = list(query.limit(MAX_ACTIONS + 1).stream())
    actions = _parsed(documents[:MAX_ACTIONS])
    return Waiting(tuple(actions), len(documents) > MAX_ACTIONS, min(len(documents), MAX_ACTIONS) - len(actions))


def consumed_in(org_id: str, execution_id: str, agents: Iterable[str]) -> list[Consumed]:
    """What the run has already consumed: a retry reports it again."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    wanted = set(agents)
    query = (
        firestore()
        .collection(org_path(org_id, COMPETITIVE_ACTIONS))
        .where(filter=FieldFilter("consumedIn", "==", execution_id))
    )
    actions = _parsed(query.limit(MAX_ACTIONS).stream())
    return [Consumed(one, one.result_path) for one in actions if one.result_path and one.consumed_by in wanted]


def result_path(action: CompetitiveAction, draft: Draft) -> str:
    """The path of the action's draft; each action has one."""
    return f"{draft.collection}/{action.id}"


def consume(
    org_id: str, actions: Sequence[CompetitiveAction], execution_id: str, source: Mapping[str, Any], now: datetime
) -> list[Consumed]:
    """Write the drafts and mark their actions in one commit; skips actions no longer pending."""
    done: list[Consumed] = []
    for start in range(0, len(actions), AT_ONCE):
        done += _consume(org_id, actions[start : start + AT_ONCE], execution_id, source, now)
    return done


def _consume(
    org_id: str, actions: Sequence[CompetitiveAction], execution_id: str, source: Mapping[str, Any], now: datetime
) -> list[Consumed]:
    db = firestore()
    tenant = org_path(org_id)
    references = {one.id: db.document(f"{tenant}/competitive_actions/{one.id}") for one in actions}

    def write(transaction: Transaction) -> list[Consumed]:
        documents = list(db.get_all(list(references.values()), transaction=transaction))
        found = _parsed(document for document in documents if document.exists)
        done: list[Consumed] = []
        for action in sorted(found, key=lambda one: one.id):
            if action.status is not Status.PENDING:
                continue
            draft, agent = draft_of(action), CONSUMERS[action.type]
            path = result_path(action, draft)
            suggestion = Suggestion(
                agent=agent,
                created_at=now,
                source=dict(source),
                **draft.fields,
                priority=action.priority,
                competitorName=action.competitor_name,
                competitorId=action.competitor_id,
                actionId=action.id,
                recommendation=action.recommendation,
            )
            transaction.set(db.document(f"{tenant}/{path}"), suggestion.document())
            marks = {"consumedBy": agent, "consumedAt": now, "consumedIn": execution_id, "resultPath": path}
            transaction.update(references[action.id], {"status": Status.CONSUMED.value, **marks})
            done.append(Consumed(action, path))
        return done

    return in_transaction(write, f"{tenant}/competitive_actions")


def _parsed(documents: Iterable[DocumentSnapshot[Any]]) -> list[CompetitiveAction]:
    return [action for one in documents if (action := parse_action(one.id, one.to_dict() or {}))]
