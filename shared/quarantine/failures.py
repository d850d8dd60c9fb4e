"""Describes a failure for its document's owner: nothing if it may be temporary, else the field at fault."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from shared.errors import PlaybookError, TransientError
from shared.gcp.settings import SettingsError

MAX_REASON_CHARS = 500
_ROOT = Path(__file__).resolve().parents[2]


def may_pass(error: BaseException) -> bool:
    """Whether the item is not to blame: the platform is away, busy, or refuses this process itself."""
    from google.api_core.exceptions import (
        Aborted,
        Cancelled,
        FailedPrecondition,
        Forbidden,
        RetryError,
        ServerError,
        TooManyRequests,
        Unauthorized,
    )
    from google.auth.exceptions import GoogleAuthError

    return isinstance(
        error,
        TransientError
        | Aborted
        | Cancelled
        | FailedPrecondition  # written by somebody else at this moment, or an index that is still being built
        | Forbidden
        | RetryError
        | ServerError
        | TooManyRequests
        | Unauthorized
        | GoogleAuthError
        | SettingsError
        | OSError  # the network and its time-outs, requests' errors too
        | MemoryError,
    )


def describe(error: BaseException) -> str:
    """The reason in one line: the fields that are wrong and how, never what they hold.

    What the product raises on purpose speaks for itself, unless it quotes a document. Of other errors only the
    class and the place are told: their texts may hold anything.
    """
    invalid = _validation_error(error)
    if invalid is not None:
        fields = (f"{_path(found['loc'])} ({found['type']})" for found in invalid.errors(include_url=False))
        return f"malformed: {', '.join(fields)}"[:MAX_REASON_CHARS]
    if isinstance(error, PlaybookError):
        return (" ".join(str(error).split()) or type(error).__name__)[:MAX_REASON_CHARS]
    return f"{type(error).__name__}{_place(error.__traceback__)}"[:MAX_REASON_CHARS]


def stack_of(error: BaseException) -> str:
    """The traceback with `describe`'s line at its end, in the shape that Error Reporting finds."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{type(error).__name__}: {describe(error)}"


def _validation_error(error: BaseException | None) -> ValidationError | None:
    """The one that the error is, or was made of."""
    if isinstance(error, PlaybookError):
        error = error.__cause__ or error.__context__
    return error if isinstance(error, ValidationError) else None


def _path(location: tuple[int | str, ...]) -> str:
    """The field, by the names of the model; a key that the document made up is data, and may be long."""
    return ".".join(str(part)[:40] for part in location) or "document"


def _place(trace: TracebackType | None) -> str:
    """Where in the product's own code it was raised: ` at shared/x/y.py:12`."""
    own = [frame for frame in traceback.extract_tb(trace) if _is_own(frame.filename)]
    return f" at {Path(own[-1].filename).relative_to(_ROOT)}:{own[-1].lineno}" if own else ""


def _is_own(filename: str) -> bool:
    return any(filename.startswith(f"{_ROOT / room}/") for room in ("shared", "functions"))
