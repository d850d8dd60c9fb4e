"""Secrets and their versions, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import google_crc32c
from google.cloud import secretmanager_v1

from local.cloud.refusal import failed_precondition, not_found

State = secretmanager_v1.SecretVersion.State
ENABLED = State(State.ENABLED)
DISABLED = State(State.DISABLED)
DESTROYED = State(State.DESTROYED)
LATEST = "latest"


@dataclass(slots=True)
class StoredVersion:
    """One version; a destroyed one has no `payload`. `repr` never shows it."""

    message: secretmanager_v1.SecretVersion
    payload: bytes | None = field(repr=False)

    def set_state(self, state: State) -> None:
        """Enable or disable.

        Raises:
            Refusal: FAILED_PRECONDITION for a destroyed version.
        """
        self._refuse_destroyed()
        self.message.state = state

    def destroy(self, now: datetime) -> None:
        """Permanently deletes the payload.

        Raises:
            Refusal: FAILED_PRECONDITION for a destroyed version.
        """
        self._refuse_destroyed()
        self.message.state = DESTROYED
        self.message.destroy_time = now
        self.payload = None

    def access(self) -> secretmanager_v1.SecretPayload:
        """The payload and its checksum.

        Raises:
            Refusal: FAILED_PRECONDITION unless the version is enabled.
        """
        if self.payload is None or self.message.state != ENABLED:
            state = State(self.message.state).name
            raise failed_precondition(f"secret version {self.message.name} is in {state} state")
        return secretmanager_v1.SecretPayload(data=self.payload, data_crc32c=google_crc32c.value(self.payload))

    def _refuse_destroyed(self) -> None:
        if self.message.state == DESTROYED:
            raise failed_precondition(f"secret version {self.message.name} is in DESTROYED state")


class StoredSecret:
    """A secret and its versions, numbered from 1."""

    def __init__(self, message: secretmanager_v1.Secret) -> None:
        self.message = message
        self.versions: list[StoredVersion] = []

    def add(self, payload: bytes, now: datetime, *, checksum_given: bool) -> StoredVersion:
        """A new enabled version."""
        message = secretmanager_v1.SecretVersion(
            name=f"{self.message.name}/versions/{len(self.versions) + 1}",
            create_time=now,
            state=ENABLED,
            client_specified_payload_checksum=checksum_given,
        )
        version = StoredVersion(message, payload)
        self.versions.append(version)
        return version

    def version(self, number: str) -> StoredVersion:
        """By number, or `latest`: the newest one, whatever its state.

        Raises:
            Refusal: NOT_FOUND.
        """
        index = len(self.versions) if number == LATEST else int(number)
        if not 1 <= index <= len(self.versions):
            raise not_found("secret version", f"{self.message.name}/versions/{number}")
        return self.versions[index - 1]
