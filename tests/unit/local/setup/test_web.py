from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from local.setup import web
from local.setup.paths import WEB


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*web._CONFIGURATION, "src/main.tsx", "public/theme.js"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    return tmp_path


@pytest.fixture
def ran(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ran in the folder; each makes what the real one makes."""
    names: list[str] = []

    def record(_command: Sequence[str], what: str, cwd: Path) -> None:
        names.append(what)
        for made in ("node_modules", "dist"):
            (cwd / made).mkdir(exist_ok=True)

    monkeypatch.setattr(web, "run", record)
    return names


def provide(folder: Path) -> None:
    web.install_packages(folder)
    web.build(folder)


INSTALL, BUILD = "npm ci in web/", "the dashboard's build"


def test_nothing_is_done_again_when_nothing_changed(folder: Path, ran: list[str]) -> None:
    provide(folder)
    provide(folder)
    assert ran == [INSTALL, BUILD]


@pytest.mark.parametrize("name", ["src/main.tsx", "src/new.ts", "public/theme.js", "index.html", "vite.config.ts"])
def test_a_changed_source_is_built_again(folder: Path, ran: list[str], name: str) -> None:
    provide(folder)
    (folder / name).write_text("2")
    provide(folder)
    assert ran == [INSTALL, BUILD, BUILD]


def test_a_source_that_is_gone_is_built_without(folder: Path, ran: list[str]) -> None:
    provide(folder)
    (folder / "src" / "main.tsx").unlink()
    provide(folder)
    assert ran == [INSTALL, BUILD, BUILD]


def test_other_packages_are_installed_and_built_in(folder: Path, ran: list[str]) -> None:
    provide(folder)
    (folder / "package-lock.json").write_text("2")
    provide(folder)
    assert ran == [INSTALL, BUILD] * 2


def test_a_test_is_not_a_part_of_the_build(folder: Path, ran: list[str]) -> None:
    provide(folder)
    (folder / "src" / "main.test.tsx").write_text("1")
    provide(folder)
    assert ran == [INSTALL, BUILD]


def test_a_build_that_was_lost_is_made_again(folder: Path, ran: list[str]) -> None:
    provide(folder)
    (folder / "dist" / ".setup-stamp").unlink()
    provide(folder)
    assert ran == [INSTALL, BUILD, BUILD]


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text()
