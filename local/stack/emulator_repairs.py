"""Repairs for Python functions under the Firebase Functions emulator.

Run at interpreter startup (see `local/setup/install.py`) by every process that the emulator starts:

- gunicorn closes idle connections after two seconds, while the emulator keeps them for reuse, so the next event
  is lost with "socket hang up". A longer keep-alive fixes that.
- The emulator only kills the shell around a function, so the kernel is asked to kill the function with its
  parent.
- The emulator points CLOUD_TASKS_EMULATOR_HOST at its own server, which lacks schedule times and gRPC, whatever
  `.env.local` says, and it looks up secrets missing in `.secret.local` in the real Secret Manager.
  So `STACK_<NAME>` overrides `<NAME>`, and the value `unset` means "not set".
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
    """Ends this process and its forks when the parent dies."""
    _load_libc()
    _watch_parent(os.getppid())
    forking = [os.getpid()]

    def note() -> None:
        forking[:] = [os.getpid()]

    # A child that asks for its parent's id may already have a new parent.
    os.register_at_fork(before=note, after_in_child=lambda: _watch_parent(forking[0]))


@functools.cache
def _load_libc() -> ctypes.CDLL:
    # Before any fork: a child of a threaded process may find the loader's lock held forever.
    return ctypes.CDLL(None, use_errno=True)


def _watch_parent(parent: int) -> None:
    if sys.platform == "linux":
        _load_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:
        watch_parent_by_polling(parent)


def watch_parent_by_polling(parent: int) -> threading.Thread:
    """For systems without a parent-death signal: ends this process about a second after `parent`."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_SECONDS)
        os._exit(1)

    thread = threading.Thread(target=watch, daemon=True, name="watch-parent")
    thread.start()
    return thread


def settle_environment(environment: MutableMapping[str, str]) -> None:
    """Applies each `STACK_<NAME>` to `<NAME>`, then removes values of `unset`."""
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
