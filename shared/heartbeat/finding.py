"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

from shared.messages.alert_types import Severity
from shared.notices.dedup.fact import Fact
from shared.values.digests import hex_digest

MAX_KEY_CHARS = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing someone should know about.

    `key` tells it from the check's other findings and is the same in every round that finds it. `level` orders the
    states of the same thing: only a higher level is reported again. `about`: the fact, if playbooks may report it
    too.
    """

    key: str
    severity: Severity
    title: str
    body: str = ""
    level: int = 1
    about: Fact | None = None


def key_of(*parts: str) -> str:
    """A key of these parts; long ids (Firestore's may have 1,500 bytes) are told by a digest."""
    key = ":".join(parts)
    if len(key) <= MAX_KEY_CHARS:
        return key
    return f"{key[: MAX_KEY_CHARS // 2]}…{hex_digest(key)}"
