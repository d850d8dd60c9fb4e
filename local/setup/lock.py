"""`make lock`: pin what requirements.in, requirements-dev.in and package.json ask for, each file with its hashes.

A pin stays as it is until its input asks for another one; `--upgrade` takes the newest of all. The lists name no
package host (the `.npmrc` says so to npm), so that they serve wherever they are installed.
"""

from __future__ import annotations

import subprocess
import sys

from local.setup.paths import NODE_PACKAGE, ROOT, venv_python

_FOR_PIP = ("--generate-hashes", "--python-version=3.11", "--no-header", "--no-annotate", "--quiet")
_NO_HOSTS = ("--no-emit-index-url", "--no-emit-find-links")


def lock(options: list[str]) -> None:
    """Raises subprocess.CalledProcessError: uv or npm cannot resolve the inputs (it says why on its own)."""
    for name in ("requirements", "requirements-dev"):
        command = (str(venv_python()), "-m", "uv", "pip", "compile", f"{name}.in", f"--output-file={name}.txt")
        subprocess.run([*command, *_FOR_PIP, *_NO_HOSTS, *options], cwd=ROOT, check=True)
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=NODE_PACKAGE, check=True)


if __name__ == "__main__":
    lock(sys.argv[1:])
