"""Agent keys in a real Firestore."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from local.setup.paths import ROOT
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key, revoke_agent_key, verify
from shared.api.auth import Authenticator
from shared.api.errors import AuthError
from shared.api.principal import Principal
from shared.errors import NotFoundError
from shared.gcp import clients
from shared.gcp.clock import Clock
from tests.unit.api.requests import request


def id_of(key: str) -> str:
    return key.split("_")[1]


def run_command(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shared.api.agent_keys", *arguments],
        env={**os.environ, **stack.env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_key_opens_the_door_for_its_agent(on_emulators: Stack) -> None:
    key = create_agent_key("org_keys", "money_mike", ["chat"])
    caller = Authenticator().authenticate(request(headers={"X-Api-Key": key}))
    assert caller == Principal(
        kind="agent", org_id="org_keys", agent="money_mike", scopes=frozenset({"chat"}), key_id=id_of(key)
    )


def test_only_the_hash_is_stored(on_emulators: Stack) -> None:
    key = create_agent_key("org_keys", "ezal")
    (stored,) = clients.firestore().collection("agent_keys").stream()
    assert stored.id == id_of(key)
    assert key.split("_", 2)[2] not in str(stored.to_dict())


def test_a_revoked_key_stays_shut(on_emulators: Stack) -> None:
    key = create_agent_key("org_keys", "ezal")
    revoke_agent_key(id_of(key))
    with pytest.raises(AuthError):
        Authenticator().authenticate(request(headers={"X-Api-Key": key}))


def test_a_warm_instance_refuses_a_key_as_soon_as_it_is_revoked(on_emulators: Stack) -> None:
    instance = Authenticator()
    key = create_agent_key("org_keys", "ezal")
    assert instance.authenticate(request(headers={"X-Api-Key": key})).agent == "ezal"
    revoke_agent_key(id_of(key))
    with pytest.raises(AuthError):
        instance.authenticate(request(headers={"X-Api-Key": key}))


def test_the_use_of_a_key_is_noted(on_emulators: Stack) -> None:
    key = create_agent_key("org_keys", "ezal")
    verify(key, Clock())
    stored = clients.firestore().collection("agent_keys").document(id_of(key)).get().to_dict() or {}
    assert stored["lastUsedAt"] >= stored["createdAt"]


def test_revoking_an_unknown_key_says_so(on_emulators: Stack) -> None:
    with pytest.raises(NotFoundError):
        revoke_agent_key("0" * 16)


def test_the_command_makes_and_revokes_a_key(on_emulators: Stack) -> None:
    made = run_command(on_emulators, "org_keys", "leo", "--scopes", "playbooks:run")
    key = made.stdout.strip()
    found = verify(key, Clock())
    assert found is not None
    assert found.agent == "leo"
    assert found.scopes == {"playbooks:run"}
    assert run_command(on_emulators, "--revoke", id_of(key)).returncode == 0
    assert verify(key, Clock()) is None


def test_the_command_refuses_a_malformed_agent(on_emulators: Stack) -> None:
    refused = run_command(on_emulators, "org_keys", "Not An Agent")
    assert refused.returncode == 1
    assert "agent is 'Not An Agent'" in refused.stderr
