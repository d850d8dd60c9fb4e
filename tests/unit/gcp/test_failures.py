"""Which failures of Google's may get better, and which may not."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError, TransportError

from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError, PlaybookError, ThrottledError, TransientError
from shared.gcp.failures import failure_of, translated


@pytest.mark.parametrize(
    ("error", "expected", "code"),
    [
        (exceptions.NotFound, NotFoundError, ErrorCode.NOT_FOUND),
        (exceptions.Forbidden, PermanentError, ErrorCode.PLATFORM_REFUSED),
        (exceptions.InvalidArgument, PermanentError, ErrorCode.PLATFORM_REFUSED),
        (exceptions.ServiceUnavailable, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
        (exceptions.DeadlineExceeded, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
        (exceptions.Aborted, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
        (exceptions.ResourceExhausted, ThrottledError, ErrorCode.PROVIDER_THROTTLED),
        (exceptions.RetryError, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
        (TransportError, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
        (DefaultCredentialsError, PermanentError, ErrorCode.PLATFORM_REFUSED),
        (requests.ConnectionError, TransientError, ErrorCode.PLATFORM_UNAVAILABLE),
    ],
)
def test_a_failure_has_its_code_and_says_whether_it_is_transient(
    error: Any, expected: type[PlaybookError], code: ErrorCode
) -> None:
    with pytest.raises(PlaybookError) as raised, translated("the thing cannot be read"):
        raise error("no", *([None] if error is exceptions.RetryError else []))
    assert (type(raised.value), raised.value.code) == (expected, code)
    assert str(raised.value).startswith("the thing cannot be read: ")


def test_a_defect_of_ours_is_not_googles() -> None:
    assert failure_of(ValueError("x"), "it") is None
    with pytest.raises(ValueError, match="x"), translated("it"):
        raise ValueError("x")
