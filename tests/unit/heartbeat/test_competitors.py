"""Prices that moved, threats, and what a competitor ran out of."""

from __future__ import annotations

from decimal import Decimal

from shared.heartbeat.checks.competitors import price_changes, stock_outs, threats
from shared.heartbeat.inputs import PriceChange
from tests.unit.heartbeat.facts import action, ago, facts, history, item

OURS = [item("Blue Dream 3.5g"), item("Sour Diesel 3.5g"), item("Jack Herer 3.5g", quantity=0)]
BEFORE = {"Blue Dream 3.5g": 40.0, "Sour Diesel 3.5g": 40.0, "Jack Herer 3.5g": 40.0, "Gummies 10pk": 20.0}


def change(old: str | None, new: str | None) -> PriceChange:
    prices = {"oldPrice": old and Decimal(old), "newPrice": new and Decimal(new)}
    return PriceChange.model_validate({"id": "e1", "competitor": "Green", "product": "Blue Dream", **prices})


def test_a_lower_price_is_a_warning_and_a_higher_one_is_not() -> None:
    (down,) = price_changes(facts(price_changes=[change("40", "34")]))
    (up,) = price_changes(facts(price_changes=[change("40", "46")]))
    assert (down.severity, down.title, down.body) == (
        "warning",
        "Green lowered Blue Dream by 15%",
        "From $40 to $34.",
    )
    assert (up.severity, up.title) == ("info", "Green raised Blue Dream by 15%")


def test_an_event_without_prices_is_still_reported() -> None:
    for old, new in ((None, "34"), ("40", None), ("0", "34")):
        (found,) = price_changes(facts(price_changes=[change(old, new)]))
        assert found.title == "Green changed the price of Blue Dream"


def test_critical_actions_are_threats() -> None:
    actions = [
        action("a", priority="critical"),
        action("b", priority="high"),
    ]
    (found,) = threats(facts(actions=actions))
    assert (found.key, found.severity, found.title) == ("action:a", "critical", "Green: price adjustment")


def test_a_threat_that_names_its_competitor_names_it_once() -> None:
    seen = "Green's median price $30.00 is 25% below ours, $40.00."
    threat = action("a", priority="critical", trigger=seen)
    assert threats(facts(actions=[threat]))[0].title == seen


def without(*names: str) -> dict[str, float]:
    return {name: price for name, price in BEFORE.items() if name not in names}


def test_what_a_competitor_no_longer_lists_and_we_have() -> None:
    newest = without("Blue Dream 3.5g", "Jack Herer 3.5g")
    (found,) = stock_outs(facts(offers=OURS, menus=[history("Green", newest, BEFORE)]))
    assert found.title == "Green no longer lists Blue Dream 3.5g"
    assert found.key == "gone:green:Blue Dream 3.5g"


def test_what_they_never_listed_is_not_a_stock_out() -> None:
    assert stock_outs(facts(offers=OURS, menus=[history("Green", {"Gummies 10pk": 20.0})])) == []
    assert stock_outs(facts(offers=OURS, menus=[history("Green", BEFORE, BEFORE)])) == []


def test_a_page_that_lost_more_than_half_was_read_badly() -> None:
    half = without("Blue Dream 3.5g", "Gummies 10pk")
    less = without("Blue Dream 3.5g", "Gummies 10pk", "Jack Herer 3.5g")
    assert len(stock_outs(facts(offers=OURS, menus=[history("Green", half, BEFORE)]))) == 1
    assert stock_outs(facts(offers=OURS, menus=[history("Green", less, BEFORE)])) == []


def test_a_product_gone_for_more_than_a_week_is_not_news() -> None:
    newest = without("Blue Dream 3.5g")
    for changed_at, count in ((ago(days=7), 1), (ago(days=7, seconds=1), 0)):
        menus = [history("Green", newest, BEFORE, changed_at)]
        assert len(stock_outs(facts(offers=OURS, menus=menus))) == count
