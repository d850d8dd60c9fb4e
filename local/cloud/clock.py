"""The clock of the local cloud: real time, plus how far somebody has moved it forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Runs with real time and never goes backwards; moving it forward keeps it that far ahead."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._held: datetime | None = None

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._held if self._held is not None else datetime.now(UTC) + self._offset

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of real time."""
        return self.now() - datetime.now(UTC)

    def advance_to(self, instant: datetime) -> None:
        """Make it `instant`; an instant that has passed changes nothing."""
        now = self.now()
        if instant <= now:
            return
        if self._held is not None:
            self._held = instant
        else:
            self._offset += instant - now

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stand still inside the block but for `advance_to`, then run on.

        So what a handler creates during a move of the clock is due at the instant that the handler was called
        for, however long the handler takes.
        """
        self._held = self.now()
        try:
            yield
        finally:
            self._offset = max(self._offset, self._held - datetime.now(UTC))
            self._held = None
