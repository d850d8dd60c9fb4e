"""Accounts of the Auth emulator: sign-up with claims, and ID tokens."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import jwt

from local.demo.seed import DEMO_ORG_ID
from shared.api.principal import Role
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from local.stack.running import Stack

PASSWORD = "a-long-enough-password"  # noqa: S105 - the emulator's accounts last as long as it runs
AS_ADMIN = {"Authorization": "Bearer owner"}
_CUSTOM_TOKEN_AUDIENCE = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"  # noqa: S105
# Org ids usable in email addresses; the emulator treats uppercase letters as lowercase.
_SLUG = re.compile(r"[a-z0-9_-]{1,48}")


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in account."""

    uid: str
    email: str
    id_token: str


def sign_up(stack: Stack, **claims: object) -> Account:
    """A new account with any address, whose ID token carries `claims` (`orgId`, `role`)."""
    return sign_up_as(stack, f"{uuid.uuid4().hex[:12]}@example.com", claims)


def sign_up_as(stack: Stack, email: str, claims: Mapping[str, object], *, is_verified: bool = True) -> Account:
    """A new account with the address, verified unless `is_verified` is false."""
    auth_url = stack.ports.url("auth")
    credentials = {"email": email, "password": PASSWORD, "returnSecureToken": True}
    uid = call_auth(auth_url, "accounts:signUp", credentials)["localId"]
    change_account(stack, uid, customAttributes=json.dumps(claims), emailVerified=is_verified)
    return _signed_in(auth_url, uid, email)


def demo_account(auth_url: str, role: Role, org_id: str) -> Account:
    """The demo account with that role in the org, created if needed; its password is `PASSWORD`.

    Raises:
        httpx.HTTPError: the Auth emulator doesn't respond or refuses.
    """
    slug = org_id if _SLUG.fullmatch(org_id) else hex_digest(org_id, digits=20)
    uid = f"demo-{role}-{slug}"
    email = f"{role}@demo.example" if org_id == DEMO_ORG_ID else f"{role}+{slug}@demo.example"
    if not call_auth(auth_url, "accounts:lookup", {"localId": [uid]}, AS_ADMIN).get("users"):
        call_auth(auth_url, "accounts:signUp", {"localId": uid, "email": email, "password": PASSWORD}, AS_ADMIN)
    account = {
        "localId": uid,
        "email": email,
        "password": PASSWORD,
        "emailVerified": True,
        "disableUser": False,
        "displayName": f"Demo {role}",
        "customAttributes": json.dumps({"orgId": org_id, "role": role}),
    }
    call_auth(auth_url, "accounts:update", account, AS_ADMIN)
    return _signed_in(auth_url, uid, email)


def sign_in_link(public_url: str, uid: str) -> str:
    """A link that signs the account in to the dashboard; only accepted from a local stack.

    It contains a custom token. The emulator's tokens are unsigned and don't expire; real projects reject them.
    """
    claims = {"uid": uid, "sub": uid, "iss": uid, "aud": _CUSTOM_TOKEN_AUDIENCE, "iat": int(time.time())}
    return f"{public_url}/signin#token={jwt.encode(claims, '', algorithm='none')}"


def change_account(stack: Stack, uid: str, **fields: object) -> None:
    """Changes an account as administrator."""
    call_auth(stack.ports.url("auth"), "accounts:update", {"localId": uid, **fields}, AS_ADMIN)


def call_auth(
    auth_url: str, method: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Calls the Identity Toolkit API on the Auth emulator.

    Raises:
        httpx.HTTPError: it doesn't respond or refuses.
    """
    url = f"{auth_url}/identitytoolkit.googleapis.com/v1/{method}"
    response = httpx.post(
        url, params={"key": "demo"}, json=body, headers=dict(headers or {}), timeout=30, trust_env=False
    )
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def _signed_in(auth_url: str, uid: str, email: str) -> Account:
    credentials = {"email": email, "password": PASSWORD, "returnSecureToken": True}
    return Account(uid, email, call_auth(auth_url, "accounts:signInWithPassword", credentials)["idToken"])
