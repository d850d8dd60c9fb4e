"""What traces cost: processor time of a run with and without them, and of a function's first request.

A run goes through the apps of the two functions in this process, in turn without traces, with a tenth of them
exported (as deployed) and with all. What exporting takes is added; what takes the spans is another process.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import functions_framework
import pytest
from flask.testing import FlaskClient

from local.deploy.target import TRACE_SAMPLE_RATIO
from local.setup.paths import ROOT
from local.stack.running import Stack
from shared.gcp import direct_calls, span_export, tracing
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.functions import production_environment
from tests.harness.one_run import MANUAL, paused_queue
from tests.harness.playbooks import PLAYBOOK_ID, write_org_and_playbook

WARM_UP, RUNS = 30, 400
EXPORTED_AFTER = 40
"""Runs: a process under load exports some seconds' spans together."""
FIRST_REQUESTS = 9
TARGET = 1.05
RATIOS = {"off": 0.0, "deployed": float(TRACE_SAMPLE_RATIO), "all": 1.0}
_FIRST_REQUEST = """
import os, sys, time
from functions_framework import create_app
client = create_app("run_execution", {source!r}, "http").test_client()
started = time.process_time()
client.post("/", json={{}}, headers={{"X-CloudTasks-QueueName": "q", "X-CloudTasks-TaskName": "t"}})
client.post("/", json={{"executionId": "none", "attempt": 1}}, headers={{"X-CloudTasks-QueueName": "q"}})
from shared.gcp import tracing
with tracing.part("first", kind="server"):
    {more}
sys.__stdout__.write(f"{{time.process_time() - started}}\\n")
sys.__stdout__.flush()
os._exit(0)  # without exporting the span
"""


def measure() -> None:
    """The ratios of medians of processor time, with traces to without."""
    logging.disable(logging.WARNING)
    with bench_stack() as stack:
        os.environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": stack.console_url, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}
        page = f"{stack.console_url}/healthz"
        write_org_and_playbook([{"id": "get", "action": "http_request", "params": {"url": page}}])
        _runs(stack)
    logging.disable(logging.NOTSET)
    _first_requests()


def _runs(stack: Stack) -> None:
    runner = _Runner(stack)
    times: defaultdict[str, list[float]] = defaultdict(list)
    exporting: defaultdict[str, float] = defaultdict(float)
    with paused_queue(stack), pytest.MonkeyPatch.context() as patch:
        patch.setattr(direct_calls, "call", runner.noting(direct_calls.call))
        known = {
            name: span_export.Export(span_export.exporter()) if ratio else None for name, ratio in RATIOS.items()
        }
        for number in range(-WARM_UP, RUNS):
            # One run of each in turn: whatever else the machine does meets all of them.
            for name, ratio in RATIOS.items():
                patch.setattr(tracing, "_ratio", ratio)
                patch.setattr(tracing, "_export", known[name])
                times[name].append(_processor_time(runner.run))
                if number == -1 or number % EXPORTED_AFTER == EXPORTED_AFTER - 1:
                    exporting[name] += _processor_time(tracing.flush)
            if number == -1:
                times.clear()
                exporting.clear()
        for made in known.values():
            if made is not None:
                made.close()
    without = statistics.median(times["off"])
    for name in ("deployed", "all"):
        running, export = statistics.median(times[name]), exporting[name] / RUNS
        report(
            f"tracing.run.{name}",
            round((running + export) / without, 3),
            unit="times the processor time of a run without traces",
            target=f"<= {TARGET}",
            sampleRatio=RATIOS[name],
            milliseconds=round(running * 1000, 2),
            millisecondsExporting=round(export * 1000, 2),
            millisecondsWithout=round(without * 1000, 2),
        )


def _processor_time(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


class _Runner:
    """Runs through the doors of `execute` and `runExecution`."""

    def __init__(self, stack: Stack) -> None:
        self._headers = {"Authorization": f"Bearer {stack.cron_secret}"}
        self._execute, self._run = _client("execute"), _client("run_execution")
        self._task: Any = None

    def noting(self, call: Any) -> Any:
        """`call`, with the task that it makes noted."""

        def noted(channel: Any, method: Any, request: Any, *more: Any) -> Any:
            self._task = getattr(request, "task", self._task)
            return call(channel, method, request, *more)

        return noted

    def run(self) -> None:
        """One run, from the call to its end."""
        asked = self._execute.post(f"/api/playbooks/{PLAYBOOK_ID}/execute", json=MANUAL, headers=self._headers)
        assert asked.status_code == 202, asked.text
        headers = {
            **dict(self._task.http_request.headers),
            "X-CloudTasks-QueueName": "runExecution",
            "X-CloudTasks-TaskName": self._task.name,
            "X-CloudTasks-TaskRetryCount": "0",
        }
        done = self._run.post("/", json=json.loads(self._task.http_request.body), headers=headers)
        assert done.json == {"outcome": "completed"}, done.text


def _client(entry_point: str) -> FlaskClient:
    make: Any = functions_framework.create_app
    app = make(entry_point, str(ROOT / "main.py"), "http")
    client: FlaskClient = app.test_client()
    return client


def _first_requests() -> None:
    """Of a process that has just started: the library is loaded with the first span that is exported."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    cases = {"off": ("0", "pass"), "noted": ("1e-18", "pass"), "exported": ("1e-18", "tracing.keep()")}
    for round_number in range(FIRST_REQUESTS + 1):
        for name, (ratio, more) in cases.items():
            done = subprocess.run(
                [sys.executable, "-c", _FIRST_REQUEST.format(source=str(ROOT / "main.py"), more=more)],
                env=production_environment()
                | {"GOOGLE_CLOUD_PROJECT": "demo-playbooks", "TRACE_SAMPLE_RATIO": ratio},
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            if round_number:
                times[name].append(float(done.stdout.splitlines()[-1]))
    for name in ("noted", "exported"):
        added = statistics.median(times[name]) - statistics.median(times["off"])
        report(
            f"tracing.first_request.{name}",
            round(added * 1000, 1),
            unit="ms of processor time more, once a process",
        )
