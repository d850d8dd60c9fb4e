"""A test's own writes beside the functions of a running stack."""

from __future__ import annotations

from google.api_core.exceptions import Aborted
from google.api_core.retry import Retry, if_exception_type

WAIT_FOR_LOCK = Retry(predicate=if_exception_type(Aborted), timeout=120)
"""For a write to a document that a function may hold in a transaction: the emulator refuses it after a while."""
