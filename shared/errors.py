"""The product's errors. The class alone says whether a failure may be retried, the code what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from shared.error_codes import ErrorCode

RETRYABLE_HTTP_STATUSES = frozenset({408, 425, 429})
MAX_RETRY_AFTER_SECONDS = 3_600
"""The longest wait that an answer may ask for, so that no provider can keep a run from ending."""
_MAX_HEADER = 60
_TOO_MANY = 429


class PlaybookError(Exception):
    """Base of every failure that this product raises on purpose. The message is shown to people.

    `code`: a class has its own; a failure that needs no class of its own names another one when it is raised.
    """

    code = ErrorCode.INTERNAL_ERROR

    def __init__(self, *args: object, code: ErrorCode | None = None) -> None:
        super().__init__(*args)
        if code is not None:
            self.code = code


class PermanentError(PlaybookError):
    """Cannot get better by itself (bad input, a refusal, a limit): skips the ladder, goes to the dead letter."""

    code = ErrorCode.REFUSED


class AlreadyReportedError(PermanentError):
    """A refusal that its owner already knows about (one notice covers many of a kind): nobody is told again."""

    code = ErrorCode.LIMIT_REACHED


class TransientError(PlaybookError):
    """May get better (a time-out, a 5xx): climbs the retry ladder.

    `retry_after_seconds`: how long the provider asks us to wait, 0 where it did not say.
    """

    code = ErrorCode.UNAVAILABLE

    def __init__(self, *args: object, retry_after_seconds: float = 0, code: ErrorCode | None = None) -> None:
        super().__init__(*args, code=code)
        self.retry_after_seconds = retry_after_seconds


class ThrottledError(TransientError):
    """The account has called too often (429). The call itself is fine: its run waits and loses no attempt."""

    code = ErrorCode.PROVIDER_THROTTLED


class OutcomeUnknownError(TransientError):
    """The outside may or may not have accepted the call: nobody answered after the request was sent.

    Before the same call is made again, the provider must be asked.
    """

    code = ErrorCode.OUTCOME_UNKNOWN


class NotFoundError(PermanentError):
    """What was asked for does not exist, or belongs to another org (the two are not told apart)."""

    code = ErrorCode.NOT_FOUND


class ConflictError(PermanentError):
    """The thing exists, and its present state does not allow what was asked."""

    code = ErrorCode.CONFLICT


def error_for_status(status: int, message: str, headers: Mapping[str, str] | None = None) -> PlaybookError:
    """The error for an HTTP answer of `status` >= 400: 5xx, 408, 425 and 429 are transient, others permanent.

    `headers`: the answer's, for its `Retry-After`.
    """
    if status >= 500 or status in RETRYABLE_HTTP_STATUSES:
        asked = next((value for name, value in (headers or {}).items() if name.lower() == "retry-after"), None)
        patience = retry_after_seconds(asked, datetime.now(UTC))
        if status == _TOO_MANY:
            return ThrottledError(message, retry_after_seconds=patience)
        return TransientError(message, retry_after_seconds=patience, code=ErrorCode.PROVIDER_UNAVAILABLE)
    return PermanentError(message, code=ErrorCode.PROVIDER_REFUSED)


def retry_after_seconds(value: str | None, now: datetime, at_most: float = MAX_RETRY_AFTER_SECONDS) -> float:
    """What a `Retry-After` header asks for, in seconds or as a date (RFC 9110): 0 to `at_most`; nonsense is 0."""
    text = (value or "").strip()[:_MAX_HEADER]
    if text.isascii() and text.isdigit():
        return min(int(text), at_most)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0), at_most)
