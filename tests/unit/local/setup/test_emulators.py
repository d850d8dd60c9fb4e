from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from local.setup import emulators
from local.setup.problems import SetupError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(emulators, "EMULATORS", folder)
    monkeypatch.setattr(emulators, "_CLI_CACHE", tmp_path / "home")
    return folder


def _sdk(folder: Path) -> Path:
    """A Cloud SDK with both emulators, in a folder whose name needs quoting in an address."""
    root = folder / ("a rather long folder name, " * 4) / "sdk"
    jar = root / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
    pubsub = root / "platform" / "pubsub-emulator" / "bin" / "cloud-pubsub-emulator"
    for path in (jar, pubsub):
        path.parent.mkdir(parents=True)
        path.touch()
    return root


def test_the_cloud_sdks_emulators_are_put_where_the_cli_looks(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = _sdk(tmp_path)
    monkeypatch.setattr(emulators, "_cloud_sdk", lambda: sdk)
    emulators.provide()
    (jar,) = cache.glob("cloud-firestore-emulator-v*.jar")
    with zipfile.ZipFile(jar) as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
    assert all(len(line) <= 72 for line in manifest.split("\r\n"))
    unfolded = manifest.replace("\r\n ", "")
    source = sdk / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
    assert f"Class-Path: {source.resolve().as_uri()}\r\n" in unfolded
    assert list(cache.glob("pubsub-emulator-*/pubsub-emulator/bin/cloud-pubsub-emulator"))


def test_an_sdk_that_was_removed_since_is_noticed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = _sdk(tmp_path)
    monkeypatch.setattr(emulators, "_cloud_sdk", lambda: sdk)
    emulators.provide()
    asked: list[str] = []
    (sdk / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar").unlink()
    monkeypatch.setattr(emulators, "_download", asked.append)
    emulators.provide()
    assert asked == ["firestore"]


def test_the_clis_own_cache_is_used_before_anything_is_downloaded(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("firestore", "pubsub"):
        cached = tmp_path / "home" / emulators._executable(name)
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text("cached")
    monkeypatch.setattr(emulators, "_cloud_sdk", lambda: None)
    emulators.provide()
    assert (cache / emulators._executable("firestore")).read_text() == "cached"
    assert (cache / emulators._executable("pubsub")).read_text() == "cached"


def test_an_emulator_that_can_be_had_from_nowhere_is_named_with_the_way_to_get_it(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulators, "_cloud_sdk", lambda: None)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, "", "offline")
    )
    with pytest.raises(
        SetupError, match=r"firestore emulator is missing.*components install cloud-firestore-emulator"
    ):
        emulators.provide()
