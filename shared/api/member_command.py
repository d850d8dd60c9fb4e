"""The command behind `make member`: gives an account, made if there is none, its org and its role."""

from __future__ import annotations

import argparse
import sys
from typing import cast, get_args

from shared.api.firebase_app import firebase_app
from shared.api.member_list import note_member, role_in
from shared.api.membership import find_or_make_account, give_membership
from shared.api.principal import Role
from shared.documents.org import org_path
from shared.errors import ConflictError, PermanentError, PlaybookError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.settings import SettingsError


def set_member(org_id: str, email: str, role: str) -> str:
    """Give the account of that address the org and the role; its uid. Tokens issued before keep what they say.

    Raises:
        PermanentError: there is no such org, the role is unknown, or the address is invalid.
        ConflictError: the account belongs to another org.
    """
    if role not in get_args(Role):
        raise PermanentError(f"role: found {role!r}; expected one of {', '.join(get_args(Role))}")
    if not org_id or "/" in org_id or not clients.firestore().document(org_path(org_id)).get().exists:
        raise PermanentError(f"org: there is no {org_id!r}; expected the id of an org")
    try:
        account = find_or_make_account(email)
    except ValueError as error:
        raise PermanentError(f"email: found {email!r}; expected an address") from error
    other = (account.custom_claims or {}).get("orgId")
    if other not in (None, org_id):
        raise ConflictError(f"email: {email} belongs to the org {other}; expected an account of no other org")
    added = {} if role_in(org_id, account) else {"addedAt": Clock().now()}
    give_membership(account, org_id, cast("Role", role), **added)
    return str(account.uid)


def list_everybody() -> int:
    """Note every account that has an org in `members/{uid}`, where other systems gave it its claims; how many."""
    from firebase_admin import auth

    noted = 0
    for account in auth.list_users(app=firebase_app()).iterate_all():
        org_id = (account.custom_claims or {}).get("orgId")
        role = role_in(org_id, account) if isinstance(org_id, str) else None
        if org_id and role:
            note_member(org_id, account, role)
            noted += 1
    return noted


def main(arguments: list[str] | None = None) -> int:
    """The command line; prints the account's uid."""
    parser = argparse.ArgumentParser(
        prog="python -m shared.api.member_command",
        description="Give an account (made if there is none) its org and role, which count from its next token on.",
    )
    parser.add_argument("org", nargs="?", metavar="ORG")
    parser.add_argument("email", nargs="?", metavar="EMAIL")
    parser.add_argument("role", nargs="?", metavar="ROLE", help=", ".join(get_args(Role)))
    parser.add_argument(
        "--list-everybody",
        action="store_true",
        help="instead: list every account that has an org, where other systems gave it its org and role",
    )
    options = parser.parse_args(arguments)
    named = (options.org, options.email, options.role)
    if not options.list_everybody and not all(named):
        parser.error("ORG, EMAIL and ROLE are needed, or --list-everybody")
    try:
        done = f"{list_everybody()} people listed" if options.list_everybody else set_member(*named)
        sys.stdout.write(f"{done}\n")
    except (PlaybookError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
