"""What a conversation knows: the org's playbooks, runs and names, and what was said before."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.language.names import Names
from shared.chat.talk import replies
from shared.chat.understood import ChatModel, Question, Reply, Request
from shared.runs.record import ExecutionStatus
from shared.tenants.tenant import Tenant
from shared.triggers.rhythm import triggers_of
from shared.values.digests import hex_digest

SESSIONS = "chat_sessions"
TODAYS = "today"
"""The conversation of messages without an id."""
KEPT = timedelta(hours=24)
YES_COUNTS = timedelta(hours=1)
"""How long a bare "yes" still does what was asked about."""
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
    def quoted(self) -> str:
        """The name as replies have it."""
        return f"“{self.name}”"

    @property
    def status(self) -> str:
        """`active`, `paused` …"""
        return self.text("status") or "draft"

    @property
    def state(self) -> str:
        """Whether it is on, in words, or why it is off."""
        known = replies.words("state")
        return known.get(self.text("pausedBy") or "") or known.get(self.status, self.status)

    @property
    def topic(self) -> str | None:
        """The key of what it was set up for."""
        return self.text("topic")

    @property
    def is_catalog(self) -> bool:
        """Whether it came with the product."""
        return self.data.get("source") == "catalog"

    @property
    def is_one_time(self) -> bool:
        """Whether it only holds a run that somebody asked for once."""
        return self.data.get("adHoc") is True

    @property
    def runs_on_events(self) -> bool:
        """Whether nothing but events starts it."""
        return {one.get("type") for one in triggers_of(self.id, self.data)} == {"event"}

    @property
    def is_win_back(self) -> bool:
        """Whether it writes to customers who have been away."""
        events = (str(one.get("eventName")) for one in triggers_of(self.id, self.data))
        return self.topic == "win_back" or any(one.startswith("customer.inactive") for one in events)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps that are well formed."""
        written = self.data.get("steps")
        return [dict(one) for one in written if isinstance(one, Mapping)] if isinstance(written, list) else []


class RunStep(BaseModel):
    """The result of one of a run's steps."""

    model_config = _READ

    action: str = ""
    status: str = ""
    error: str | None = None
    output: dict[str, Any] | None = None


class Run(BaseModel):
    """A run, as far as people ask about it."""

    model_config = _READ

    id: str
    playbook_id: str
    status: ExecutionStatus
    status_reason: str = ""
    step_results: tuple[RunStep, ...] = ()
    cost_usd: float = 0
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.started_at or self.created_at


@dataclass(frozen=True)
class Facts:
    """The org as it is when a message arrives. `competitors` are names by id, `people` addresses by name."""

    tenant: Tenant
    playbooks: tuple[Playbook, ...] = ()
    competitors: Mapping[str, str] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def listed(self) -> tuple[Playbook, ...]:
        """The playbooks that people see, by name; what they made themselves first."""
        found = [one for one in self.playbooks if not one.is_one_time and one.status != "archived"]
        return tuple(sorted(found, key=lambda one: (one.is_catalog, one.name.casefold())))

    @cached_property
    def names(self) -> Names:
        """The org's own names, as sentences are read with them."""
        playbooks = tuple(dict.fromkeys(one.name for one in self.listed))
        return Names(tuple(self.competitors.values()), self.products, playbooks, self.locations, self.people)

    def playbook(self, playbook_id: str | None) -> Playbook | None:
        """The playbook of that id."""
        return next((one for one in self.playbooks if one.id == playbook_id), None)

    def free_name(self, name: str, longest: int) -> str:
        """The name, with a number if there is a playbook of that name: people tell them apart by it."""
        taken = {known.name.casefold() for known in self.playbooks}
        cut = name[: longest - 5]
        names = (cut if number == 1 else f"{cut} {number}" for number in itertools.count(1))
        return next(one for one in names if one.casefold() not in taken)


class Change(ChatModel):
    """A change that can be undone: what the playbook was before, and the version that the change wrote."""

    playbook_id: str
    name: str
    fields: dict[str, Any] | None = None
    """The fields as they were; all of them if it was deleted, None if it was created."""
    is_deletion: bool = False
    version: int | None = None
    """A newer one means that somebody has changed it since."""

    @classmethod
    def of(cls, before: Playbook, fields: dict[str, Any] | None, version: int) -> Self:
        """The change of a playbook that was `before`."""
        return cls(playbook_id=before.id, name=before.name, fields=fields, version=version)

    @classmethod
    def deletion(cls, deleted: Playbook) -> Self:
        """The deletion of a playbook, with all of its fields except its times."""
        fields = {name: value for name, value in deleted.data.items() if not isinstance(value, datetime)}
        return cls(playbook_id=deleted.id, name=deleted.name, fields=fields, is_deletion=True)


class OpenQuestion(ChatModel):
    """A request with a question. `playbook_id`: the playbook that it changes; None for a new one."""

    request: Request
    question: Question
    sentence: str
    """The sentence that it all began with."""
    playbook_id: str | None = None
    others: tuple[Request, ...] = ()
    """What else that playbook does."""


class Confirmation(ChatModel):
    """What is done to these playbooks after a yes."""

    request: Request
    playbook_ids: tuple[str, ...]
    asked_at: datetime


class Proposal(ChatModel):
    """What a preview has shown and nobody has done yet."""

    message: str
    """The message that it answered: the same one without `preview` does it."""
    sentence: str = ""
    """What it all began with, if the message was an answer."""
    requests: tuple[Request, ...]
    target: OpenQuestion | None = None
    """The change that was put together over several messages, with its last question."""


class KeyedReply(ChatModel):
    """The reply to a request with an Idempotency-Key, for its repetition."""

    key: str
    fingerprint: str | None = None
    """Another request with the same key is refused."""
    reply: Reply


class Session(BaseModel):
    """The thread of a conversation."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    open: OpenQuestion | None = None
    waiting: tuple[Request, ...] = ()
    """Requests of the same message that come after the open one."""
    last_playbook_id: str | None = None
    """The playbook that "it" means."""
    last_run: Request | None = None
    """What was run once, for "do that every morning"."""
    last_asked: Request | None = None
    """The question of the message before, for "and why?"."""
    confirming: Confirmation | None = None
    proposed: Proposal | None = None
    undo: tuple[Change, ...] = ()
    """The last change, of one playbook or of several at once."""
    deleted: dict[str, str] = {}
    """Names by the ids of playbooks that were deleted in this conversation."""
    answered: KeyedReply | None = None

    def stored(self) -> str:
        """As one text, since nobody queries it; without what can be spared if that is too long."""
        for left_out in ({}, {"answered": None}, {"answered": None, "undo": ()}):
            text = self.model_copy(update=left_out).model_dump_json(by_alias=True, exclude_defaults=True)
            if len(text.encode()) <= MAX_BYTES:
                break
        return text


def session_id(org_id: str, who: str, conversation_id: str) -> str:
    """Every part may hold an underscore, so that only a digest keeps threads apart."""
    return f"{org_id}_{hex_digest(who, conversation_id)}"
