"""Install the packages and the emulators, each only when its inputs changed since the last time."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from local.setup import emulators, programs
from local.setup.paths import CACHE, NODE_MODULES, NODE_PACKAGE, ROOT, VENV, venv_python
from local.setup.problems import SetupError

_PYTHON_INPUTS = ("requirements.txt", "requirements-dev.txt")
_NODE_INPUTS = tuple(f"local/firebase-cli/{name}" for name in ("package.json", "package-lock.json", ".npmrc"))
_REPAIRS = ROOT / "local" / "stack" / "emulator_repairs.py"
_PTH_NAME = "playbooks_emulator_repairs.pth"


def install() -> None:
    """Make the virtual environment, node_modules and the emulators match the pinned lists.

    Raises:
        SetupError: a program is missing, or an installer failed (its last lines are in the message).
    """
    with _one_at_a_time():
        programs.require_node()
        with ThreadPoolExecutor(max_workers=2) as pool:
            for job in [pool.submit(_python_packages), pool.submit(_node_packages)]:
                job.result()
        _activate_repairs()
        programs.java_home_bin()
        emulators.provide()


def _python_packages() -> None:
    stamp = VENV / ".setup-stamp"
    wanted = _digest(_PYTHON_INPUTS, extra=sys.version)
    if _is_current(stamp, wanted):
        return
    print("set-up: installing Python packages into venv/", file=sys.stderr, flush=True)
    if not venv_python().exists():
        venv.create(VENV, with_pip=True, symlinks=True)
    requirements = [argument for name in _PYTHON_INPUTS for argument in ("-r", name)]
    _run([str(venv_python()), "-m", "pip", "install", "--quiet", *requirements], "pip install")
    stamp.write_text(wanted)


def _node_packages() -> None:
    _link_node_modules()
    stamp = NODE_MODULES / ".setup-stamp"
    wanted = _digest(_NODE_INPUTS)
    if _is_current(stamp, wanted):
        return
    print("set-up: installing the Firebase CLI into node_modules/ (a minute or two)", file=sys.stderr, flush=True)
    # Without install scripts: where GitHub has no binary to give, re2's compiles for minutes. The CLI needs it for
    # the `regex` fields of firebase.json only, and falls back to JavaScript's own.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(["npm", "ci", *options], "npm ci", cwd=NODE_PACKAGE)
    stamp.write_text(wanted)


def _link_node_modules() -> None:
    """`npx firebase` in the root finds the CLI through this link."""
    link, target = ROOT / "node_modules", NODE_MODULES.relative_to(ROOT)
    if link.is_symlink() and link.readlink() == target:
        return
    if link.exists() and not link.is_symlink():
        raise SetupError(f"{link} is a folder; expected a link to {target}: delete it")
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _activate_repairs() -> None:
    """Let every interpreter of this environment repair itself when the Functions emulator starts it.

    A `.pth` line runs at start-up; it does nothing elsewhere. Paths are relative to the environment, so a moved
    clone keeps working.
    """
    line = (
        'import os, sys; os.environ.get("FUNCTIONS_EMULATOR") == "true" and exec('
        f'compile(open(p := os.path.join(os.path.dirname(sys.prefix), "{_REPAIRS.relative_to(ROOT).as_posix()}"))'
        '.read(), p, "exec"), {"__name__": "emulator_repairs"})\n'
    )
    for folder in VENV.glob("lib/python*/site-packages"):
        pth = folder / _PTH_NAME
        if not pth.exists() or pth.read_text() != line:
            pth.write_text(line)


def _digest(names: Sequence[str], extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for name in names:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def _run(command: Sequence[str], what: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetupError(f"{what} failed with exit code {done.returncode}:\n{tail}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two `make` commands at once must not install into the same folders at once."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
