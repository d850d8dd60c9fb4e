"""Prepares the source for the Firebase CLI: a copy with the target's region and settings.

A copy, because the CLI reads the region from functions.yaml and firebase.json, which have the local stack's.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from local.deploy.target import Target, read_environment_file
from local.setup.paths import CACHE, ROOT

_CODE = ("main.py", "requirements.txt", "functions", "shared")


def stage(target: Target, folder: Path | None = None) -> Path:
    """Writes the copy, replacing an earlier one; returns the path of its firebase.json."""
    folder = folder or CACHE / "deploy" / target.project
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config: dict[str, Any] = json.loads((ROOT / "firebase.json").read_text())
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "functions.yaml").read_text())
    for name in (*_CODE, config["hosting"]["public"], *config["firestore"].values()):
        _copy(ROOT / name, folder / name)
    for endpoint in manifest["endpoints"].values():
        endpoint["region"] = [target.region]
        # The CLI expands "name@" in most places, but not where it grants secrets.
        endpoint["serviceAccountEmail"] = target.account(endpoint["serviceAccountEmail"].removesuffix("@"))
    for rewrite in config["hosting"]["rewrites"]:
        if "function" in rewrite:
            rewrite["function"]["region"] = target.region
    config.pop("emulators", None)
    # JSON is YAML without anchors.
    (folder / "functions.yaml").write_text(json.dumps(manifest, indent=1))
    (folder / "firebase.json").write_text(json.dumps(config, indent=1))
    (folder / f".env.{target.project}").write_text(_environment(target, manifest["endpoints"]))
    return folder / "firebase.json"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _environment(target: Target, endpoints: dict[str, dict[str, Any]]) -> str:
    """The target's settings and THREADS, because the CLI's deploy drops an endpoint's environmentVariables.

    One number fits all: Cloud Run limits requests to an endpoint's concurrency, so the largest works.
    """
    path = target.environment_file
    text = path.read_text() if path.exists() else ""
    if "THREADS" in read_environment_file(path):
        return text
    threads = max(int(endpoint["concurrency"]) for endpoint in endpoints.values())
    return f"{text}\nTHREADS={threads}\n"
