"""Performs an effect at most once, even if its handler runs twice or dies at any line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError
from shared.runs.parts import EffectRecord

UNKNOWN_OUTCOME = {"outcome": "unknown"}

Receipt = dict[str, Any]


class Journal(Protocol):
    """Where intents and receipts are kept."""

    def get(self, key: str) -> EffectRecord | None:
        """What is known of the effect."""

    def intend(self, key: str) -> None:
        """Store the intent; it is durable when this returns."""

    def complete(self, key: str, receipt: Receipt) -> None:
        """Store the receipt; called once for each effect that was performed."""

    def withdraw(self, key: str) -> None:
        """Forget the intent: the call was certainly not accepted."""


def perform_once(
    journal: Journal,
    key: str,
    call: Callable[[], Receipt],
    find: Callable[[], Receipt | None] | None,
    prepare: Callable[[], None] | None = None,
) -> Receipt:
    """Make the call unless it was made, and answer with its receipt.

    An intent without a receipt is resolved by `find`. Where the provider cannot be asked (`find` is None) the
    call is not repeated, and the receipt is `{"outcome": "unknown"}`. `prepare` is run before an intent, if any.

    Raises:
        PlaybookError: what `prepare`, `call` or `find` raised.
    """
    known = journal.get(key)
    if known is not None and known.receipt is not None:
        return known.receipt
    if known is not None and (found := _resolve(find)) is not None:
        journal.complete(key, found)
        return found
    if prepare is not None:
        _prepare(journal, key, prepare)
    journal.intend(key)
    try:
        receipt = call()
    except OutcomeUnknownError:
        if find is not None:
            raise
        receipt = dict(UNKNOWN_OUTCOME)
    except PlaybookError:
        # The provider refused, so there is nothing to ask it about later.
        journal.withdraw(key)
        raise
    journal.complete(key, receipt)
    return receipt


def _prepare(journal: Journal, key: str, prepare: Callable[[], None]) -> None:
    try:
        prepare()
    except PlaybookError:
        if journal.get(key) is not None:
            # `find` has asked the provider: the call that was intended has not been made.
            journal.withdraw(key)
        raise


def _resolve(find: Callable[[], Receipt | None] | None) -> Receipt | None:
    if find is None:
        return dict(UNKNOWN_OUTCOME)
    try:
        return find()
    except PermanentError as error:
        # Only the question was refused, not the call: giving up here would report a sent mail as not sent.
        raise OutcomeUnknownError(
            f"it may have been done before, and the provider will not say: {error}"
        ) from error
