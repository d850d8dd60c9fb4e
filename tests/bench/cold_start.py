"""From nothing to an app that can serve, for each function, against a bare function that uses Firestore.

In processor time: starting is all computing, and whatever else the machine does stays out of the figure. Of `chat`
also with what its first message loads: the conversation and the lexicon.
"""

from __future__ import annotations

import compileall
import os
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
_BARE, _FIRST_MESSAGE = "(baseline)", "chat.first_message"
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
{more}
ended = time.process_time()
sys.__stdout__.write(str(ended - started))
"""
_CHAT = "chat"
_WITH_LEXICON = """
from shared.loading import loading_for_good
with loading_for_good():
    import shared.chat.talk.conversation
    from shared.chat.language.reading import language
    language()
"""


def measure() -> None:
    """Fresh interpreters, interleaved; the ratio of medians of each function to the baseline.

    `COLD_STARTS=chat,execute`: only these; `COLD_START_ROUNDS`: how often.
    """
    wanted = {*os.environ.get("COLD_STARTS", "").split(",")} - {""}
    measured = {name: one for name, one in endpoints().items() if not wanted or name in wanted}
    rounds = int(os.environ.get("COLD_START_ROUNDS", ROUNDS))
    for folder in ("functions", "shared"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    times: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "main.py"
        bare.write_text(BARE)
        programs = {_BARE: _PROGRAM.format(target="hello", source=str(bare), signature="http", more="")} | {
            name: _program(endpoint) for name, endpoint in measured.items()
        }
        if _CHAT in measured:
            programs[_FIRST_MESSAGE] = _program(measured[_CHAT], _WITH_LEXICON)
        for round_number in range(rounds + 1):
            for name, program in programs.items():
                seconds = _start_seconds(program)
                if round_number:  # The first round only warms the page cache.
                    times[name].append(seconds)
    baseline = statistics.median(times.pop(_BARE))
    for name, found in times.items():
        median = statistics.median(found)
        report(
            f"cold_start.{name}",
            round(median / baseline, 3),
            unit="times the bare function's start",
            target=f"<= {_target(measured[name])}" if name in measured else None,
            milliseconds=round(median * 1000),
            bareMilliseconds=round(baseline * 1000),
        )


def _program(endpoint: Endpoint, more: str = "") -> str:
    source = str(ROOT / "main.py")
    return _PROGRAM.format(target=endpoint.entry_point, source=source, signature=endpoint.signature, more=more)


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
