"""A Firestore transaction that says in the house's words when others were faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from shared.errors import TransientError
from shared.gcp.clients import firestore

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Found = TypeVar("Found")


def in_transaction(call: Callable[[Transaction], Found], what: str) -> Found:
    """What `call` answers; it may be called several times, and reads everything before it writes anything.

    Raises:
        TransientError: `what` was changed by others again and again while this was tried.
    """
    from google.api_core.exceptions import Aborted
    from google.cloud.firestore import transactional

    try:
        found: Found = transactional(call)(firestore().transaction())
    except (Aborted, ValueError) as error:
        # The client gives up with a ValueError of its own.
        if isinstance(error, Aborted) or isinstance(error.__cause__, Aborted):
            raise TransientError(f"{what} is changed by too many at this moment") from error
        raise
    return found
