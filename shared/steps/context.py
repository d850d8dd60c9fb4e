"""What a step gets besides its params: who it acts for, earlier outputs, and its effects port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from shared.billing.prices import Cost
from shared.errors import PlaybookError, ThrottledError
from shared.playbooks.models import Step
from shared.secrets.filling import StepSecrets

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person a run acts for: whoever started it, else the playbook's owner."""

    id: str | None
    email: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Org:
    """What steps may know about the run's org."""

    id: str
    name: str
    timezone: str
    owner_email: str | None
    tier_id: str
    webhook_events: tuple[str, ...] = ()
    """The events its webhooks subscribe to."""


class Effects(Protocol):
    """The only way from a step to the outside.

    A real run performs what it is handed; a dry run performs reads only, records the rest and answers with
    the `sample`. `key` names the effect within its step (one step may have several: one mail, two texts).
    `summary` is what a dry run shows and a log line may carry: no secrets in it.
    """

    def read(self, call: Callable[[], T]) -> T:
        """Perform a read: a query, a page fetch."""

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        """Do something that's safe to repeat: a write under a deterministic id."""

    def once(
        self,
        key: str,
        summary: Mapping[str, Any],
        call: Callable[[], dict[str, Any]],
        *,
        find: Callable[[], dict[str, Any] | None] | None,
        sample: dict[str, Any],
        costs: Sequence[Cost] = (),
        prepare: Callable[[], None] | None = None,
        message: Callable[[], Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Do something that must not happen twice, and answer with its receipt (a JSON object).

        `costs` are charged when the receipt is first known, and so once, however often the step runs.

        The intent is stored before `call` and the receipt after it. An intent without a receipt is resolved
        by `find`, which asks the provider and answers with the receipt, or None where it never arrived.
        Where the provider cannot be asked (`find` is None) the call is not repeated: the receipt is then
        `{"outcome": "unknown"}`.

        `prepare` is run before the intent, where the call is to be made: what may refuse it or takes its time
        (limits, look-ups, rendering), so that nothing stands between the intent and the provider.

        `message` is asked, once the receipt is known, for what was sent (a JSON object), which people read on the
        run's page.

        Raises:
            TransientError: the call failed and was certainly not accepted, or may have been (OutcomeUnknownError).
            PermanentError: the provider refused permanently.
        """


@dataclass(frozen=True, slots=True)
class RunUse:
    """How much of an item the run has used, and how much of that isn't in the org's month yet."""

    total: int
    unbilled: int


def nothing_used() -> Mapping[str, RunUse]:
    """The usage of a run that has just begun."""
    return {}


class StartPlaybook(Protocol):
    """How `run_playbook` starts another playbook's run without knowing the engine."""

    def __call__(self, playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        """Start it once per `key` and answer with the execution's id."""


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that a step runs: `names` are in their scope besides what the step itself sees."""

    key: str
    """What tells the block from the step's other blocks, in every attempt alike (`0`, `1`, … for items)."""
    steps: tuple[Step, ...]
    names: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockResult:
    """A block's result: its finished steps' outputs by step id, or the error it ended with."""

    key: str
    status: Literal["completed", "failed"]
    outputs: Mapping[str, Mapping[str, Any]]
    error: PlaybookError | None = None


class Children(Protocol):
    """How a step runs blocks of other steps without knowing the engine."""

    def run(self, blocks: Sequence[Block], *, concurrency: int = 1) -> list[BlockResult]:
        """Run the blocks, at most `concurrency` at once, and answer in their order.

        What a block has finished is kept: a retry of the step goes on where each block stood. A block that
        failed does not keep the others from running. A block that waits leaves the whole step waiting, once
        the others have ended.
        """


class Parking(Protocol):
    """How a step waits without anything running: the run is parked and the step runs again later."""

    def until(self, default: datetime) -> datetime:
        """The instant that this step's wait ends at: `default` at its first run, the same one ever after."""

    def run_began(self, default: datetime) -> datetime:
        """When the run began; `default` where it has not been written yet."""

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        """Park the run until the instant, or until somebody wakes it; the step is then run again.

        `reason` is what people read meanwhile. A real run never returns from here. A dry run records the `summary`
        and returns.
        """

    def wait_out(self, error: ThrottledError) -> None:
        """Park the run until the provider may be called again. Returns where the run has waited long enough."""


class EndRunError(Exception):
    """Raised by a step to end the whole run now, as completed; `output` is the step's own."""

    def __init__(self, reason: str, output: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.output = dict(output)


class _Alone:
    """For steps that run without an engine, in tests."""

    def run(self, blocks: Sequence[Block], *, concurrency: int = 1) -> list[BlockResult]:
        raise AssertionError("this step was not expected to run other steps")

    def until(self, default: datetime) -> datetime:
        return default

    def run_began(self, default: datetime) -> datetime:
        return default

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        raise AssertionError("this step was not expected to wait")

    def wait_out(self, error: ThrottledError) -> None:
        return


@dataclass(frozen=True, slots=True)
class StepContext:
    """Everything a step gets besides its params."""

    org: Org
    user: Recipient
    playbook_id: str
    playbook_name: str
    execution_id: str
    step_id: str
    """Includes the path inside a block: `each/0/mail`."""
    agent: str | None
    now: datetime
    effects: Effects
    outputs: Mapping[str, Mapping[str, Any]]
    """The finished steps' outputs, by action: the last one of each (`outputs["scan_competitors"]`)."""
    start_playbook: StartPlaybook
    costs: list[Cost] = field(default_factory=list)
    used_in_run: Callable[[], Mapping[str, RunUse]] = nothing_used
    """What the run has used until now, by item of the price table, without what stands in `costs`."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """The names that templates and conditions may use here, for params that the action fills itself."""
    children: Children = field(default_factory=_Alone)
    parking: Parking = field(default_factory=_Alone)
    depth: int = 0
    """How many playbooks have started one another, by a step or by an event, before this run."""
    ancestors: tuple[str, ...] = ()
    """The ids of these playbooks, the first one first."""
    caused_by: tuple[str, ...] = ()
    """The people behind the run; they may not approve what it asks or suggests."""
    root_cause: str | None = None
    traceparent: str | None = None
    """The run's span in its trace; None where there are no traces."""
    """The id of the run or event that the run goes back to."""
    secrets: StepSecrets = field(default_factory=lambda: StepSecrets(""))
    """What fills the params that take secrets, for the call alone."""
    at_chosen_time: bool = False
    """Whether a person chose this moment: their messages don't wait for quiet hours to end."""

    def effect_key(self, part: str = "") -> str:
        """The deterministic name of an effect of this step: `{executionId}:{stepId}`, with `:part` if given."""
        return ":".join(piece for piece in (self.execution_id, self.step_id, part) if piece)
