"""Which of the project's modules a call goes through."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]
_ROOMS = (f"{ROOT}/shared/", f"{ROOT}/functions/")


@dataclass
class Walk:
    """`called`: the modules of `shared/` and `functions/` of which a function ran, in any thread.

    `on_the_way`: those on the stack when a function of `ends` was called, its own included. These are what somebody
    reads who follows the call down to there.
    """

    ends: frozenset[str]
    called: set[str] = field(default_factory=set)
    on_the_way: set[str] = field(default_factory=set)

    def __call__(self, frame: FrameType, event: str, _arg: object) -> None:
        # A module's own code and the body of a class run once, when they are imported.
        if event != "call" or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return
        module = _module(frame)
        if module is None:
            return
        self.called.add(module)
        if f"{module}.{frame.f_code.co_name}" in self.ends:
            below: FrameType | None = frame
            while below is not None:
                if passed := _module(below):
                    self.on_the_way.add(passed)
                below = below.f_back


def _module(frame: FrameType) -> str | None:
    path = frame.f_code.co_filename
    if not path.startswith(_ROOMS) or not path.endswith(".py"):
        return None
    return path.removeprefix(f"{ROOT}/").removesuffix(".py").replace("/", ".")


@contextmanager
def walked(*ends: str) -> Iterator[Walk]:
    """What is called inside; `ends`: functions by their full names."""
    walk = Walk(frozenset(ends))
    before = sys.getprofile()
    threading.setprofile(walk)
    sys.setprofile(walk)
    try:
        yield walk
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
