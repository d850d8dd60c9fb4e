"""What is remembered between two messages of a conversation: a document of `chat_sessions`, for a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.chat.answer import ChatAnswer
from shared.chat.understanding import Understanding
from shared.doors.principal import Principal
from shared.gcp import clients, logging

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

log = logging.get_logger(__name__)

COLLECTION = "chat_sessions"
TODAYS = "today"
"""The conversation that a message without an id belongs to."""
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


class Proposal(BaseModel):
    """What a preview has shown and nobody has done yet."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    message: str
    """The message that it answered: the same again, without `preview`, does it."""
    sentence: str
    """The sentence that it all began with."""
    wish: Understanding


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
    proposed: Proposal | None = None
    answered: Answered | None = None

    def awaits_yes(self, now: datetime) -> Deleting | None:
        """The deletion that a yes given now confirms."""
        return self.deleting if self.deleting and now - self.deleting.asked_at <= YES_COUNTS else None


@dataclass(frozen=True, slots=True)
class Thread:
    """Whose conversation it is, and which one of theirs."""

    org_id: str
    who: str
    conversation_id: str = TODAYS

    @property
    def document(self) -> DocumentReference:
        """Where it is kept. Every part may hold an underscore, so that only a digest keeps threads apart."""
        digest = hashlib.sha256(f"{self.who}\x1f{self.conversation_id}".encode()).hexdigest()[:32]
        return clients.firestore().collection(COLLECTION).document(f"{self.org_id}_{digest}")


def principal_id(principal: Principal) -> str:
    """Who the thread belongs to: a user, or an agent's key's agent."""
    return principal.id or "nobody"


def load(thread: Thread, now: datetime) -> Session:
    """The conversation, or a new one where there is none, it is a day old, or it has another shape."""
    data = thread.document.get().to_dict() or {}
    # The deletion of expired documents lags behind.
    if not isinstance(data.get("expireAt"), datetime) or data["expireAt"] <= now:
        return Session()
    try:
        return Session.model_validate_json(data.get("state") or "{}")
    except ValidationError:
        log.warning("a conversation of another shape was dropped", extra={"principal": thread.who})
        return Session()


def save(thread: Thread, session: Session, now: datetime) -> None:
    """Keep the conversation for another day. Its state is one text: nobody queries it."""
    state = session.model_dump_json(by_alias=True, exclude_none=True)
    if len(state.encode()) > MAX_ANSWER_BYTES:
        state = session.model_copy(update={"answered": None}).model_dump_json(by_alias=True, exclude_none=True)
    whose = {"orgId": thread.org_id, "principal": thread.who, "conversationId": thread.conversation_id}
    thread.document.set({**whose, "state": state, "updatedAt": now, "expireAt": now + KEPT})
