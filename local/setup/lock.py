"""`make lock`: pins requirements.in, requirements-dev.in and package.json, with hashes.

Pins only change when their input does; `--upgrade` updates all. The lock files name no
package host (set in `.npmrc` for npm), so they work everywhere.
"""

from __future__ import annotations

import subprocess
import sys

from local.setup.paths import NODE_PACKAGE, ROOT, venv_python

_FOR_PIP = ("--generate-hashes", "--python-version=3.11", "--no-header", "--no-annotate", "--quiet")
_NO_HOSTS = ("--no-emit-index-url", "--no-emit-find-links")


def lock(options: list[str]) -> None:
    """Raises subprocess.CalledProcessError if uv or npm can't resolve the inputs."""
    for name in ("requirements", "requirements-dev"):
        command = (str(venv_python()), "-m", "uv", "pip", "compile", f"{name}.in", f"--output-file={name}.txt")
        subprocess.run([*command, *_FOR_PIP, *_NO_HOSTS, *options], cwd=ROOT, check=True)
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=NODE_PACKAGE, check=True)


if __name__ == "__main__":
    lock(sys.argv[1:])
