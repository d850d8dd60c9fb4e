"""Stock: what is running low or about to expire."""

from __future__ import annotations

from decimal import Decimal

from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.notices.dedup.fact import Fact
from shared.retail.figures import number
from shared.retail.inventory import EXPIRES_WITHIN
from shared.values.words import counted

SOON_DAYS = 3


def low_stock(facts: CheckInputs) -> list[Finding]:
    """Items below their reorder point; worse once out of stock. Items without a reorder point are ignored."""
    return [
        Finding(
            key=key_of("item", item.id),
            severity="warning" if item.is_out else "info",
            level=2 if item.is_out else 1,
            title=f"{item.name} is out of stock" if item.is_out else f"{item.name}: {number(item.on_hand)} left",
            body=f"Reorder point: {number(item.reorder_point)}.",
            about=Fact("low_stock", (item.id,), item.name, Decimal(2 if item.is_out else 1)),
        )
        for item in facts.items
        if item.is_low
    ]


def expiring_batches(facts: CheckInputs) -> list[Finding]:
    """Batches on the shelf that expire within 14 days; worse from three days on, and once expired."""
    found = []
    for item in facts.items:
        expires = item.expires_at
        if expires is None or item.on_hand <= 0 or expires > facts.now + EXPIRES_WITHIN:
            continue
        days = facts.days_until(expires)
        is_over = expires <= facts.now
        when = "has expired" if is_over else "expires today" if days <= 0 else f"expires in {counted(days, 'day')}"
        found.append(
            Finding(
                # A new batch of the same item is another finding.
                key=key_of("batch", expires.date().isoformat(), item.id),
                severity="critical" if is_over else "warning" if days <= SOON_DAYS else "info",
                level=3 if is_over else 2 if days <= SOON_DAYS else 1,
                title=f"{item.name} {when}",
                body=f"{number(item.on_hand)} on the shelf.",
            )
        )
    return found
