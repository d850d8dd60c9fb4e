"""functions.yaml as the pinned Firebase CLI reads it: what it does not know is named, at every level."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from local.setup.paths import ROOT

SCRIPT = ROOT / "local" / "deploy" / "check_manifest.cjs"


def check(folder: Path) -> tuple[int, str]:
    done = subprocess.run(["node", str(SCRIPT), str(folder)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def function(**fields: Any) -> dict[str, Any]:
    return {"platform": "gcfv2", "region": ["us-central1"], "entryPoint": "main", "httpsTrigger": {}, **fields}


def test_the_cli_knows_every_key_of_the_manifest() -> None:
    assert check(ROOT) == (0, "")


def test_each_function_with_a_key_or_a_value_that_the_cli_refuses_is_named(tmp_path: Path) -> None:
    queue = {"retryConfig": {"maxAttempts": 3, "maxPatience": 1}, "rateLimits": {"maxConcurrentDispatches": 5}}
    endpoints = {
        "fine": function(),
        "misspelled": function(timeoutSecond=60),
        "mistyped": function(concurrency=[8]),
        "deep": {**function(), "taskQueueTrigger": queue},
        "crowded": function(concurrency=8, cpu=0.5),
    }
    del endpoints["deep"]["httpsTrigger"]
    (tmp_path / "functions.yaml").write_text(yaml.safe_dump({"specVersion": "v1alpha1", "endpoints": endpoints}))
    code, said = check(tmp_path)
    assert code == 1
    for named in (
        "endpoints[misspelled].timeoutSecond",
        "endpoints[mistyped].concurrency",
        "endpoints[deep].taskQueueTrigger.retryConfig.maxPatience",
        "crowded",
    ):
        assert named in said
    assert "fine" not in said


def test_a_manifest_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "functions.yaml").write_text("specVersion: v9\nendpoints: {}\n")
    code, said = check(tmp_path)
    assert code == 1
    assert "newer SDK" in said
