"""Tasks that send campaign pages, named so that duplicates collapse."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.campaigns.record import Campaign
from shared.gcp.logging import get_logger
from shared.gcp.task_queue import create_named_task

QUEUE = "sendCampaignPage"
DEADLINE_SECONDS = 300
FARTHEST = timedelta(days=29)

log = get_logger(__name__)


def enqueue_page(
    campaign: Campaign, page_id: str, now: datetime, *, at: datetime | None = None, suffix: str = ""
) -> None:
    """Enqueues the page, now or at `at`; `suffix` is for when the plain name was already used."""
    wanted = min(at, now + FARTHEST) if at else None
    name = "-".join(part for part in (page_id, str(campaign.generation), suffix) if part)
    payload = {"runId": campaign.id, "pageId": page_id}
    if not create_named_task(QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=wanted):
        log.info("task already exists", extra={"task": name})


def enqueue_following(campaign: Campaign, number: int, now: datetime) -> None:
    """Enqueues the next page, if any."""
    if campaign.status == "sending" and number + 1 < campaign.pages:
        enqueue_page(campaign, campaign.page_id(number + 1), now)
