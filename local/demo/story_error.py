"""How the story ends when a step of it does not happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

MAX_FOUND_LINES = 25


class StoryError(Exception):
    """A step of the story did not happen; `found` is the end of what was there instead."""

    def __init__(self, what: str, found: str) -> None:
        super().__init__(what)
        self.found = "\n".join(found.splitlines()[-MAX_FOUND_LINES:])


def expect(holds: object, what: str, found: Callable[[], str]) -> None:
    """Raises StoryError: `holds` is not true."""
    if not holds:
        raise StoryError(what, found())


def only(items: Sequence[T], what: str) -> T:
    """The one item there is.

    Raises:
        StoryError: there is none, or more than one.
    """
    if len(items) != 1:
        raise StoryError(f"{what}: expected exactly one, found {len(items)}", "\n".join(map(repr, items)))
    return items[0]
