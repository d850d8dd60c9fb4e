"""The two roads to the outside: a real run's, which performs, and a dry run's, which records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.execution.journal import perform_once
from shared.execution.record import EffectRecord
from shared.execution.session import Session

T = TypeVar("T")


class LiveEffects:
    """Performs. The journal of `once` effects is the execution document's `effects` map, by step and key."""

    def __init__(self, session: Session, step_id: str) -> None:
        self._journal = _SessionJournal(session, step_id)

    @property
    def performed(self) -> bool:
        """Whether a `once` effect has got its receipt and the document does not know of it yet."""
        return self._journal.unsaved

    def read(self, call: Callable[[], T]) -> T:
        """Do it."""
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        """Do it; a retry may do it again."""
        return call()

    def once(
        self,
        key: str,
        summary: Mapping[str, Any],
        call: Callable[[], dict[str, Any]],
        *,
        find: Callable[[], dict[str, Any] | None] | None,
        sample: dict[str, Any],
    ) -> dict[str, Any]:
        """Do it unless it was done: see `shared.steps.base.Effects.once`."""
        return perform_once(self._journal, key, call, find)


class _SessionJournal:
    """The journal in the execution document: an intent is saved at once, a receipt with the next save."""

    def __init__(self, session: Session, step_id: str) -> None:
        self._session = session
        self._step_id = step_id
        self.unsaved = False

    def get(self, key: str) -> EffectRecord | None:
        return self._session.execution.effects.get(f"{self._step_id}/{key}")

    def intend(self, key: str) -> None:
        self._put(key, EffectRecord(intent_at=self._session.clock.now()))
        self._session.save()
        self._session.require_lease()
        self.unsaved = False

    def complete(self, key: str, receipt: dict[str, Any]) -> None:
        record = self.get(key) or EffectRecord(intent_at=self._session.clock.now())
        self._put(key, record.model_copy(update={"receipt": receipt}))
        self.unsaved = True

    def withdraw(self, key: str) -> None:
        del self._session.execution.effects[f"{self._step_id}/{key}"]

    def _put(self, key: str, record: EffectRecord) -> None:
        self._session.execution.effects[f"{self._step_id}/{key}"] = record


@dataclass(slots=True)
class DryRunEffects:
    """Reads for real; everything else is recorded and answered with its sample."""

    step_id: str
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def read(self, call: Callable[[], T]) -> T:
        """Do it: it changes nothing."""
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        """Record it."""
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
    ) -> dict[str, Any]:
        """Record it."""
        self._record("once", key, summary)
        return sample

    def _record(self, effect: str, key: str, summary: Mapping[str, Any]) -> None:
        self.recorded.append({"stepId": self.step_id, "effect": effect, "key": key, **summary})
