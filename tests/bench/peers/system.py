"""What is compared, behind one interface."""

from __future__ import annotations

from typing import Literal, Protocol

from tests.bench.door import Door

Method = Literal["GET", "POST"]
METHODS: tuple[Method, ...] = ("GET", "POST")


class System(Protocol):
    """Something that takes a POST, looks at a condition, makes an HTTP call, and keeps a record of it all."""

    def door(self, method: Method) -> Door:
        """Where runs are asked for that make such a call."""

    def ended(self, count: int) -> float:
        """When the last of `count` runs since the start had its record (seconds of the epoch)."""

    def one_ended(self, run_id: str) -> float:
        """When that run had its record."""

    def processor_seconds(self) -> dict[str, float]:
        """What the parts that a run goes through have taken since their start."""
