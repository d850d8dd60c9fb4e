"""Customers: who hasn't ordered lately, and whose birthday it is."""

from __future__ import annotations

from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.shop_figures import LAPSED_DAYS, Away
from shared.notices.dedup.fact import Fact
from shared.values.words import counted, dollars

VIP_LEVEL_DAYS = 30
"""An inactive VIP is reported again every 30 days, until lapsed."""


def at_risk_customers(facts: CheckInputs) -> list[Finding]:
    """Customers without an order for 30 days, except VIPs, who have their own check, and lapsed ones."""
    return [
        Finding(
            key=key_of("customer", one.id),
            severity="info",
            title=f"No order for {counted(one.days, 'day')}: a customer with {_bought(one)}",
            about=Fact("customer_away", (one.id,), ""),
        )
        for one in facts.people.away
        if not one.is_vip
    ]


def vip_inactivity(facts: CheckInputs) -> list[Finding]:
    """The top tenth of customers by spending who haven't ordered for 30 days; worse every 30 days."""
    return [
        Finding(
            key=key_of("customer", one.id),
            severity="warning",
            level=min(one.days, LAPSED_DAYS) // VIP_LEVEL_DAYS,
            title=f"No order for {counted(one.days, 'day')}: a VIP with {_bought(one)}",
            about=Fact("customer_away", (one.id,), ""),
        )
        for one in facts.people.away
        if one.is_vip
    ]


def birthdays(facts: CheckInputs) -> list[Finding]:
    """Whose birthday it is today, in the org's zone."""
    return [
        Finding(
            key=key_of("birthday", facts.today.isoformat(), customer_id),
            severity="info",
            title="Wish them well: your customer list shows today's birthdays",
        )
        for customer_id in facts.people.birthdays
    ]


def _bought(one: Away) -> str:
    """By what they bought, not by name, because every member of the org reads the inbox."""
    return f"{counted(one.orders, 'order')} and {dollars(one.spent)} spent"
