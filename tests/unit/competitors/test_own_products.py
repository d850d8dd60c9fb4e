"""What is held of a large inventory is compared with the same result as all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.competitors import own_products
from shared.competitors.actions.rule_matches import findings
from shared.competitors.comparing.pricing import analyse
from shared.competitors.comparing.side_by_side import side_by_side
from shared.competitors.models import CompetitorMenu, Product, SizePrice
from shared.competitors.own_products import OwnProducts, products_near
from shared.competitors.products.forms import category_words
from shared.competitors.products.matching import THRESHOLD, same_product
from shared.competitors.products.name_index import NameIndex
from shared.competitors.products.names import identify
from shared.competitors.store import our_product
from shared.documents.inventory import Item
from shared.errors import PermanentError
from shared.heartbeat.checks.competitors import stock_outs
from shared.heartbeat.checks.pricing import pricing_opportunities
from shared.heartbeat.inputs import MenuHistory
from shared.retail import load as loading
from shared.retail.packs.codec import Copy
from tests.unit.heartbeat.facts import NOW, facts

WORDS = (
    "Blue", "Dream", "BlueDream", "Blue Dreams", "Dreem", "Gelato", "Gelatto", "Gelatos", "33", "41", "AK-47",
    "AK47", "Gummies", "Pre-Roll", "Preroll", "Vape Cart", "Disposable", "Infused", "Mint", "Mints", "Chocolate",
    "Truffle", "Sativa", "Indica", "Hybrid", "Indoor", "s", "ss", "Stiiizy", "Stiizy", "Strawberry", "Strawbery",
    "1:1",
)  # fmt: skip
SIZES = ("", "3.5g", "1/8 oz", "7g", "100mg", "10pk")
CATEGORIES = (
    "Flower",
    "Pre-Rolls",
    "Vapes",
    "Specials",
    "Mints",
    "Edibles",
    "Infused Pre-Rolls",
    "Blue Shelf",
    None,
)
PRICES = ("5", "10", "12.5", "20", "300")

names = st.builds(
    lambda words, size: f"{' '.join(words)} {size}".strip(),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.sampled_from(SIZES),
)
categories = st.sampled_from(CATEGORIES)


def _menu_product(name: str, category: str | None, price: str, size: str, sizes: Sequence[str]) -> Product:
    prices = tuple(SizePrice(size=one, price=Decimal(price) + number) for number, one in enumerate(sizes))
    return Product(name=name, category=category, price=Decimal(price), size=size or None, sizes=prices)


menu_products = st.builds(
    _menu_product,
    names, categories, st.sampled_from(PRICES), st.sampled_from(SIZES), st.sampled_from([(), ("1g", "3.5g")]),
)  # fmt: skip
item_fields = st.builds(
    lambda name, category, price, size: {"name": name, "category": category, "price": price, "size": size},
    names, categories, st.sampled_from([*PRICES, None]), st.sampled_from(SIZES),
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """An item as it is stored."""

    id: str
    fields: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return dict(self.fields)


def everything(documents: Sequence[Document]) -> OwnProducts:
    """All of an inventory, by id."""
    products = [our_product(one.fields) for one in sorted(documents, key=lambda one: one.id)]
    stocked = dict.fromkeys(one.fields["category"] for one in documents)
    return OwnProducts(
        tuple(product for product in products if product), tuple(category for category in stocked if category)
    )


@given(one=st.builds(identify, names, categories), other=st.builds(identify, names, categories))
@example(one=identify("Blue Dream"), other=identify("BlueDreams"))
@example(one=identify("Strawbery Gelatto"), other=identify("Strawberry Gelato"))
@example(one=identify("Blue", "Mints"), other=identify("Blue Mint"))
@example(one=identify(""), other=identify(""))
def test_a_name_that_is_left_out_is_like_none_of_theirs(one: Any, other: Any) -> None:
    index = NameIndex([other, identify("Something Else 9", "Edibles")], one.shelf)
    assert index.may_match(frozenset(one.words)) or same_product(one, other) < THRESHOLD


@settings(max_examples=150)
@given(
    items=st.lists(item_fields, max_size=25),
    menus=st.lists(st.lists(menu_products, max_size=8), max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_prices_are_compared_with_the_same_figures_as_of_the_whole_inventory(
    items: list[dict[str, Any]], menus: list[list[Product]], order: Any
) -> None:
    documents = [Document(f"i{number:02}", fields) for number, fields in enumerate(items)]
    shuffled = order.sample(documents, len(documents))
    every = everything(documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_products, "_AT_ONCE", 4)
        near = products_near(shuffled, [product for menu in menus for product in menu])
        assert sorted(near.categories) == sorted(every.categories)
        assert near.count == every.count
        assert {kind: sorted(prices) for kind, prices in near.prices_by_kind.items()} == {
            kind: sorted(prices) for kind, prices in every.prices_by_kind.items()
        }
        found = [
            CompetitorMenu(competitor_id=f"c{number}", name=f"C{number}", products=tuple(products))
            for number, products in enumerate(menus)
        ]
        assert analyse(near.products, found) == analyse(every.products, found)
        for menu in found:
            assert findings(menu, near) == findings(menu, every)
            assert side_by_side(near.products, menu.products) == side_by_side(every.products, menu.products)


def test_only_what_a_menu_may_have_is_held() -> None:
    documents = [
        Document(f"i{number}", {"name": name, "category": "Flower", "price": 10})
        for number, name in enumerate(("Blue Dream 3.5g", "Sour Diesel 3.5g", "Blue Dream 7g", "Blue Dream 3.5g"))
    ]
    near = products_near(documents, [Product(name="Blue Dream", category="Flower", price=Decimal(8))])
    assert [one.name for one in near.products] == ["Blue Dream 3.5g", "Blue Dream 7g"]
    assert near.count == 4


def test_more_than_can_be_compared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_products, "MAX_COMPARED", 2)
    documents = [Document(f"i{number}", {"name": f"Gummies {number} g", "price": 9}) for number in range(3)]
    with pytest.raises(PermanentError, match="more than 2 of your products"):
        products_near(documents, [Product(name="Gummies", price=Decimal(8))])


def test_a_category_with_many_words_leaves_nothing_out() -> None:
    words = "mint cookie truffle caramel brownie chew candy"
    index = NameIndex([identify(words)], category_words(words))
    assert index.may_match(frozenset({"anything"}))


@settings(max_examples=100)
@given(
    items=st.lists(item_fields, max_size=20),
    newest=st.lists(menu_products, max_size=8),
    previous=st.lists(menu_products, max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_the_hourly_checks_find_on_menus_what_they_find_with_the_whole_inventory(
    items: list[dict[str, Any]], newest: list[Product], previous: list[Product], order: Any
) -> None:
    documents = [
        Copy(f"i{number:02}", f"tenants/o/inventory/i{number:02}", {**fields, "quantity": number % 3}, "")
        for number, fields in enumerate(items)
    ]
    every = [item for one in documents if (item := Item.parsed(one)[0]) is not None]
    near = loading._near(order.sample(documents, len(documents)), [*newest, *previous])
    menus = [CompetitorMenu(competitor_id="c", name="C", products=tuple(one)) for one in (newest, previous)]
    found = [
        facts(offers=offers, menus=[MenuHistory(menus[0], NOW, menus[1])]) for offers in (every, near)
    ]  # fmt: skip
    assert pricing_opportunities(found[1]) == pricing_opportunities(found[0])
    assert stock_outs(found[1]) == stock_outs(found[0])
