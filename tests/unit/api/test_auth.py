from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.agent_keys import create_agent_key
from shared.api.auth import Authenticator
from shared.api.cron_secret import CronSecret
from shared.api.errors import AuthError
from shared.api.principal import Principal
from shared.gcp import clients
from tests.unit.api.fakes import FakeFirestore
from tests.unit.api.requests import request

SECRET = "tick-tock-9f8e7d"
PERSON = Principal(kind="user", org_id="org_a", uid="u1", role="editor")


def only_good(token: str) -> Principal:
    if token != "good.jwt.token":
        raise AuthError("bad token")
    return PERSON


AUTHENTICATOR = Authenticator(CronSecret(lambda: (SECRET, "older-secret")), only_good)


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> FakeFirestore:
    store = FakeFirestore()
    monkeypatch.setattr(clients, "firestore", lambda: store)
    return store


def caller(**headers: str) -> Principal:
    named: Any = {name.replace("_", "-"): value for name, value in headers.items()}
    return AUTHENTICATOR.authenticate(request(headers=named))


@pytest.mark.parametrize("secret", [SECRET, "older-secret"])
def test_every_enabled_secret_is_cron(secret: str) -> None:
    assert caller(Authorization=f"Bearer {secret}") == Principal(kind="cron")


def test_the_scheme_is_read_without_regard_to_case() -> None:
    assert caller(Authorization=f"bearer {SECRET}").kind == "cron"


def test_an_id_token_is_its_user() -> None:
    assert caller(Authorization="Bearer good.jwt.token") == PERSON


def test_an_agent_key_is_its_agent() -> None:
    assert caller(X_Api_Key=create_agent_key("org_a", "ezal")).agent == "ezal"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": SECRET},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": f"Bearer {SECRET}x"},
        {"Authorization": f"Bearer {SECRET[:-1]}"},
        {"Authorization": f"Bearer {SECRET}, Bearer {SECRET}"},
        {"Authorization": "Bearer bad.jwt.token"},
        {"X-Api-Key": ""},
        {"X-Api-Key": SECRET},
        {"X-Api-Key": "pbk_0000000000000000_" + "a" * 43},
    ],
)
def test_no_credential_or_a_bad_one_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(AuthError):
        AUTHENTICATOR.authenticate(request(headers=headers))


def test_two_credentials_are_refused_even_when_both_are_good() -> None:
    with pytest.raises(AuthError, match="two credentials"):
        caller(Authorization=f"Bearer {SECRET}", X_Api_Key=create_agent_key("org_a", "ezal"))


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0")))
def test_no_other_bearer_is_ever_accepted(credential: str) -> None:
    if credential.strip() in {SECRET, "older-secret"}:
        return
    with pytest.raises(AuthError):
        AUTHENTICATOR.authenticate(request(environ_overrides={"HTTP_AUTHORIZATION": f"Bearer {credential}"}))


def test_a_refusal_does_not_repeat_the_credential() -> None:
    with pytest.raises(AuthError) as caught:
        caller(Authorization="Bearer almost-the-secret")
    assert "almost-the-secret" not in str(caught.value)


def test_a_cron_call_loads_neither_firebase_admin_nor_firestore() -> None:
    script = f"""
import sys
from tests.unit.api.requests import request
from shared.api.auth import Authenticator
from shared.api.cron_secret import CronSecret
found = Authenticator(CronSecret(lambda: ("{SECRET}",))).authenticate(
    request(headers={{"Authorization": "Bearer {SECRET}"}}))
assert found.kind == "cron"
print([name for name in ("firebase_admin", "google.cloud.firestore", "grpc") if name in sys.modules])
"""
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
