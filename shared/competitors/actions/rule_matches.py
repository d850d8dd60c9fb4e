"""What a competitor's menu means for us, as competitive actions. No I/O.

Medians are over the products that both sell in the same size; where those are few, over the medians of what is of
one kind and one size on both sides. Thresholds hold exactly, before any rounding: below by more than 20 % is deep,
by 10 to 20 % (both included) moderate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any, Literal

from shared.competitors.comparing.price_pairs import PricePair, is_misread, price_pairs
from shared.competitors.comparing.pricing import percent_text
from shared.competitors.models import CompetitorMenu, Product
from shared.competitors.own_products import OwnProducts
from shared.competitors.products.forms import shelf_words
from shared.competitors.products.matching import match_offers
from shared.competitors.products.offers import Offer, on_sale, prices_by_kind
from shared.values.text import clean_text

ActionType = Literal["price_adjustment", "counter_campaign", "inventory_alert", "margin_optimization"]
Priority = Literal["critical", "high", "medium", "low"]

DEEP_PERCENT = Decimal(20)
MODERATE_PERCENT = Decimal(10)
DEEP_PROMOTION_COUNT = 3
MANY_PROMOTIONS = 5
LEAST_PAIRS = 3
"""How many products of the same size make a median over them alone meaningful."""
LEAST_OF_A_KIND = 3
SHOWN_PRODUCTS = 20
SHOWN_EXAMPLES = 3
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the action it creates, its priority, and the agent that consumes it."""

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
class RuleMatch:
    """A rule that a competitor's menu matches. `figure`: how strongly, in percent or as a count."""

    rule: Rule
    competitor_id: str
    competitor: str
    figure: Decimal
    trigger: str
    recommendation: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """What actions and outputs hold of the match, by their fields' names."""
        rule = self.rule
        return {
            "type": rule.type,
            "rule": rule.name,
            "priority": rule.priority,
            "agent": rule.agent,
            "competitor_name": self.competitor,
            "competitor_id": self.competitor_id,
            "trigger": self.trigger,
            "recommendation": self.recommendation,
        }


@dataclass(frozen=True, slots=True)
class MedianGap:
    """Two medians in USD, and which products they cover. `same_size`: the products that both sell in one size."""

    ours: Decimal
    theirs: Decimal
    basis: str
    same_size: tuple[PricePair, ...]

    @property
    def percent(self) -> Decimal:
        """How far theirs is below ours, in percent of ours (negative: above)."""
        return (self.ours - self.theirs) * 100 / self.ours


def findings(menu: CompetitorMenu, ours: OwnProducts) -> list[RuleMatch]:
    """The rules that the menu matches, in the table's order. A menu that couldn't be read matches none."""
    if menu.error:
        return []
    return [*_of_prices(menu, ours), *_of_promotions(menu), *_of_categories(menu, ours)]


def median_gap(menu: CompetitorMenu, ours: OwnProducts) -> MedianGap | None:
    """How far their prices are from ours, like for like; None if too little can be compared."""
    their_offers = on_sale(menu.products)
    same = [pair for pair in price_pairs(match_offers(ours.on_sale, their_offers)) if pair.is_same_size]
    prices = [(pair.our_price, pair.their_price) for pair in same]
    basis = "the same products in the same sizes"
    if len(same) < LEAST_PAIRS and (kinds := _medians_by_kind(ours, their_offers)):
        prices, basis = kinds, "products of the same kind and size"
    if not prices:
        return None
    our_median, their_median = median(our for our, _ in prices), median(their for _, their in prices)
    return MedianGap(our_median, their_median, basis, tuple(same))


def _medians_by_kind(ours: OwnProducts, theirs: Sequence[Offer]) -> list[tuple[Decimal, Decimal]]:
    """Our median and theirs of each kind and size that both have several of: eighths of flower, 1 g cartridges."""
    others = {kind: prices for kind, prices in prices_by_kind(theirs).items() if len(prices) >= LEAST_OF_A_KIND}
    mine = ours.prices_by_kind if others else {}
    medians = [
        (median(mine[kind]), median(prices))
        for kind, prices in others.items()
        if len(mine.get(kind, ())) >= LEAST_OF_A_KIND
    ]
    return [(our, their) for our, their in medians if not is_misread(our, their)]


def _of_prices(menu: CompetitorMenu, ours: OwnProducts) -> list[RuleMatch]:
    found = median_gap(menu, ours)
    if found is None:
        return []
    our_median, their_median, gap = found.ours, found.theirs, found.percent
    if -DEEP_PERCENT <= gap < MODERATE_PERCENT:
        return []
    name, shown = clean_text(menu.name), percent_text(round(abs(gap), 1))
    prices = {
        "ourMedian": float(_rounded(our_median)),
        "theirMedian": float(_rounded(their_median)),
        "percent": float(abs(_rounded(gap))),
    }
    side = "below" if gap > 0 else "above"
    trigger = (
        f"{name}'s median price ${their_median:,.2f} is {shown} {side} ours, ${our_median:,.2f}, for {found.basis}."
    )
    data = {**prices, **_products(found.same_size, cheaper=gap > 0)}

    def finding(rule: Rule, recommendation: str) -> RuleMatch:
        return RuleMatch(rule, menu.competitor_id, name, abs(gap), trigger, recommendation, data)

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


def _of_promotions(menu: CompetitorMenu) -> list[RuleMatch]:
    name, count = clean_text(menu.name), menu.promo_count
    data: dict[str, Any] = {"promoCount": count, "promotions": [clean_text(one) for one in menu.promotions]}
    found: list[RuleMatch] = []

    def finding(rule: Rule, trigger: str, recommendation: str, **more: Any) -> None:
        figure = Decimal(count)
        found.append(RuleMatch(rule, menu.competitor_id, name, figure, trigger, recommendation, {**data, **more}))

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


def _of_categories(menu: CompetitorMenu, ours: OwnProducts) -> list[RuleMatch]:
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
        RuleMatch(
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


def _products(pairs: Iterable[PricePair], *, cheaper: bool) -> dict[str, Any]:
    """Those of the products where theirs costs less (or more), the widest gaps first, at most 20."""
    rows = [pair for pair in pairs if pair.gap and (pair.gap > 0) is cheaper]
    rows.sort(key=lambda pair: (-abs(pair.gap), pair.ours.name))
    return {"products": [_row(pair) for pair in rows[:SHOWN_PRODUCTS]], "productCount": len(rows)}


def _row(pair: PricePair) -> dict[str, Any]:
    return {
        "product": clean_text(pair.ours.name),
        "category": clean_text(pair.ours.category) or None,
        "size": clean_text(pair.match.ours.size_text) or None,
        "ourPrice": float(pair.our_price),
        "theirPrice": float(pair.their_price),
        "percent": float(abs(pair.percent)),
    }


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_HUNDREDTH, ROUND_HALF_UP)
