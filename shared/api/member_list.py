"""Lists an org's members: `members/{uid}` names the accounts, each account's claims its role.

Firebase Auth cannot be asked for the accounts of an org, so whoever gives an account its claims notes it here. The
claims are what counts: a list compares each document with them and mends or deletes it. Other systems set claims
too. What they do not note is found here while all accounts fit on one page, and by `make members` after that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from shared.api.firebase_app import firebase_app
from shared.api.principal import Role
from shared.documents.org import MEMBERS
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, read_lately
from shared.gcp.logging import get_logger
from shared.values.camel_model import CamelModel
from shared.values.email_address import mailbox_key

if TYPE_CHECKING:
    from firebase_admin.auth import UserRecord
    from google.cloud.firestore import DocumentReference

MOST_MEMBERS = 200
"""Of one org."""

log = get_logger(__name__)

_MOST_IN_ONE_CALL = 100
_MOST_IN_A_QUERY = 30
_MOST_ON_A_PAGE = 1_000
_MOST_KNOWN = 10
"""An org with more people is asked about each address: reading all of them would cost more."""
_counting = threading.Lock()
_many_accounts = threading.Event()
_ORDER: Sequence[Role] = ("owner", "editor", "viewer")


class ListedMember(CamelModel):
    """Somebody of an org. `invited`: has never signed in; `disabled`: may not sign in."""

    uid: str
    email: str | None = None
    name: str | None = None
    role: Role
    status: Literal["active", "invited", "disabled"]
    added_at: datetime | None = None
    last_sign_in_at: datetime | None = None


def list_members(org_id: str) -> list[ListedMember]:
    """The org's people as Firebase Auth has them now, owners first, by address.

    Raises:
        TransientError: Firebase Auth cannot be asked just now.
    """
    # Loaded when it is used: modules that mail know this one.
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = clients.firestore().collection(MEMBERS).where(filter=FieldFilter("orgId", "==", org_id))
    stored = {one.id: one.to_dict() or {} for one in query.stream()}
    accounts = load_accounts(stored)
    for account in _all_accounts():
        if account.uid not in stored and role_in(org_id, account):
            stored[account.uid], accounts[account.uid] = {}, account
    found = []
    for uid, fields in stored.items():
        account = accounts.get(uid)
        role = role_in(org_id, account)
        if account is None or role is None:
            log.info("a removed member was still listed", extra={"orgId": org_id, "uid": uid})
            reference_of(uid).delete()
            continue
        if (fields.get("role"), fields.get("email")) != (role, account.email):
            note_member(org_id, account, role)
        found.append(listed(account, role, fields.get("addedAt")))
    return sorted(found, key=lambda one: (_ORDER.index(one.role), one.email or "", one.uid))


def addresses_of_members(org_id: str, addresses: Iterable[str]) -> frozenset[str]:
    """Those of the addresses, as mailbox keys, that the org's people have: one query for thirty addresses.

    By the documents alone: asking Firebase Auth before every mail would take longer than sending it. A run that
    asks more than once reads the addresses of all the org's people, if they are few, and asks only about these
    again: whoever has left is a stranger at once, whoever has just come is still one until the run ends.
    """
    from google.cloud.firestore_v1.base_query import FieldFilter

    wanted = sorted({mailbox_key(address) for address in addresses})
    known = _known_addresses(org_id)
    if known is not None:
        wanted = [one for one in wanted if one in known]
    found: set[str] = set()
    for start in range(0, len(wanted), _MOST_IN_A_QUERY):
        some = wanted[start : start + _MOST_IN_A_QUERY]
        query = (
            clients.firestore()
            .collection(MEMBERS)
            .where(filter=FieldFilter("orgId", "==", org_id))
            .where(filter=FieldFilter("email", "in", some))
        )
        found.update(str((one.to_dict() or {}).get("email")) for one in query.stream())
    return frozenset(found)


@dataclass(slots=True)
class _Asked:
    """What a run has asked about an org's people."""

    times: int = 0
    addresses: frozenset[str] | None = None


def _known_addresses(org_id: str) -> frozenset[str] | None:
    """The addresses of all the org's people, if the run has asked before and they are few."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    key = f"{MEMBERS} of {org_id}"
    with _counting:
        asked: _Asked = read_lately.kept(key) or _Asked()
        asked.times += 1
        is_second = asked.times == 2
        read_lately.keep(key, asked)
    if is_second:
        query = clients.firestore().collection(MEMBERS).where(filter=FieldFilter("orgId", "==", org_id))
        found = [one.to_dict() or {} for one in query.select(["email"]).limit(_MOST_KNOWN + 1).stream()]
        if len(found) <= _MOST_KNOWN:
            asked.addresses = frozenset(str(one.get("email")) for one in found)
    return asked.addresses


def listed(account: UserRecord, role: Role, added_at: Any = None) -> ListedMember:
    """The account as lists show it."""
    signed_in = last_sign_in(account)
    return ListedMember(
        uid=account.uid,
        email=account.email,
        name=account.display_name,
        role=role,
        status="disabled" if account.disabled else "active" if signed_in else "invited",
        added_at=added_at if isinstance(added_at, datetime) else None,
        last_sign_in_at=signed_in,
    )


def last_sign_in(account: UserRecord) -> datetime | None:
    """When the person last signed in; None for an account that was made for them and that they never used."""
    stamp = account.user_metadata.last_sign_in_timestamp
    # The emulator gives every new account such a time, also one without any way to sign in.
    return datetime.fromtimestamp(stamp / 1000, UTC) if stamp and account.provider_data else None


def note_member(org_id: str, account: UserRecord, role: Role, **more: Any) -> None:
    """Write the account's document; what is not named stays as it is."""
    reference_of(account.uid).set({"orgId": org_id, "email": account.email, "role": role, **more}, merge=True)


def note_caller(org_id: str, uid: str, role: Role) -> None:
    """Make sure that somebody who is signed in is listed: their claims may have been set by another system."""
    reference = reference_of(uid)
    stored = reference.get().to_dict() or {}
    if (stored.get("orgId"), stored.get("role")) != (org_id, role):
        reference.set({"orgId": org_id, "role": role}, merge=True)


def reference_of(uid: str) -> DocumentReference:
    """The document of the account."""
    return clients.firestore().collection(MEMBERS).document(uid)


def role_in(org_id: str, account: UserRecord | None) -> Role | None:
    """The role that the account's claims give it in the org; None where it has none there."""
    claims = (account.custom_claims or {}) if account else {}
    role: Role | None = claims.get("role") if claims.get("role") in get_args(Role) else None
    return role if claims.get("orgId") == org_id else None


def load_accounts(uids: Iterable[str]) -> dict[str, UserRecord]:
    """The accounts that there are, by uid.

    Raises:
        TransientError: Firebase Auth cannot be asked just now.
    """
    from firebase_admin import auth

    wanted = list(uids)
    found: dict[str, UserRecord] = {}
    with asking_auth():
        for start in range(0, len(wanted), _MOST_IN_ONE_CALL):
            identifiers = [auth.UidIdentifier(uid) for uid in wanted[start : start + _MOST_IN_ONE_CALL]]
            found.update({one.uid: one for one in auth.get_users(identifiers, app=firebase_app()).users})
    return found


def _all_accounts() -> list[UserRecord]:
    """Every account of the project, where they are few."""
    from firebase_admin import auth

    if _many_accounts.is_set():
        return []
    with asking_auth():
        page = auth.list_users(max_results=_MOST_ON_A_PAGE, app=firebase_app())
    if page.has_next_page:
        # They will not become fewer while this process lives.
        _many_accounts.set()
        return []
    return list(page.users)


@contextmanager
def asking_auth() -> Iterator[None]:
    """Calls of Firebase Auth.

    Raises:
        TransientError: one of them failed for a reason that the caller does not deal with itself.
    """
    from firebase_admin.exceptions import FirebaseError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except (FirebaseError, GoogleAuthError) as error:
        raise TransientError(
            "the accounts cannot be reached just now; try again", code=ErrorCode.PLATFORM_UNAVAILABLE
        ) from error
