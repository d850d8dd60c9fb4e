"""Adapts firebase.json to a stack: its ports and its own `.env.local`."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from local.setup.paths import ROOT
from local.stack.environment import function_environment, write_env_file
from local.stack.ports import FIREBASE_PORTS, Ports

_KEEP_SECONDS = 24 * 3600
_THIS_MACHINE = "http://127.0.0.1:*"
_REACHING = frozenset({"connect-src", "frame-src"})


def work_folder(ports: Ports) -> Path:
    """The stack's folder for logs and generated files."""
    return ROOT / ".stack" / str(ports.offset)


def config_path(ports: Ports) -> Path:
    """In the project's root, because the CLI uses the configuration's folder as the root."""
    return ROOT / f"firebase.stack-{ports.offset}.json"


def forget_old_stacks() -> None:
    """Removes the logs of stacks unused for a day; each test run leaves one folder."""
    for folder in (ROOT / ".stack").glob("*"):
        log = folder / "firebase.log"
        written = (log if log.exists() else folder).stat().st_mtime
        if time.time() - written > _KEEP_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def admitting_this_machine(policy: str) -> str:
    """The dashboard's content security policy, extended to the emulators on any port."""
    directives = [one.strip() for one in policy.split(";")]
    return "; ".join(f"{one} {_THIS_MACHINE}" if one.partition(" ")[0] in _REACHING else one for one in directives)


def write_firebase_config(ports: Ports) -> Path:
    """Writes `firebase.stack-<offset>.json` and its environment file."""
    config = json.loads((ROOT / "firebase.json").read_text())
    settings = work_folder(ports) / "env"
    write_env_file(settings / ".env.local", function_environment(ports))
    for codebase in config["functions"]:
        codebase["configDir"] = settings.relative_to(ROOT).as_posix()
    for name in FIREBASE_PORTS:
        config["emulators"][name]["port"] = ports.of(name)
    config["emulators"]["firestore"]["websocketPort"] = ports.websocket
    for header in (header for rule in config["hosting"]["headers"] for header in rule["headers"]):
        if header["key"] == "Content-Security-Policy":
            header["value"] = admitting_this_machine(header["value"])
    path = config_path(ports)
    path.write_text(json.dumps(config, indent=2) + "\n")
    return path
