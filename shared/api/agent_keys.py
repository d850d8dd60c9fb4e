"""Agent keys: `pbk_<keyId>_<secret>`, of which only a hash is stored at `agent_keys/{keyId}`."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from shared.api.principal import Principal
from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.logging import get_logger
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest

COLLECTION = "agent_keys"
DEFAULT_SCOPES = ("playbooks:run", "chat", "executions:read", "executions:write")
USE_NOTED_EVERY = timedelta(hours=1)
RPC_TIMEOUT_SECONDS = 5.0

AgentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
OrgId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-.~:]{1,128}$")]
Uid = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Scope = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z]+(:[a-z]+)?)$")]

logger = get_logger(__name__)

_KEY = re.compile(r"pbk_(?P<id>[0-9a-f]{16})_(?P<secret>[A-Za-z0-9_\-]{43})")


class AgentKey(CamelModel):
    """A document of `agent_keys`."""

    org_id: OrgId
    agent: AgentName
    hash: str
    scopes: list[Scope]
    acts_for: list[Uid] = Field(default_factory=list)
    """The uids of members of the org whose runs this agent may ask for, as the org's owner has said."""
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


def verify(presented: str, clock: Clock) -> Principal | None:
    """The agent that `presented` belongs to; None when it is no key, unknown, wrong or revoked.

    One read each time, so that a key that is revoked opens nothing from that moment on.

    Raises:
        TransientError: Firestore cannot be read.
    """
    match = _KEY.fullmatch(presented)
    if match is None:
        return None
    key = _read(match["id"])
    if key is None or not hmac.compare_digest(key.hash.encode(), hash_of(match["secret"]).encode()):
        return None
    if key.revoked_at is not None:
        return None
    _note_use(match["id"], key, clock.now())
    return Principal(
        kind="agent",
        org_id=key.org_id,
        agent=key.agent,
        scopes=frozenset(key.scopes),
        key_id=match["id"],
        acts_for=frozenset(key.acts_for),
    )


def hash_of(secret: str) -> str:
    """The hex SHA-256 of a key's secret.

    A slow hash (bcrypt) protects passwords that people choose; 256 random bits cannot be guessed, and every
    request would pay for it.
    """
    return hex_digest(secret, digits=64)


def create_agent_key(
    org_id: str,
    agent: str,
    scopes: Iterable[str] = DEFAULT_SCOPES,
    clock: Clock | None = None,
    *,
    acts_for: Iterable[str] = (),
) -> str:
    """Make a key for `agent` in `org_id`, store its hash, and return the key: nobody can read it again.

    `acts_for`: the uids of the members that the agent may ask for runs for. Without any it acts only as itself.

    Raises:
        PermanentError: the org's id, the agent's name, a scope or a uid is malformed.
    """
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    document: dict[str, Any] = {
        "orgId": _checked(OrgId, "org", org_id),
        "agent": _checked(AgentName, "agent", agent),
        "hash": hash_of(secret),
        "scopes": sorted({_checked(Scope, "scope", scope) for scope in scopes}),
        "createdAt": (clock or Clock()).now(),
    }
    if members := sorted({_checked(Uid, "acts for", uid) for uid in acts_for}):
        document["actsFor"] = members
    clients.firestore().collection(COLLECTION).document(key_id).create(document)
    return f"pbk_{key_id}_{secret}"


def revoke_agent_key(key_id: str, clock: Clock | None = None) -> datetime:
    """Refuse the key from now on; when that is.

    Raises:
        NotFoundError: there is no such key.
    """
    from google.api_core.exceptions import NotFound

    reference = clients.firestore().collection(COLLECTION).document(key_id)
    revoked_at = (clock or Clock()).now()
    try:
        reference.update({"revokedAt": revoked_at})
    except NotFound as error:
        raise NotFoundError(f"agent key {key_id!r} does not exist") from error
    return revoked_at


def _read(key_id: str) -> AgentKey | None:
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    reference = clients.firestore().collection(COLLECTION).document(key_id)
    try:
        snapshot = reference.get(timeout=RPC_TIMEOUT_SECONDS)
    except (GoogleAPIError, GoogleAuthError) as error:
        raise TransientError("agent keys cannot be read", code=ErrorCode.PLATFORM_UNAVAILABLE) from error
    if not snapshot.exists:
        return None
    try:
        return AgentKey.model_validate(snapshot.to_dict())
    except ValidationError as error:
        fields = ", ".join(str(each["loc"]) for each in error.errors(include_input=False))
        logger.error("agent key %s is malformed and refused: %s", key_id, fields)
        return None


def _note_use(key_id: str, key: AgentKey, now: datetime) -> None:
    """Write `lastUsedAt`, at most once an hour, so that keys nobody uses can be found; a failure is only logged."""
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    from google.api_core.exceptions import GoogleAPIError

    reference = clients.firestore().collection(COLLECTION).document(key_id)
    try:
        reference.update({"lastUsedAt": now}, timeout=RPC_TIMEOUT_SECONDS)
    except GoogleAPIError:
        logger.warning("the use of agent key %s could not be noted", key_id, exc_info=True)


def _checked(kind: Any, name: str, value: str) -> str:
    try:
        return TypeAdapter[str](kind).validate_python(value)
    except ValidationError as error:
        raise PermanentError(f"{name} is {value!r}; {error.errors()[0]['msg'].lower()}") from error


def main(arguments: list[str] | None = None) -> int:
    """The command line: make a key and print it once, or revoke one."""
    from shared.api.agent_key_command import run

    return run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
