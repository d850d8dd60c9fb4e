"""Connecting an org to Slack lets the functions of a project read that secret, and no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.iam.v1.policy_pb2 import Policy  # type: ignore[import-untyped]

from shared.gcp import clients
from shared.messages.channels.slack_command import connect

ACCOUNT = "playbooks-runtime@thrive.iam.gserviceaccount.com"
SECRET = "projects/thrive/secrets/slack-webhook-org_a"
READER = "roles/secretmanager.secretAccessor"


class Secrets:
    """Secret Manager, as far as the command calls it."""

    def __init__(self) -> None:
        self.policies: dict[str, Policy] = {}
        self.changes = 0

    def create_secret(self, **_: Any) -> None:
        self.policies.setdefault(SECRET, Policy())

    def add_secret_version(self, **_: Any) -> Any:
        return SimpleNamespace(name=f"{SECRET}/versions/1")

    def list_secret_versions(self, **_: Any) -> list[Any]:
        return []

    def get_iam_policy(self, *, request: dict[str, Any], timeout: float) -> Policy:
        copied = Policy()
        copied.CopyFrom(self.policies[request["resource"]])
        return copied

    def set_iam_policy(self, *, request: dict[str, Any], timeout: float) -> None:
        self.changes += 1
        self.policies[request["resource"]] = request["policy"]


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    made = Secrets()
    monkeypatch.setattr(clients, "secrets", lambda: made)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "thrive")
    monkeypatch.setenv("RUNTIME_SERVICE_ACCOUNT", ACCOUNT)
    monkeypatch.delenv("SLACK_WEBHOOK_BASE_URL", raising=False)
    return made


def _connect() -> str:
    return connect("org_a", "https://hooks.slack.com/services/T0/B0/secret")


def test_the_functions_account_may_read_the_secret_and_who_could_before_still_can(secrets: Secrets) -> None:
    secrets.policies[SECRET] = Policy()
    secrets.policies[SECRET].bindings.add(role=READER, members=["user:ops@example.com"])
    assert _connect() == SECRET
    members = {member for one in secrets.policies[SECRET].bindings if one.role == READER for member in one.members}
    assert members == {"user:ops@example.com", f"serviceAccount:{ACCOUNT}"}


def test_once_given_the_right_is_not_given_again(secrets: Secrets) -> None:
    _connect()
    _connect()
    assert secrets.changes == 1


def test_without_an_account_nobody_is_given_anything(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_SERVICE_ACCOUNT")
    _connect()
    assert secrets.changes == 0
