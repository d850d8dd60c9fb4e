"""Maps errors from Google's libraries to the product's; the one place that decides which are transient."""

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
    """The product's error for one raised by Google's libraries, authentication or connection; None for any other.

    `what`: what couldn't be done; the message begins with it.
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
    """Translate Google's errors into the product's.

    Raises:
        NotFoundError: the thing does not exist.
        TransientError: Google is unreachable or busy.
        PermanentError: Google refused.
    """
    try:
        yield
    except Exception as error:
        found = failure_of(error, what)
        if found is None:
            raise
        raise found from error
