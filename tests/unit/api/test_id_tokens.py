from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import firebase_admin
import pytest
from firebase_admin import auth, credentials, exceptions
from google.auth.credentials import AnonymousCredentials

from shared.api.errors import AuthError
from shared.api.firebase_app import APP_NAME
from shared.api.id_tokens import looks_like_jwt, verify_id_token
from shared.api.principal import Principal
from shared.errors import TransientError

CLAIMS = {
    "uid": "u1",
    "orgId": "org_a",
    "role": "owner",
    "email": "pat@example.com",
    "email_verified": True,
    "aud": "demo",
}


class NoCredential(credentials.Base):  # type: ignore[misc]  # firebase-admin has no types
    """Stands where the platform's own credential is; nothing here gets as far as using it."""

    def get_credential(self) -> AnonymousCredentials:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
    app = firebase_admin.initialize_app(NoCredential(), {"projectId": "demo-playbooks"}, name=APP_NAME)
    yield
    firebase_admin.delete_app(app)


def answering(monkeypatch: pytest.MonkeyPatch, outcome: dict[str, Any] | Exception) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    def verify(token: str, **options: Any) -> dict[str, Any]:
        calls.append(options)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(auth, "verify_id_token", verify)
    return calls


def jwt_of(header: object, payload: object) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload)
    ]
    return ".".join([*parts, "c2ln"])


def test_the_claims_make_the_principal(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, CLAIMS)
    assert verify_id_token("a.b.c") == Principal(
        kind="user", org_id="org_a", uid="u1", email="pat@example.com", role="owner"
    )


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}])
def test_an_address_that_is_not_confirmed_is_nobodys(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, object]
) -> None:
    answering(monkeypatch, {name: value for name, value in (CLAIMS | claims).items() if value is not None})
    assert verify_id_token("a.b.c") == Principal(kind="user", org_id="org_a", uid="u1", email=None, role="owner")


def test_revocation_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = answering(monkeypatch, CLAIMS)
    verify_id_token("a.b.c")
    assert calls[0]["check_revoked"] is True


@pytest.mark.parametrize(
    ("claim", "value"),
    [("orgId", None), ("orgId", ""), ("orgId", 7), ("role", None), ("role", "admin"), ("role", ["owner"])],
)
def test_a_token_without_usable_claims_is_refused(
    monkeypatch: pytest.MonkeyPatch, claim: str, value: object
) -> None:
    answering(monkeypatch, CLAIMS | {claim: value})
    with pytest.raises(AuthError, match=claim):
        verify_id_token("a.b.c")


@pytest.mark.parametrize(
    "error",
    [
        auth.InvalidIdTokenError("x"),
        auth.ExpiredIdTokenError("x", cause=None),
        auth.RevokedIdTokenError("x"),
        auth.UserDisabledError("x"),
        auth.UserNotFoundError("x"),
    ],
)
def test_a_token_that_firebase_refuses_is_refused(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    answering(monkeypatch, error)
    with pytest.raises(AuthError):
        verify_id_token("a.b.c")


@pytest.mark.parametrize("error", [auth.CertificateFetchError("x", cause=None), exceptions.UnavailableError("x")])
def test_a_token_that_cannot_be_checked_is_transient(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    answering(monkeypatch, error)
    with pytest.raises(TransientError):
        verify_id_token("a.b.c")


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ({"alg": "none"}, CLAIMS | {"aud": "demo-playbooks"}),
        ({"alg": "HS256", "kid": "k"}, CLAIMS | {"aud": "demo-playbooks"}),
        ({"alg": "RS256", "kid": "k"}, CLAIMS),
        ({"alg": "RS256", "kid": "k"}, []),
        ([], {}),
        ("x", "y"),
        (None, None),
    ],
)
def test_a_forged_token_is_refused_by_the_real_library(header: object, payload: object) -> None:
    with pytest.raises(AuthError):
        verify_id_token(jwt_of(header, payload))


@pytest.mark.parametrize("credential", ["a.b.c", "eyJ-_.eyJ9.", jwt_of({}, {})])
def test_three_parts_are_the_shape_of_a_token(credential: str) -> None:
    assert looks_like_jwt(credential)


@pytest.mark.parametrize("credential", ["", "abc", "a.b", "a.b.c.d", "a..c", "a.b c.d", "tick-tock_9"])
def test_anything_else_is_not(credential: str) -> None:
    assert not looks_like_jwt(credential)
