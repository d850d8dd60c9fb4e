"""`python -m local.stack up`: the whole stack in the foreground until Ctrl-C.

With STATE=folder in the environment it restores the folder's state and saves it every minute and at the end.

`python -m local.stack cron-secret` prints the cron credential of a running one.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

import httpx

from local.setup.problems import SetupError
from local.stack.platform import read_cron_secret
from local.stack.ports import Ports, offset_from_environment
from local.stack.processes import StackError
from local.stack.running import Stack, running_stack
from local.stack.state import StateFolder, state_folder

_WATCH_SECONDS = 1.0
_SAVE_SECONDS = 60.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TITLES = {
    "firestore": "Firestore",
    "pubsub": "Pub/Sub",
    "auth": "Auth",
    "cloud_tasks": "Cloud Tasks",
    "cloud_scheduler": "Cloud Scheduler",
    "secret_manager": "Secret Manager",
}


def main(arguments: list[str]) -> int:
    if arguments not in (["up"], ["cron-secret"]):
        print("usage: python -m local.stack up | cron-secret", file=sys.stderr)
        return 2
    if arguments == ["cron-secret"]:
        print(read_cron_secret(Ports(offset_from_environment())))
        return 0
    # SIGINT too: shells start background jobs with it ignored, and Python keeps that.
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        return _up()
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except (StackError, SetupError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _up() -> int:
    print("Starting the stack (about 15 seconds)...", flush=True)
    started = time.monotonic()
    offset = offset_from_environment()
    folder = os.environ.get("STATE", "")
    with ExitStack() as cleanup:
        state = cleanup.enter_context(state_folder(Path(folder), Ports(offset))) if folder else None
        goes_on = state is not None and state.emulators is not None
        stack = cleanup.enter_context(running_stack(offset, state=state))
        if state is not None:
            # Before the stack's own cleanup stops anything.
            cleanup.callback(_keep, state)
        seeded = not goes_on and _seed_demo_org(stack)
        _print_addresses(stack, time.monotonic() - started, seeded or goes_on, state)
        _watch(stack, state)


def _watch(stack: Stack, state: StateFolder | None) -> NoReturn:
    """Waits for a signal or the end of a part of the stack; with a state folder, saves every minute."""
    due = time.monotonic() + _SAVE_SECONDS
    while True:
        stack.require_running()
        if state is not None and time.monotonic() >= due:
            _keep(state)
            due = time.monotonic() + _SAVE_SECONDS
        time.sleep(_WATCH_SECONDS)


def _keep(state: StateFolder) -> None:
    """A failed checkpoint keeps the previous one and isn't fatal."""
    try:
        state.save()
    except StackError as error:
        print(error, file=sys.stderr, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second signal (from a terminal and a supervisor) must not interrupt saving the state.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _seed_demo_org(stack: Stack) -> bool:
    if importlib.util.find_spec("local.demo") is None or importlib.util.find_spec("local.demo.seed") is None:
        return False
    os.environ.update(stack.env)
    importlib.import_module("local.demo.seed").seed_demo_org()
    return True


def _print_addresses(stack: Stack, seconds: float, seeded: bool, state: StateFolder | None) -> None:
    ports = stack.ports
    print(f"Ready after {seconds:.0f} s.\n")
    print(f"  Dashboard       {stack.public_url}/")
    if seeded:
        print(f"  Signed in       {_owners_link(stack)}   (as the demo org's owner)")
    print(f"  API             {stack.public_url}/api/")
    print(f"  Console         {stack.console_url}/   (outbox, clock, faults, demo stores)")
    print(f"  Functions       {ports.functions_base_url}/")
    for group in (("firestore", "pubsub", "auth"), ("cloud_tasks", "cloud_scheduler", "secret_manager")):
        print("  " + " · ".join(f"{_TITLES[name]} {ports.address(name)}" for name in group))
    print(f"  Logs            {stack.logs}")
    if seeded:
        print(
            "  Demo org        seeded"
            if state is None or state.emulators is None
            else "  Demo org        as it was"
        )
    if state is not None:
        kept = f"{state.folder}, every {_SAVE_SECONDS:.0f} s and at the end"
        print(f"  State           {kept}; after a crash, what is newer than the last of these is lost")
    print("\n`make cron-secret` prints the cron credential (Authorization: Bearer ...).")
    print("Ctrl-C stops everything.", flush=True)


def _owners_link(stack: Stack) -> str:
    answer = httpx.post(f"{stack.console_url}/api/sign-in", json={"role": "owner"}, timeout=30, trust_env=False)
    link: str = answer.raise_for_status().json()["url"]
    return link


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
