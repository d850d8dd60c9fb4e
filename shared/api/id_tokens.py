"""Firebase ID tokens: verified by firebase-admin, which is imported only when a token is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from shared.api.errors import AuthError
from shared.api.firebase_app import firebase_app
from shared.api.principal import Principal, Role
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp.logging import get_logger

CLOCK_SKEW_SECONDS = 10
MAX_NAME_CHARS = 100

logger = get_logger(__name__)

_JWT = re.compile(r"[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*")  # the emulator's tokens have no signature


class _Claims(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, strict=True, defer_build=True)

    uid: Annotated[str, StringConstraints(min_length=1)]
    org_id: Annotated[str, StringConstraints(min_length=1)]
    role: Role
    email: str | None = None
    name: Annotated[str, AfterValidator(lambda name: name.strip()[:MAX_NAME_CHARS])] | None = None
    email_verified: Annotated[bool, Field(alias="email_verified")] = False


def looks_like_jwt(credential: str) -> bool:
    """Whether `credential` has a JWT's shape: three base64url parts with dots between."""
    return _JWT.fullmatch(credential) is not None


def verify_id_token(token: str) -> Principal:
    """The user that `token` was issued to; revoked tokens and disabled users are refused.

    An address that the user has not confirmed may be anybody's: the principal then has none.

    Raises:
        AuthError: the token is not valid, or lacks the claims `orgId` and `role`.
        TransientError: Google's keys or the user's record cannot be read.
    """
    claims = _verified(token)
    try:
        user = _Claims.model_validate(claims)
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]) for each in error.errors())
        raise AuthError(f"the ID token lacks a usable claim: {names}") from error
    email = user.email if user.email_verified else None
    name = user.name or None
    return Principal(kind="user", org_id=user.org_id, uid=user.uid, email=email, name=name, role=user.role)


def _verified(token: str) -> Mapping[str, Any]:
    from firebase_admin import auth
    from firebase_admin.exceptions import FirebaseError
    from google.auth.exceptions import GoogleAuthError

    try:
        claims: Mapping[str, Any] = auth.verify_id_token(
            token, app=firebase_app(), check_revoked=True, clock_skew_seconds=CLOCK_SKEW_SECONDS
        )
    except (auth.InvalidIdTokenError, auth.UserDisabledError, auth.UserNotFoundError) as error:
        raise AuthError("the ID token is not valid, has expired or was revoked") from error
    except (FirebaseError, GoogleAuthError) as error:
        raise TransientError(
            "the ID token cannot be checked just now", code=ErrorCode.PLATFORM_UNAVAILABLE
        ) from error
    return claims
