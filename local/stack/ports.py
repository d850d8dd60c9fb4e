"""The stack's ports: defaults plus an offset."""

from __future__ import annotations

import os
import random
import socket
from dataclasses import dataclass

HOST = "127.0.0.1"
PROJECT = "demo-playbooks"
REGION = "us-central1"

# Default ports of the Firebase emulators in firebase.json.
FIREBASE_PORTS = {
    "hosting": 5000,
    "functions": 5001,
    "firestore": 8080,
    "pubsub": 8085,
    "auth": 9099,
    "tasks": 9499,
    "eventarc": 9299,
    "hub": 4400,
    "logging": 4500,
}
FIRESTORE_WEBSOCKET_PORT = 9150
_LOCAL_PORTS = {"cloud_tasks": 8123, "cloud_scheduler": 8124, "secret_manager": 8126, "console": 8025}
# The Firebase CLI uses `fetch`, which blocks these ports per the web standards.
_FETCH_REFUSES = frozenset({4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080})
# Above the defaults and the emulator's function processes, below the ephemeral ports.
_FREE_OFFSETS = range(10_000, 22_000, 50)
_ATTEMPTS = 50
# An unused port in each block of fifty: whoever listens on it owns the block.
_OWNERS_PORT = 4002
_owned: list[socket.socket] = []


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack. `PORT_OFFSET` is added to every default."""

    offset: int = 0

    def of(self, name: str) -> int:
        """The port of `name`: an emulator of firebase.json, or one of the local servers."""
        return {**FIREBASE_PORTS, **_LOCAL_PORTS}[name] + self.offset

    def address(self, name: str) -> str:
        """`host:port` of `name`."""
        return f"{HOST}:{self.of(name)}"

    def url(self, name: str) -> str:
        """`http://host:port` of `name`, without a slash at the end."""
        return f"http://{self.address(name)}"

    @property
    def websocket(self) -> int:
        return FIRESTORE_WEBSOCKET_PORT + self.offset

    @property
    def functions_base_url(self) -> str:
        return f"{self.url('functions')}/{PROJECT}/{REGION}"

    def unusable(self) -> list[str]:
        """Emulators on ports blocked for the Firebase CLI. Hosting doesn't count: the CLI never calls it."""
        return [name for name in FIREBASE_PORTS if name != "hosting" and self.of(name) in _FETCH_REFUSES]

    def taken(self) -> list[str]:
        """Parts whose port is in use."""
        return [name for name in {**FIREBASE_PORTS, **_LOCAL_PORTS} if not _is_free(self.of(name))]


def offset_from_environment() -> int:
    """`PORT_OFFSET`, 0 when it is not set.

    Raises:
        ValueError: it is not a whole number of 0 to 50000.
    """
    raw = os.environ.get("PORT_OFFSET") or "0"
    if not raw.isdigit() or int(raw) > 50_000:
        raise ValueError(f"PORT_OFFSET is {raw!r}; expected a whole number of 0 to 50000")
    return int(raw)


def free_offset() -> int:
    """A random offset with only free ports, far from the defaults, and reserved for this process.

    The reservation lasts until the process ends.

    Raises:
        RuntimeError: none was found.
    """
    for _ in range(_ATTEMPTS):
        offset = random.choice(_FREE_OFFSETS)  # noqa: S311 - not a secret
        ports = Ports(offset)
        if not ports.unusable() and not ports.taken() and _own(offset):
            return offset
    raise RuntimeError(f"no free block of ports found in {_ATTEMPTS} attempts")


def _own(offset: int) -> bool:
    """Reserves the block; otherwise two processes could find the same ports free."""
    owner = socket.socket()
    try:
        owner.bind((HOST, _OWNERS_PORT + offset))
        owner.listen()
    except OSError:
        owner.close()
        return False
    _owned.append(owner)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Whether something accepts connections on `port` now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
