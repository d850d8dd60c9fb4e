"""Gaps, undercuts and the sentence about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.comparing.price_pairs import MOST_TIMES_APART
from shared.competitors.comparing.pricing import analyse, gap_percent, next_step
from shared.competitors.models import CompetitorMenu, Product, SizePrice


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


def test_a_report_is_calm_only_if_no_price_is_below_ours() -> None:
    cheaper = analyse(OURS, [_menu("A", Blue_Dream="38")]).undercut
    assert next_step(cheaper) == "Look at Blue Dream first: match the price, answer with a campaign, or leave it."
    assert next_step(()) == "No prices need attention."


def test_without_a_cheaper_competitor_the_gap_is_zero() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="40.00", OG_Kush="60")])
    assert analysis.price_gap == 0
    assert analysis.median_gap_percent == Decimal("-10.00")
    assert analysis.summary == "No competitor is below your price on the 2 products compared."


def test_having_no_products_in_common_is_reported() -> None:
    analysis = analyse(OURS, [_menu("A", Something_Else="1")])
    assert (analysis.price_gap, analysis.matched_count) == (Decimal(0), 0)
    assert analysis.median_gap_percent is None
    assert analysis.summary == "None of their products match yours."


def test_products_without_a_price_are_left_out() -> None:
    assert analyse(_products(Blue_Dream=None), [_menu("A", Blue_Dream="1")]).matched_count == 0
    assert analyse(OURS, [_menu("A", Blue_Dream=None)]).matched_count == 0


def test_medians_are_reported_by_competitor_and_category() -> None:
    analysis = analyse(OURS, [_menu("A", Blue_Dream="36", OG_Kush="40", Runtz="30"), _menu("B", Runtz="15")])
    assert [(gap.name, gap.median_gap_percent, gap.matched_count) for gap in analysis.competitor_gaps] == [
        ("B", Decimal("50.00"), 1),
        ("A", Decimal("10.00"), 3),
    ]
    assert [(gap.name, gap.median_gap_percent) for gap in analysis.category_gaps] == [("Flower", Decimal("15.00"))]


def _product(name: str, price: str, size: str | None = None, **more: Any) -> Product:
    return Product(name=name, category="Flower", price=Decimal(price), size=size, **more)


def _selling(*products: Product) -> CompetitorMenu:
    return CompetitorMenu(competitor_id="a", name="Higher Level", products=products)


def test_a_gram_of_theirs_is_not_below_our_eighth() -> None:
    ours = [_product("Blue Dream 3.5g", "35")]
    for gram in (_product("Blue Dream 1g", "12"), _product("Blue Dream", "12", "1g")):
        analysis = analyse(ours, [_selling(gram)])
        assert (analysis.price_gap, analysis.undercut) == (Decimal(0), ())
        assert analysis.matched_count == 1, "a gram costs $12.00 there and $10.00 here"


def test_sizes_that_differ_are_compared_by_the_gram_and_the_sentence_says_so() -> None:
    ours = [_product("Blue Dream", "11.40", "gram")]
    analysis = analyse(ours, [_selling(_product("Blue Dream (Sativa) - Top Shelf", "34", "1/8 oz"))])
    (cut,) = analysis.undercut
    assert (cut.our_price, cut.their_price, cut.unit) == (Decimal("11.40"), Decimal(34), "g")
    assert (cut.our_unit_price, cut.their_unit_price) == (Decimal("11.40"), Decimal("9.71"))
    assert (cut.size, cut.their_size, cut.percent, analysis.price_gap) == ("1g", "3.5g", *[Decimal("14.79")] * 2)
    assert analysis.summary == (
        "Higher Level sells Blue Dream (Sativa) - Top Shelf 3.5g for $9.71/g against your $11.40/g (1g)."
    )
    assert analysis.median_gap_percent is None, "medians are over the same sizes"


def test_percents_by_the_unit_come_from_the_prices_and_not_from_rounded_ones() -> None:
    (cut,) = analyse([_product("X Y 3.5g", "35")], [_selling(_product("X Y 1g", "9.99"))]).undercut
    assert cut.percent == Decimal("0.10")


def test_edibles_are_compared_by_the_serving() -> None:
    ours, theirs = _product("Mango Gummies 100mg", "20"), _product("Mango Gummies 50mg", "9")
    edible = {"category": "Edibles"}
    (cut,) = analyse([ours.model_copy(update=edible)], [_selling(theirs.model_copy(update=edible))]).undercut
    assert (cut.their_price_text, cut.our_price_text, cut.percent) == ("$1.80/10mg", "$2.00/10mg", Decimal(10))


def test_a_pair_with_one_size_missing_is_counted_and_not_an_undercut() -> None:
    for ours, theirs in (("Blue Dream 3.5g", "Blue Dream"), ("Blue Dream", "Blue Dream 3.5g")):
        analysis = analyse([_product(ours, "40")], [_selling(_product(theirs, "12"))])
        assert (analysis.price_gap, analysis.matched_count, analysis.unsure_count) == (Decimal(0), 0, 1)
        assert analysis.summary.startswith("No prices could be compared: 1 product looks the same")


def test_cents_read_as_dollars_are_not_prices_to_compare() -> None:
    ours = [_product("Blue Dream 3.5g", "40"), _product("Gelato 3.5g", "45")]
    menu = _selling(_product("Blue Dream 3.5g", "3400"), _product("Gelato 3.5g", "44"))
    analysis = analyse(ours, [menu])
    assert (analysis.matched_count, analysis.misread, analysis.unsure_count) == (1, {menu.name: 1}, 0)
    assert analysis.median_gap_percent == Decimal("2.22")


def test_a_menu_of_misread_prices_is_not_compared_and_the_summary_says_so() -> None:
    analysis = analyse([_product("Blue Dream 3.5g", "40")], [_selling(_product("Blue Dream 3.5g", "0.40"))])
    assert (analysis.price_gap, analysis.undercut) == (Decimal(0), ())
    assert analysis.summary == "No prices could be compared: 1 price looks misread."


def test_one_name_at_prices_of_several_sizes_that_nobody_wrote_is_not_compared() -> None:
    menu = _selling(_product("Blue Dream", "12"), _product("Blue Dream", "35"), _product("Blue Dream", "60"))
    assert analyse([_product("Blue Dream", "40")], [menu]).unsure_count == 1


def test_a_product_with_several_sizes_is_compared_in_ours() -> None:
    sizes = [
        SizePrice(size=size, price=Decimal(price)) for size, price in (("1g", 12), ("1/8 oz", 34), ("1oz", 200))
    ]
    menu = _selling(_product("Blue Dream", "12", "1g", sizes=tuple(sizes)))
    (cut,) = analyse([_product("Blue Dream 3.5g", "40")], [menu]).undercut
    assert (cut.size, cut.their_price, cut.unit, cut.percent) == ("3.5g", Decimal(34), None, Decimal(15))


def test_a_sold_out_product_undercuts_nothing() -> None:
    gone = _product("Blue Dream 3.5g", "20", available=False)
    sizes = (
        SizePrice(size="3.5g", price=Decimal(20), available=False),
        SizePrice(size="7g", price=Decimal(90)),
    )
    for menu in (_selling(gone), _selling(_product("Blue Dream", "90", sizes=sizes))):
        assert not analyse([_product("Blue Dream 3.5g", "40")], [menu]).undercut


def test_an_item_on_a_specials_shelf_counts_once_at_the_lower_price() -> None:
    special = _product("Blue Dream 3.5g", "30").model_copy(update={"category": "On Sale"})
    analysis = analyse([_product("Blue Dream 3.5g", "40")], [_selling(_product("Blue Dream 3.5g", "38"), special)])
    assert (analysis.matched_count, analysis.price_gap) == (1, Decimal(25))


def test_our_size_may_be_in_a_field_of_its_own() -> None:
    analysis = analyse([_product("Blue Dream", "40", "1/8 oz")], [_selling(_product("Blue Dream 3.5g", "34"))])
    assert analysis.price_gap == Decimal(15)
    assert analysis.summary == "Higher Level sells Blue Dream 3.5g for $34, $6 below you."


_PRICE = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(1000), places=2)


@given(_PRICE, _PRICE)
def test_the_price_gap_is_between_zero_and_a_hundred(ours: Decimal, theirs: Decimal) -> None:
    analysis = analyse(_products(X1=str(ours)), [_menu("A", X1=str(theirs))])
    assert 0 <= analysis.price_gap <= 100
    assert (analysis.price_gap > 0) == (gap_percent(ours, theirs) > 0 and not analysis.misread)
    assert bool(analysis.misread) == (max(ours, theirs) > MOST_TIMES_APART * min(ours, theirs))


@given(
    st.lists(
        st.builds(_product, st.just("Blue Dream"), st.just("9"), st.sampled_from([None, "1g", "3.5g", "7g", "28g"]))
    ),
    st.lists(
        st.builds(_product, st.just("Blue Dream"), st.just("12"), st.sampled_from([None, "1g", "3.5g", "7g"]))
    ),
)
def test_every_undercut_is_of_one_size_or_says_its_unit(ours: list[Product], theirs: list[Product]) -> None:
    for cut in analyse(ours, [_selling(*theirs)]).undercut:
        if cut.unit is None:
            assert cut.their_size is None
            assert cut.their_price < cut.our_price
        else:
            assert cut.our_unit_price is not None
            assert cut.their_unit_price is not None
            assert cut.their_unit_price <= cut.our_unit_price
            assert cut.size != cut.their_size
