"""Ends pages and, with the last page, the campaign; each counted once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.campaigns import stats
from shared.campaigns.record import (
    CAMPAIGNS,
    PAGES,
    Campaign,
    CampaignStatus,
    ChangedError,
    Page,
    due,
    parse_campaign,
)
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

SHOWN_EVERY = timedelta(seconds=1)
"""Firestore sustains about one write a second to one document."""


def finish_page(campaign: Campaign, page: Page, now: datetime) -> Campaign:
    """Adds the page's outcomes to the campaign and returns it; safe to repeat.

    `shown_at` is `now` in the result if the run should show its progress.

    Raises:
        ChangedError: another process took over the page.
        TransientError: too many wrote at this moment.
    """
    client = firestore()
    page_reference = client.collection(PAGES).document(page.id)

    def finish(transaction: Transaction, known: Campaign) -> Campaign:
        found = page_reference.get(transaction=transaction)
        if not found.exists or found.update_time != page.version:
            raise ChangedError(f"{PAGES}/{page.id} was written by somebody else")
        tally = page.tally(together=campaign.together)
        done = known.pages_done + 1
        is_last = done >= known.pages
        shows = is_last or known.shown_at is None or now - known.shown_at >= SHOWN_EVERY
        after = known.model_copy(
            update={
                "totals": known.totals.plus(tally),
                "pages_done": done,
                "status": "completed" if is_last and known.status == "sending" else known.status,
                "ended_at": now if is_last else known.ended_at,
                "due_at": now if is_last else due(now),
                "shown_at": now if shows else known.shown_at,
            }
        )
        ended = page.model_copy(update={"status": "done", "lease": None, "not_before": None})
        transaction.set(page_reference, ended.document())
        stats.count_sent(transaction, after, tally, now)
        return after

    return _changed(campaign, finish)


def end(campaign: Campaign, status: CampaignStatus, reason: str, now: datetime) -> Campaign:
    """Ends a campaign early; the first call wins.

    A canceled campaign can't be resumed, so what its unfinished pages sent is counted now.
    """

    def stop(transaction: Transaction, known: Campaign) -> Campaign:
        if known.status not in ("planning", "sending"):
            return known
        totals = known.totals
        if status == "cancelled":
            for page in _open_pages(transaction, known):
                totals = totals.plus(page.tally(together=known.together))
        ended = {"status": status, "status_reason": reason, "ended_at": now, "due_at": now, "shown_at": now}
        return known.model_copy(update={**ended, "totals": totals})

    return _changed(campaign, stop)


def _open_pages(transaction: Transaction, campaign: Campaign) -> list[Page]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(PAGES)
        .where(filter=FieldFilter("runId", "==", campaign.id))
        .where(filter=FieldFilter("status", "==", "open"))
    )
    found = query.stream(transaction=transaction)
    return [Page.model_validate({**(one.to_dict() or {}), "id": one.id}) for one in found]


def resume(campaign: Campaign, now: datetime) -> Campaign:
    """Resumes a stopped campaign."""

    def go_on(_: Transaction, known: Campaign) -> Campaign:
        if known.status != "stopped":
            return known
        update = {"status": "sending", "status_reason": None, "ended_at": None, "due_at": now}
        return known.model_copy(update={**update, "generation": known.generation + 1})

    return _changed(campaign, go_on)


def mark_notified(campaign: Campaign) -> None:
    """Records that its run was notified of the end: a failed campaign may now be resumed."""

    def marked(_: Transaction, known: Campaign) -> Campaign:
        return known.model_copy(update={"status": "stopped"}) if known.status == "failed" else known

    _changed(campaign, marked)


def put_off(campaign: Campaign, until: datetime | None) -> None:
    """Postpones the sweep's next check; None: no more checks."""
    reference = firestore().collection(CAMPAIGNS).document(campaign.id)
    reference.update({"dueAt": until})


def _changed(campaign: Campaign, change: Callable[[Transaction, Campaign], Campaign]) -> Campaign:
    reference = firestore().collection(CAMPAIGNS).document(campaign.id)

    def write(transaction: Transaction) -> Campaign:
        found = reference.get(transaction=transaction)
        known = parse_campaign(found.id, found.to_dict(), found.update_time)
        if known is None:
            raise ChangedError(f"{CAMPAIGNS}/{campaign.id} is gone")
        after = change(transaction, known)
        if after is not known:
            transaction.set(reference, after.document())
        return after

    return in_transaction(write, f"{CAMPAIGNS}/{campaign.id}")
