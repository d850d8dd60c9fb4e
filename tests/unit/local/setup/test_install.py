from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from local.setup import install, once
from local.setup.paths import NODE_PACKAGE
from local.setup.problems import SetupError


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which installers ran, in a project of its own that has a virtual environment already."""
    for name in (*install._PYTHON_INPUTS, *install._NODE_INPUTS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    modules = tmp_path / "local" / "firebase-cli" / "node_modules"
    modules.mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / "venv")
    monkeypatch.setattr(install, "venv_python", lambda: python)
    monkeypatch.setattr(install, "NODE_MODULES", modules)
    names: list[str] = []

    def record(_command: Sequence[str], what: str, cwd: Path = tmp_path) -> None:
        names.append(what)

    monkeypatch.setattr(install, "_run", record)
    return names


def test_nothing_is_installed_again_when_nothing_changed(ran: list[str]) -> None:
    for _ in range(2):
        install._python_packages()
        install._node_packages()
    assert ran == ["pip install", "npm ci"]


def test_a_changed_list_is_installed_again_and_the_other_is_not(ran: list[str], tmp_path: Path) -> None:
    install._python_packages()
    install._node_packages()
    (tmp_path / "requirements-dev.txt").write_text("2")
    install._python_packages()
    install._node_packages()
    assert ran == ["pip install", "npm ci", "pip install"]


def test_the_root_shows_the_clis_packages(ran: list[str], tmp_path: Path) -> None:
    install._node_packages()
    assert (tmp_path / "node_modules").resolve() == tmp_path / "local" / "firebase-cli" / "node_modules"


def test_an_installer_that_fails_is_shown_with_its_last_lines() -> None:
    with pytest.raises(SetupError, match=r"(?s)pip install failed with exit code 3:.*no such package"):
        once.run([sys.executable, "-c", "import sys; print('no such package'); sys.exit(3)"], "pip install")


def test_the_cli_needs_no_install_script() -> None:
    """protobufjs' compares version numbers; re2 is for `regex` alone. Look at any other before it is left out."""
    locked = json.loads((NODE_PACKAGE / "package-lock.json").read_text())["packages"]
    with_scripts = {path for path, package in locked.items() if package.get("hasInstallScript")}
    assert with_scripts == {"node_modules/protobufjs", "node_modules/re2"}
    assert '"regex"' not in (NODE_PACKAGE.parents[1] / "firebase.json").read_text()
