"""A folder with a stack's state across restarts: `make up STATE=folder`.

A checkpoint is a subfolder with `emulators/`, exported and imported by the Firebase CLI (Firestore and Auth),
and `local.json`, the local servers' state. `current` names the newest complete one and is replaced atomically, so
a crash at any point keeps the previous checkpoint. Anything newer is lost.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from local.stack.ports import Ports
from local.stack.processes import StackError

_FORMAT = 1
_EMULATORS, _LOCAL, _ABOUT, _CURRENT, _LOCK = "emulators", "local.json", "about.json", "current", "lock"
_EXPORT_SECONDS = 60
_PATH = "/api/state"


class _About(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    format: int
    port_offset: int


class StateFolder:
    """The folder, used by one stack at a time."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self._ports = ports
        self.saved_at: datetime | None = None

    @property
    def emulators(self) -> Path | None:
        """The folder for the Firebase CLI to import, or None."""
        current = self._current()
        return current / _EMULATORS if current else None

    def require_fit(self) -> None:
        """Checks that this stack can use the stored state.

        Raises:
            StackError: it is from another version or other ports, which its tasks and jobs refer to.
        """
        current = self._current()
        if current is None:
            return
        try:
            about = _About.model_validate_json((current / _ABOUT).read_text())
        except (OSError, ValidationError) as error:
            raise StackError(f"STATE={self.folder}: {current / _ABOUT} cannot be read: {error}") from None
        if about.format != _FORMAT:
            found = f"STATE={self.folder} has the format {about.format}"
            raise StackError(f"{found}; expected {_FORMAT}: start with a new folder")
        if about.port_offset != self._ports.offset:
            raise StackError(
                f"STATE={self.folder} was kept at PORT_OFFSET={about.port_offset}, where its tasks and jobs call; "
                f"expected the same, found {self._ports.offset}"
            )

    def restore_local(self) -> bool:
        """Restores the local servers' state; returns whether there was any.

        Call it when everything is running, because due tasks are delivered from then on.

        Raises:
            StackError: the local servers refuse the state.
        """
        current = self._current()
        if current is None:
            return False
        url = f"{self._ports.url('console')}{_PATH}"
        answer = httpx.put(url, content=(current / _LOCAL).read_bytes(), timeout=_EXPORT_SECONDS, trust_env=False)
        if answer.is_error:
            raise StackError(f"STATE={self.folder}: {current / _LOCAL} can't be restored: {answer.text[:500]}")
        return True

    def save(self) -> None:
        """Saves the current state.

        The local servers come first: an extra task of an advanced run is skipped, while a run without its task
        would be stuck until the sweep finds it.

        Raises:
            StackError: a part of the stack didn't respond, or the disk is full; the previous state is unchanged.
        """
        now = datetime.now(UTC)
        whole = self.folder / f"{now:%Y%m%dT%H%M%S%f}"
        exported = whole / _EMULATORS
        try:
            exported.mkdir(parents=True)
            local = httpx.get(f"{self._ports.url('console')}{_PATH}", timeout=_EXPORT_SECONDS, trust_env=False)
            (whole / _LOCAL).write_bytes(local.raise_for_status().content)
            order = {"path": str(exported.resolve()), "initiatedBy": "stack"}
            hub = f"{self._ports.url('hub')}/_admin/export"
            httpx.post(hub, json=order, timeout=_EXPORT_SECONDS, trust_env=False).raise_for_status()
            about = _About(format=_FORMAT, port_offset=self._ports.offset)
            (whole / _ABOUT).write_text(about.model_dump_json())
            _replace(self.folder / _CURRENT, whole.name)
        except BaseException as error:
            shutil.rmtree(whole, ignore_errors=True)
            if not isinstance(error, httpx.HTTPError | OSError):
                raise
            raise StackError(f"STATE={self.folder}: the state can't be saved: {error}") from error
        self.saved_at = now
        self._forget_all_but(whole)

    def _current(self) -> Path | None:
        pointer = self.folder / _CURRENT
        found = self.folder / pointer.read_text().strip() if pointer.exists() else None
        return found if found is not None and found.is_dir() else None

    def _forget_all_but(self, kept: Path) -> None:
        for one in self.folder.iterdir():
            if one.is_dir() and one != kept and one.name[:8].isdigit():
                shutil.rmtree(one, ignore_errors=True)


@contextmanager
def state_folder(folder: Path, ports: Ports) -> Iterator[StateFolder]:
    """Opens the folder, creating it if needed, while the stack runs.

    Raises:
        StackError: another stack uses it, or its content doesn't fit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        _take(lock, folder)
        state = StateFolder(folder, ports)
        state.require_fit()
        yield state


def _take(lock: TextIO, folder: Path) -> None:
    # The lock is tied to the open file and released however this process ends.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StackError(f"STATE={folder} is in use by another stack; expected a separate folder") from None


def _replace(path: Path, text: str) -> None:
    """Replaces the file atomically, even across a power failure."""
    temporary = path.with_suffix(".new")
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
