"""What a competitor's menu is made of, and what a comparison of menus found."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""USD. Decimal while we compute; a number in documents and JSON, which know no decimals."""

MAX_NAME_LENGTH = 200
MAX_PRODUCTS = 2000


class _Record(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Product(_Record):
    """One thing on a menu. `price` is None where the menu names none."""

    name: str
    category: str | None = None
    price: Money | None = None


class PriceRange(_Record):
    """The prices of one menu."""

    min: Money
    max: Money
    median: Money


class ParsedMenu(_Record):
    """What a page says it sells."""

    products: tuple[Product, ...]
    source: Literal["json-ld", "visible", "none"]
    found: int
    """How many products the page had; more than `len(products)` when it was over the limit."""
    promotions: tuple[str, ...] = ()

    @property
    def promo_count(self) -> int:
        """How many different promotions the page announces."""
        return len(self.promotions)


class Competitor(_Record):
    """A competitor as the org entered it."""

    id: str
    name: str
    menu_url: str | None = None
    priority: float | None = None
    """The lower, the more the org cares; None comes last."""


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
    error: str | None = None

    @property
    def truncated(self) -> bool:
        """Whether the snapshot holds products that this entry does not."""
        return self.product_count > len(self.products)


class Undercut(_Record):
    """A product that a competitor sells below our price; `percent` is of our price."""

    competitor: str
    product: str
    category: str | None = None
    our_price: Money
    their_price: Money
    percent: Money


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
    old_price: Money
    new_price: Money
    percent: Money
    direction: Literal["up", "down"]


class MenuItem(_Record):
    """A product that is new on a competitor's menu, or gone from it."""

    competitor: str
    product: str
    category: str | None = None
    price: Money | None = None


class Shakeup(_Record):
    """A menu of which much changed at once; `percent` is of the larger of the two menus."""

    competitor_id: str
    competitor: str
    percent: Money
    added_count: int
    removed_count: int
    price_change_count: int
