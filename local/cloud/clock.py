"""The local cloud's clock: real time plus an adjustable offset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Runs with real time plus an offset and never goes backward."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._held: datetime | None = None

    def now(self) -> datetime:
        """The current time in UTC."""
        return self._held if self._held is not None else datetime.now(UTC) + self._offset

    @property
    def ahead(self) -> timedelta:
        """The offset from real time."""
        return self.now() - datetime.now(UTC)

    def advance_to(self, instant: datetime) -> None:
        """Moves forward to `instant`; past instants change nothing."""
        now = self.now()
        if instant <= now:
            return
        if self._held is not None:
            self._held = instant
        else:
            self._offset += instant - now

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stops the clock inside the block, except for `advance_to`.

        So whatever a handler creates while the clock is moved is relative to the time of its call, however long the
        handler takes.
        """
        self._held = self.now()
        try:
            yield
        finally:
            self._offset = max(self._offset, self._held - datetime.now(UTC))
            self._held = None
