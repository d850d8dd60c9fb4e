"""Runs a Firestore transaction; raises TransientError on contention."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp.clients import firestore

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Found = TypeVar("Found")

ATTEMPTS = 5
# Doubles with each attempt.
LONGEST_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Committed(Generic[Found]):
    """The returned value, and the new versions of the written documents, in order."""

    found: Found
    versions: Sequence[Any]


def in_transaction(call: Callable[[Transaction], Found], what: str) -> Found:
    """Return what `call` returns. It may be called several times, and must read everything before it writes.

    Raises:
        TransientError: `what` kept being changed by others.
    """
    return committed(call, what).found


def committed(call: Callable[[Transaction], Found], what: str) -> Committed[Found]:
    """The same, with the versions of the written documents, so that they can be written again without a read.

    Raises:
        TransientError: `what` kept being changed by others.
    """
    from google.api_core.exceptions import Aborted
    from google.cloud.firestore import transactional

    for attempt in range(1, ATTEMPTS + 1):
        try:
            # The client tries again only what was aborted at its commit, and at once. Reads are aborted too, and
            # two transactions that block each other must not keep in step.
            transaction = firestore().transaction(max_attempts=1)
            found: Found = transactional(call)(transaction)
        except (Aborted, ValueError) as error:
            # After its last attempt the client raises a ValueError.
            if not isinstance(error, Aborted) and not isinstance(error.__cause__, Aborted):
                raise
            if attempt == ATTEMPTS:
                raise TransientError(
                    f"{what} is being changed by too many others; try again", code=ErrorCode.BUSY
                ) from error
            time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - not for secrets
        else:
            return Committed(found, [one.update_time for one in transaction.write_results or ()])
    raise AssertionError("unreachable")
