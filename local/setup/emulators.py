"""Provides the Firestore and Pub/Sub emulators in the Firebase CLI's folder.

Sources, in order: our cache, the CLI's own cache in the home folder, an installed Google Cloud
SDK, the CLI's download.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from local.setup.paths import EMULATORS, FIREBASE_CLI, ROOT
from local.setup.problems import SetupError

_CLI_CACHE = Path.home() / ".cache" / "firebase" / "emulators"
_FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_MANIFEST_LINE_BYTES = 70
_DOWNLOAD_SECONDS = 300


def provide() -> None:
    """Makes both emulators available.

    Raises:
        SetupError: one isn't available; the message says how to get it.
    """
    EMULATORS.mkdir(parents=True, exist_ok=True)
    wanted = {name: EMULATORS / _executable(name) for name in ("firestore", "pubsub")}
    missing = [name for name, path in wanted.items() if not _is_usable(path)]
    if not missing:
        return
    sdk = _cloud_sdk()
    for name in missing:
        if not (_from_cli_cache(name) or _from_cloud_sdk(name, wanted[name], sdk)):
            _download(name)


def _executable(name: str) -> str:
    """The path, below the cache folder, of the file the CLI starts."""
    listing = FIREBASE_CLI.parents[1] / "emulator" / "downloadableEmulatorInfo.json"
    info = json.loads(listing.read_text())[name]
    return str(info.get("binaryPathRelativeToCacheDir") or info["downloadPathRelativeToCacheDir"])


def _is_usable(path: Path) -> bool:
    """Whether the file and its target exist (an SDK may have been removed)."""
    if not path.exists():
        return False
    note = path.with_suffix(".source")
    return not note.exists() or Path(note.read_text()).exists()


def _from_cli_cache(name: str) -> bool:
    top = Path(_executable(name)).parts[0]
    cached, link = _CLI_CACHE / top, EMULATORS / top
    if not (_CLI_CACHE / _executable(name)).exists() or _CLI_CACHE == EMULATORS:
        return False
    _replace_link(link, cached)
    return True


def _cloud_sdk() -> Path | None:
    if not shutil.which("gcloud"):
        return None
    done = subprocess.run(
        ["gcloud", "info", "--format=value(installation.sdk_root)"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    root = done.stdout.strip()
    return Path(root) if root else None


def _from_cloud_sdk(name: str, target: Path, sdk: Path | None) -> bool:
    if sdk is None:
        return False
    if name == "firestore":
        jar = sdk / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
        if not jar.exists():
            return False
        _write_forwarding_jar(target, jar)
        return True
    folder = sdk / "platform" / "pubsub-emulator"
    if not (folder / "bin" / "cloud-pubsub-emulator").exists():
        return False
    _replace_link(target.parents[1], folder)
    return True


def _write_forwarding_jar(target: Path, jar: Path) -> None:
    """Writes a jar with only a manifest, because the SDK's jar has no main class and the CLI runs `java -jar`."""
    lines = ["Manifest-Version: 1.0", f"Main-Class: {_FIRESTORE_MAIN}", f"Class-Path: {jar.resolve().as_uri()}"]
    folded = "".join(_fold(line) for line in lines) + "\r\n"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", folded)
    target.with_suffix(".source").write_text(str(jar))


def _fold(line: str) -> str:
    """Folds manifest lines at 72 bytes."""
    first, rest = line[:_MANIFEST_LINE_BYTES], line[_MANIFEST_LINE_BYTES:]
    parts = [first]
    while rest:
        parts.append(" " + rest[: _MANIFEST_LINE_BYTES - 1])
        rest = rest[_MANIFEST_LINE_BYTES - 1 :]
    return "".join(part + "\r\n" for part in parts)


def _replace_link(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target)


def _download(name: str) -> None:
    print(f"set-up: downloading the {name} emulator", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            ["node", str(FIREBASE_CLI), f"setup:emulators:{name}"],
            cwd=ROOT,
            env={**os.environ, "FIREBASE_EMULATORS_PATH": str(EMULATORS)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0 or not (EMULATORS / _executable(name)).exists():
        component = {"firestore": "cloud-firestore-emulator", "pubsub": "pubsub-emulator"}[name]
        raise SetupError(
            f"the {name} emulator is missing and could not be downloaded: go online once, or install the Google "
            f"Cloud SDK and run `gcloud components install {component}`"
        )
