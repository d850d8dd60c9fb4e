"""Our prices: items sold too close to cost, and room for price changes."""

from __future__ import annotations

from decimal import Decimal

from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.comparing.pricing import analyse, percent_text
from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.notices.dedup.fact import Fact
from shared.retail.inventory import has_thin_margin
from shared.values.words import counted, dollars

FAR_BELOW_PERCENT = Decimal(20)
LEAST_MATCHES = 3
PRICE_ACTIONS = {"price_adjustment": "price adjustment", "margin_optimization": "margin optimization"}
_PRIORITIES = {"low": 1, "medium": 2, "high": 3}


def margin_alerts(facts: CheckInputs) -> list[Finding]:
    """Items whose price is below their cost × 1.2; worse below the cost itself."""
    found = []
    for item in facts.items:
        if item.price is None or item.cost is None or not has_thin_margin(item):
            continue
        at_a_loss = item.price < item.cost
        found.append(
            Finding(
                key=key_of("item", item.id),
                severity="warning" if at_a_loss else "info",
                level=2 if at_a_loss else 1,
                title=f"{item.name} sells for {dollars(item.price)} and costs you {dollars(item.cost)}",
                body="You lose money on each one." if at_a_loss else "That's a markup of less than 20%.",
                about=Fact("margin", (item.id,), item.name),
            )
        )
    return found


def pricing_opportunities(facts: CheckInputs) -> list[Finding]:
    """Competitors far above us, and pending price proposals (critical ones are threats)."""
    waiting = [action for action in facts.actions if _is_about_prices(action)]
    reported = {action.competitor_name.casefold() for action in waiting if action.type == "margin_optimization"}
    return [*map(_proposal, waiting), *_gaps(facts, reported)]


def _is_about_prices(action: CompetitiveAction) -> bool:
    return action.type in PRICE_ACTIONS and action.priority != "critical"


def _proposal(action: CompetitiveAction) -> Finding:
    return Finding(
        key=key_of("action", action.id),
        severity="info",
        level=_PRIORITIES.get(action.priority, 1),
        title=f"A {PRICE_ACTIONS[action.type]} needs your decision: {action.competitor_name}",
        body=action.recommendation or action.trigger,
    )


def _gaps(facts: CheckInputs, reported: set[str]) -> list[Finding]:
    """Median gaps of more than 20 % in our favor over three products or more; worse with every 10 %."""
    ours = facts.our_products()
    found = []
    for history in facts.menus:
        menu = history.newest
        found_gap = next(iter(analyse(ours, [menu]).competitor_gaps), None)
        if found_gap is None or found_gap.matched_count < LEAST_MATCHES:
            continue
        gap = found_gap.median_gap_percent
        if gap >= -FAR_BELOW_PERCENT:
            continue
        if menu.name.casefold() in reported:
            continue
        found.append(
            Finding(
                key=key_of("gap", menu.competitor_id),
                severity="info",
                level=int(-gap // 10),
                title=f"{menu.name} charges {percent_text(-gap)} more than you",
                body=f"That's the median over {counted(found_gap.matched_count, 'product')} you both sell.",
            )
        )
    return found
