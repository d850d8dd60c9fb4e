"""Stand-ins at the boundary of the Google clients that doors use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from google.api_core import exceptions
from google.cloud.secretmanager_v1 import AccessSecretVersionResponse, SecretPayload, SecretVersion


class Ticker:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class FakeSecretManager:
    """Versions `1..n` of one secret; `down` makes every call fail, `vanishing` cannot be accessed any more."""

    def __init__(self, *values: bytes) -> None:
        self.values = list(values)
        self.disabled: set[int] = set()
        self.vanishing: set[int] = set()
        self.down = False

    def list_secret_versions(self, request: dict[str, str], **_: float) -> list[SecretVersion]:
        self._check()
        return [
            SecretVersion(
                name=f"{request['parent']}/versions/{number}",
                state=SecretVersion.State.DISABLED if number in self.disabled else SecretVersion.State.ENABLED,
            )
            for number in range(1, len(self.values) + 1)
        ]

    def access_secret_version(self, request: dict[str, str], **_: float) -> AccessSecretVersionResponse:
        self._check()
        number = int(request["name"].rpartition("/")[2])
        if number in self.disabled | self.vanishing:
            raise exceptions.FailedPrecondition("disabled")  # type: ignore[no-untyped-call]
        return AccessSecretVersionResponse(payload=SecretPayload(data=self.values[number - 1]))

    def _check(self) -> None:
        if self.down:
            raise exceptions.ServiceUnavailable("secret manager is down")  # type: ignore[no-untyped-call]


@dataclass
class FakeSnapshot:
    data: dict[str, Any] | None

    @property
    def exists(self) -> bool:
        return self.data is not None

    def to_dict(self) -> dict[str, Any] | None:
        return self.data


@dataclass
class FakeFirestore:
    """Documents by path; counts reads; `down` makes every call fail."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    reads: int = 0
    down: bool = False
    read_only: bool = False

    def collection(self, name: str) -> FakeCollection:
        return FakeCollection(self, name)


@dataclass
class FakeCollection:
    store: FakeFirestore
    name: str

    def document(self, document_id: str) -> FakeReference:
        return FakeReference(self.store, f"{self.name}/{document_id}")


@dataclass
class FakeReference:
    store: FakeFirestore
    path: str

    def get(self, **_: float) -> FakeSnapshot:
        self.store.reads += 1
        if self.store.down:
            raise exceptions.ServiceUnavailable("firestore is down")  # type: ignore[no-untyped-call]
        data = self.store.documents.get(self.path)
        return FakeSnapshot(dict(data) if data is not None else None)

    def create(self, data: dict[str, Any]) -> None:
        if self.path in self.store.documents:
            raise exceptions.AlreadyExists(self.path)  # type: ignore[no-untyped-call]
        self.store.documents[self.path] = dict(data)

    def update(self, data: dict[str, Any], **_: float) -> None:
        if self.store.down or self.store.read_only:
            raise exceptions.ServiceUnavailable("firestore is down")  # type: ignore[no-untyped-call]
        if self.path not in self.store.documents:
            raise exceptions.NotFound(self.path)  # type: ignore[no-untyped-call]
        self.store.documents[self.path].update(data)
