"""At most once: what an intent without a receipt is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.runs.journal import perform_once
from shared.runs.parts import EffectRecord

RECEIPT = {"messageId": "1"}


class MemoryJournal:
    """Intents and receipts in a dict."""

    def __init__(self, **records: EffectRecord) -> None:
        self.records = records

    def get(self, key: str) -> EffectRecord | None:
        return self.records.get(key)

    def intend(self, key: str) -> None:
        self.records[key] = EffectRecord(intent_at=datetime.now(UTC))

    def complete(self, key: str, receipt: dict[str, Any]) -> None:
        self.records[key] = EffectRecord(intent_at=datetime.now(UTC), receipt=receipt)

    def withdraw(self, key: str) -> None:
        del self.records[key]


def intended() -> MemoryJournal:
    return MemoryJournal(mail=EffectRecord(intent_at=datetime.now(UTC)))


def must_not_be_called() -> dict[str, Any]:
    raise AssertionError("called again")


def refuse() -> dict[str, Any]:
    raise PermanentError("401")


def test_a_stored_receipt_is_returned_without_a_call() -> None:
    journal = MemoryJournal(mail=EffectRecord(intent_at=datetime.now(UTC), receipt=RECEIPT))
    assert perform_once(journal, "mail", must_not_be_called, lambda: None) == RECEIPT


def test_an_intent_is_resolved_by_asking() -> None:
    assert perform_once(intended(), "mail", must_not_be_called, lambda: RECEIPT) == RECEIPT


def test_an_intent_unknown_to_the_provider_is_carried_out() -> None:
    assert perform_once(intended(), "mail", lambda: RECEIPT, lambda: None) == RECEIPT


def test_an_intent_that_cannot_be_looked_up_is_not_carried_out() -> None:
    assert perform_once(intended(), "mail", must_not_be_called, None) == {"outcome": "unknown"}


def test_a_refused_lookup_is_not_a_refused_call() -> None:
    journal = intended()
    with pytest.raises(OutcomeUnknownError, match="will not say: 401"):
        perform_once(journal, "mail", must_not_be_called, refuse)
    assert "mail" in journal.records


def test_a_refusal_removes_the_intent() -> None:
    journal = MemoryJournal()
    with pytest.raises(PermanentError):
        perform_once(journal, "mail", refuse, lambda: None)
    assert journal.records == {}


def test_an_unknown_outcome_keeps_the_intent() -> None:
    def drop() -> dict[str, Any]:
        raise OutcomeUnknownError("nobody answered")

    journal = MemoryJournal()
    with pytest.raises(TransientError):
        perform_once(journal, "mail", drop, lambda: None)
    assert journal.records["mail"].receipt is None
    assert perform_once(MemoryJournal(), "text", drop, None) == {"outcome": "unknown"}


def test_preparation_runs_before_the_intent_and_only_for_a_call() -> None:
    journal, seen = MemoryJournal(), []

    def prepare() -> None:
        seen.append(journal.get("mail"))

    for _ in range(2):
        perform_once(journal, "mail", lambda: RECEIPT, None, prepare)
    assert seen == [None]


@pytest.mark.parametrize("error", [PermanentError("over the limit"), TransientError("not now")])
@pytest.mark.parametrize("kept", [MemoryJournal, intended])
def test_a_call_that_cannot_be_prepared_leaves_no_intent(
    kept: Callable[[], MemoryJournal], error: Exception
) -> None:
    journal = kept()

    def prepare() -> None:
        raise error

    with pytest.raises(type(error)):
        perform_once(journal, "mail", must_not_be_called, lambda: None, prepare)
    assert journal.records == {}
