"""The Secret Manager API (google.cloud.secretmanager.v1.SecretManagerService)."""

from __future__ import annotations

import re

import google_crc32c
from google.cloud import secretmanager_v1

from local.cloud.clock import VirtualClock
from local.cloud.grpc_service import rpc
from local.cloud.paging import page
from local.cloud.refusal import already_exists, invalid, matched, not_found, unimplemented
from local.cloud.secret_store import DESTROYED, DISABLED, ENABLED, State, StoredSecret, StoredVersion

SERVICE_NAME = "google.cloud.secretmanager.v1.SecretManagerService"
PARENT = re.compile(r"projects/[A-Za-z0-9:.-]+")
SECRET = re.compile(rf"{PARENT.pattern}/secrets/[A-Za-z0-9_-]{{1,255}}")
SECRET_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
VERSION = re.compile(rf"({SECRET.pattern})/versions/(latest|[1-9][0-9]{{0,8}})")
STATE_FILTER = re.compile(r"\s*state\s*[:=]\s*(ENABLED|DISABLED|DESTROYED)\s*")
PARENT_FORM = "projects/PROJECT_ID"
ID_FORM = "1 to 255 letters, digits, hyphens and underscores"
SECRET_FORM = f"{PARENT_FORM}/secrets/SECRET_ID with a SECRET_ID of {ID_FORM}"
VERSION_FORM = f"{PARENT_FORM}/secrets/SECRET_ID/versions/NUMBER, or latest for the number"
MAX_PAYLOAD_BYTES = 64 * 1024
LARGEST_PAGE = 25000
HIGHEST_NUMBER = 10**9


class SecretManager:
    """Secrets of every project, in memory."""

    def __init__(self, clock: VirtualClock) -> None:
        self._secrets: dict[str, StoredSecret] = {}
        self._clock = clock

    @property
    def stored(self) -> list[StoredSecret]:
        return list(self._secrets.values())

    def restore(self, kept: StoredSecret) -> None:
        """Restores an earlier stack's secret."""
        self._secrets[kept.message.name] = kept

    @rpc(secretmanager_v1.CreateSecretRequest, secretmanager_v1.Secret)
    def create_secret(self, request: secretmanager_v1.CreateSecretRequest) -> secretmanager_v1.Secret:
        """ALREADY_EXISTS for an id in use."""
        matched(PARENT, request.parent, "parent", PARENT_FORM)
        matched(SECRET_ID, request.secret_id, "secret_id", ID_FORM)
        if "replication" not in request.secret:
            raise invalid("secret.replication", None, "a replication policy, like {'automatic': {}}")
        name = f"{request.parent}/secrets/{request.secret_id}"
        if name in self._secrets:
            raise already_exists("secret", name)
        message = secretmanager_v1.Secret(request.secret)
        message.name = name
        message.create_time = self._clock.now()
        self._secrets[name] = StoredSecret(message)
        return message

    @rpc(secretmanager_v1.GetSecretRequest, secretmanager_v1.Secret)
    def get_secret(self, request: secretmanager_v1.GetSecretRequest) -> secretmanager_v1.Secret:
        """NOT_FOUND if there is none."""
        return self._secret(request.name, "name").message

    @rpc(secretmanager_v1.ListSecretsRequest, secretmanager_v1.ListSecretsResponse)
    def list_secrets(self, request: secretmanager_v1.ListSecretsRequest) -> secretmanager_v1.ListSecretsResponse:
        """Sorted by name; filters aren't supported."""
        matched(PARENT, request.parent, "parent", PARENT_FORM)
        if request.filter:
            raise unimplemented("filter of ListSecrets is not served locally; expected none")
        prefix = f"{request.parent}/secrets/"
        of_parent = {name: one for name, one in self._secrets.items() if name.startswith(prefix)}
        secrets, token = page(of_parent, request.page_size, request.page_token, LARGEST_PAGE)
        return secretmanager_v1.ListSecretsResponse(
            secrets=[secret.message for secret in secrets], next_page_token=token, total_size=len(of_parent)
        )

    @rpc(secretmanager_v1.DeleteSecretRequest)
    def delete_secret(self, request: secretmanager_v1.DeleteSecretRequest) -> None:
        """Deletes all its versions too."""
        self._secret(request.name, "name")
        del self._secrets[request.name]

    @rpc(secretmanager_v1.AddSecretVersionRequest, secretmanager_v1.SecretVersion)
    def add_secret_version(
        self, request: secretmanager_v1.AddSecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        """Verifies the checksum if given."""
        secret = self._secret(request.parent, "parent")
        payload, checksum_given = request.payload.data, "data_crc32c" in request.payload
        if not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
            raise invalid("payload.data", f"{len(payload)} bytes", f"1 to {MAX_PAYLOAD_BYTES} bytes")
        if checksum_given and request.payload.data_crc32c != google_crc32c.value(payload):
            raise invalid("payload.data_crc32c", request.payload.data_crc32c, "the CRC32C of payload.data")
        return secret.add(payload, self._clock.now(), checksum_given=checksum_given).message

    @rpc(secretmanager_v1.GetSecretVersionRequest, secretmanager_v1.SecretVersion)
    def get_secret_version(
        self, request: secretmanager_v1.GetSecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        """By number or `latest`."""
        return self._version(request.name).message

    @rpc(secretmanager_v1.ListSecretVersionsRequest, secretmanager_v1.ListSecretVersionsResponse)
    def list_secret_versions(
        self, request: secretmanager_v1.ListSecretVersionsRequest
    ) -> secretmanager_v1.ListSecretVersionsResponse:
        """Newest first; the filter may be one state."""
        versions = self._secret(request.parent, "parent").versions
        wanted = _wanted_state(request.filter)
        newest_first = {
            f"{HIGHEST_NUMBER - number:09d}": version.message
            for number, version in enumerate(versions, start=1)
            if wanted is None or version.message.state == wanted
        }
        messages, token = page(newest_first, request.page_size, request.page_token, LARGEST_PAGE)
        return secretmanager_v1.ListSecretVersionsResponse(
            versions=messages, next_page_token=token, total_size=0 if request.filter else len(versions)
        )

    @rpc(secretmanager_v1.AccessSecretVersionRequest, secretmanager_v1.AccessSecretVersionResponse)
    def access_secret_version(
        self, request: secretmanager_v1.AccessSecretVersionRequest
    ) -> secretmanager_v1.AccessSecretVersionResponse:
        """FAILED_PRECONDITION unless the version is enabled."""
        version = self._version(request.name)
        return secretmanager_v1.AccessSecretVersionResponse(name=version.message.name, payload=version.access())

    @rpc(secretmanager_v1.EnableSecretVersionRequest, secretmanager_v1.SecretVersion)
    def enable_secret_version(
        self, request: secretmanager_v1.EnableSecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        """FAILED_PRECONDITION for a destroyed version."""
        version = self._version(request.name)
        version.set_state(ENABLED)
        return version.message

    @rpc(secretmanager_v1.DisableSecretVersionRequest, secretmanager_v1.SecretVersion)
    def disable_secret_version(
        self, request: secretmanager_v1.DisableSecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        """FAILED_PRECONDITION for a destroyed version."""
        version = self._version(request.name)
        version.set_state(DISABLED)
        return version.message

    @rpc(secretmanager_v1.DestroySecretVersionRequest, secretmanager_v1.SecretVersion)
    def destroy_secret_version(
        self, request: secretmanager_v1.DestroySecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        version = self._version(request.name)
        version.destroy(self._clock.now())
        return version.message

    def _secret(self, name: str, field: str) -> StoredSecret:
        matched(SECRET, name, field, SECRET_FORM)
        try:
            return self._secrets[name]
        except KeyError:
            raise not_found("secret", name) from None

    def _version(self, name: str) -> StoredVersion:
        secret, number = matched(VERSION, name, "name", VERSION_FORM).groups()
        return self._secret(secret, "name").version(number)


def _wanted_state(filter_text: str) -> State | None:
    if not filter_text:
        return None
    found = matched(STATE_FILTER, filter_text, "filter", "one state, like state:ENABLED")
    return {"ENABLED": ENABLED, "DISABLED": DISABLED, "DESTROYED": DESTROYED}[found.group(1)]
