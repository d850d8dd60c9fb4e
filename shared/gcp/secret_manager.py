"""Secrets that are read and written while the functions run: the newest version of one in Secret Manager counts.

No value is in a log line, an error or a `repr`. The account of a function needs its rights on the secret's id
(docs/deploy.md): those that read have no right to write, and the other way round.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import clients
from shared.gcp.failures import translated
from shared.gcp.settings import settings

MAX_AGE_SECONDS = 60.0
"""How long a warm instance may go on using a value after another one was set."""
MAX_CACHED = 500
RPC_TIMEOUT_SECONDS = 5.0


class MissingSecretError(PermanentError):
    """The secret doesn't exist, or its newest version is disabled or destroyed."""

    code = ErrorCode.SECRET_MISSING


def secret_name(secret_id: str) -> str:
    """The secret's resource name in this project."""
    return f"projects/{settings().project}/secrets/{secret_id}"


def read_secret(secret_id: str) -> str:
    """Read the newest version.

    Raises:
        MissingSecretError: there is none.
        PermanentError: it may not be read.
        TransientError: Secret Manager is unavailable right now.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    request = {"name": f"{secret_name(secret_id)}/versions/latest"}
    with translated(f"the secret {secret_id} cannot be read"):
        try:
            answer = clients.secrets().access_secret_version(request=request, timeout=RPC_TIMEOUT_SECONDS)
        except (NotFound, FailedPrecondition):
            raise MissingSecretError(f"there is no secret {secret_id}") from None
    return str(answer.payload.data.decode(errors="replace")).strip()


def write_secret(secret_id: str, value: str, labels: Mapping[str, str] | None = None) -> str:
    """Make `value` the newest version, and the secret where there is none; older versions are destroyed.

    Safe to repeat and to call twice at once: a version is destroyed only by a newer one. Answers with the version's
    resource name.

    Raises:
        PermanentError: Secret Manager refused it.
        TransientError: Secret Manager is unavailable right now.
    """
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    client, parent = clients.secrets(), f"projects/{settings().project}"
    name = secret_name(secret_id)
    secret = {"replication": {"automatic": {}}, "labels": dict(labels or {})}
    with translated(f"the secret {secret_id} cannot be written"):
        with contextlib.suppress(AlreadyExists):
            client.create_secret(
                request={"parent": parent, "secret_id": secret_id, "secret": secret}, timeout=RPC_TIMEOUT_SECONDS
            )
        payload = {"data": value.encode()}
        added = client.add_secret_version(
            request={"parent": name, "payload": payload}, timeout=RPC_TIMEOUT_SECONDS
        ).name
        # Those that were disabled by hand are kept: somebody may have meant to come back to them.
        listed = client.list_secret_versions(
            request={"parent": name, "filter": "state:ENABLED"}, timeout=RPC_TIMEOUT_SECONDS
        )
        for version in listed:
            if version_number(version.name) < version_number(added):
                # Another writer may have been here first.
                with contextlib.suppress(FailedPrecondition, NotFound):
                    client.destroy_secret_version(request={"name": version.name}, timeout=RPC_TIMEOUT_SECONDS)
    return str(added)


def delete_secret(secret_id: str) -> bool:
    """Delete the secret and all its versions; False if there was none.

    Raises:
        PermanentError: Secret Manager refused it.
        TransientError: Secret Manager is unavailable right now.
    """
    from google.api_core.exceptions import NotFound

    with translated(f"the secret {secret_id} cannot be deleted"):
        try:
            clients.secrets().delete_secret(request={"name": secret_name(secret_id)}, timeout=RPC_TIMEOUT_SECONDS)
        except NotFound:
            return False
    return True


def version_number(name: str) -> int:
    """The number at the end of a version's resource name."""
    return int(name.rpartition("/")[2])


class SecretCache:
    """Caches newest versions for a minute; thread-safe. A missing secret isn't cached."""

    def __init__(
        self,
        read: Callable[[str], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read or read_secret
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, float]] = {}

    def of(self, secret_id: str) -> str:
        """The secret's value; raises what `read_secret` raises."""
        with self._lock:
            known = self._known.get(secret_id)
        # The age counts from before the reading: what is set meanwhile is not in it.
        now = self._monotonic()
        if known is not None and now - known[1] <= MAX_AGE_SECONDS:
            return known[0]
        value = self._read(secret_id)
        with self._lock:
            self._known.pop(secret_id, None)
            self._known[secret_id] = (value, now)
            if len(self._known) > MAX_CACHED:
                del self._known[next(iter(self._known))]
        return value

    def forget(self, secret_id: str) -> None:
        """Read it again next time: the recipient no longer accepts it."""
        with self._lock:
            self._known.pop(secret_id, None)
