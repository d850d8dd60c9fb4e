"""Counts failed scans in a row of a competitor's menu, in its document's field `unreadable`.

Several playbooks scan the same competitor in one morning: within an hour of a failure that counted, those of
other playbooks are the same failure, and so are a run's further attempts. The next run of the same playbook is
another scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, Field, ValidationError

from shared.competitors.failures import Failure, FailureKind
from shared.documents.org import COMPETITORS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.camel_model import CamelModel
from shared.values.text import clean_text

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

FIELD = "unreadable"
TOLD_FROM = 3
"""This many failures in a row trigger one alert."""
APART = timedelta(hours=1)
MAX_REASON_CHARS = 300


@dataclass(frozen=True, slots=True)
class ScanRun:
    """The run that scanned, and the playbook that it is of."""

    execution_id: str
    playbook_id: str


class Unreadable(CamelModel, frozen=True):
    """`failures` in a row since `since`, as scans counted them; `reason` and `remedy` are the last one's."""

    failures: int = Field(ge=1)
    since: AwareDatetime
    last_failed_at: AwareDatetime
    """When the last one that counted was."""
    execution_id: str | None = None
    playbook_id: str | None = None
    """Of the run that met the last one that counted."""
    kind: FailureKind
    reason: str
    remedy: str
    told_at: AwareDatetime | None = None
    """When the org's people were told of these failures."""

    @property
    def should_notify(self) -> bool:
        """Whether they have failed often enough, and nobody was told yet."""
        return self.failures >= TOLD_FROM and self.told_at is None


def after_failure(known: Unreadable | None, failure: Failure, run: ScanRun, now: datetime) -> Unreadable:
    """The count after one more scan that could not read the menu."""
    last = {"kind": failure.kind, "reason": clean_text(failure.reason, MAX_REASON_CHARS), "remedy": failure.remedy}
    counted = {"last_failed_at": now, "execution_id": run.execution_id, "playbook_id": run.playbook_id}
    if known is None:
        return Unreadable.model_validate({"failures": 1, "since": now, **counted, **last})
    if _is_another(known, run, now):
        return known.model_copy(update={"failures": known.failures + 1, **counted, **last})
    return known.model_copy(update=last)


def _is_another(known: Unreadable, run: ScanRun, now: datetime) -> bool:
    if now - known.last_failed_at >= APART:
        return True
    return known.playbook_id == run.playbook_id and known.execution_id != run.execution_id


def unreadable_of(fields: Mapping[str, Any], path: str) -> Unreadable | None:
    """What a competitor's document tells of it; None where there is nothing that can be read."""
    written = fields.get(FIELD)
    if written is None:
        return None
    try:
        return Unreadable.model_validate(written)
    except ValidationError as error:
        log.warning("passed over malformed failures: %d problems", error.error_count(), extra={"path": path})
        return None


def count(org_id: str, competitor_id: str, failure: Failure, run: ScanRun, now: datetime) -> Unreadable | None:
    """Count one more failure; None where the competitor was removed meanwhile.

    Raises:
        TransientError: others write the competitor again and again.
    """
    reference = firestore().document(_path(org_id, competitor_id))

    def add(transaction: Transaction) -> Unreadable | None:
        document = reference.get(transaction=transaction)
        if not document.exists:
            return None
        known = unreadable_of(document.to_dict() or {}, reference.path)
        counted = after_failure(known, failure, run, now)
        if counted != known:
            transaction.update(reference, {FIELD: counted.model_dump(by_alias=True, exclude_none=True)})
        return counted

    return in_transaction(add, reference.path)


def mark_notified(org_id: str, competitor_id: str, counted: Unreadable, now: datetime) -> None:
    """Record that people were notified of these failures, unless the menu was read again meanwhile."""
    reference = firestore().document(_path(org_id, competitor_id))

    def mark(transaction: Transaction) -> None:
        known = unreadable_of(reference.get(transaction=transaction).to_dict() or {}, reference.path)
        if known is not None and known.since == counted.since:
            transaction.update(reference, {f"{FIELD}.toldAt": now})

    in_transaction(mark, reference.path)


def readable_again() -> dict[str, Any]:
    """The fields of a competitor whose menu was read."""
    from google.cloud.firestore import DELETE_FIELD

    return {FIELD: DELETE_FIELD}


def _path(org_id: str, competitor_id: str) -> str:
    return org_path(org_id, COMPETITORS, competitor_id)
