"""How an org's onboarding is started when the catalog is assigned to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.gcp.clock import Clock


def start_onboarding(org_id: str, event_id: str, data: Mapping[str, Any]) -> None:
    """Start the run that the listener of `org.created` would start, under the same id."""
    # Few writes of an org are its first, so the engine is loaded when one is.
    from shared.runs.onboarding import start

    start(org_id, event_id, data, Clock())
