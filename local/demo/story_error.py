"""Errors of the story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

MAX_FOUND_LINES = 25


class StoryError(Exception):
    """A step of the story didn't happen; `found` is what was there, shortened."""

    def __init__(self, what: str, found: str) -> None:
        super().__init__(what)
        self.found = "\n".join(found.splitlines()[-MAX_FOUND_LINES:])


def expect(holds: object, what: str, found: Callable[[], str]) -> None:
    """Raises StoryError: `holds` is not true."""
    if not holds:
        raise StoryError(what, found())


def only(items: Sequence[T], what: str) -> T:
    """The only item.

    Raises:
        StoryError: there isn't exactly one.
    """
    if len(items) != 1:
        raise StoryError(f"{what}: expected exactly one, found {len(items)}", "\n".join(map(repr, items)))
    return items[0]
