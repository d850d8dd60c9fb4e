"""Errors that only the API raises."""

from __future__ import annotations

from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError, TransientError


class MalformedRequestError(PermanentError):
    """The request cannot be read at all: its body is not JSON."""

    code = ErrorCode.MALFORMED_REQUEST


class InvalidFieldsError(PermanentError):
    """Fields of the request hold what they cannot mean."""

    code = ErrorCode.INVALID_FIELDS

    def __init__(self, detail: str, problems: list[dict[str, str]]) -> None:
        super().__init__(detail)
        self.problems = problems
        """One `{field, found, expected}` for each field at fault."""


class AuthError(PermanentError):
    """No credential, or one that is not valid."""

    code = ErrorCode.UNAUTHENTICATED


class ForbiddenError(PermanentError):
    """The credential is valid and does not allow this."""

    code = ErrorCode.FORBIDDEN


class RateLimitedError(TransientError):
    """Too many calls; the same one may be made again after `retry_after_seconds`."""

    code = ErrorCode.RATE_LIMITED

    def __init__(self, message: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


def not_found(resource: str) -> NotFoundError:
    """The error for a `resource` (like "playbook 'daily-intel'") that is missing or another org's.

    One text for both, so that nobody can find out which ids exist elsewhere.
    """
    return NotFoundError(f"{resource} does not exist")
