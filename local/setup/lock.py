"""`make lock`: write the pinned lists anew from requirements.in, requirements-dev.in and package.json.

Each list is what pip resolves for its own input. Names of package hosts are left out, so that the lists serve
wherever they are installed.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from local.setup.paths import NODE_PACKAGE, ROOT, venv_python

_NOT_A_NAME = re.compile(r"[-_.]+")


def lock() -> None:
    """Raises subprocess.CalledProcessError: pip or npm cannot resolve the inputs (it says why on its own)."""
    for name in ("requirements", "requirements-dev"):
        pins = _resolve(ROOT / f"{name}.in")
        (ROOT / f"{name}.txt").write_text("".join(f"{pin}\n" for pin in pins))
        print(f"{name}.txt: {len(pins)} packages")
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=NODE_PACKAGE, check=True)
    _strip_hosts(NODE_PACKAGE / "package-lock.json")


def _resolve(source: Path) -> list[str]:
    """`name==version` of everything that `source` needs, by pip's own resolver and without installing it."""
    done = subprocess.run(
        [
            str(venv_python()),
            *("-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"),
            *("--report", "-", "-r", str(source)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return pins_of(json.loads(done.stdout))


def pins_of(report: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    """Sorted `name==version` lines of pip's installation report."""
    packages = [entry["metadata"] for entry in report["install"]]
    return sorted(f"{_NOT_A_NAME.sub('-', each['name']).lower()}=={each['version']}" for each in packages)


def _strip_hosts(path: Path) -> None:
    path.write_text(json.dumps(without_hosts(json.loads(path.read_text())), indent=2, ensure_ascii=False) + "\n")


def without_hosts(lock_file: dict[str, dict[str, dict[str, object]]]) -> dict[str, dict[str, dict[str, object]]]:
    """The lock without addresses (npm asks its configured registry) and without packages that nothing needs."""
    packages = {
        name: {key: value for key, value in package.items() if key != "resolved"}
        for name, package in lock_file["packages"].items()
        if not package.get("extraneous")
    }
    return {**lock_file, "packages": packages}


if __name__ == "__main__":
    lock()
