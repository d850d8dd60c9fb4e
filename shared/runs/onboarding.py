"""Assigns the catalog to orgs, and starts the onboarding of new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog import assign_all, assigning
from shared.catalog.assigning import CREATED_EVENT, ONBOARDING
from shared.catalog.files.load import catalog
from shared.errors import NotFoundError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener

log = logging.get_logger(__name__)


def assign(org_id: str, clock: Clock) -> None:
    """Bring the org's catalog playbooks in line with its tier and status, and start its onboarding if it is new.

    Raises:
        PermanentError: the org's document is malformed; what is assigned stays as it is.
        TransientError: its documents kept changing; to be done again.
    """
    assigning.assign(org_id, clock, start=_start)


def assign_page(page: WalkPage, clock: Clock) -> assign_all.Page:
    """Do the same for one page of orgs; the next page is requested before anything can fail.

    Raises:
        TransientError: some orgs could not be brought in line now; the others were.
    """
    return assign_all.assign_page(page, clock, _start)


def _start(org_id: str, event_id: str, data: Mapping[str, Any]) -> None:
    """Start the onboarding for the event as its listener would: the same run, whoever starts it first."""
    # Few writes of an org are its first, so the engine is loaded only when one is.
    from shared.runs.event_start import start_or_debounce

    (trigger,) = catalog()[ONBOARDING].triggers
    listener = Listener(
        playbook_id=ONBOARDING, org_id=org_id, trigger_id=trigger["id"], event_name=trigger["eventName"]
    )
    try:
        start_or_debounce(listener, DomainEvent(org_id, CREATED_EVENT, event_id, data), Clock(), None)
    except NotFoundError:
        log.info("a person has deleted the onboarding before it ran", extra={"orgId": org_id})
