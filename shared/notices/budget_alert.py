"""Alerts an org that its monthly budget is nearly or completely used, once per month each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from shared.billing import budget as budgets
from shared.billing import ledger
from shared.billing.months import month_path, period
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices.alert import Alert, worded
from shared.notices.daily import alerts
from shared.values.words import dollars, month_words

log = logging.get_logger(__name__)


def after_run(org_id: str, timezone: str, budget: Decimal | None, now: datetime) -> None:
    """Alerts the org when a run's cost crosses 80 or 100%.

    Takes one read for orgs with a budget, none otherwise. If both are crossed at once, only 100% is sent.

    Raises:
        TransientError: the alert could not be stored; the next run with a cost retries.
    """
    if budget is None:
        return
    read = ledger.read(org_id, period(timezone, now))
    percent = budgets.unnotified(read.document.get(budgets.NOTIFIED_FIELD), read.usd(), budget)
    if percent is None:
        return
    log.warning("budget threshold crossed", extra={"orgId": org_id, "percent": percent})
    alerts.notify(org_id, warning(org_id, percent, read.month, read.usd(), budget), now)
    month = firestore().document(month_path(org_id, read.month))
    month.set({budgets.NOTIFIED_FIELD: {str(percent): now}}, merge=True)


def warning(org_id: str, percent: int, month: str, spent: Decimal, budget: Decimal) -> Alert:
    """The alert for one threshold in one month."""
    used_up = percent >= 100
    title, consequence = (
        f"You've used {percent}% of your {dollars(budget)} budget for {month_words(month)}",
        "At 100%, steps that use AI only to improve the wording are skipped until next month.",
    )
    if used_up:
        title = f"Your {dollars(budget)} budget for {month_words(month)} is used up"
        consequence = (
            "Playbooks keep running. Steps that use AI only to improve the wording are skipped until next month, "
            "or until you raise the budget."
        )
    return Alert(
        id=f"budget-{percent}-{org_id}-{month}",
        type=AlertType.BILLING_ALERT,
        key=f"budget-{month}",
        message=worded(title, f"Your playbooks have cost {dollars(spent)} so far. {consequence}"),
        severity="critical" if used_up else "warning",
        link=links.USAGE,
    )
