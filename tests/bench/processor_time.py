"""How much processor time the processes under another one have taken."""

from __future__ import annotations

import os
from pathlib import Path

from local.stack.keeper import descendants

_PROC = Path("/proc")
_USER_AND_SYSTEM = slice(11, 15)
"""Its own and that of those it waited for, in the fields of `stat` after the program's name (proc(5))."""


def is_known_here() -> bool:
    """Whether this system tells it."""
    return (_PROC / "self" / "stat").exists()


def processor_seconds(pid: int) -> float:
    """Of all processes below that one, and of those they have waited for."""
    ticks = sum(sum(map(int, _fields(one)[_USER_AND_SYSTEM])) for one in descendants(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """What follows the program's name, which may hold anything; nothing of a process that has just ended."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
