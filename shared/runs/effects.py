"""How steps perform effects: a real run performs them, a dry run records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.gcp import tracing
from shared.runs.journal import perform_once
from shared.runs.messages import pack
from shared.runs.parts import EffectRecord
from shared.runs.session import Session
from shared.steps.base import Cost

Charge = Callable[[Sequence[Cost]], None]
T = TypeVar("T")


class LiveEffects:
    """Performs. The journal of `once` effects is the execution document's `effects` map, by step and key.

    Before a `slow` effect the claim is saved, so that no second delivery pays for the same; saving an intent does
    that too.
    """

    def __init__(self, session: Session, path: str, charge: Charge, *, slow: bool) -> None:
        self._session = session
        self._path = path
        self._charge = charge
        self._slow = slow
        self._unsaved = False

    @property
    def performed(self) -> bool:
        """Whether a `once` effect has a receipt that is not saved yet."""
        return self._unsaved

    def read(self, call: Callable[[], T]) -> T:
        self._require_claim()
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        """Do it; a retry may do it again."""
        self._require_claim()
        return call()

    def _require_claim(self) -> None:
        if self._slow:
            self._session.require_claim()

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
        """Do it unless it was done: see `shared.steps.base.Effects.once`."""
        return perform_once(_SessionJournal(self, costs, summary, message), key, call, find, prepare)


class _SessionJournal:
    """The journal in the execution document: an intent is saved at once, a receipt with the next save.

    The costs are charged with the receipt, so that one write holds both or neither.
    """

    def __init__(
        self,
        effects: LiveEffects,
        costs: Sequence[Cost],
        summary: Mapping[str, Any],
        message: Callable[[], Mapping[str, Any]] | None,
    ) -> None:
        self._effects = effects
        self._session = effects._session
        self._costs = costs
        self._summary = dict(summary)
        self._message = message

    def get(self, key: str) -> EffectRecord | None:
        return self._session.execution.effect_of(self._name(key))

    def intend(self, key: str) -> None:
        self._put(key, EffectRecord(intent_at=self._session.clock.now()))
        self._session.save()
        self._session.require_lease()
        tracing.current_span().event("intent")

    def complete(self, key: str, receipt: dict[str, Any]) -> None:
        now = self._session.clock.now()
        record = self.get(key) or EffectRecord(intent_at=now)
        with self._session.lock:
            known = {"receipt": receipt, "receipt_at": now, "summary": self._summary, "message": self._packed()}
            self._put(key, record.model_copy(update=known))
            self._effects._charge(self._costs)
        self._effects._unsaved = True
        tracing.current_span().event("receipt")

    def withdraw(self, key: str) -> None:
        with self._session.lock:
            del self._session.execution.effects[self._name(key)]

    def _put(self, key: str, record: EffectRecord) -> None:
        with self._session.lock:
            self._session.execution.effects[self._name(key)] = record

    def _packed(self) -> str | None:
        """What was sent; counted as kept."""
        execution = self._session.execution
        packed = pack(self._message(), execution.message_bytes) if self._message else None
        execution.message_bytes += len(packed or "")
        return packed

    def _name(self, key: str) -> str:
        return f"{self._effects._path}/{key}"


def _free(costs: Sequence[Cost]) -> None:
    """Charge nothing."""


@dataclass(slots=True)
class DryRunEffects:
    """Reads for real; everything else is recorded and answered with its sample."""

    step_id: str
    charge: Charge = _free
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def read(self, call: Callable[[], T]) -> T:
        """Do it: it changes nothing."""
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        self._record("idempotent", key, summary)
        return sample

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
        self._record("once", key, summary)
        self.charge(costs)
        return sample

    def _record(self, effect: str, key: str, summary: Mapping[str, Any]) -> None:
        self.recorded.append({"stepId": self.step_id, "effect": effect, "key": key, **summary})
