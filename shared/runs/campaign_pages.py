"""Sends a campaign's pages while its run is alive, and wakes the run at the end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from shared.billing import prices
from shared.campaigns import settling, stats, tasks
from shared.campaigns.page import send_page
from shared.campaigns.record import CAMPAIGNS, PAGES, Campaign, due, parse_campaign, read_campaign, read_page
from shared.documents import executions
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.transactions import in_transaction
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs import store, wake
from shared.runs.record import TERMINAL, Execution, ExecutionStatus, parse_execution

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

SWEPT_PAGES = 5
"""Open pages of a campaign that the sweep sets going; each has the one after it follow."""
PAGE = 100


def work(run_id: str, page_id: str, clock: Clock) -> str:
    """Go on with a page of a campaign and see to what comes after; what became of it.

    Safe to call any number of times, late and at once from several places.

    Raises:
        TransientError: something was busy; the task is to come again.
    """
    campaign, page = read_campaign(run_id), read_page(page_id)
    if campaign is None or page is None:
        log.warning("no such campaign; nothing to send", extra={"campaign": run_id, "page": page_id})
        return "gone"
    with logging.bind(orgId=campaign.org_id, executionId=campaign.execution_id, playbookId=campaign.playbook_id):
        if campaign.status == "sending":
            campaign = _stopped_with_its_run(campaign, clock.now())
        if campaign.status != "sending":
            _follow_up(campaign, clock.now())
            return campaign.status
        shown_at = campaign.shown_at
        answer, campaign = send_page(campaign, page, clock)
        if answer in ("done", "asleep"):
            tasks.enqueue_following(campaign, page.number, clock.now())
        if campaign.status == "sending" and campaign.shown_at != shown_at:
            _show(campaign)
        _follow_up(campaign, clock.now())
        return answer


def _stopped_with_its_run(campaign: Campaign, now: datetime) -> Campaign:
    """The campaign, ended where its run has: nobody gets another message of a run that was canceled."""
    stored = store.read(campaign.execution_id)
    if stored is None or stored.execution.status in (ExecutionStatus.CANCELLED, ExecutionStatus.SKIPPED):
        return settling.end(campaign, "cancelled", "its run was canceled", now)
    if stored.execution.cancel_requested_at is not None:
        return settling.end(campaign, "cancelled", "its run was canceled", now)
    if stored.execution.status is ExecutionStatus.FAILED:
        return settling.end(campaign, "stopped", "its run has failed", now)
    return campaign


def _follow_up(campaign: Campaign, now: datetime) -> None:
    """Tell the run how its campaign has ended, once it has. Safe to repeat."""
    if campaign.status in ("planning", "sending") or campaign.due_at is None:
        return
    _show(campaign)
    if campaign.status in ("completed", "failed"):
        wake.campaign_ended(campaign.execution_id, campaign.id, now)
    settling.put_off(campaign, None)
    log.info(
        "campaign ended", extra={"campaign": campaign.id, "status": campaign.status, "sent": campaign.totals.sent}
    )


def _show(campaign: Campaign) -> None:
    """Write its progress into the run, and what it cost where no step of the run will."""
    reference = executions.reference(campaign.execution_id)
    field = FieldPath("campaigns", campaign.step_id).to_api_repr()

    def write(transaction: Transaction) -> None:
        found = reference.get(transaction=transaction)
        if not found.exists:
            log.warning("the run of a campaign is gone", extra={"campaign": campaign.id})
            return
        fields: dict[str, Any] = {field: campaign.progress()}
        known = (found.to_dict() or {}).get("campaigns", {}).get(campaign.step_id, {})
        if campaign.status == "cancelled" and known.get("status") != "cancelled":
            fields |= _charged(parse_execution(found.id, found.to_dict() or {}), campaign)
        transaction.update(reference, fields)

    in_transaction(write, reference.path)


def _charged(execution: Execution, campaign: Campaign) -> dict[str, Any]:
    """The costs of a run that has ended with those of its campaign, which the org's month holds already."""
    if execution.status not in TERMINAL:
        return {}
    for item, quantity in campaign.used().items():
        execution.charge(item, quantity, float(prices.cost(item, quantity).usd), billed=True)
    lines = [line.document() for line in execution.costs]
    return {"costUsd": execution.cost_usd, "billedUsd": execution.billed_usd, "costs": lines}


def sweep_campaigns(clock: Clock) -> int:
    """Have the campaigns go on that nothing has happened to for a while; how many."""
    overdue = (
        clients.firestore()
        .collection(CAMPAIGNS)
        .where(filter=FieldFilter("dueAt", "<=", clock.now()))
        .order_by("dueAt")
        .limit(PAGE)
    )
    with Isolation("campaigns") as isolation:
        found = isolation.each(overdue.stream(), Item.of, lambda one: _set_going(one, clock.now()))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _set_going(found: Any, now: datetime) -> bool:
    campaign = parse_campaign(found.id, found.to_dict(), found.update_time)
    if campaign is None or campaign.due_at is None:
        return False
    log.warning("campaign is overdue", extra={"campaign": campaign.id, "status": campaign.status})
    if campaign.status != "sending":
        _follow_up(campaign, now)
        return True
    pages = (
        clients.firestore()
        .collection(PAGES)
        .where(filter=FieldFilter("runId", "==", campaign.id))
        .where(filter=FieldFilter("status", "==", "open"))
        .order_by("number")
        .limit(SWEPT_PAGES)
    )
    suffix = f"sweep-{int(now.timestamp()) // 60}"
    for page in pages.select([]).stream():
        if page.id.rpartition("-")[0] == campaign.plan_id:
            tasks.enqueue_page(campaign, page.id, now, suffix=suffix)
    settling.put_off(campaign, due(now))
    return True


def count_new_events() -> int:
    """Add what readers did since the last time to the campaigns' statistics; how many customers did.

    Raises:
        TransientError: some could not be counted now; the others were.
    """
    with Isolation("campaign-events") as isolation:
        counted = isolation.each(stats.new_events(), Item.of, stats.count_events)
    isolation.require_no_waiting()
    return sum(one or 0 for one in counted)
