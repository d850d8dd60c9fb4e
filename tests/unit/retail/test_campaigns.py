"""Revenue by campaign, cost and return."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.documents.orders import Order
from shared.documents.shop import Campaign
from shared.retail.campaigns import CampaignResults, results
from tests.unit.retail.builders import NOW, ZONE, order


def _campaign(campaign_id: str, *, began: float = 10, **fields: Any) -> Campaign:
    starts = NOW - timedelta(days=began)
    return Campaign.model_validate({"name": campaign_id, "starts_at": starts, **fields, "id": campaign_id})


def _results(campaigns: list[Campaign], orders: list[Order]) -> CampaignResults:
    return results(campaigns, orders, NOW - timedelta(days=30), NOW, ZONE)


def test_revenue_is_that_of_the_orders_that_name_the_campaign() -> None:
    orders = [
        order(100, campaign_id="a", customer_id="c1"),
        order(50, campaign_id="a", customer_id="c1"),
        order(70, campaign_id="a", status="refunded"),
        order(30, campaign_id="a", days_ago=31),
        order(20),
        order(7, campaign_id="ghost"),
    ]
    found = _results([_campaign("a", cost=60, recipients=10)], orders)
    (row,) = found.campaigns
    assert (row.revenue, row.orders, row.customers) == (Decimal(150), 2, 1)
    assert (row.roi_percent, row.conversion_percent) == (Decimal(150), Decimal(20))
    assert (found.unattributed, found.unknown) == (Decimal(20), Decimal(7))


def test_a_campaign_without_a_cost_has_no_return_and_does_not_improve_the_whole() -> None:
    orders = [order(100, campaign_id="paid"), order(900, campaign_id="free"), order(50, campaign_id="unknown")]
    campaigns = [_campaign("paid", cost=50), _campaign("free", cost=0), _campaign("unknown")]
    found = _results(campaigns, orders)
    assert [row.roi_percent for row in found.campaigns] == [None, Decimal(100), None]
    assert (found.cost, found.roi_percent) == (Decimal(50), Decimal(100))


def test_a_campaign_without_revenue_loses_its_whole_cost() -> None:
    (row,) = _results([_campaign("a", cost=60)], []).campaigns
    assert (row.revenue, row.roi_percent, row.conversion_percent) == (Decimal(0), Decimal(-100), None)


def test_only_campaigns_that_ran_or_brought_orders_are_listed() -> None:
    campaigns = [
        _campaign("long over", began=90, ends_at=NOW - timedelta(days=80)),
        _campaign("over, and still bringing", began=90, ends_at=NOW - timedelta(days=80)),
        _campaign("running", began=90, ends_at=NOW + timedelta(days=1)),
        _campaign("draft", status="draft"),
        _campaign("to come", began=-5),
    ]
    found = _results(campaigns, [order(5, campaign_id="over, and still bringing")])
    assert [(row.name, row.partial) for row in found.campaigns] == [
        ("over, and still bringing", True),
        ("running", True),
    ]
