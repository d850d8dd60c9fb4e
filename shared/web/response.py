"""HTTP responses, with a limit on the decompressed body."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.web.address import WebAddress

ACCEPT_ENCODING = "gzip"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response. `headers` has lowercase names; `shown_url`: where it came from, safe to log.

    `moved_to`: the final address, if a permanent redirect led to another host.
    """

    shown_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: WebAddress | None = None

    @property
    def media_type(self) -> str:
        """The lowercase media type without parameters, like `text/html`; empty if there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text in its declared charset (UTF-8 if missing or unknown)."""
        try:
            return self.body.decode(_charset(self.headers.get("content-type", "")), errors="replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", errors="replace")


@functools.lru_cache(maxsize=256)
def _charset(content_type: str) -> str:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset("utf-8")


def read_body(
    chunks: Iterable[bytes], headers: Mapping[str, str], max_bytes: int, shown_url: str, *, cut: bool = False
) -> bytes:
    """Reads and decompresses a body, up to a limit.

    With `cut`, a longer body is cut to `max_bytes`.

    Raises:
        PermanentError: more than `max_bytes`, or an unsupported encoding.
        TransientError: the compressed data is broken or incomplete.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip", "deflate"):
        chunks = _inflated(chunks, max_bytes, shown_url)
    elif encoding not in ("identity", ""):
        raise PermanentError(f"{shown_url} answered in the encoding {encoding[:40]!r}; expected {ACCEPT_ENCODING}")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            if not cut:
                raise _too_large(shown_url, max_bytes)
            return bytes(body[:max_bytes])
    return bytes(body)


def _inflated(chunks: Iterable[bytes], max_bytes: int, shown_url: str) -> Iterable[bytes]:
    """Decompresses in bounded pieces, so that no chunk can expand beyond the limit."""
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    seen = False
    try:
        for chunk in chunks:
            pending = chunk
            while pending:
                if inflater.eof:
                    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
                seen = True
                yield inflater.decompress(pending, max_bytes + 1)
                pending = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise TransientError(
            f"{shown_url} answered with broken compressed data", code=ErrorCode.PROVIDER_UNAVAILABLE
        ) from error
    if seen and not inflater.eof:
        raise TransientError(
            f"{shown_url} answered with compressed data that ends early", code=ErrorCode.PROVIDER_UNAVAILABLE
        )


def _too_large(shown_url: str, max_bytes: int) -> PermanentError:
    return PermanentError(f"{shown_url} answered with more than {max_bytes:,} bytes", code=ErrorCode.TOO_LARGE)
