"""Adds people to an org, changes their roles and removes them: account claims, with `members/{uid}`.

The document is written first. Should the process die before the claims are set, the next list finds the document at
odds with the account and mends it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.errors import not_found
from shared.api.firebase_app import firebase_app
from shared.api.member_list import (
    MOST_MEMBERS,
    ListedMember,
    asking_auth,
    last_sign_in,
    listed,
    load_accounts,
    note_member,
    reference_of,
    role_in,
)
from shared.api.principal import Role
from shared.documents.org import MEMBERS
from shared.errors import ConflictError, PermanentError
from shared.gcp import clients
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from firebase_admin.auth import UserRecord
    from google.cloud.firestore import Transaction

_RANKS: dict[Role, int] = {"viewer": 0, "editor": 1, "owner": 2}


def give_membership(account: UserRecord, org_id: str, role: Role, **more: Any) -> None:
    """Give the account the org and the role. `more`: further fields of its document.

    Tokens that it has keep what they say until they are renewed.
    """
    from firebase_admin import auth

    note_member(org_id, account, role, **more)
    claims = {**(account.custom_claims or {}), "orgId": org_id, "role": role}
    auth.set_custom_user_claims(account.uid, claims, app=firebase_app())


def invite(org_id: str, email: str, role: Role, by: str, now: datetime) -> ListedMember:
    """Make the address a member of the org, with an account of its own if it has none.

    Somebody who was invited and has not come yet is invited again, with the role that is named now.

    Raises:
        ConflictError: the address is a member already or belongs to another org, its account is disabled, or the
            org has as many people as it can have.
        PermanentError: the address is none.
        TransientError: Firebase Auth cannot be asked just now.
    """
    with asking_auth():
        account = _account_to_invite(org_id, email)
        known = role_in(org_id, account)
        if known is not None and last_sign_in(account):
            raise ConflictError(f"email: {email} is a member already, as {known}")
        if known is None:
            _require_room(org_id)
            give_membership(account, org_id, role, addedAt=now, addedBy=by)
            return listed(account, role, now)
    return change_role(org_id, account.uid, role)


def change_role(org_id: str, uid: str, role: Role) -> ListedMember:
    """Let a member be something else. Who may do less from now on is signed out everywhere.

    Raises:
        NotFoundError: nobody of the org has that uid.
        ConflictError: the org would be left without an owner.
        TransientError: Firebase Auth cannot be asked just now.
    """
    from firebase_admin import auth

    account, before = _member(org_id, uid)
    if role != before:
        if before == "owner":
            _leave_ownership(org_id, uid, lambda transaction: transaction.update(reference_of(uid), {"role": role}))
        with asking_auth():
            give_membership(account, org_id, role)
            if _RANKS[role] < _RANKS[before]:
                auth.revoke_refresh_tokens(uid, app=firebase_app())
    return listed(account, role, (reference_of(uid).get().to_dict() or {}).get("addedAt"))


def remove_member(org_id: str, uid: str) -> None:
    """Take the org from the account, and sign it out everywhere. The account itself stays.

    Raises:
        NotFoundError: nobody of the org has that uid.
        ConflictError: the org would be left without an owner.
        TransientError: Firebase Auth cannot be asked just now.
    """
    from firebase_admin import auth

    account, role = _member(org_id, uid)
    if role == "owner":
        _leave_ownership(org_id, uid, lambda transaction: transaction.update(reference_of(uid), {"role": "viewer"}))
    claims = {name: value for name, value in account.custom_claims.items() if name not in ("orgId", "role")}
    with asking_auth():
        auth.set_custom_user_claims(uid, claims or None, app=firebase_app())
        auth.revoke_refresh_tokens(uid, app=firebase_app())
    reference_of(uid).delete()


def _member(org_id: str, uid: str) -> tuple[UserRecord, Role]:
    account = load_accounts([uid]).get(uid)
    role = role_in(org_id, account)
    if account is None or role is None:
        raise not_found(f"user {uid} in this org")
    note_member(org_id, account, role)
    return account, role


def _leave_ownership(org_id: str, uid: str, write: Callable[[Transaction], None]) -> None:
    """Write, unless nobody else owns the org; of two owners who leave at once the second one stays."""
    owners = (
        clients.firestore()
        .collection(MEMBERS)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("role", "==", "owner"))
    )

    def leave(transaction: Transaction) -> None:
        others = [one.id for one in owners.stream(transaction=transaction) if one.id != uid]
        accounts = load_accounts(others).values()
        if not any(role_in(org_id, one) == "owner" and not one.disabled for one in accounts):
            raise ConflictError("an organization needs an owner; make somebody else an owner first")
        write(transaction)

    in_transaction(leave, f"the owners of {org_id}")


def _account_to_invite(org_id: str, email: str) -> UserRecord:
    from firebase_admin import auth

    app = firebase_app()
    try:
        account = find_or_make_account(email)
    except ValueError as error:
        raise PermanentError(f"email: found {email!r}; expected an address") from error
    if (account.custom_claims or {}).get("orgId") not in (None, org_id):
        raise ConflictError(f"email: {email} can't be added; it is used in another organization")
    if account.disabled:
        raise ConflictError(f"email: the account of {email} is disabled")
    is_strangers = account.provider_data and not account.email_verified and role_in(org_id, account) is None
    if is_strangers:
        # Anybody can sign up with any address. Who never confirmed it must not get in with the password they chose.
        auth.delete_user(account.uid, app=app)
        account = find_or_make_account(email)
    return account


def find_or_make_account(email: str) -> UserRecord:
    """The account of that address, made if there is none.

    Raises:
        ValueError: the address is none.
    """
    from firebase_admin import auth

    app = firebase_app()
    try:
        return auth.get_user_by_email(email, app=app)
    except auth.UserNotFoundError:
        pass
    try:
        return auth.create_user(email=email, app=app)
    except auth.EmailAlreadyExistsError:
        # Somebody else has made it in between.
        return auth.get_user_by_email(email, app=app)


def _require_room(org_id: str) -> None:
    query: Any = clients.firestore().collection(MEMBERS).where(filter=FieldFilter("orgId", "==", org_id))
    if int(query.count().get()[0][0].value) >= MOST_MEMBERS:
        raise ConflictError(f"{MOST_MEMBERS} people are the most an organization can have")
