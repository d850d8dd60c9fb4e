"""Telling an org that its month's budget is nearly used up, or used up: once a month each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.delivery import inbox, messages, preferences
from shared.delivery.mail import Origin
from shared.delivery.preferences import AlertType, Channel
from shared.delivery.staff_sms import StaffAlert, staff_alert_text
from shared.errors import PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.tenants import budget as budgets
from shared.tenants import ledger
from shared.tenants.months import month_path, period
from shared.tenants.tenant import Tenant, load_tenant

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

log = logging.get_logger(__name__)

ALERT_TYPE = AlertType.BILLING_ALERT
TEXTED_FIELD = "budgetTexts"
"""In the month's document: the thresholds that the staff were, or were to be, texted about, `{"80": when}`."""


def after_run(org_id: str, org_name: str, timezone: str, budget: Decimal | None, now: datetime) -> None:
    """Warn the org, over the channels it chose for billing alerts, when a run's cost took it over 80 or 100 %.

    One request for an org with a budget, none for one without. Who has passed both at once hears of 100 % only.
    An email that cannot be sent just now is sent at the end of the next run with a cost.

    Raises:
        PermanentError: the org's preferences or its document are malformed.
    """
    if budget is None:
        return
    read = ledger.read(org_id, period(timezone, now))
    percent = budgets.untold(read.document.get(budgets.TOLD_FIELD), read.usd(), budget)
    if percent is None:
        return
    month = firestore().document(month_path(org_id, read.month))
    told = _Warning(percent, org_name, read.month, read.usd(), budget)
    channels = preferences.load(org_id).channels(ALERT_TYPE)
    if Channel.DASHBOARD in channels:
        inbox.write(told.id_for(org_id), told.notification(org_id, now))
    tenant = load_tenant(org_id) if channels & {Channel.EMAIL, Channel.SMS} else None
    if Channel.SMS in channels and tenant and _claim_texts(month, percent, now):
        text = staff_alert_text(StaffAlert.BILLING_ALERT, org=org_name, detail=told.title)
        messages.text_at_most_once(tenant.staff_phones, text)
    if Channel.EMAIL in channels and tenant and not _emailed(tenant, told):
        return
    month.set({budgets.TOLD_FIELD: {str(percent): now}}, merge=True)


def _claim_texts(month: DocumentReference, percent: int, now: datetime) -> bool:
    """Whether it falls to this call to text the staff; true once, also where two runs end at the same moment."""
    from google.cloud.firestore import Transaction, transactional

    @transactional
    def claim(transaction: Transaction) -> bool:
        found = month.get(transaction=transaction).to_dict() or {}
        if str(percent) in (found.get(TEXTED_FIELD) or {}):
            return False
        transaction.set(month, {TEXTED_FIELD: {str(percent): now}}, merge=True)
        return True

    claimed: bool = claim(firestore().transaction())
    return claimed


def _emailed(tenant: Tenant, told: _Warning) -> bool:
    """Whether the email is dealt with; False where it should be tried again."""
    if not tenant.owner_email:
        log.warning("no ownerEmail to send the budget's warning to", extra={"orgId": tenant.id})
        return True
    try:
        origin = Origin(org_id=tenant.id, org_name=tenant.name, alert=ALERT_TYPE)
        messages.email_once(told.id_for(tenant.id), tenant.owner_email, told.title, told.body, origin)
    except PermanentError as error:
        log.error("the budget's warning cannot be emailed", extra={"orgId": tenant.id, "reason": str(error)})
    except TransientError as error:
        log.warning("the budget's warning waits", extra={"orgId": tenant.id, "reason": str(error)})
        return False
    return True


class _Warning:
    """What is said of one threshold in one month."""

    def __init__(self, percent: int, org_name: str, period: str, spent: Decimal, budget: Decimal) -> None:
        self.percent, self.period = percent, period
        used_up = percent >= 100
        self.title = (
            f"The budget of ${budget:,.2f} for {period} is used up"
            if used_up
            else f"{percent}% of the budget of ${budget:,.2f} for {period} is used"
        )
        consequence = (
            "Playbooks go on, and say what was computed: steps that only word it better with a model are "
            "left out until next month, or until the budget is raised."
            if used_up
            else "At 100% the steps that use a model without needing it are left out until next month."
        )
        self.body = f"The playbooks of {org_name} have cost ${spent:,.2f} this month. {consequence}"

    def id_for(self, org_id: str) -> str:
        return f"budget-{self.percent}-{org_id}-{self.period}"

    def notification(self, org_id: str, now: datetime) -> inbox.InboxNotification:
        return inbox.InboxNotification(
            org_id=org_id,
            type=ALERT_TYPE,
            title=self.title,
            body=self.body,
            severity="critical" if self.percent >= 100 else "warning",
            created_at=now,
        )
