"""Texting an org's staff about a dead letter: each phone once, however often the handler runs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from shared.delivery import blackleaf, staff_sms
from shared.errors import PermanentError
from shared.execution.journal import perform_once
from shared.execution.record import EffectRecord, Execution
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.tenants.tenant import load_tenant

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

log = logging.get_logger(__name__)


def text_staff(execution: Execution, dead_letter: DocumentReference, clock: Clock) -> None:
    """Text every staff phone of the org; intents and receipts are kept in the dead letter.

    Raises:
        TransientError: a text was not taken just now; to be told again.
    """
    journal = _DeadLetterJournal(dead_letter, clock)
    text = staff_sms.staff_alert_text(
        staff_sms.StaffAlert.PLAYBOOK_FAILURE,
        org=execution.org.name,
        playbook=execution.definition.get("name", execution.playbook_id),
        error=execution.status_reason or "unknown",
    )
    for phone in load_tenant(execution.org_id).staff_phones:
        try:
            perform_once(journal, f"sms:{phone}", functools.partial(_text, phone, text), None)
        except PermanentError as error:
            log.error("staff could not be texted", extra={"executionId": execution.id, "reason": str(error)})


def _text(phone: str, text: str) -> dict[str, Any]:
    return {"messageId": blackleaf.send(phone, text)}


class _DeadLetterJournal:
    """Intents and receipts in the dead letter's `alerts` map."""

    def __init__(self, reference: DocumentReference, clock: Clock) -> None:
        self._reference = reference
        self._clock = clock
        found = (self._reference.get(["alerts"]).to_dict() or {}).get("alerts", {})
        self._records = {key: EffectRecord.model_validate(record) for key, record in found.items()}

    def get(self, key: str) -> EffectRecord | None:
        return self._records.get(key)

    def intend(self, key: str) -> None:
        self._put(key, EffectRecord(intent_at=self._clock.now()))

    def complete(self, key: str, receipt: dict[str, Any]) -> None:
        self._put(key, EffectRecord(intent_at=self._clock.now(), receipt=receipt))

    def withdraw(self, key: str) -> None:
        del self._records[key]
        self._write()

    def _put(self, key: str, record: EffectRecord) -> None:
        self._records[key] = record
        self._write()

    def _write(self) -> None:
        self._reference.update({"alerts": {key: record.document() for key, record in self._records.items()}})
