"""What is remembered between two messages of one person: `chat_sessions/{orgId}_{principal}`, for a day."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.chat.answer import ChatAnswer
from shared.chat.understanding import Understanding
from shared.doors.http import is_document_id
from shared.doors.principal import Principal
from shared.gcp import clients, logging

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

log = logging.get_logger(__name__)

COLLECTION = "chat_sessions"
KEPT = timedelta(hours=24)
YES_COUNTS = timedelta(hours=1)
"""How long after the question a bare "yes" still deletes."""
MAX_ANSWER_BYTES = 200_000


class Doomed(BaseModel):
    """A playbook that a yes deletes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    playbook_id: str
    name: str


class Deleting(BaseModel):
    """The playbooks whose deletion waits for a yes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    playbooks: tuple[Doomed, ...] = Field(min_length=1)
    asked_at: datetime


class Answered(BaseModel):
    """A request that was answered, so that its repetition gets the same answer and does nothing again."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    key: str
    fingerprint: str | None = None
    """Of the request: another one with the same key is refused."""
    answer: ChatAnswer


class Session(BaseModel):
    """The thread of a conversation."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    pending: Understanding | None = None
    """What was understood and waits for answers."""
    asked_by_message: str | None = None
    """The sentence that `pending` began with."""
    last_playbook_id: str | None = None
    """The playbook that "it" means."""
    last_run: Understanding | None = None
    """What was run once, last of all: "do that every morning"."""
    deleting: Deleting | None = None
    answered: Answered | None = None

    def awaits_yes(self, now: datetime) -> Deleting | None:
        """The deletion that a yes given now confirms."""
        return self.deleting if self.deleting and now - self.deleting.asked_at <= YES_COUNTS else None


def principal_id(principal: Principal) -> str:
    """Who the thread belongs to: a user, or an agent's key's agent."""
    return principal.id or "nobody"


def load(org_id: str, principal: Principal, now: datetime) -> Session:
    """The thread, or a new one where there is none, it is a day old, or it has another shape."""
    who = principal_id(principal)
    data = _reference(org_id, who).get().to_dict() or {}
    # `a` + `b_c` and `a_b` + `c` share a document: what is another's is not ours to go on with.
    if (data.get("orgId"), data.get("principal")) != (org_id, who):
        return Session()
    # The deletion of expired documents lags behind.
    if not isinstance(data.get("expireAt"), datetime) or data["expireAt"] <= now:
        return Session()
    try:
        return Session.model_validate_json(data.get("state") or "{}")
    except ValidationError:
        log.warning("a conversation of another shape was dropped", extra={"principal": who})
        return Session()


def save(org_id: str, principal: Principal, session: Session, now: datetime) -> None:
    """Keep the thread for another day. Its state is one text: nobody queries it."""
    who = principal_id(principal)
    state = session.model_dump_json(by_alias=True, exclude_none=True)
    if len(state.encode()) > MAX_ANSWER_BYTES:
        state = session.model_copy(update={"answered": None}).model_dump_json(by_alias=True, exclude_none=True)
    _reference(org_id, who).set(
        {"orgId": org_id, "principal": who, "state": state, "updatedAt": now, "expireAt": now + KEPT}
    )


def _reference(org_id: str, who: str) -> DocumentReference:
    safe = who if is_document_id(who) else hashlib.sha256(who.encode()).hexdigest()[:32]
    return clients.firestore().collection(COLLECTION).document(f"{org_id}_{safe}")
