from __future__ import annotations

import json
import socket

import pytest

from local.setup.paths import ROOT
from local.stack.ports import (
    FIREBASE_PORTS,
    FIRESTORE_WEBSOCKET_PORT,
    HOST,
    Ports,
    free_offset,
    offset_from_environment,
)


def test_firebase_json_names_the_same_default_ports() -> None:
    emulators = json.loads((ROOT / "firebase.json").read_text())["emulators"]
    assert {name: emulators[name]["port"] for name in FIREBASE_PORTS} == FIREBASE_PORTS
    assert emulators["firestore"]["websocketPort"] == FIRESTORE_WEBSOCKET_PORT


def test_the_offset_moves_every_port() -> None:
    assert Ports(300).address("firestore") == "127.0.0.1:8380"
    assert Ports(300).functions_base_url == "http://127.0.0.1:5301/demo-playbooks/us-central1"


def test_a_port_in_use_is_named() -> None:
    ports = Ports(free_offset())
    with socket.socket() as other:
        other.bind((HOST, ports.of("pubsub")))
        other.listen()
        assert ports.taken() == ["pubsub"]


def test_an_offset_that_puts_an_emulator_on_a_port_no_web_client_may_call_is_named() -> None:
    assert Ports(2000).unusable() == ["firestore"]
    assert Ports(1000).unusable() == []


@pytest.mark.parametrize("raw", ["-1", "x", "50001"])
def test_an_offset_that_is_not_an_offset_is_refused(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT_OFFSET", raw)
    with pytest.raises(ValueError, match=f"PORT_OFFSET is '{raw}'; expected a whole number"):
        offset_from_environment()
