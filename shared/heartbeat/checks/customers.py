"""Customers: who hasn't ordered lately, and whose birthday it is."""

from __future__ import annotations

from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.notices.dedup.fact import Fact
from shared.retail.birthdays import cohort
from shared.retail.customers import Profile, profiles, vips
from shared.values.words import counted, dollars

AT_RISK_DAYS = 30
LAPSED_DAYS = 90
VIP_INACTIVE_DAYS = 30
VIP_LEVEL_DAYS = 30
"""An inactive VIP is reported again every 30 days, until lapsed."""


def at_risk_customers(facts: CheckInputs) -> list[Finding]:
    """Customers without an order for 30 days, except VIPs, who have their own check, and lapsed ones."""
    people = _profiles(facts)
    top = vips(people)
    return [
        Finding(
            key=key_of("customer", one.customer.id),
            severity="info",
            title=f"No order for {counted(one.days_since, 'day')}: a customer with {_bought(one)}",
            about=Fact("customer_away", (one.customer.id,), ""),
        )
        for one in people
        if one.days_since is not None
        and AT_RISK_DAYS <= one.days_since < LAPSED_DAYS
        and one.customer.id not in top
    ]


def vip_inactivity(facts: CheckInputs) -> list[Finding]:
    """The top tenth of customers by spending who haven't ordered for 30 days; worse every 30 days."""
    people = _profiles(facts)
    top = vips(people)
    return [
        Finding(
            key=key_of("customer", one.customer.id),
            severity="warning",
            level=min(one.days_since, LAPSED_DAYS) // VIP_LEVEL_DAYS,
            title=f"No order for {counted(one.days_since, 'day')}: a VIP with {_bought(one)}",
            about=Fact("customer_away", (one.customer.id,), ""),
        )
        for one in people
        if one.customer.id in top and one.days_since is not None and one.days_since >= VIP_INACTIVE_DAYS
    ]


def birthdays(facts: CheckInputs) -> list[Finding]:
    """Whose birthday it is today, in the org's zone."""
    people, _ = cohort(facts.customers, facts.today, 0)
    return [
        Finding(
            key=key_of("birthday", facts.today.isoformat(), customer.id),
            severity="info",
            title="Wish them well: your customer list shows today's birthdays",
        )
        for customer, _day in people
    ]


def _bought(one: Profile) -> str:
    """By what they bought, not by name, because every member of the org reads the inbox."""
    return f"{counted(one.orders, 'order')} and {dollars(one.spent)} spent"


def _profiles(facts: CheckInputs) -> list[Profile]:
    return profiles(facts.customers, facts.orders, facts.now)
