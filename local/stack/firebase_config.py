"""firebase.json as one stack needs it: other ports, its own `.env.local`, everything else the same."""

from __future__ import annotations

import json
from pathlib import Path

from local.setup.paths import ROOT
from local.stack.environment import function_environment, write_env_file
from local.stack.ports import FIREBASE_PORTS, Ports


def work_folder(ports: Ports) -> Path:
    """Where this stack keeps its logs and generated files."""
    return ROOT / ".stack" / str(ports.offset)


def write_firebase_config(ports: Ports) -> Path:
    """Write `firebase.stack-<offset>.json`, which must lie in the project's root, and the environment it names."""
    config = json.loads((ROOT / "firebase.json").read_text())
    settings = work_folder(ports) / "env"
    write_env_file(settings / ".env.local", function_environment(ports))
    for codebase in config["functions"]:
        codebase["configDir"] = settings.relative_to(ROOT).as_posix()
    for name in FIREBASE_PORTS:
        config["emulators"][name]["port"] = ports.of(name)
    config["emulators"]["firestore"]["websocketPort"] = ports.websocket
    path = ROOT / f"firebase.stack-{ports.offset}.json"
    path.write_text(json.dumps(config, indent=2) + "\n")
    return path
