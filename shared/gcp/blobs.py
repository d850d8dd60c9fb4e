"""Objects in the product's own bucket: what is too large for a document, and files that people fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.failures import translated
from shared.gcp.settings import settings
from shared.redaction import shape_of

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Blob

SCHEME = "gs://"
MAX_PATH_BYTES = 1024
RETRY_SECONDS = 15.0
"""How long one call is retried after a transient failure: well below a run's lease (60 s)."""
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
_TIMEOUTS = (CONNECT_SECONDS, READ_SECONDS)


def put(path: str, data: bytes, content_type: str, metadata: Mapping[str, str] | None = None) -> str:
    """Keep `data` under `path` of the bucket, in place of what was there; `gs://bucket/path`.

    The same bytes written to the same path again change nothing.

    Raises:
        PermanentError: `path` is empty, the bucket doesn't exist, or Cloud Storage refused.
        TransientError: Cloud Storage is unreachable or temporarily unavailable.
    """
    with _failures(f"{path} cannot be written"):
        blob = _blob(path)
        if metadata:
            blob.metadata = dict(metadata)
        blob.upload_from_string(data, content_type=content_type, timeout=_TIMEOUTS, retry=_retry())
    return f"{SCHEME}{settings().storage_bucket}/{path}"


def get(uri_or_path: str) -> bytes:
    """The object at a path of the bucket, or at its `gs://bucket/path`.

    Raises:
        NotFoundError: there is no such object.
        PermanentError: it names another bucket or no path, or Cloud Storage refused.
        TransientError: Cloud Storage is unreachable or temporarily unavailable.
    """
    with _failures(f"{uri_or_path} cannot be read"):
        content: bytes = _blob(uri_or_path).download_as_bytes(timeout=_TIMEOUTS, retry=_retry())
    return content


def exists(uri_or_path: str) -> bool:
    """Whether something is stored there. Raises what `get` raises, except NotFoundError."""
    with _failures(f"{uri_or_path} cannot be looked up"):
        return bool(_blob(uri_or_path).exists(timeout=_TIMEOUTS, retry=_retry()))


def _blob(uri_or_path: str) -> Blob:
    return clients.storage().bucket(settings().storage_bucket).blob(_path(uri_or_path))


def _path(uri_or_path: str) -> str:
    path = uri_or_path
    if uri_or_path.startswith(SCHEME):
        bucket, _, path = uri_or_path.removeprefix(SCHEME).partition("/")
        if bucket != settings().storage_bucket:
            raise PermanentError(
                f"the address is not in this product's bucket; expected {SCHEME}{settings().storage_bucket}/…"
            )
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) and path.isprintable()
    if not plain or len(path.encode(errors="replace")) > MAX_PATH_BYTES:
        raise PermanentError(
            f"path: found {shape_of(path)}; expected names parted by single slashes, {MAX_PATH_BYTES} bytes at most"
        )
    return path


def _retry() -> Retry:
    """The library's own choice of what may be repeated: an upload of the same bytes may."""
    from google.cloud.storage.retry import DEFAULT_RETRY

    retry: Retry = DEFAULT_RETRY.with_timeout(RETRY_SECONDS).with_delay(initial=0.2, maximum=4.0, multiplier=2.0)
    return retry


@contextmanager
def _failures(what: str) -> Iterator[None]:
    from google.cloud.storage.exceptions import DataCorruption

    with translated(what):
        try:
            yield
        except DataCorruption as error:
            raise TransientError(f"{what}: {error}", code=ErrorCode.PLATFORM_UNAVAILABLE) from error
