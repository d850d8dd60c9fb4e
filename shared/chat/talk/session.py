"""What is remembered between two messages of a conversation: a document of `chat_sessions`, for a day."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.understood import Part, Question, Reply, Wish

if TYPE_CHECKING:
    from shared.chat.talk.facts import Playbook

COLLECTION = "chat_sessions"
TODAYS = "today"
"""The conversation that a message without an id belongs to."""
KEPT = timedelta(hours=24)
YES_COUNTS = timedelta(hours=1)
"""How long after the question a bare "yes" still does what was asked about."""
MAX_BYTES = 200_000


class Before(Part):
    """A playbook as it was before a change: its fields; all of them where it was deleted, None where it was new."""

    playbook_id: str
    name: str
    fields: dict[str, Any] | None = None
    is_gone: bool = False
    version: int | None = None
    """Of what the change wrote: one that is newer by now is somebody's later change."""

    @classmethod
    def of(
        cls, was: Playbook, fields: dict[str, Any] | None, version: int | None = None, *, is_gone: bool = False
    ) -> Self:
        """What `was` there before."""
        return cls(playbook_id=was.id, name=was.name, fields=fields, version=version, is_gone=is_gone)


class Open(Part):
    """A wish with a question. `playbook_id`: the playbook that it changes; a new one is made without."""

    wish: Wish
    question: Question
    sentence: str
    """The sentence that it all began with."""
    playbook_id: str | None = None
    others: tuple[Wish, ...] = ()
    """What else that playbook does."""


class Confirming(Part):
    """What is done to these playbooks after a yes."""

    wish: Wish
    playbook_ids: tuple[str, ...]
    asked_at: datetime


class Proposal(Part):
    """What a preview has shown and nobody has done yet."""

    message: str
    """The message that it answered: the same again, without `preview`, does it."""
    sentence: str = ""
    """What it all began with, where that is another one: the message was an answer."""
    wishes: tuple[Wish, ...]
    target: Open | None = None
    """The change that was put together over several messages, with its last question."""


class Answered(Part):
    """A request that was answered, so that its repetition gets the same answer and does nothing again."""

    key: str
    fingerprint: str | None = None
    """Of the request: another one with the same key is refused."""
    reply: Reply


class Session(BaseModel):
    """The thread of a conversation."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    open: Open | None = None
    waiting: tuple[Wish, ...] = ()
    """Requests of the same message that come after the open one."""
    last_playbook_id: str | None = None
    """The playbook that "it" means."""
    last_run: Wish | None = None
    """What was run once, last of all: "do that every morning"."""
    confirming: Confirming | None = None
    proposed: Proposal | None = None
    undo: tuple[Before, ...] = ()
    """What the last change was before."""
    deleted: dict[str, str] = {}
    """Names by the ids of playbooks that were deleted here."""
    answered: Answered | None = None

    def stored(self) -> str:
        """As one text: nobody queries it. What does not fit is what can be done without."""
        for left_out in ({}, {"answered": None}, {"answered": None, "undo": ()}):
            text = self.model_copy(update=left_out).model_dump_json(by_alias=True, exclude_defaults=True)
            if len(text.encode()) <= MAX_BYTES:
                break
        return text


def document_id(org_id: str, who: str, conversation_id: str) -> str:
    """Every part may hold an underscore, so that only a digest keeps threads apart."""
    whose = "\x1f".join((who, conversation_id))
    return f"{org_id}_{hashlib.sha256(whose.encode()).hexdigest()[:32]}"
