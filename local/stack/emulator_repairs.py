"""Repairs for Python functions under the Firebase Functions emulator.

Run at interpreter start-up (see `local/setup/install.py`) by every process that the emulator starts:

- gunicorn closes an idle connection after two seconds while the emulator keeps it for reuse, so that the next event
  is lost with "socket hang up". A longer keep-alive closes that gap.
- The emulator ends the shell around a function, never the function itself. The kernel is asked to end it with its
  parent.
- The emulator points CLOUD_TASKS_EMULATOR_HOST at its own server, which knows neither schedule times nor gRPC,
  whatever `.env.local` says; and it looks for a secret that `.secret.local` leaves out in the real Secret Manager.
  So a variable `STACK_<NAME>` takes the place of `<NAME>`, and a value `unset` means "not set".
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import MutableMapping

KEEP_ALIVE_SECONDS = 3600
STACK_PREFIX = "STACK_"
UNSET = "unset"
_PR_SET_PDEATHSIG = 1
_PARENT_POLL_SECONDS = 1.0


def keep_connections() -> None:
    """Make gunicorn keep idle connections longer than the emulator does."""
    from gunicorn.config import Keepalive

    Keepalive.default = KEEP_ALIVE_SECONDS


def die_with_parent() -> None:
    """End this process, and those it forks, as soon as the parent is gone."""
    _load_libc()
    _watch_parent(os.getppid())
    forking = [os.getpid()]

    def note() -> None:
        forking[:] = [os.getpid()]

    # A child that asked for its parent's id could get that of its second parent: the first may have died meanwhile.
    os.register_at_fork(before=note, after_in_child=lambda: _watch_parent(forking[0]))


@functools.cache
def _load_libc() -> ctypes.CDLL:
    # Before any fork: a child of a process with threads may find the loader's lock held for ever.
    return ctypes.CDLL(None, use_errno=True)


def _watch_parent(parent: int) -> None:
    if sys.platform == "linux":
        _load_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:
        watch_parent_by_polling(parent)


def watch_parent_by_polling(parent: int) -> threading.Thread:
    """For systems without a parent-death signal: end this process within about a second after `parent` ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_SECONDS)
        os._exit(1)

    thread = threading.Thread(target=watch, daemon=True, name="watch-parent")
    thread.start()
    return thread


def settle_environment(environment: MutableMapping[str, str]) -> None:
    """Let each `STACK_<NAME>` take the place of `<NAME>`, then remove what is `unset`."""
    for name in [name for name in environment if name.startswith(STACK_PREFIX)]:
        environment[name.removeprefix(STACK_PREFIX)] = environment[name]
    for name in [name for name, value in environment.items() if value == UNSET]:
        del environment[name]


def is_functions_framework(command: list[str]) -> bool:
    """Whether this interpreter runs the functions framework (and not, say, a tool that a function calls)."""
    return any(os.path.basename(part) == "functions-framework" for part in command)


if __name__ == "emulator_repairs" and is_functions_framework(sys.orig_argv):
    die_with_parent()
    settle_environment(os.environ)
    keep_connections()
