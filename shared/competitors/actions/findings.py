"""What a competitor's menu means for us: DOMAIN's competitive actions as plain computing.

Medians are of the prices on their whole menu and of our whole inventory. Thresholds hold exactly, before any
rounding: below by more than 20 % is deep, by 10 to 20 % (both included) moderate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any, Literal

from shared.competitors.comparing.pricing import percent_text
from shared.competitors.models import CompetitorMenu, Product
from shared.competitors.products.matching import Match, match_products, shelf_words
from shared.competitors.store import Shelf
from shared.values.text import clean_text

ActionType = Literal["price_adjustment", "counter_campaign", "inventory_alert", "margin_optimization"]
Priority = Literal["critical", "high", "medium", "low"]

DEEP_PERCENT = Decimal(20)
MODERATE_PERCENT = Decimal(10)
DEEP_PROMOTION_COUNT = 3
MANY_PROMOTIONS = 5
SHOWN_PRODUCTS = 20
SHOWN_EXAMPLES = 3
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what it makes, how urgent that is, and which agent consumes it."""

    name: str
    type: ActionType
    priority: Priority
    agent: str


DEEP_UNDERCUT = Rule("deep_undercut", "price_adjustment", "critical", "money_mike")
DEFENCE = Rule("defence", "counter_campaign", "high", "craig")
UNDERCUT = Rule("undercut", "price_adjustment", "medium", "money_mike")
DEEP_PROMOTIONS = Rule("deep_promotions", "counter_campaign", "high", "craig")
MANY = Rule("many_promotions", "counter_campaign", "medium", "craig")
UNSTOCKED = Rule("unstocked_categories", "inventory_alert", "low", "pops")
HEADROOM = Rule("headroom", "margin_optimization", "medium", "money_mike")
RULES = (DEEP_UNDERCUT, DEFENCE, UNDERCUT, DEEP_PROMOTIONS, MANY, UNSTOCKED, HEADROOM)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that a competitor's menu fulfils. `figure` says how strongly: percent, or a number of things."""

    rule: Rule
    competitor_id: str
    competitor: str
    figure: Decimal
    trigger: str
    recommendation: str
    data: Mapping[str, Any] = field(default_factory=dict)


def findings(menu: CompetitorMenu, ours: Shelf) -> list[Finding]:
    """The rows that the menu fulfils, in the table's order. A menu that could not be read fulfils none."""
    if menu.error:
        return []
    return [*_of_prices(menu, ours), *_of_promotions(menu), *_of_categories(menu, ours)]


def median_gap(menu: CompetitorMenu, ours: Shelf) -> tuple[Decimal, Decimal, Decimal] | None:
    """Our median price, theirs, and how far theirs lies below ours in percent of ours (negative: above)."""
    our_prices = [product.price for product in ours.products if product.price]
    if not our_prices or menu.price_range is None or menu.price_range.median <= 0:
        return None
    our_median, their_median = Decimal(median(our_prices)), menu.price_range.median
    return our_median, their_median, (our_median - their_median) * 100 / our_median


def _of_prices(menu: CompetitorMenu, ours: Shelf) -> list[Finding]:
    found = median_gap(menu, ours)
    if found is None:
        return []
    our_median, their_median, gap = found
    if -DEEP_PERCENT <= gap < MODERATE_PERCENT:
        return []
    name, shown = clean_text(menu.name), percent_text(abs(_rounded(gap)))
    matches = match_products(ours.products, (product for product in menu.products if product.price))
    prices = {
        "ourMedian": float(_rounded(our_median)),
        "theirMedian": float(_rounded(their_median)),
        "percent": float(abs(_rounded(gap))),
    }
    side = "below" if gap > 0 else "above"
    trigger = f"{name}'s median price ${their_median:,.2f} is {shown} {side} ours, ${our_median:,.2f}."
    data = {**prices, **_products(matches, cheaper=gap > 0)}

    def finding(rule: Rule, recommendation: str) -> Finding:
        return Finding(rule, menu.competitor_id, name, abs(gap), trigger, recommendation, data)

    if gap < 0:
        advice = f"Raise prices where {name} charges more: customers already pay up to {shown} more there."
        return [finding(HEADROOM, advice)]
    if gap <= DEEP_PERCENT:
        return [finding(UNDERCUT, f"Review the prices of the products that {name} sells for less.")]
    campaign = f"Answer {name} with a defensive campaign to price-sensitive customers by SMS and email."
    return [
        finding(DEEP_UNDERCUT, f"Adjust prices now where {name} undercuts us the most."),
        finding(DEFENCE, campaign),
    ]


def _of_promotions(menu: CompetitorMenu) -> list[Finding]:
    name, count = clean_text(menu.name), menu.promo_count
    data: dict[str, Any] = {"promoCount": count, "promotions": [clean_text(one) for one in menu.promotions]}
    found: list[Finding] = []

    def finding(rule: Rule, trigger: str, recommendation: str, **more: Any) -> None:
        figure = Decimal(count)
        found.append(Finding(rule, menu.competitor_id, name, figure, trigger, recommendation, {**data, **more}))

    if count >= DEEP_PROMOTION_COUNT and menu.deep_promotion is not None:
        deepest = clean_text(menu.deep_promotion)
        finding(
            DEEP_PROMOTIONS,
            f"{name} runs {count} promotions, one of them: {deepest}.",
            "Give loyal customers a points multiplier instead of matching the discount.",
            deepPromotion=deepest,
        )
    if count >= MANY_PROMOTIONS:
        finding(
            MANY,
            f"{name} runs {count} promotions at once.",
            "Remind customers of us with a campaign that gives no discount.",
        )
    return found


def _of_categories(menu: CompetitorMenu, ours: Shelf) -> list[Finding]:
    stocked = frozenset().union(*(shelf_words(category) for category in ours.categories))
    if not stocked:
        return []
    missing = [one for one in menu.categories if (words := shelf_words(one)) and not words & stocked]
    if not missing:
        return []
    name, names = clean_text(menu.name), [clean_text(one) for one in missing]
    data = {
        "categories": names,
        "categoriesNotCompared": menu.category_count - len(menu.categories),
        "examples": [
            {"category": category, "products": _examples(menu.products, raw)}
            for category, raw in zip(names, missing, strict=True)
        ],
    }
    return [
        Finding(
            UNSTOCKED,
            menu.competitor_id,
            name,
            Decimal(len(missing)),
            f"{name} sells what we do not stock: {', '.join(names)}.",
            "Look into stocking these categories.",
            data,
        )
    ]


def _examples(products: Iterable[Product], category: str) -> list[dict[str, Any]]:
    chosen = [one for one in products if clean_text(one.category).startswith(category)][:SHOWN_EXAMPLES]
    return [
        {"name": clean_text(one.name), "price": None if one.price is None else float(one.price)} for one in chosen
    ]


def _products(matches: Iterable[Match], *, cheaper: bool) -> dict[str, Any]:
    """The products that both sell where theirs costs less (or more), the widest gaps first, at most 20."""
    rows: list[tuple[Decimal, Match]] = []
    for match in matches:
        our_price, their_price = match.ours.price, match.theirs.price
        if not our_price or not their_price or (their_price < our_price) is not cheaper or their_price == our_price:
            continue
        rows.append((abs(our_price - their_price) * 100 / our_price, match))
    rows.sort(key=lambda row: (-row[0], row[1].ours.name))
    return {
        "products": [_row(percent, match) for percent, match in rows[:SHOWN_PRODUCTS]],
        "productCount": len(rows),
    }


def _row(percent: Decimal, match: Match) -> dict[str, Any]:
    return {
        "product": clean_text(match.ours.name),
        "category": clean_text(match.ours.category) or None,
        "ourPrice": float(match.ours.price or 0),
        "theirPrice": float(match.theirs.price or 0),
        "percent": float(_rounded(percent)),
    }


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_HUNDREDTH, ROUND_HALF_UP)
