"""Installs packages and emulators and builds the dashboard, only when inputs changed."""

from __future__ import annotations

import sys
import venv
from concurrent.futures import ThreadPoolExecutor

from local.setup import emulators, programs, web
from local.setup.once import digest, is_current, one_at_a_time, say
from local.setup.once import run as _run
from local.setup.paths import NODE_MODULES, NODE_PACKAGE, ROOT, VENV, venv_python
from local.setup.problems import SetupError

_PYTHON_INPUTS = ("requirements.txt", "requirements-dev.txt")
_NODE_INPUTS = tuple(f"local/firebase-cli/{name}" for name in ("package.json", "package-lock.json", ".npmrc"))
_REPAIRS = ROOT / "local" / "stack" / "emulator_repairs.py"
_PTH_NAME = "playbooks_emulator_repairs.pth"


def install() -> None:
    """Updates the virtual environment, node_modules, emulators and dashboard.

    Raises:
        SetupError: a program is missing, or an installer failed (its last lines are in the message).
    """
    with one_at_a_time():
        programs.require_node()
        with ThreadPoolExecutor(max_workers=3) as pool:
            for job in [pool.submit(one) for one in (_python_packages, _node_packages, _dashboard)]:
                job.result()
        _activate_repairs()
        programs.java_home_bin()
        emulators.provide()


def _python_packages() -> None:
    stamp = VENV / ".setup-stamp"
    wanted = digest(ROOT, _PYTHON_INPUTS, extra=sys.version)
    if is_current(stamp, wanted):
        return
    say("installing Python packages into venv/")
    if not venv_python().exists():
        venv.create(VENV, with_pip=True, symlinks=True)
    requirements = [argument for name in _PYTHON_INPUTS for argument in ("-r", name)]
    _run([str(venv_python()), "-m", "pip", "install", "--quiet", "--require-hashes", *requirements], "pip install")
    stamp.write_text(wanted)


def _node_packages() -> None:
    _link_node_modules()
    stamp = NODE_MODULES / ".setup-stamp"
    wanted = digest(ROOT, _NODE_INPUTS)
    if is_current(stamp, wanted):
        return
    say("installing the Firebase CLI into node_modules/ (a minute or two)")
    # Skip install scripts: if GitHub has no binary, re2's script compiles for minutes. The CLI only needs it for
    # `regex` fields in firebase.json and falls back to JavaScript's own.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(["npm", "ci", *options], "npm ci", cwd=NODE_PACKAGE)
    stamp.write_text(wanted)


def _dashboard() -> None:
    web.install_packages()
    web.build()


def _link_node_modules() -> None:
    """Lets `npx firebase` in the root find the CLI."""
    link, target = ROOT / "node_modules", NODE_MODULES.relative_to(ROOT)
    if link.is_symlink() and link.readlink() == target:
        return
    if link.exists() and not link.is_symlink():
        raise SetupError(f"{link} is a folder; expected a link to {target}: delete it")
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _activate_repairs() -> None:
    """Activates the repairs in every interpreter of this environment started by the Functions emulator.

    A `.pth` line runs at startup and does nothing elsewhere. Paths are relative to the environment, so a moved
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
