"""The command behind `make member`: gives an account, made if there is none, its org and its role."""

from __future__ import annotations

import argparse
import sys
from typing import get_args

from shared.doors.firebase_app import firebase_app
from shared.doors.principal import Role
from shared.errors import ConflictError, PermanentError, PlaybookError
from shared.gcp import clients
from shared.gcp.settings import SettingsError


def set_member(org_id: str, email: str, role: str) -> str:
    """Give the account of that address the org and the role; its uid. Tokens issued before keep what they say.

    Raises:
        PermanentError: there is no such org, the role is unknown, or the address is invalid.
        ConflictError: the account belongs to another org.
    """
    from firebase_admin import auth

    if role not in get_args(Role):
        raise PermanentError(f"role: found {role!r}; expected one of {', '.join(get_args(Role))}")
    if not org_id or "/" in org_id or not clients.firestore().document(f"tenants/{org_id}").get().exists:
        raise PermanentError(f"org: there is no {org_id!r}; expected the id of an org")
    app = firebase_app()
    try:
        try:
            user = auth.get_user_by_email(email, app=app)
        except auth.UserNotFoundError:
            user = auth.create_user(email=email, app=app)
    except ValueError as error:
        raise PermanentError(f"email: found {email!r}; expected an address") from error
    claims = dict(user.custom_claims or {})
    if claims.get("orgId") not in (None, org_id):
        raise ConflictError(
            f"email: {email} belongs to the org {claims['orgId']}; expected an account of no other org"
        )
    auth.set_custom_user_claims(user.uid, {**claims, "orgId": org_id, "role": role}, app=app)
    return str(user.uid)


def main(arguments: list[str] | None = None) -> int:
    """The command line; prints the account's uid."""
    parser = argparse.ArgumentParser(
        prog="python -m shared.doors.member_command",
        description="Give an account (made if there is none) its org and role, which count from its next token on.",
    )
    parser.add_argument("org", metavar="ORG")
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("role", metavar="ROLE", help=", ".join(get_args(Role)))
    options = parser.parse_args(arguments)
    try:
        sys.stdout.write(f"{set_member(options.org, options.email, options.role)}\n")
    except (PlaybookError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
