"""Accounts of the Auth emulator: sign somebody up with claims, and get an ID token."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from local.stack.running import Stack

PASSWORD = "a-long-enough-password"  # noqa: S105 - the emulator's accounts last as long as it runs
AS_ADMIN = {"Authorization": "Bearer owner"}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is signed in."""

    uid: str
    email: str
    id_token: str


def sign_up(stack: Stack, **claims: object) -> Account:
    """A new account, of some address, whose ID token carries `claims` (`orgId`, `role`)."""
    return sign_up_as(stack, f"{uuid.uuid4().hex[:12]}@example.com", claims)


def sign_up_as(stack: Stack, email: str, claims: Mapping[str, object], *, is_verified: bool = True) -> Account:
    """A new account of that address, which its owner has confirmed unless `is_verified` says otherwise."""
    credentials = {"email": email, "password": PASSWORD, "returnSecureToken": True}
    uid = _call(stack, "accounts:signUp", credentials)["localId"]
    change_account(stack, uid, customAttributes=json.dumps(claims), emailVerified=is_verified)
    token = _call(stack, "accounts:signInWithPassword", credentials)["idToken"]
    return Account(uid, email, token)


def change_account(stack: Stack, uid: str, **fields: object) -> None:
    """Change an account as its administrator."""
    _call(stack, "accounts:update", {"localId": uid, **fields}, headers=AS_ADMIN)


def _call(stack: Stack, method: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    url = f"{stack.ports.url('auth')}/identitytoolkit.googleapis.com/v1/{method}"
    response = httpx.post(url, params={"key": "demo"}, json=body, headers=headers or {}, timeout=30)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
