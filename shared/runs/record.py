"""The execution document: one run of a playbook, with everything needed to resume it anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, PrivateAttr

from shared.documents.executions import PINNED, unpacked
from shared.runs.kept import Kept, note_inside, outer_paths
from shared.runs.parts import (
    Archive,
    Attempt,
    CampaignProgress,
    CostLine,
    EffectRecord,
    Held,
    Lease,
    Part,
    PinnedOrg,
    PinnedUser,
    StepResult,
    TriggerRef,
    Wait,
)
from shared.runs.reach import with_inner_steps

USD_DIGITS = 8
"""A token costs as little as $0.0000001, and the sum of a run is that of its lines."""
_PINNED = {"definition", "org", "user"}
_LEFT_OUT_WHEN_EMPTY = frozenset(
    {
        *("progress", "waits", "campaigns", "costs", "billedUsd", "causedBy", "ancestors"),
        *("archives", "failureTold", "messageBytes"),
    }
)


class ExecutionStatus(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


ACTIVE = frozenset(
    {ExecutionStatus.QUEUED, ExecutionStatus.RUNNING, ExecutionStatus.WAITING, ExecutionStatus.RETRYING}
)
TERMINAL = frozenset(ExecutionStatus) - ACTIVE


class Execution(Part):
    """One run."""

    id: str = Field(exclude=True)
    playbook_id: str
    org_id: str
    playbook_version: int = 1
    trigger: TriggerRef
    status: ExecutionStatus
    status_reason: str | None = None
    error_code: str | None = None
    """One of `shared.error_codes`; only where `status_reason` tells of a failure."""
    attempt: int = 1
    attempts: list[Attempt] = Field(default_factory=list)
    step_results: list[StepResult] = Field(default_factory=list)
    progress: dict[str, StepResult] = Field(default_factory=dict)
    """What steps inside a step that has not ended have reached, by path."""
    waits: dict[str, Wait] = Field(default_factory=dict)
    """By path, of the steps that have begun to wait."""
    throttled_since: datetime | None = None
    """Since when a provider has refused it for calling too often, with no step coming to its end."""
    campaigns: dict[str, CampaignProgress] = Field(default_factory=dict)
    """By path, of the steps that send one."""
    effects: dict[str, EffectRecord] = Field(default_factory=dict)
    archives: list[Archive] = Field(default_factory=list)
    """Where entries of `progress` and `effects` have been moved to, the oldest first."""
    message_bytes: int = 0
    """How many bytes the messages take that are kept with their effects."""
    next_attempt_at: datetime | None = None
    due_at: datetime | None = None
    """When the sweep should check why nothing happened; absent when nothing more will happen or it is held."""
    held: Held | None = None
    """Set while it is queued and over a limit."""
    turn_at: datetime | None = None
    """When it was let go; only of a run that was held."""
    cost_usd: float = 0.0
    costs: list[CostLine] = Field(default_factory=list)
    billed_usd: float = 0.0
    """How much of `cost_usd` the org's month has been charged with."""
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    dead_lettered_at: datetime | None = None
    failure_told: bool = False
    """It failed because of a limit that the org has been told about: its dead letter tells nobody again."""
    expire_at: datetime | None = None
    lease: Lease | None = None
    cancel_requested_at: datetime | None = None
    interruptions: int = 0
    replay: int = 0
    """How many times a person has sent it back from the dead letters."""
    depth: int = 0
    """How many playbooks started one another before this one."""
    ancestors: list[str] = Field(default_factory=list)
    """Which, the first one first."""
    bulk_job: str | None = None
    """The job that has last sent it back."""
    fingerprint: str | None = None
    """Of the request that asked for it under an Idempotency-Key."""
    requested_by: str | None = None
    """Who asked for the run: a uid, or `agent:<name>`."""
    requested_at: datetime | None = None
    """When; only where somebody did."""
    edited_by: str | None = None
    """Who wrote the playbook as it is pinned."""
    fired_by: str | None = None
    """Who wrote the event or the item that started it."""
    caused_by: list[str] = Field(default_factory=list)
    """All of these, the playbook's owner, the person who sent the run back, and those behind the runs that led to
    it: none of them may decide what the run asks or suggests."""
    root_cause: str | None = None
    """The id of the run or event that everything here goes back to; its own where it is a first cause itself."""
    traceparent: str | None = None
    """The span in which it was started, in the form of W3C Trace Context: later attempts go on with the trace."""
    definition: dict[str, Any] = Field(default_factory=dict)
    event_data: dict[str, Any] = Field(default_factory=dict)
    event_data_ref: str | None = None
    """Where the event's data lies (`gs://…`) when it is too large for the document."""
    org: PinnedOrg
    user: PinnedUser = Field(default_factory=PinnedUser)
    _kept_progress: Kept[StepResult] = PrivateAttr(default_factory=Kept)
    _kept_effects: Kept[EffectRecord] = PrivateAttr(default_factory=Kept)
    _pinned_text: str | None = PrivateAttr(default=None)
    _inside: dict[str, set[str]] | None = PrivateAttr(default=None)
    """By the path of a step, the paths of the results inside it."""

    def document(self) -> dict[str, Any]:
        """The execution as Firestore stores it."""
        return {**self.moving_part(), PINNED: self.pinned_text()}

    def pinned_text(self) -> str:
        """What was pinned at the start, as JSON."""
        if self._pinned_text is None:
            pinned = self.model_dump(by_alias=True, include=_PINNED)
            self._pinned_text = json.dumps(pinned, ensure_ascii=False, default=_as_json)
        return self._pinned_text

    def moving_part(self) -> dict[str, Any]:
        """The stored fields that change while it runs, and whatever else is not pinned."""
        fields = self.model_dump(by_alias=True, exclude_none=True, exclude=_PINNED)
        return {name: value for name, value in fields.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}

    def queued_part(self) -> dict[str, Any]:
        """What was not pinned, as JSON values, but for the event's data."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=_PINNED | {"event_data"})

    def cause_id(self) -> str:
        """The root cause, of runs too that began before it was kept."""
        return self.root_cause or self.id

    def result_of(self, path: str) -> StepResult | None:
        """The result of the step at that path, if there is one yet."""
        if "/" not in path:
            return next((result for result in self.step_results if result.step_id == path), None)
        if path in self.progress or not self.archives:
            return self.progress.get(path)
        return self._kept_progress.entries.get(path)

    def effect_of(self, name: str) -> EffectRecord | None:
        """What is known of the effect of that name."""
        return self.effects.get(name) or self._kept_effects.entries.get(name)

    def put_result(self, result: StepResult) -> None:
        """Add the result, in place of an earlier one of the same step; what was kept of its inner steps goes."""
        path = result.step_id
        if path in self.waits:
            result = result.model_copy(update={"waited_since": self.waits[path].since})
        if result.status != "failed":
            self.throttled_since = None
            result = with_inner_steps(result, self._inside_of(path))
            self._forget_below(path)
        if "/" in path:
            self.progress[path] = result
            self._kept_progress.drop({path})
            note_inside(self._results_inside(), path)
            return
        kept = [other for other in self.step_results if other.step_id != path]
        self.step_results = [*kept, result]
        self._drop_archives()

    def archive(
        self, moved: Archive, progress: Mapping[str, StepResult], effects: Mapping[str, EffectRecord]
    ) -> None:
        """Note that the entries lie in the archive `moved`, and take them out of the document's own maps."""
        self.archives = [*self.archives, moved]
        self._kept_progress.put(moved.ref, progress)
        self._kept_effects.put(moved.ref, effects)
        self.progress = {path: result for path, result in self.progress.items() if path not in progress}
        self.effects = {name: record for name, record in self.effects.items() if name not in effects}

    def take_in(self, contents: Iterable[tuple[str, dict[str, StepResult], dict[str, EffectRecord]]]) -> None:
        """Bring back what the archives of earlier deliveries hold, in their order, as far as it is still needed."""
        for ref, progress, effects in contents:
            self._kept_progress.put(ref, progress)
            self._kept_effects.put(ref, effects)
        results = [*self.step_results, *self.progress.values(), *self._kept_progress.entries.values()]
        ended = {result.step_id for result in results if result.status != "failed"}
        self._kept_progress.drop_where(
            lambda path: path in self.progress or not ended.isdisjoint(outer_paths(path))
        )
        self._kept_effects.drop_where(lambda name: name in self.effects or name.partition("/")[0] in ended)
        self._inside = None

    def _results_inside(self) -> dict[str, set[str]]:
        if self._inside is None:
            self._inside = {}
            for path in [*self.progress, *self._kept_progress.entries]:
                note_inside(self._inside, path)
        return self._inside

    def _inside_of(self, path: str) -> list[StepResult]:
        found = (self.result_of(inner) for inner in self._results_inside().get(path, ()))
        return [result for result in found if result is not None]

    def _forget_below(self, path: str) -> None:
        for inner in self._results_inside().pop(path, set()):
            self.progress.pop(inner, None)
            self._kept_progress.drop({inner})
        if self.waits:
            self.waits = {
                other: wait
                for other, wait in self.waits.items()
                if other != path and not other.startswith(f"{path}/")
            }

    def _drop_archives(self) -> None:
        """Forget the archives of which nothing is needed: no step that has ended asks for its effects again."""
        if self.archives:
            ended = {result.step_id for result in self.step_results if result.status != "failed"}
            self._kept_effects.drop_where(lambda name: name.partition("/")[0] in ended)
            needed = self._kept_progress.objects() | self._kept_effects.objects()
            self.archives = [archive for archive in self.archives if archive.ref in needed]

    def charge(self, item: str, quantity: int, usd: float, *, billed: bool = False) -> None:
        """Add what was used to the run's costs; `billed`: the org's month holds it already."""
        self.cost_usd = round(self.cost_usd + usd, USD_DIGITS)
        known = next((line for line in self.costs if line.item == item), CostLine(item=item, quantity=0, usd=0.0))
        update = {"quantity": known.quantity + quantity, "usd": round(known.usd + usd, USD_DIGITS)}
        if billed:
            self.billed_usd = round(self.billed_usd + usd, USD_DIGITS)
            update["billed"] = known.billed + quantity
        line = known.model_copy(update=update)
        self.costs = [*(other for other in self.costs if other.item != item), line]


def log_fields(execution: Execution) -> dict[str, str]:
    """What every log line about the run carries. Its id, 32 hex digits, is the trace of all its attempts."""
    return {
        "executionId": execution.id,
        "playbookId": execution.playbook_id,
        "orgId": execution.org_id,
        "trace": execution.id,
    }


def parse_execution(execution_id: str, data: Mapping[str, Any]) -> Execution:
    """The execution that a Firestore document holds.

    Raises:
        ValidationError: it is malformed.
    """
    execution = Execution.model_validate({**unpacked(data), "id": execution_id})
    execution._pinned_text = data[PINNED]
    return execution


def _as_json(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
