"""The tasks that send a campaign's pages, named so that asking twice makes one."""

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
    """Have the page sent, at once or not before `at`; `suffix` where the plain name is spent."""
    wanted = min(at, now + FARTHEST) if at else None
    name = "-".join(part for part in (page_id, str(campaign.generation), suffix) if part)
    payload = {"runId": campaign.id, "pageId": page_id}
    if not create_named_task(QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=wanted):
        log.info("task is there already", extra={"task": name})


def enqueue_following(campaign: Campaign, number: int, now: datetime) -> None:
    """Have the page after that one sent, where there is one."""
    if campaign.status == "sending" and number + 1 < campaign.pages:
        enqueue_page(campaign, campaign.page_id(number + 1), now)
