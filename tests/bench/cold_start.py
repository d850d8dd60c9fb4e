"""How long each function's modules take to import, against a bare function that uses Firestore.

In processor time: importing is all computing, and whatever else the machine does stays out of the figure.
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
from collections import defaultdict

from local.setup.paths import ROOT
from tests.bench.figures import report
from tests.harness.functions import production_environment
from tests.harness.manifest import Endpoint, endpoints

ROUNDS = 9
BASELINE = """import functions_framework, google.cloud.firestore
@functions_framework.http
def hello(request): return 'hello'"""
# Both load Firestore's client class, which its library loads at the first call of it only.
_PROGRAM = """
import sys, time
started = time.process_time()
{imports}
from google.cloud.firestore import Client
print(time.process_time() - started)
"""


def measure() -> None:
    """Fresh interpreters, interleaved; the ratio of medians of each function to the baseline."""
    for folder in ("functions", "shared"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    compileall.compile_file(str(ROOT / "main.py"), quiet=1)
    programs = {"(baseline)": BASELINE} | {
        name: f"import functions_framework, main\ngetattr(main, {endpoint.entry_point!r})"
        for name, endpoint in endpoints().items()
    }
    times: defaultdict[str, list[float]] = defaultdict(list)
    for round_number in range(ROUNDS + 1):
        for name, imports in programs.items():
            seconds = _import_seconds(imports)
            if round_number:  # The first round only warms the page cache.
                times[name].append(seconds)
    baseline = statistics.median(times["(baseline)"])
    for name, endpoint in endpoints().items():
        median = statistics.median(times[name])
        report(
            f"cold_start.{name}",
            round(median / baseline, 3),
            unit="times the bare function's import",
            target=f"<= {_target(endpoint)}",
            milliseconds=round(median * 1000),
            bareMilliseconds=round(baseline * 1000),
        )


def _target(endpoint: Endpoint) -> float:
    return 1.2 if endpoint.event_trigger is not None else 1.5


def _import_seconds(imports: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(imports=imports)],
        env=production_environment() | {"GOOGLE_CLOUD_PROJECT": "demo-playbooks"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])
