"""From nothing to an app that can serve, for each function, against a bare function that uses Firestore.

In processor time: starting is all computing, and whatever else the machine does stays out of the figure.
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from local.setup.paths import ROOT
from tests.bench.figures import report
from tests.harness.functions import production_environment
from tests.harness.manifest import Endpoint, endpoints

ROUNDS = 9
BARE = """import functions_framework, google.cloud.firestore
@functions_framework.http
def hello(request): return 'hello'"""
# Both load Firestore's client class, which its library loads at the first call of it only.
_PROGRAM = """
import sys, time
started = time.process_time()
from functions_framework import create_app
create_app({target!r}, {source!r}, {signature!r})
from google.cloud.firestore import Client
ended = time.process_time()
sys.__stdout__.write(str(ended - started))
"""


def measure() -> None:
    """Fresh interpreters, interleaved; the ratio of medians of each function to the baseline."""
    for folder in ("functions", "shared"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    times: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "main.py"
        bare.write_text(BARE)
        programs = {"(baseline)": _PROGRAM.format(target="hello", source=str(bare), signature="http")} | {
            name: _PROGRAM.format(
                target=endpoint.entry_point, source=str(ROOT / "main.py"), signature=endpoint.signature
            )
            for name, endpoint in endpoints().items()
        }
        for round_number in range(ROUNDS + 1):
            for name, program in programs.items():
                seconds = _start_seconds(program)
                if round_number:  # The first round only warms the page cache.
                    times[name].append(seconds)
    baseline = statistics.median(times["(baseline)"])
    for name, endpoint in endpoints().items():
        median = statistics.median(times[name])
        report(
            f"cold_start.{name}",
            round(median / baseline, 3),
            unit="times the bare function's start",
            target=f"<= {_target(endpoint)}",
            milliseconds=round(median * 1000),
            bareMilliseconds=round(baseline * 1000),
        )


def _target(endpoint: Endpoint) -> float:
    return 1.2 if endpoint.event_trigger is not None else 1.5


def _start_seconds(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=production_environment() | {"GOOGLE_CLOUD_PROJECT": "demo-playbooks"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])
