"""CRON_SECRET, which Cloud Scheduler's jobs send. Every enabled version of it is accepted."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.logging import get_logger
from shared.gcp.settings import settings

SECRET_ID = "CRON_SECRET"  # noqa: S105 - the secret's name
MAX_AGE_SECONDS = 60.0
MISMATCH_MAX_AGE_SECONDS = 1.0
"""A secret that does not match is judged on a copy no older than this; rotation waits longer than it between
adding a version and using it."""
STALE_MAX_AGE_SECONDS = 600.0
FAILURE_PAUSE_SECONDS = 5.0
RPC_TIMEOUT_SECONDS = 5.0

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Copy:
    """The enabled versions, newest first, as they were at `read_at` (monotonic seconds)."""

    values: tuple[str, ...] = field(repr=False)
    read_at: float

    def holds(self, candidate: str) -> bool:
        """Whether `candidate` is one of the values, in a time that does not depend on which or on its length."""
        presented = hashlib.sha256(candidate.encode()).digest()
        found = False
        for value in self.values:
            found |= hmac.compare_digest(presented, hashlib.sha256(value.encode()).digest())
        return found


class CronSecret:
    """The accepted values, cached for a minute; safe to share between threads.

    A version that is disabled may be accepted by a warm instance for that minute more.
    """

    def __init__(
        self,
        read: Callable[[], tuple[str, ...]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read or read_enabled_versions
        self._monotonic = monotonic
        self._refreshing = threading.Lock()
        self._copy: _Copy | None = None
        self._failed_at: float | None = None

    def matches(self, candidate: str) -> bool:
        """Whether `candidate` is an enabled version.

        Raises:
            TransientError: Secret Manager cannot be read, so that this cannot be told.
        """
        if self._usable().holds(candidate):
            return True
        return self._refreshed().holds(candidate)

    def _usable(self) -> _Copy:
        copy = self._copy
        if copy is not None and self._age(copy) <= MAX_AGE_SECONDS:
            return copy
        try:
            return self._refreshed()
        except TransientError:
            if copy is None or self._age(copy) > STALE_MAX_AGE_SECONDS:
                raise
            logger.warning("%s cannot be read; using the copy of %d s ago", SECRET_ID, self._age(copy))
            return copy

    def _refreshed(self) -> _Copy:
        with self._refreshing:
            if self._copy is not None and self._age(self._copy) <= MISMATCH_MAX_AGE_SECONDS:
                return self._copy
            now = self._monotonic()
            if self._failed_at is not None and now - self._failed_at <= FAILURE_PAUSE_SECONDS:
                raise TransientError(
                    f"{SECRET_ID} could not be read a moment ago", code=ErrorCode.PLATFORM_UNAVAILABLE
                )
            try:
                self._copy = _Copy(self._read(), read_at=now)
            except TransientError:
                self._failed_at = self._monotonic()
                raise
            self._failed_at = None
            return self._copy

    def _age(self, copy: _Copy) -> float:
        return self._monotonic() - copy.read_at


def read_enabled_versions() -> tuple[str, ...]:
    """The values of the enabled versions, newest first, read now.

    Raises:
        TransientError: Secret Manager cannot be reached, or does not know the secret.
    """
    from google.api_core.exceptions import FailedPrecondition, GoogleAPIError, NotFound
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.secretmanager_v1 import SecretVersion

    client = clients.secrets()
    parent = f"projects/{settings().project}/secrets/{SECRET_ID}"
    try:
        listed = client.list_secret_versions(
            request={"parent": parent, "filter": "state:ENABLED"}, timeout=RPC_TIMEOUT_SECONDS
        )
        enabled = [version.name for version in listed if version.state == SecretVersion.State.ENABLED]
        values = []
        for name in sorted(enabled, key=_version_number, reverse=True):
            try:
                answer = client.access_secret_version(request={"name": name}, timeout=RPC_TIMEOUT_SECONDS)
            except (FailedPrecondition, NotFound):
                logger.info("%s was disabled while it was read", name)
                continue
            values.append(answer.payload.data.decode(errors="replace").strip())
    except (GoogleAPIError, GoogleAuthError) as error:
        raise TransientError(
            f"{SECRET_ID} cannot be read from Secret Manager", code=ErrorCode.PLATFORM_UNAVAILABLE
        ) from error
    return tuple(value for value in values if value)


def newest_secret() -> str:
    """What a job written now must carry.

    Raises:
        TransientError: Secret Manager cannot be reached, or holds no enabled version.
    """
    values = read_enabled_versions()
    if not values:
        raise TransientError(
            f"{SECRET_ID} has no enabled version; expected one (`make rotate-cron-secret` adds it)"
        )
    return values[0]


def _version_number(name: str) -> int:
    return int(name.rpartition("/")[2])
