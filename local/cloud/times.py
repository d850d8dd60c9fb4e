"""Time formats of the local cloud."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(instant: datetime) -> str:
    """`2026-11-23T14:00:00Z`; fractions of a second only if nonzero."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
