"""Where each part of the stack listens: the default ports, all moved by one offset."""

from __future__ import annotations

import os
import random
import socket
from dataclasses import dataclass

HOST = "127.0.0.1"
PROJECT = "demo-playbooks"
REGION = "us-central1"

# Default ports of the Firebase emulators, as firebase.json names them.
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
# The Firebase CLI reaches its emulators with `fetch`, which refuses these ports by the web's rules.
_FETCH_REFUSES = frozenset({4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080})
# Above everything the defaults and the emulator's own function processes use, below the system's ephemeral ports.
_FREE_OFFSETS = range(10_000, 22_000, 50)
_ATTEMPTS = 50
# In each block of fifty, a port that no part of a stack has: who listens on it owns the block.
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
        """Emulators whose port the Firebase CLI could not call. Hosting is called by others only."""
        return [name for name in FIREBASE_PORTS if name != "hosting" and self.of(name) in _FETCH_REFUSES]

    def taken(self) -> list[str]:
        """Names of the parts whose port something else listens on."""
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
    """A random offset at which every port is free, far from the defaults; no other process gets it from here.

    It stays this process's own until that ends.

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
    """Take the block; two processes that look at the same moment would both find its ports free."""
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
