"""How an action declares params that hold steps, or expressions it evaluates itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel

MAX_DEPTH = 3
"""How deep steps may nest."""
NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deferred:
    """A param or part of one (`checks[0].that`) that is handed to the action as written, and read with more names.

    `condition`: its text is a condition (`item.price > 10`); otherwise its strings are templates.
    """

    name: str
    names: frozenset[str] = NO_NAMES
    condition: bool = False


@dataclass(frozen=True, slots=True)
class BlockSource:
    """Steps within a step's params, as written: `path` says where (`cases[0].steps`)."""

    path: str
    steps: Any
    names: frozenset[str] = NO_NAMES
    """What the block's steps find in scope besides what the step itself finds."""
    condition: str | None = None


class NestingParams(BaseModel):
    """Base of every action's params. Actions that nest steps, or compute expressions themselves, say so here.

    The methods read the params as they are written, since templates may stand for any of their values.
    """

    keeps_written: ClassVar[frozenset[str]] = frozenset()
    """Params whose templates the engine leaves unfilled before `run`."""
    takes_secrets: ClassVar[frozenset[str]] = frozenset()
    """Names of the params in which `{{secrets.NAME}}` may stand: `run` gets marks, and fills them for its call."""

    @classmethod
    def markup(cls, written: Mapping[str, Any]) -> frozenset[str]:
        """Names of the params whose text is HTML: what templates fill into them is escaped there."""
        return frozenset()

    @classmethod
    def deferred(cls, written: Mapping[str, Any]) -> Sequence[Deferred]:
        """The params (among `keeps_written`) that hold expressions."""
        return ()

    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        """The steps within the params (among `keeps_written`)."""
        return ()
