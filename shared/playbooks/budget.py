"""Limits on what an expression or template may read and produce, enforced while it's evaluated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 500_000
"""Maximum characters in one text that an expression or template produces."""
MAX_FILLED = 20_000_000
"""Of all that the params of one step are filled with, about as JSON counts it: as much as a step may put out."""
MAX_WORK = 50_000_000
"""Of one step: a character read costs 1, a value looked at costs `VALUE_WORK`. About a second of work."""
MAX_BITS = 1_024
"""The largest whole number: 2 to this power, about what a float holds."""
VALUE_WORK = 10

_CONTAINERS = (Mapping, list, tuple)


class BudgetError(ValueError):
    """A value is too large, or takes too much work."""


class Budget:
    """The remaining budget of one step, or of a single expression. Not thread-safe."""

    def __init__(self, *, work: int = MAX_WORK, filled: int = MAX_FILLED) -> None:
        self._work = work
        self._filled = filled

    def work(self, units: int) -> None:
        """Count work before it is done.

        Raises:
            BudgetError: it's too much.
        """
        self._work -= units
        if self._work < 0:
            raise BudgetError("takes too much work; expected smaller values or fewer of them")

    def fill(self, size: int) -> None:
        """Count what goes into the step's params.

        Raises:
            BudgetError: the params become too large in total.
        """
        self._filled -= size
        if self._filled < 0:
            raise BudgetError(f"fills the step's params with over {MAX_FILLED:,} characters altogether")

    def fill_value(self, value: Any) -> None:
        """Count a value that goes into the step's params as it is, with all that is in it."""
        self.fill(self.weigh(value))

    def weigh(self, value: Any, at_most: int | None = None) -> int:
        """How many characters the value has as JSON at least; looking costs work, so that it ends.

        Raises:
            BudgetError: that takes too much work, or it has more than `at_most`.
        """
        size = 0
        waiting = [value]
        while waiting:
            one = waiting.pop()
            size += 2
            if isinstance(one, str):
                size += len(one)
            elif isinstance(one, dict):
                self.work(VALUE_WORK * len(one))
                waiting += one.values()
                size += sum(len(name) + 2 for name in one if isinstance(name, str))
            elif isinstance(one, list | tuple):
                self.work(VALUE_WORK * len(one))
                waiting += one
            elif isinstance(one, int):
                size += one.bit_length() // 4
            if at_most is not None and size > at_most:
                raise BudgetError(f"makes a text of over {at_most:,} characters")
        self.work(VALUE_WORK)
        return size

    def compare(self, left: Any, right: Any) -> None:
        """Count what it takes to tell whether two values are equal, or which is greater."""
        if isinstance(left, str) and isinstance(right, str):
            self.work(min(len(left), len(right)))
        elif isinstance(left, _CONTAINERS) and isinstance(right, _CONTAINERS):
            self.weigh(left)
            self.weigh(right)

    def search(self, item: Any, container: Any) -> None:
        """Count what it takes to look for an item in a text, a list or the names of an object."""
        if isinstance(container, str):
            self.work(len(container))
        elif isinstance(container, list | tuple):
            self.work(len(container))
            if isinstance(item, _CONTAINERS):
                self.weigh(container)


def check_text(text: str) -> str:
    """`text` itself.

    Raises:
        BudgetError: it's too long.
    """
    if len(text) > MAX_TEXT:
        raise BudgetError(f"makes a text of over {MAX_TEXT:,} characters")
    return text


def is_boundless(value: Any) -> bool:
    """Whether it's a number too large for a text or a document."""
    if isinstance(value, int):
        return value.bit_length() > MAX_BITS
    return isinstance(value, float) and not math.isfinite(value)
