"""Starting an org's onboarding without waiting for its listener."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.assigning import CREATED_EVENT, ONBOARDING
from shared.catalog.files.load import catalog
from shared.errors import NotFoundError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs.event_start import event_starter
from shared.triggers.dispatch import DomainEvent
from shared.triggers.listeners import Listener

log = logging.get_logger(__name__)


def start(org_id: str, event_id: str, data: Mapping[str, Any], clock: Clock) -> None:
    """Start the onboarding for the event as its listener would: the same run, whoever starts it first."""
    (trigger,) = catalog()[ONBOARDING].triggers
    listener = Listener(
        playbook_id=ONBOARDING, org_id=org_id, trigger_id=trigger["id"], event_name=trigger["eventName"]
    )
    try:
        event_starter(clock)(listener, DomainEvent(org_id, CREATED_EVENT, event_id, data), None)
    except NotFoundError:
        log.info("a person has deleted the onboarding before it ran", extra={"orgId": org_id})
