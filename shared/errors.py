"""Whether a failure may be tried again is said by its class and asked nowhere else."""

from __future__ import annotations

RETRYABLE_HTTP_STATUSES = frozenset({408, 425, 429})


class PlaybookError(Exception):
    """Base of every failure that this product raises on purpose. The message is shown to people."""


class PermanentError(PlaybookError):
    """Cannot get better by itself (bad input, a refusal, a limit): skips the ladder, goes to the dead letter."""


class TransientError(PlaybookError):
    """May get better (a time-out, a 5xx): climbs the retry ladder."""


class OutcomeUnknownError(TransientError):
    """The outside may or may not have accepted the call: nobody answered after the request was sent.

    Before the same call is made again, the provider must be asked.
    """


class NotFoundError(PermanentError):
    """What was asked for does not exist, or belongs to another org (the two are not told apart)."""


class ConflictError(PermanentError):
    """The thing exists, and its present state does not allow what was asked."""


def error_for_status(status: int, message: str) -> PlaybookError:
    """The error for an HTTP answer of `status` >= 400: 5xx, 408, 425 and 429 are transient, others permanent."""
    if status >= 500 or status in RETRYABLE_HTTP_STATUSES:
        return TransientError(message)
    return PermanentError(message)
