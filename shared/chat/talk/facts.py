"""The org as a conversation sees it: its playbooks, their runs, and its names."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.talk import replies
from shared.execution.record import ExecutionStatus
from shared.tenants.tenant import Tenant

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
