"""The people of an org, as Firebase Auth knows them: their claims say which org they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from shared.api.errors import not_found
from shared.api.firebase_app import firebase_app
from shared.error_codes import ErrorCode
from shared.errors import TransientError


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an org."""

    uid: str
    email: str | None
    """None where the address is not confirmed."""
    name: str | None = None


def require_member(org_id: str, uid: str) -> Member:
    """The member of the org with that uid.

    Raises:
        NotFoundError: the account does not exist, is disabled, or belongs to another org (one text for all).
        TransientError: Firebase Auth cannot be asked just now.
    """
    from firebase_admin import auth
    from firebase_admin.exceptions import FirebaseError
    from google.auth.exceptions import GoogleAuthError

    resource = f"user {uid} in this org"
    try:
        user = auth.get_user(uid, app=firebase_app())
    except (auth.UserNotFoundError, ValueError):
        raise not_found(resource) from None
    except (FirebaseError, GoogleAuthError) as error:
        raise TransientError(
            "the org's members cannot be looked up just now", code=ErrorCode.PLATFORM_UNAVAILABLE
        ) from error
    claims = user.custom_claims or {}
    if user.disabled or claims.get("orgId") != org_id or not claims.get("role"):
        raise not_found(resource)
    return Member(user.uid, user.email if user.email_verified else None, user.display_name)
