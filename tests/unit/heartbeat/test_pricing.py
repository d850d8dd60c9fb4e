"""Margins, proposals that wait, and competitors far above us."""

from __future__ import annotations

import pytest

from shared.heartbeat.checks.pricing import margin_alerts, pricing_opportunities
from tests.unit.heartbeat.facts import action, facts, history, item

NAMES = ("Blue Dream 3.5g", "Sour Diesel 3.5g", "Jack Herer 3.5g")
OURS = [item(name, price=100) for name in NAMES]


@pytest.mark.parametrize(
    ("price", "cost", "level"),
    [
        (120, 100, None),
        (119.99, 100, 1),
        (100, 100, 1),
        (99.99, 100, 2),
        (50, None, None),
        (None, 50, None),
        (0, 10, 2),
        (10, 0, None),
    ],
)
def test_a_price_below_cost_and_a_fifth(price: float | None, cost: float | None, level: int | None) -> None:
    found = margin_alerts(facts(items=[item(price=price, cost=cost)]))
    assert [one.level for one in found] == ([] if level is None else [level])


def at(price: float) -> dict[str, float]:
    return dict.fromkeys(NAMES, price)


@pytest.mark.parametrize(("their_price", "level"), [(120, None), (120.5, 2), (129.9, 2), (130, 3), (80, None)])
def test_a_competitor_far_above_us(their_price: float, level: int | None) -> None:
    found = pricing_opportunities(facts(offers=OURS, menus=[history("Green", at(their_price))]))
    assert [one.level for one in found] == ([] if level is None else [level])


def test_two_products_make_no_opportunity() -> None:
    prices = dict(list(at(200).items())[:2])
    assert pricing_opportunities(facts(offers=OURS, menus=[history("Green", prices)])) == []


def test_proposals_about_prices_are_reported_and_other_actions_are_not() -> None:
    found = pricing_opportunities(
        facts(
            actions=[
                action("a", "price_adjustment", "medium"),
                action("b", "price_adjustment", "critical"),
                action("c", "counter_campaign", "high"),
                action("d", "margin_optimization", "medium"),
            ]
        )
    )
    assert [one.key for one in found] == ["action:a", "action:d"]


def test_a_price_gap_with_a_pending_proposal_is_not_reported() -> None:
    waiting = [action("d", "margin_optimization", "medium", competitorName="green")]
    found = pricing_opportunities(facts(offers=OURS, menus=[history("Green", at(150))], actions=waiting))
    assert [one.key for one in found] == ["action:d"]
