"""What a conversation knows: the org's playbooks, runs and names, and what was said before."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.talk import replies
from shared.chat.understood import ChatModel, Question, Reply, Request
from shared.runs.record import ExecutionStatus
from shared.tenants.tenant import Tenant
from shared.values.digests import hex_digest

SESSIONS = "chat_sessions"
TODAYS = "today"
"""The conversation that a message without an id belongs to."""
KEPT = timedelta(hours=24)
YES_COUNTS = timedelta(hours=1)
"""How long after the question a bare "yes" still does what was asked about."""
MAX_BYTES = 200_000
_READ = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook's document: the fields that are listed, or with `update_time` all of them."""

    id: str
    data: Mapping[str, Any]
    update_time: datetime | None = None

    def text(self, name: str) -> str | None:
        """A field that is a text; None where it is of another shape."""
        value = self.data.get(name)
        return value if isinstance(value, str) and value else None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.text("name") or self.id

    @property
    def status(self) -> str:
        """`active`, `paused` …"""
        return self.text("status") or "draft"

    @property
    def state(self) -> str:
        """Whether it is on, in words; why not, where the platform lets it rest."""
        known = replies.words("state")
        return known.get(self.text("pausedBy") or "") or known.get(self.status, self.status)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps, as far as they are any."""
        written = self.data.get("steps")
        return [dict(one) for one in written if isinstance(one, Mapping)] if isinstance(written, list) else []


class RunStep(BaseModel):
    """What became of one of a run's steps."""

    model_config = _READ

    action: str = ""
    status: str = ""
    error: str | None = None
    output: dict[str, Any] | None = None


class Run(BaseModel):
    """A run, as far as it is talked about."""

    model_config = _READ

    id: str
    playbook_id: str
    status: ExecutionStatus
    status_reason: str = ""
    step_results: tuple[RunStep, ...] = ()
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.started_at or self.created_at


@dataclass(frozen=True, slots=True)
class Facts:
    """The org as it is when a message arrives. `competitors` are names by id."""

    tenant: Tenant
    playbooks: tuple[Playbook, ...] = ()
    competitors: Mapping[str, str] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    """Addresses of members by name."""

    @property
    def named(self) -> tuple[Playbook, ...]:
        """The playbooks that people may mean, by name; what they made themselves first."""
        found = [one for one in self.playbooks if one.data.get("adHoc") is not True and one.status != "archived"]
        return tuple(sorted(found, key=lambda one: (one.data.get("source") == "catalog", one.name.casefold())))

    def playbook(self, playbook_id: str | None) -> Playbook | None:
        """The playbook of that id."""
        return next((one for one in self.playbooks if one.id == playbook_id), None)

    def free_name(self, name: str, longest: int) -> str:
        """The name, with a number where there is a playbook of that name: people tell them apart by it."""
        taken = {known.name.casefold() for known in self.playbooks}
        cut = name[: longest - 5]
        names = (cut if number == 1 else f"{cut} {number}" for number in itertools.count(1))
        return next(one for one in names if one.casefold() not in taken)


class Before(ChatModel):
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


class Open(ChatModel):
    """A request with a question. `playbook_id`: the playbook that it changes; a new one is made without."""

    request: Request
    question: Question
    sentence: str
    """The sentence that it all began with."""
    playbook_id: str | None = None
    others: tuple[Request, ...] = ()
    """What else that playbook does."""


class Confirming(ChatModel):
    """What is done to these playbooks after a yes."""

    request: Request
    playbook_ids: tuple[str, ...]
    asked_at: datetime


class Proposal(ChatModel):
    """What a preview has shown and nobody has done yet."""

    message: str
    """The message that it answered: the same again, without `preview`, does it."""
    sentence: str = ""
    """What it all began with, where that is another one: the message was an answer."""
    requests: tuple[Request, ...]
    target: Open | None = None
    """The change that was put together over several messages, with its last question."""


class Answered(ChatModel):
    """A request that was answered, so that its repetition gets the same answer and does nothing again."""

    key: str
    fingerprint: str | None = None
    """Of the request: another one with the same key is refused."""
    reply: Reply


class Session(BaseModel):
    """The thread of a conversation."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    open: Open | None = None
    waiting: tuple[Request, ...] = ()
    """Requests of the same message that come after the open one."""
    last_playbook_id: str | None = None
    """The playbook that "it" means."""
    last_run: Request | None = None
    """What was run once, last of all: "do that every morning"."""
    last_asked: Request | None = None
    """The question of the message before: "and why?"."""
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


def session_id(org_id: str, who: str, conversation_id: str) -> str:
    """Every part may hold an underscore, so that only a digest keeps threads apart."""
    return f"{org_id}_{hex_digest(who, conversation_id)}"
