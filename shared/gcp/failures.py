"""What Google's libraries raise, as the product's errors: the one place that says which of it may get better."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.error_codes import ErrorCode
from shared.errors import (
    NotFoundError,
    PermanentError,
    PlaybookError,
    ThrottledError,
    TransientError,
    error_for_status,
)


def failure_of(error: Exception, what: str) -> PlaybookError | None:
    """The error for one of Google's, of its authentication's or of the way to it; None for any other.

    `what`: what could not be done, with which the message begins.
    """
    import requests
    from google.api_core.exceptions import Aborted, GoogleAPICallError, GoogleAPIError, NotFound
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError

    match error:
        case NotFound():
            return NotFoundError(f"{what}: {error.message}")
        case Aborted():
            return TransientError(f"{what}: {error.message}", code=ErrorCode.PLATFORM_UNAVAILABLE)
        case GoogleAPICallError():
            found = error_for_status(int(error.code or 500), f"{what}: {error.message}")
            if not isinstance(found, ThrottledError):
                is_transient = isinstance(found, TransientError)
                found.code = ErrorCode.PLATFORM_UNAVAILABLE if is_transient else ErrorCode.PLATFORM_REFUSED
            return found
        case DefaultCredentialsError():
            return PermanentError(f"{what}: {error}", code=ErrorCode.PLATFORM_REFUSED)
        case GoogleAPIError() | GoogleAuthError() | requests.RequestException():
            return TransientError(f"{what}: {error}", code=ErrorCode.PLATFORM_UNAVAILABLE)
    return None


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise the product's errors in place of Google's.

    Raises:
        NotFoundError: the thing does not exist.
        TransientError: Google is away or busy.
        PermanentError: Google refuses.
    """
    try:
        yield
    except Exception as error:
        found = failure_of(error, what)
        if found is None:
            raise
        raise found from error
