"""A typed client of the Playbooks HTTP API."""

from __future__ import annotations

from .operations import Playbooks
from .transport import ApiError, ErrorCode

__all__ = ["ApiError", "ErrorCode", "Playbooks"]
