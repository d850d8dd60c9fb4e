"""The demo's output: acts, what happened, and where to look. Plain text unless it's a terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import TextIO

_BOLD, _DIM, _GREEN, _RED, _CYAN, _RESET = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[36m", "\033[0m"


class Narrator:
    """Writes the story to `stream`, in color if that is a terminal and `NO_COLOR` is not set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colored = stream.isatty() and not os.environ.get("NO_COLOR")
        self._started = time.monotonic()
        self._act = 0

    def title(self, text: str) -> None:
        self._write(f"\n{self._paint(text, _BOLD)}")

    def act(self, text: str) -> None:
        """Begin the next act."""
        self._act += 1
        elapsed = self._paint(f"  {self.seconds:.0f} s", _DIM)
        self._write(f"\n{self._paint(f'{self._act}. {text}', _BOLD)}{elapsed}")

    def happened(self, text: str, where: str | None = None) -> None:
        """An expected thing happened; `where` is a document path, an address or a command."""
        self._write(f"  {self._paint('✓', _GREEN)} {text}")
        if where:
            self._write(f"      {self._paint(where, _CYAN)}")

    def details(self, lines: Iterable[str]) -> None:
        """Details of the last event."""
        for line in lines:
            self._write(f"      {self._paint(line, _DIM)}")

    def failed(self, what: str, found: str) -> None:
        """The story failed: what didn't happen, and what was found, shortened."""
        self._write(f"\n  {self._paint('✗', _RED)} {self._paint(what, _BOLD)}")
        self.details(found.splitlines())

    def end(self, text: str) -> None:
        self._write(f"\n{self._paint(text, _BOLD)} {self._paint(f'({self.seconds:.0f} s in all)', _DIM)}\n")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def _paint(self, text: str, color: str) -> str:
        return f"{color}{text}{_RESET}" if self._colored else text

    def _write(self, text: str) -> None:
        print(text, file=self._stream, flush=True)
