from __future__ import annotations

from pathlib import Path

import pytest

from local.setup import programs
from local.setup.problems import SetupError


def _program(folder: Path, name: str, prints: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it yet, and no bundled Java."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_bundled_java", lambda: None)
    return tmp_path


def test_a_missing_node_is_named_with_the_way_to_get_it(path: Path) -> None:
    with pytest.raises(SetupError, match=r"Node\.js is missing: install Node 20 or newer from https://nodejs\.org"):
        programs.require_node()


def test_an_old_node_is_named_with_its_version(path: Path) -> None:
    _program(path, "node", "v18.19.0")
    _program(path, "npm", "9.0.0")
    with pytest.raises(SetupError, match=r"Node\.js is v18\.19\.0: install Node 20"):
        programs.require_node()


def test_a_new_enough_node_is_accepted(path: Path) -> None:
    _program(path, "node", "v22.1.0")
    _program(path, "npm", "10.0.0")
    programs.require_node()


def test_a_missing_java_is_named_where_none_is_bundled(path: Path) -> None:
    with pytest.raises(SetupError, match="Java is missing: install Java 21"):
        programs.java_home_bin()


def test_an_old_java_is_named_with_its_version(path: Path) -> None:
    _program(path, "java", 'openjdk version "17.0.15" 2025-04-15')
    with pytest.raises(SetupError, match="Java 17 is too old"):
        programs.java_home_bin()


def test_a_new_enough_java_on_the_path_is_used(path: Path) -> None:
    _program(path, "java", 'openjdk version "21.0.2" 2024-01-16')
    assert programs.java_home_bin() is None
