"""The `Idempotency-Key` of a request: repeating a key has the same result.

As https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ has it.
"""

from __future__ import annotations

import json

import flask
from pydantic import BaseModel

from shared.api.errors import InvalidFieldsError
from shared.values.digests import hex_digest

HEADER = "Idempotency-Key"
REUSE_HEADER = "Idempotency-Reuse"
REUSE_FAILED = "failed"
MAX_KEY_LENGTH = 255


def idempotency_key(request: flask.Request) -> str | None:
    """The key that the request carries; None when it has none.

    Raises:
        InvalidFieldsError: it is empty or too long. It is never cut: two long keys are two keys.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise _invalid(HEADER, f"{len(key)} characters", f"1 to {MAX_KEY_LENGTH}")
    return key


def reuses_failed(request: flask.Request) -> bool:
    """Whether the key may be used again where the run that it started has failed.

    Raises:
        InvalidFieldsError: the header says something else, or the request has no key.
    """
    value = request.headers.get(REUSE_HEADER)
    if value is None:
        return False
    if value != REUSE_FAILED:
        raise _invalid(REUSE_HEADER, repr(value[:40]), REUSE_FAILED)
    if HEADER not in request.headers:
        raise _invalid(HEADER, "nothing", f"the key to use again, as {REUSE_HEADER} asks")
    return True


def fingerprint(body: BaseModel) -> str:
    """A digest of what the body says, however it was written."""
    content = json.dumps(body.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hex_digest(content, digits=64)


def _invalid(field: str, found: str, expected: str) -> InvalidFieldsError:
    return InvalidFieldsError(
        f"{field}: found {found}, expected {expected}", [{"field": field, "found": found, "expected": expected}]
    )
