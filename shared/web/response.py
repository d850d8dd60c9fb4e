"""What came back: the answer's body, read under a limit that also counts what decompression makes of it."""

from __future__ import annotations

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
    """An answer. `headers` has lower-case names; `shown_url`: where it came from.

    `moved_to`: the same, where a redirect to another host says that the page has moved there for good.
    """

    shown_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: WebAddress | None = None

    @property
    def media_type(self) -> str:
        """The lower-case media type without parameters, like `text/html`; empty when none was named."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text, in the charset that the answer names (UTF-8 when it names none or an unknown one)."""
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        charset = header.get_content_charset("utf-8")
        try:
            return self.body.decode(charset, errors="replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", errors="replace")


def read_body(
    chunks: Iterable[bytes], headers: Mapping[str, str], max_bytes: int, shown_url: str, *, cut: bool = False
) -> bytes:
    """Read a body to its end, decompressing as it comes, and stop as soon as there is too much of it.

    With `cut` the first `max_bytes` of a longer one are what it holds.

    Raises:
        PermanentError: more than `max_bytes`, or an encoding that was not asked for.
        TransientError: the compressed data is broken or ends early.
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
    """Decompress in bounded pieces: no single input chunk may unfold into more than the limit."""
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
    return PermanentError(
        f"{shown_url} answered with more than the {max_bytes:,} bytes that are read here", code=ErrorCode.TOO_LARGE
    )
