"""At most so many texts an hour to an org's staff, counted in `sms_rates/{orgId}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

COLLECTION = "sms_rates"
TEXTS_AN_HOUR = 20
HOUR = timedelta(hours=1)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TextRate:
    """How many texts an org's staff got since the hour began, which it does with its first text."""

    started_at: datetime
    texts: int = 0

    @classmethod
    def from_document(cls, fields: Mapping[str, Any] | None, now: datetime) -> Self:
        """The hour that counts now: a new one where the last is over, cannot be read, or lies ahead."""
        started, texts = (fields or {}).get("startedAt"), (fields or {}).get("texts")
        if isinstance(started, datetime) and isinstance(texts, int) and started <= now < started + HOUR:
            return cls(started, texts)
        return cls(now)

    def take(self, wanted: int) -> tuple[TextRate, int]:
        """The rate after as many of `wanted` texts as are left, and how many those are."""
        granted = max(0, min(wanted, TEXTS_AN_HOUR - self.texts))
        return TextRate(self.started_at, self.texts + granted), granted

    def document(self, org_id: str) -> dict[str, Any]:
        """As Firestore stores it."""
        return {
            "orgId": org_id,
            "startedAt": self.started_at,
            "texts": self.texts,
            "expireAt": self.started_at + KEPT_FOR,
        }
