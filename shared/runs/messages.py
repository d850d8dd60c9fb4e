"""Messages that a run sent, stored with the effect's receipt so that people can read them as sent.

Kept as compressed text, other systems' keys masked: a mail of 10 kB takes 2 kB of the run's document. A message
that is too large for that, or one more than a run keeps, has its receipt and its summary alone.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Literal

from shared.api.masking import masked
from shared.runs.parts import Part

MAX_MESSAGE_BYTES = 40_000
"""Of one message, packed; that is some 200 kB of a mail's HTML, of which mail programs show the first half."""
MAX_RUN_BYTES = 300_000
"""Of all messages of a run, packed."""
MAX_UNPACKED_BYTES = 5_000_000


class SentMessage(Part):
    """A mail, a text or a post as it was sent. `to`: addresses or phone numbers; none of a post."""

    channel: Literal["email", "sms", "slack"]
    to: list[str]
    subject: str | None = None
    text: str
    html: str | None = None


def pack(message: Mapping[str, Any], kept_bytes: int) -> str | None:
    """The message as an `EffectRecord` keeps it; None where the run, which keeps so much already, has no room."""
    text = json.dumps(masked(message), ensure_ascii=True, default=str)
    packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    has_room = len(packed) <= MAX_MESSAGE_BYTES and kept_bytes + len(packed) <= MAX_RUN_BYTES
    return packed if has_room else None


def unpack(packed: str) -> SentMessage | None:
    """The message that `pack` has packed; None where it is none."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(base64.b64decode(packed, validate=True))) as file:
            return SentMessage.model_validate_json(file.read(MAX_UNPACKED_BYTES))
    except (ValueError, EOFError, OSError):
        return None
