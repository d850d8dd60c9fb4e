"""What an org's owner is told once their webhook was disabled."""

from __future__ import annotations

from datetime import datetime

from shared.messages import links
from shared.messages.alert_types import WEBHOOK
from shared.notices.alert import EMAIL, Alert, worded
from shared.subscriptions.subscriptions import Subscription
from shared.values.words import counted
from shared.web.address import parse_address


def disabled_alert(subscription: Subscription, last_error: str, now: datetime) -> Alert:
    """Of a subscription that was disabled now. Every member reads it: the address is shown as far as its host."""
    address = parse_address(subscription.url)
    if subscription.disabled_because == "gone":
        why = "It answered 410 Gone, which means that it takes no messages any more."
    else:
        why = (
            f"The last {counted(subscription.dead_in_a_row, 'message')} couldn't be delivered. "
            f"The most recent error: {last_error.rstrip('.')}."
        )
    return Alert(
        id=f"webhook-disabled-{subscription.id}-{int(now.timestamp())}",
        type=WEBHOOK,
        key=f"webhook-{subscription.id}",
        message=worded(
            f"We've stopped sending webhooks to {address.host}",
            f"We turned off the webhook {address.shown}. {why}\n\nFix the address, then enable it under Settings, "
            "Webhooks. You can send failed messages again from there.",
        ),
        severity="warning",
        link=links.WEBHOOKS,
        also=EMAIL,
    )
