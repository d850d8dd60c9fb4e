"""Schemathesis calls every operation of the OpenAPI document on the running stack, with all of its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.openapi.table import DOORS
from local.setup.paths import ROOT
from local.stack.running import Stack
from shared.gcp import clients
from tests.accounts import sign_up
from tests.e2e.org import Org, set_step

DOCUMENT = ROOT / "web/public/api/openapi.json"
EXAMPLES = 2
"""For each operation, beside those that schemathesis makes of what earlier answers hold."""
SECONDS = 500
"""For a machine that does much else; it takes some thirty."""


def _config(token: str) -> str:
    """`schemathesis.toml`. What valid data means may be refused (422): `tests.harness.api_values` looks why.

    `tick` is called as by a person, who may not: it would start the catalog's runs of every org of the stack.
    """
    accepted = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
    return f"""\
headers = {{ Authorization = "Bearer {token}" }}
continue-on-failure = true
request-timeout = 60
[generation]
deterministic = true
with-security-parameters = false
max-examples = {EXAMPLES}
no-shrink = true
[checks]
max_response_time = {SECONDS}
[checks.positive_data_acceptance]
expected-statuses = {json.dumps(accepted)}
"""


def _run(folder: Path, stack: Stack, token: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    (folder / "schemathesis.toml").write_text(_config(token))
    report = folder / "report.ndjson"
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", str(folder / "schemathesis.toml"), "run", str(DOCUMENT), "--url", stack.public_url),
            *("--phases", "fuzzing", "--checks", "all", "--no-color"),
            *("--report", "json", "--report-json-path", str(report)),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.harness.api_values", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done, json.loads(report.read_text())


@pytest.mark.timeout(SECONDS + 90)
def test_every_operation_does_what_the_document_says(
    on_stack: Stack, org: Org, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    org.playbook(set_step(), name="intel")
    execution_id = org.start("intel")
    org.until(execution_id, "completed")
    competitor = {"name": "Green Leaf", "menuUrl": "https://green-leaf.example/menu"}
    clients.firestore().document(f"tenants/{org.id}/competitors/green-leaf").set(competitor)
    account = sign_up(on_stack, orgId=org.id, role="owner")
    done, report = _run(tmp_path, on_stack, account.id_token)
    counts = {"operations": report["operations"]["tested"], **report["test_cases"]}
    with capsys.disabled():
        sys.stdout.write(f"\nschemathesis: {json.dumps(counts)}\n")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert report["operations"]["tested"] == len(DOORS)
    assert report["test_cases"]["generated"] > EXAMPLES * len(DOORS) / 2
