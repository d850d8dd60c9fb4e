"""The console makes demo accounts, and links that sign them in, on the Auth emulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from local.demo.seed import DEMO_ORG_ID
from local.stack.accounts import PASSWORD, call_auth
from local.stack.running import Stack


@pytest.fixture
def console(emulators: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.console_url, timeout=30) as client:
        yield client


def sign_in(console: httpx.Client, **body: object) -> dict[str, str]:
    answer = console.post("/api/sign-in", json=body)
    assert answer.status_code == 200, answer.text
    content: dict[str, str] = answer.json()
    assert content.keys() == {"url", "idToken", "email", "password"}
    return content


def claims_of(id_token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(id_token, options={"verify_signature": False})
    return claims


def by_link(stack: Stack, url: str) -> dict[str, Any]:
    """The claims of whoever opens the link."""
    page, _, token = url.partition("#token=")
    assert page == f"{stack.public_url}/signin"
    body = {"token": token, "returnSecureToken": True}
    return claims_of(call_auth(stack.ports.url("auth"), "accounts:signInWithCustomToken", body)["idToken"])


@pytest.mark.parametrize("role", ["owner", "editor", "viewer"])
@pytest.mark.parametrize("org", [None, "org_of_a_test", "Org.With:Odd~Letters", "x" * 128])
def test_an_account_of_that_role_is_signed_in_by_token_link_and_password(
    emulators: Stack, console: httpx.Client, role: str, org: str | None
) -> None:
    account = sign_in(console, role=role, **({"orgId": org} if org else {}))
    credentials = {"email": account["email"], "password": account["password"], "returnSecureToken": True}
    by_password = call_auth(emulators.ports.url("auth"), "accounts:signInWithPassword", credentials)["idToken"]
    for claims in (claims_of(account["idToken"]), claims_of(by_password), by_link(emulators, account["url"])):
        assert (claims["orgId"], claims["role"]) == (org or DEMO_ORG_ID, role)
        assert claims["email"] == account["email"]
        assert claims["email_verified"] is True


def test_it_is_the_same_account_each_time_and_as_it_was(emulators: Stack, console: httpx.Client) -> None:
    first = sign_in(console, role="editor")
    uid = claims_of(first["idToken"])["user_id"]
    changed = {"localId": uid, "password": "another-password", "customAttributes": "{}", "disableUser": True}
    call_auth(emulators.ports.url("auth"), "accounts:update", changed, {"Authorization": "Bearer owner"})
    second = sign_in(console, role="editor")
    assert (second["email"], second["password"]) == (first["email"], PASSWORD)
    assert claims_of(second["idToken"])["user_id"] == uid
    assert claims_of(second["idToken"])["role"] == "editor"


def test_no_two_orgs_share_an_account(console: httpx.Client) -> None:
    orgs = ["org_a", "Org_a", "org-a", "ORG_A"]
    assert len({sign_in(console, role="owner", orgId=org)["email"] for org in orgs}) == len(orgs)
