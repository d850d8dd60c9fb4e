"""Runs a Firestore transaction; raises TransientError on contention."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from shared.errors import TransientError
from shared.gcp.clients import firestore

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Found = TypeVar("Found")


def in_transaction(call: Callable[[Transaction], Found], what: str) -> Found:
    """Return what `call` returns. It may be called several times, and must read everything before it writes.

    Raises:
        TransientError: `what` kept being changed by others.
    """
    from google.api_core.exceptions import Aborted
    from google.cloud.firestore import transactional

    try:
        found: Found = transactional(call)(firestore().transaction())
    except (Aborted, ValueError) as error:
        # After its last attempt the client raises a ValueError of its own.
        if isinstance(error, Aborted) or isinstance(error.__cause__, Aborted):
            raise TransientError(f"{what} is changed by too many at this moment") from error
        raise
    return found
