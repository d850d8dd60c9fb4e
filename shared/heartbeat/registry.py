"""The sixteen checks: what each one needs, how often it runs, and which of the org's preferences apply.

Preferences know six types of alerts. What is about competitors is a `competitor_alert`; licenses, expired goods and
content that waits are `compliance_flag`s; playbooks that did not run are a `playbook_failure`; what an org's own
shelves, customers and sales show goes by `usage_alert`, the nearest there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.heartbeat.checks import competitors, compliance, customers, playbooks, pricing, sales, stock
from shared.heartbeat.findings import Finding
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.load import Section
from shared.messages import links
from shared.messages.alert_types import AlertType


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `one` and `many` are the titles of its notification; `{n}` is the number of findings in it."""

    name: str
    find: Callable[[CheckInputs], list[Finding]]
    needs: frozenset[Section]
    alert_type: AlertType
    one: str
    many: str
    daily: bool = False
    """Made once in the org's morning: where the figures are those of whole days, or many documents are read."""
    counts_all: bool = False
    """Whether `{n}` is everything that there is, not only what is new."""
    link: str | None = None
    """The dashboard page that shows it; None if there is none."""

    def headline(self, reported: int, there: int) -> str:
        """The title for this many reported findings out of this many in all."""
        count = there if self.counts_all else reported
        return (self.one if count == 1 else self.many).format(n=f"{count:,}")


BLOCKED = Check(
    "blocked_checks",
    lambda _: [],
    frozenset(),
    AlertType.PLAYBOOK_FAILURE,
    one="Some of your hourly checks can't run",
    many="Some of your hourly checks can't run",
)
"""Tells of the checks that cannot be made until the org changes something; what it finds are their failures."""

CHECKS: tuple[Check, ...] = (
    Check(
        "low_stock",
        stock.low_stock,
        frozenset({Section.ITEMS}),
        AlertType.USAGE_ALERT,
        one="1 item is running low",
        many="{n} items are running low",
    ),
    Check(
        "expiring_batches",
        stock.expiring_batches,
        frozenset({Section.ITEMS}),
        AlertType.COMPLIANCE_FLAG,
        one="1 batch has expired or soon will",
        many="{n} batches have expired or soon will",
    ),
    Check(
        "margin_alerts",
        pricing.margin_alerts,
        frozenset({Section.ITEMS}),
        AlertType.USAGE_ALERT,
        one="1 item has almost no margin",
        many="{n} items have almost no margin",
    ),
    Check(
        "pricing_opportunities",
        pricing.pricing_opportunities,
        frozenset({Section.OFFERS, Section.MENUS, Section.ACTIONS}),
        AlertType.COMPETITOR_ALERT,
        link=links.COMPETITORS,
        one="1 pricing opportunity",
        many="{n} pricing opportunities",
    ),
    Check(
        "price_changes",
        competitors.price_changes,
        frozenset({Section.PRICE_CHANGES}),
        AlertType.COMPETITOR_ALERT,
        link=links.COMPETITORS,
        one="A competitor changed a price",
        many="Competitors changed {n} prices",
    ),
    Check(
        "threats",
        competitors.threats,
        frozenset({Section.ACTIONS}),
        AlertType.COMPETITOR_ALERT,
        link=links.COMPETITORS,
        one="🚨 1 critical competitive threat requires attention",
        many="🚨 {n} critical competitive threats require attention",
        counts_all=True,
    ),
    Check(
        "stock_outs",
        competitors.stock_outs,
        frozenset({Section.OFFERS, Section.MENUS}),
        AlertType.COMPETITOR_ALERT,
        link=links.COMPETITORS,
        one="A competitor ran out of something you have",
        many="Competitors ran out of {n} things you have",
    ),
    Check(
        "at_risk_customers",
        customers.at_risk_customers,
        frozenset({Section.CUSTOMERS, Section.ORDERS}),
        AlertType.USAGE_ALERT,
        one="You may be losing 1 customer",
        many="You may be losing {n} customers",
        daily=True,
    ),
    Check(
        "birthdays",
        customers.birthdays,
        frozenset({Section.CUSTOMERS}),
        AlertType.USAGE_ALERT,
        one="1 customer has a birthday today",
        many="{n} customers have a birthday today",
        daily=True,
    ),
    Check(
        "vip_inactivity",
        customers.vip_inactivity,
        frozenset({Section.CUSTOMERS, Section.ORDERS}),
        AlertType.USAGE_ALERT,
        one="1 VIP hasn't ordered in a while",
        many="{n} VIPs haven't ordered in a while",
        daily=True,
    ),
    Check(
        "license_expiry",
        compliance.license_expiry,
        frozenset({Section.LOCATIONS}),
        AlertType.COMPLIANCE_FLAG,
        one="1 license has expired or soon will",
        many="{n} licenses have expired or soon will",
    ),
    Check(
        "content_pending_review",
        compliance.content_pending_review,
        frozenset({Section.CONTENT}),
        AlertType.COMPLIANCE_FLAG,
        one="1 piece of content needs review",
        many="{n} pieces of content need review",
    ),
    Check(
        "sales_velocity",
        sales.sales_velocity,
        frozenset({Section.ORDERS}),
        AlertType.USAGE_ALERT,
        one="Your sales trend changed",
        many="Your sales trend changed",
        daily=True,
    ),
    Check(
        "order_anomalies",
        sales.order_anomalies,
        frozenset({Section.ORDERS}),
        AlertType.USAGE_ALERT,
        one="Something unusual in your orders",
        many="{n} unusual things in your orders",
        daily=True,
    ),
    Check(
        "playbooks_not_run",
        playbooks.playbooks_not_run,
        frozenset({Section.PLAYBOOKS}),
        AlertType.PLAYBOOK_FAILURE,
        link=links.PLAYBOOKS,
        one="1 playbook didn't run as it should",
        many="{n} playbooks didn't run as they should",
    ),
    Check(
        "keys_in_playbooks",
        playbooks.keys_in_playbooks,
        frozenset({Section.KEYS}),
        AlertType.COMPLIANCE_FLAG,
        link=links.PLAYBOOKS,
        one="A playbook contains a key or password",
        many="{n} playbooks contain keys or passwords",
        daily=True,
        counts_all=True,
    ),
)
