"""A competitor's menu, and what a comparison of menus found."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, computed_field
from pydantic.json_schema import SkipJsonSchema

from shared.values.camel_model import CamelModel
from shared.values.money import Money
from shared.values.size import Unit
from shared.values.size_grammar import size_in
from shared.values.words import dollars

MAX_PRODUCTS = 2000
_CENT = Decimal("0.01")


class _Record(CamelModel, frozen=True):
    pass


def _is_unsaid(value: Any) -> bool:
    """Whether a field need not be written: most products have none of these, and a menu may have thousands."""
    return value in (None, ())


class SizePrice(_Record):
    """The price of one size of a product. `size` is as the menu writes it: "1/8 oz", "3.5g", "10-pack"."""

    size: str
    price: Money
    list_price: Annotated[Money | None, Field(exclude_if=_is_unsaid)] = None
    available: bool = True


class Product(_Record):
    """One thing on a menu. `price`, in USD, is what anybody pays today; None where the menu names none."""

    name: str
    category: str | None = None
    price: Money | None = None
    list_price: Annotated[Money | None, Field(exclude_if=_is_unsaid)] = None
    """The earlier or list price on the menu."""
    currency: Annotated[str, Field(exclude_if="USD".__eq__)] = "USD"
    """The menu's, as an ISO 4217 code; a product in another one than USD has no price here."""
    available: Annotated[bool, Field(exclude_if=bool)] = True
    size: Annotated[str | None, Field(exclude_if=_is_unsaid)] = None
    """The size that `price` buys, as the menu writes it."""
    sizes: Annotated[tuple[SizePrice, ...], Field(exclude_if=_is_unsaid)] = ()
    """Every size with its price, where the menu names more than one."""
    url: Annotated[str | None, Field(exclude_if=_is_unsaid)] = None
    image_url: Annotated[str | None, Field(exclude_if=_is_unsaid)] = None
    """Of a product of ours: its picture."""


class PriceRange(_Record):
    """The prices of one menu."""

    min: Money
    max: Money
    median: Money

    @classmethod
    def of(cls, products: Iterable[Product]) -> PriceRange | None:
        """None where nothing has a price."""
        prices = [product.price for product in products if product.price is not None]
        if not prices:
            return None
        middle = Decimal(median(prices)).quantize(_CENT, ROUND_HALF_UP)
        return cls(min=min(prices), max=max(prices), median=middle)


MenuSource = Literal["json-ld", "microdata", "rdfa", "open-graph", "state", "visible", "none"]
Verdict = Literal["menu", "scripts", "blocked", "age", "login", "moved", "down", "empty"]
"""What a page is: a menu, or why it holds none that can be read."""


class ParsedMenu(_Record):
    """What a page says it sells."""

    products: tuple[Product, ...]
    source: MenuSource
    """The most trusted part of the page that had the products."""
    found: int
    """How many products the page had; more than `len(products)` when it was over the limit."""
    promotions: tuple[str, ...] = ()
    verdict: Verdict = "menu"

    @property
    def promo_count(self) -> int:
        """How many different promotions the page announces."""
        return len(self.promotions)


class Competitor(_Record):
    """A competitor as the org entered it."""

    id: str
    name: str
    menu_url: str | None = None
    found_address: SkipJsonSchema[str] = Field(default="missing", exclude=True)
    """What stands in place of its address where that is none: "a number"."""
    priority: float | None = None
    """Lower is more important; None comes last."""


class CompetitorMenu(_Record):
    """One competitor in a scan's output: its menu, or in `error` why there is none."""

    competitor_id: str
    name: str
    products: tuple[Product, ...] = ()
    price_range: PriceRange | None = None
    promo_count: int = 0
    product_count: int = 0
    """Products on the menu; more than `len(products)` where the output carries only the first of them."""
    categories: tuple[str, ...] = ()
    """The first of its categories; `category_count` says how many there are."""
    category_count: int = 0
    promotions: tuple[str, ...] = ()
    """The first of its promotions; `promo_count` says how many there are."""
    deep_promotion: str | None = None
    """A promotion among all of them that gives one free or takes at least half off."""
    snapshot_id: str | None = None
    taken_at: AwareDatetime | None = None
    """Since when the menu is known to be as it is here."""
    unchanged: bool = False
    """The page said the same as at the scan before, and its menu was taken over from there."""
    suspect: str | None = None
    """Why what the page showed does not count until a second scan agrees; the menu here is the last good one."""
    error: str | None = None

    @property
    def truncated(self) -> bool:
        """Whether the snapshot holds products that this entry does not."""
        return self.product_count > len(self.products)


class PricedAlike(_Record):
    """Two prices for the same thing. `size`: ours, as people say it; both are of it unless `theirSize` is there.

    Where the sizes differ, the prices are compared by the `unit`: `ourUnitPrice` and `theirUnitPrice`.
    """

    our_price: Money
    their_price: Money
    size: str | None = None
    their_size: str | None = None
    unit: Unit | None = None
    our_unit_price: Money | None = None
    their_unit_price: Money | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def our_price_text(self) -> str:
        """What is compared, in words: `$40.00`, or by the unit `$11.40/g`."""
        return _price_text(self.our_price, self.our_unit_price, self.unit)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def their_price_text(self) -> str:
        return _price_text(self.their_price, self.their_unit_price, self.unit)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def size_text(self) -> str:
        """`3.5g`; `3.5g vs. your 1g` where the sizes differ; empty where neither names one."""
        if self.their_size and self.size:
            return f"{self.their_size} vs. your {self.size}"
        return self.size or ""


class Undercut(PricedAlike):
    """A product that a competitor sells below our price; `percent` is of what is compared of ours."""

    competitor: str
    product: str
    their_product: str | None = None
    """Their name for it; `product` is ours."""
    category: str | None = None
    percent: Money
    image_url: Annotated[str | None, Field(exclude_if=_is_unsaid)] = None
    """Our product's picture."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def words(self) -> str:
        """`Higher Level sells Blue Dream 3.5g for $34, $6 below you`; where the sizes differ, by the unit:
        `Higher Level sells Blue Dream 1g for $8.00/g against your $10.00/g (3.5g)`.
        """
        if self.unit is not None:
            theirs = product_label(self.their_product or self.product, self.their_size)
            prices = f"{self.their_price_text} against your {self.our_price_text}"
            return f"{self.competitor} sells {theirs} for {prices} ({self.size})"
        below = dollars(self.our_price - self.their_price)
        product = product_label(self.product, self.size)
        return f"{self.competitor} sells {product} for {dollars(self.their_price)}, {below} below you"


class Gap(_Record):
    """The median difference over several products: percent of our price, positive where they are cheaper."""

    name: str
    median_gap_percent: Money
    matched_count: int


class PriceChange(_Record):
    """A product whose price moved between two snapshots; `percent` is of the old price and has no sign."""

    competitor_id: str
    competitor: str
    product: str
    category: str | None = None
    size: str | None = None
    old_price: Money
    new_price: Money
    percent: Money
    direction: Literal["up", "down"]


class MenuItem(_Record):
    """A product that is new on a competitor's menu, or gone from it."""

    competitor: str
    product: str
    category: str | None = None
    size: str | None = None
    price: Money | None = None


class Shakeup(_Record):
    """A menu of which much changed at once; `percent` is of the larger of the two menus."""

    competitor_id: str
    competitor: str
    percent: Money
    added_count: int
    removed_count: int
    price_change_count: int


def product_label(product: str, size: str | None) -> str:
    """A product with its size, unless its name says one: `Blue Dream 3.5g`."""
    return product if not size or size_in(product) else f"{product} {size}"


def _price_text(price: Decimal, unit_price: Decimal | None, unit: Unit | None) -> str:
    return f"${price:,.2f}" if unit is None or unit_price is None else f"${unit_price:,.2f}/{unit}"
