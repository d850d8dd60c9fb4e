"""Starts a campaign: writes the audience page by page, then sends the first page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from shared.campaigns.record import (
    CAMPAIGNS,
    OPEN,
    PAGES,
    Campaign,
    Page,
    due,
    parse_campaign,
    read_campaign,
)
from shared.campaigns.tasks import enqueue_page
from shared.compliance import opt_out_list
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

PAGE_CUSTOMERS = 250
"""Five Mailjet calls, a few seconds of work: how often a campaign reports progress."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The audience. `ids` yields customer ids and is called once per plan."""

    ids: Callable[[Audience], Iterable[str]]
    unreadable: list[str] = field(default_factory=list)
    """Ids of unreadable documents, collected while `ids` runs."""


def begin(wanted: Campaign, audience: Audience, now: datetime) -> Campaign:
    """Starts the campaign or continues its start; safe to repeat and to run concurrently.

    If there are two plans, the first to be complete counts; the other's pages are never sent and expire.
    """
    campaign = _created(wanted)
    if campaign.status == "planning":
        campaign = _planned(campaign, audience, now)
    if campaign.status == "sending" and campaign.pages_done == 0 and campaign.pages:
        enqueue_page(campaign, campaign.page_id(0), now)
    return campaign


def _created(campaign: Campaign) -> Campaign:
    from google.api_core.exceptions import AlreadyExists

    try:
        clients.firestore().collection(CAMPAIGNS).document(campaign.id).create(campaign.document())
    except AlreadyExists:
        known = read_campaign(campaign.id)
        if known is None:
            raise TransientError(
                "the campaign was deleted while it was starting; try again", code=ErrorCode.BUSY
            ) from None
        return known
    return campaign


def _planned(campaign: Campaign, audience: Audience, now: datetime) -> Campaign:
    if campaign.email is not None:
        opt_out_list.refresh(campaign.org_id, "email", now)
    if campaign.sms is not None:
        opt_out_list.refresh(campaign.org_id, "sms", now)
    plan_id, total, pages = uuid.uuid4().hex, 0, 0
    for pages, customers in enumerate(_pages(audience.ids(audience)), start=1):
        total += len(customers)
        _write_page(campaign, plan_id, pages - 1, customers)
    reference = clients.firestore().collection(CAMPAIGNS).document(campaign.id)

    def settle(transaction: Transaction) -> Campaign:
        found = reference.get(transaction=transaction)
        known = parse_campaign(found.id, found.to_dict(), found.update_time)
        if known is None or known.status != "planning":
            return known or campaign
        ready = known.model_copy(
            update={
                "status": "sending" if pages else "completed",
                "plan_id": plan_id,
                "total": total,
                "unreadable": len(audience.unreadable),
                "pages": pages,
                "due_at": due(now) if pages else None,
                "ended_at": None if pages else now,
            }
        )
        transaction.set(reference, ready.document())
        return ready

    settled = in_transaction(settle, f"{CAMPAIGNS}/{campaign.id}")
    log.info("campaign started", extra={"campaign": campaign.id, "total": settled.total, "pages": settled.pages})
    return settled


def _pages(ids: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(ids)
    while page := list(islice(iterator, PAGE_CUSTOMERS)):
        yield page


def _write_page(campaign: Campaign, plan_id: str, number: int, customers: list[str]) -> None:
    untouched = [OPEN] * len(customers)
    page = Page(
        id=f"{plan_id}-{number}",
        org_id=campaign.org_id,
        run_id=campaign.id,
        number=number,
        customers=customers,
        email=untouched if campaign.email else [],
        sms=untouched if campaign.sms else [],
        expire_at=campaign.expire_at,
    )
    clients.firestore().collection(PAGES).document(page.id).set(page.document())
