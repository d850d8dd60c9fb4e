"""Hostile cases run in a process of their own, which dies where one of them takes too much.

A case that hangs inside one C call cannot be interrupted from Python, so the kernel ends the process: by its CPU
time, which a busy machine does not change, and by its address space.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable

CPU_SECONDS = 5.0
"""Of one case. A sound one takes milliseconds; a quadratic one over 100 kB, minutes."""
MEMORY_BYTES = 700_000_000
"""Of the whole child: what it has loaded, its data, and at most a few hundred megabytes more."""
WHOLE_RUN_SECONDS = 600

Case = tuple[str, Callable[[], object]]


def run_all(cases: Iterable[Case]) -> None:
    """In the child: run each case under the limits, naming it first."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    count = 0
    for label, case in cases:
        print(label, flush=True)  # noqa: T201 - how the parent knows which one it was
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        case()
        count += 1
    signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"done: {count}", flush=True)  # noqa: T201


def survived(module: str) -> int:
    """In the test: how many cases the module's child has run.

    Raises:
        AssertionError: naming the case that the child did not survive.
    """
    # Never measured by `make coverage`: tracing would use up the case's time.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ended = subprocess.run(
        [sys.executable, "-m", module],
        capture_output=True,
        text=True,
        timeout=WHOLE_RUN_SECONDS,
        check=False,
        env=env,
    )
    last = ended.stdout.splitlines()[-1] if ended.stdout else "the start"
    if ended.returncode != 0:
        how = "took too long" if ended.returncode == -signal.SIGPROF else f"ended with {ended.returncode}"
        raise AssertionError(f"{last}: {how}\n{ended.stderr[-2_000:]}")
    return int(last.removeprefix("done: "))
