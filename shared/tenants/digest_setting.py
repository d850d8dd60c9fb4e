"""Whether an org wants its reports in one mail a day: `tenants/{orgId}.settings.digest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.values.local_time import LocalTime

FIELD = "settings.digest"


class DigestSetting(BaseModel):
    """One mail a day at that time on the org's clock; an org without it gets each report by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: LocalTime


def stored_digest(fields: Mapping[str, Any]) -> Any:
    """What an org's document says of it, whatever that is; None where it says nothing."""
    settings = fields.get("settings")
    return settings.get("digest") if isinstance(settings, Mapping) else settings
