from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from local.deploy import target
from local.stack.against import point_environment_at
from local.stack.ports import HOST, Ports, free_offset
from shared.gcp.settings import settings


@pytest.fixture
def offset(monkeypatch: pytest.MonkeyPatch) -> int:
    """An offset at which nothing runs; what the command sets in the environment is undone."""
    offset = free_offset()
    monkeypatch.setenv("PORT_OFFSET", str(offset))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return offset


def test_a_command_without_a_project_reaches_the_running_stack(offset: int) -> None:
    with socket.create_server((HOST, Ports(offset).of("firestore"))):
        point_environment_at("")
    assert os.environ["FIRESTORE_EMULATOR_HOST"] == Ports(offset).address("firestore")
    assert os.environ["GOOGLE_CLOUD_PROJECT"] == "demo-playbooks"


def test_a_command_without_a_project_or_a_stack_says_how_to_get_one(offset: int) -> None:
    with pytest.raises(SystemExit, match=f"no stack runs at PORT_OFFSET {offset}: start one with `make up`"):
        point_environment_at("")


def test_a_command_with_a_project_reaches_that_project(offset: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(os.environ, "FIRESTORE_EMULATOR_HOST", raising=False)
    point_environment_at("thrive-prod")
    assert os.environ["GOOGLE_CLOUD_PROJECT"] == "thrive-prod"
    assert "FIRESTORE_EMULATOR_HOST" not in os.environ


def test_a_command_with_a_project_knows_the_projects_region_and_settings(
    offset: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(target, "ROOT", tmp_path)
    (tmp_path / ".env.thrive-prod").write_text(
        "DEPLOY_REGION=europe-west1\nPUBLIC_BASE_URL=https://p.example.com\n"
    )
    point_environment_at("thrive-prod")
    config = settings()
    assert (config.project, config.region) == ("thrive-prod", "europe-west1")
    assert config.public_base_url == "https://p.example.com"
    assert config.runtime_service_account == "playbooks-runtime@thrive-prod.iam.gserviceaccount.com"
