"""Rounds of the same work in turn on each system; what they took is printed as ratios of the same round."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.setup.paths import ROOT
from local.stack.ports import HOST, is_listening
from local.stack.processes import KeptProcess
from tests.bench import processor_time
from tests.bench.figures import percentile, report
from tests.bench.peers.celery_workers import celery_workers, is_possible
from tests.bench.peers.our_functions import our_functions
from tests.bench.peers.system import METHODS, Method, System
from tests.harness.functions import free_port, production_environment

ROUNDS = 3
POSTS = 1000
CONCURRENCY = 20
SEQUENTIAL = 60
WARM_UP = 100
_POLL_SECONDS = 0.01
OURS, CELERY = "ours", "celery"


@dataclass(frozen=True, slots=True)
class Round:
    """What one system needed for one round."""

    runs_per_second: float
    milliseconds_p50: float
    processor: dict[str, float]
    """Milliseconds a run, by part."""

    @property
    def processor_in_all(self) -> float:
        return sum(self.processor.values())


def measure() -> None:
    """Print for each method what each system needed, and the ratios of ours to Celery's."""
    if not is_possible():
        sys.stderr.write("peers: skipped, because no redis-server is installed here\n")
        return
    if not processor_time.is_known_here():
        sys.stderr.write("peers: skipped, because this system has no /proc to read processor time from\n")
        return
    rounds: defaultdict[tuple[str, Method], list[Round]] = defaultdict(list)
    with _target() as target, our_functions(target) as ours, celery_workers(target) as celery:
        measured = {OURS: _Measured(ours), CELERY: _Measured(celery)}
        for each in measured.values():
            for method in METHODS:
                each.load(method, WARM_UP)
        for _ in range(ROUNDS):
            for method in METHODS:
                for name, each in measured.items():
                    rounds[name, method].append(each.round(method))
    for method in METHODS:
        _report(method, rounds[OURS, method], rounds[CELERY, method])


class _Measured:
    """A system, and how many runs it has been asked for."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._asked = 0

    def load(self, method: Method, count: int) -> float:
        """Ask for so many, `CONCURRENCY` at a time; the seconds until the last of them had its record."""
        started = time.time()
        self._system.door(method).post_many(count, CONCURRENCY)
        self._asked += count
        return self._system.ended(self._asked) - started

    def round(self, method: Method) -> Round:
        before = self._system.processor_seconds()
        seconds = self.load(method, POSTS)
        taken = {name: spent - before[name] for name, spent in self._system.processor_seconds().items()}
        return Round(
            runs_per_second=POSTS / seconds,
            milliseconds_p50=percentile([self._one(method) * 1000 for _ in range(SEQUENTIAL)], 0.5),
            processor={name: spent * 1000 / POSTS for name, spent in taken.items()},
        )

    def _one(self, method: Method) -> float:
        door = self._system.door(method)
        connection = door.connect()
        started = time.time()
        run_id = door.post(connection)
        connection.close()
        self._asked += 1
        return self._system.one_ended(run_id) - started


def _report(method: Method, ours: list[Round], celerys: list[Round]) -> None:
    kind = "once" if method == "POST" else "read"
    for name, rounds in ((OURS, ours), (CELERY, celerys)):
        report(
            f"peers.{kind}.{name}",
            round(statistics.median(each.runs_per_second for each in rounds), 1),
            unit="runs completed per second",
            p50Milliseconds=round(statistics.median(each.milliseconds_p50 for each in rounds), 1),
            processorMilliseconds={
                part: round(statistics.median(each.processor[part] for each in rounds), 2)
                for part in rounds[0].processor
            },
        )
    pairs = list(zip(ours, celerys, strict=True))
    ratios = {
        "runsPerSecond": ([a.runs_per_second / b.runs_per_second for a, b in pairs], ">= 1.5"),
        "p50": ([a.milliseconds_p50 / b.milliseconds_p50 for a, b in pairs], "< 1"),
        "processorTime": ([a.processor_in_all / b.processor_in_all for a, b in pairs], None),
    }
    for name, (values, target) in ratios.items():
        report(
            f"peers.{kind}.{name}",
            round(statistics.median(values), 2),
            unit="times Celery's, in the same round",
            target=target,
            rounds=[round(value, 2) for value in values],
        )
    report(
        f"peers.{kind}.processor",
        round(statistics.median(each.processor_in_all for each in ours), 2),
        unit="ms of processor time a run in execute and runExecution",
        target="<= 8" if kind == "once" else "<= 6",
    )


@contextmanager
def _target() -> Iterator[str]:
    """The address of the system that runs call."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--host", HOST, "--port", str(port), "--log-level", "error"]
    with tempfile.TemporaryDirectory() as folder:
        process = KeptProcess(
            "target",
            [*command, "tests.bench.peers.target:app"],
            env=production_environment(),
            cwd=ROOT,
            log=Path(folder) / "target.log",
        )
        try:
            while not is_listening(port):
                process.require_running()
                time.sleep(_POLL_SECONDS)
            yield f"http://{HOST}:{port}/stock"
        finally:
            process.stop()
