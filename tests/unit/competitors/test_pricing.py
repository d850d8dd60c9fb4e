"""Gaps, undercuts and the sentence about them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.comparing.pricing import analyse, gap_percent, next_step
from shared.competitors.models import CompetitorMenu, Product


def _menu(name: str, **prices: str | None) -> CompetitorMenu:
    return CompetitorMenu(competitor_id=name.lower(), name=name, products=_products(**prices))


def _products(**prices: str | None) -> tuple[Product, ...]:
    return tuple(
        Product(name=name.replace("_", " "), category="Flower", price=None if price is None else Decimal(price))
        for name, price in prices.items()
    )


OURS = _products(Blue_Dream="40.00", OG_Kush="50.00", Runtz="30.00")


def test_fifteen_percent_below_is_exactly_fifteen() -> None:
    analysis = analyse(OURS, [_menu("Higher Level", Blue_Dream="34.00", OG_Kush="55")])
    assert analysis.price_gap == Decimal(15)
    assert [cut.percent for cut in analysis.undercut] == [Decimal(15)]
    assert analysis.summary == "Higher Level sells Blue Dream for $34, $6 below you."


def test_the_deepest_undercut_comes_first() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="38", Runtz="29"), _menu("B", OG_Kush="25")])
    assert [(cut.competitor, cut.product, cut.percent) for cut in analysis.undercut] == [
        ("B", "OG Kush", Decimal("50.00")),
        ("A", "Blue Dream", Decimal("5.00")),
        ("A", "Runtz", Decimal("3.33")),
    ]
    assert analysis.summary.endswith("$25 below you, and 2 more prices are below yours.")


def test_an_undercut_below_the_threshold_does_not_count() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="38")], Decimal(10))
    assert analysis.price_gap == 0
    assert not analysis.undercut
    assert analysis.matched_count == 1


def test_a_report_says_that_nothing_needs_a_reaction_only_where_nothing_is_below_us() -> None:
    cheaper = analyse(OURS, [_menu("A", Blue_Dream="38")]).undercut
    assert next_step(cheaper) == "Look at Blue Dream first: match the price, answer with a campaign, or leave it."
    assert next_step(()) == "No price needs a reaction."


def test_nobody_cheaper_is_a_gap_of_zero() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="40.00", OG_Kush="60")])
    assert analysis.price_gap == 0
    assert analysis.median_gap_percent == Decimal("-10.00")
    assert analysis.summary == "No competitor is below your price on the 2 products compared."


def test_nothing_in_common_is_said() -> None:
    analysis = analyse(OURS, [_menu("A", Something_Else="1")])
    assert (analysis.price_gap, analysis.matched_count) == (Decimal(0), 0)
    assert analysis.median_gap_percent is None
    assert "could be matched" in analysis.summary


def test_products_without_a_price_are_left_out() -> None:
    assert analyse(_products(Blue_Dream=None), [_menu("A", Blue_Dream="1")]).matched_count == 0
    assert analyse(OURS, [_menu("A", Blue_Dream=None)]).matched_count == 0


def test_medians_are_told_by_competitor_and_category() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="36", OG_Kush="40", Runtz="30"), _menu("B", Runtz="15")])
    assert [(gap.name, gap.median_gap_percent, gap.matched_count) for gap in analysis.competitor_gaps] == [
        ("B", Decimal("50.00"), 1),
        ("A", Decimal("10.00"), 3),
    ]
    assert [(gap.name, gap.median_gap_percent) for gap in analysis.category_gaps] == [("Flower", Decimal("15.00"))]


_PRICE = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(1000), places=2)


@given(_PRICE, _PRICE)
def test_the_price_gap_is_never_negative_nor_above_a_hundred(ours: Decimal, theirs: Decimal) -> None:
    analysis = analyse(_products(X1=str(ours)), [_menu("A", X1=str(theirs))])
    assert 0 <= analysis.price_gap <= 100
    assert (analysis.price_gap > 0) == (gap_percent(ours, theirs) > 0)
