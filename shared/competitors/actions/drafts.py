"""Drafts that agents make from competitive actions for a person to approve: computed, never sent automatically."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from shared.competitors.actions import rule_matches
from shared.competitors.actions.models import CompetitiveAction
from shared.documents.org import (
    CAMPAIGN_DRAFTS,
    INVENTORY_RECOMMENDATIONS,
    MARGIN_OPTIMIZATIONS,
    PRICING_SUGGESTIONS,
)
from shared.values.money import parse_price

CONSUMERS: Mapping[rule_matches.ActionType, str] = {
    "price_adjustment": "money_mike",
    "counter_campaign": "craig",
    "inventory_alert": "pops",
    "margin_optimization": "money_mike",
}
"""Which agent consumes actions of a type."""
HIGHEST_DISCOUNT = Decimal(20)
LOYALTY_MULTIPLIER = 2
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Draft:
    """A document of `collection`; who made it, when and from what is added where it is written."""

    collection: str
    fields: Mapping[str, Any]


def draft_of(action: CompetitiveAction) -> Draft:
    return _MAKERS[action.type](action)


def _pricing(action: CompetitiveAction) -> Draft:
    return Draft(PRICING_SUGGESTIONS, _prices(action, f"Price changes to compete with {action.competitor_name}"))


def _margins(action: CompetitiveAction) -> Draft:
    return Draft(
        MARGIN_OPTIMIZATIONS, _prices(action, f"Room to raise prices: {action.competitor_name} charges more")
    )


def _prices(action: CompetitiveAction, title: str) -> dict[str, Any]:
    """Meet the competitor half-way on each product, to the cent."""
    rows = action.data.get("products")
    products = [row for one in rows if (row := _half_way(one))] if isinstance(rows, list) else []
    return {
        "title": title,
        "reason": action.trigger,
        "products": products,
        "productCount": action.data.get("productCount", len(products)),
        "ourMedian": action.data.get("ourMedian"),
        "theirMedian": action.data.get("theirMedian"),
        "percent": action.data.get("percent"),
    }


def _half_way(row: Any) -> dict[str, Any] | None:
    if not isinstance(row, Mapping):
        return None
    ours, theirs = parse_price(row.get("ourPrice")), parse_price(row.get("theirPrice"))
    if ours is None or theirs is None:
        return None
    suggested = ((ours + theirs) / 2).quantize(_CENT, ROUND_HALF_UP)
    return {
        "product": row.get("product"),
        "category": row.get("category"),
        "size": row.get("size"),
        "currentPrice": float(ours),
        "theirPrice": float(theirs),
        "suggestedPrice": float(suggested),
        "changePercent": float(((suggested - ours) * 100 / ours).quantize(_CENT, ROUND_HALF_UP)),
    }


def _campaign(action: CompetitiveAction) -> Draft:
    fields = _CAMPAIGNS.get(action.rule, _awareness)(action)
    return Draft(CAMPAIGN_DRAFTS, {"reason": action.trigger, **fields})


def _defensive(action: CompetitiveAction) -> dict[str, Any]:
    """Half of the gap as a discount, in whole percent, 20 at most."""
    gap = Decimal(str(action.figure))
    discount = min((gap / 2).quantize(Decimal(1), ROUND_DOWN), HIGHEST_DISCOUNT)
    return {
        "name": f"Discount to compete with {action.competitor_name}",
        "kind": "defensive",
        "segment": "price_sensitive",
        "channels": ["sms", "email"],
        "discountPercent": float(discount),
        "subject": f"This week: {discount}% off",
        "body": f"Your favorites, now {discount}% off. Show this message at the counter.",
    }


def _loyalty(action: CompetitiveAction) -> dict[str, Any]:
    return {
        "name": f"Extra points while {action.competitor_name} runs promotions",
        "kind": "loyalty_multiplier",
        "segment": "loyalty_members",
        "channels": ["sms", "email"],
        "discountPercent": None,
        "loyaltyMultiplier": LOYALTY_MULTIPLIER,
        "subject": f"This week: {LOYALTY_MULTIPLIER}x points on everything",
        "body": f"Members earn {LOYALTY_MULTIPLIER} times the points on every purchase this week.",
    }


def _awareness(action: CompetitiveAction) -> dict[str, Any]:
    return {
        "name": f"What's new, while {action.competitor_name} runs promotions",
        "kind": "awareness",
        "segment": "all_customers",
        "channels": ["email"],
        "discountPercent": None,
        "subject": "What's new on our shelves",
        "body": "Stop by and see what's new. Our staff will help you choose.",
    }


def _inventory(action: CompetitiveAction) -> Draft:
    return Draft(
        INVENTORY_RECOMMENDATIONS,
        {
            "title": f"Categories that {action.competitor_name} sells and we don't",
            "reason": action.trigger,
            "categories": action.data.get("categories", []),
            "examples": action.data.get("examples", []),
        },
    )


_Maker = Callable[[CompetitiveAction], Draft]
_MAKERS: Mapping[rule_matches.ActionType, _Maker] = {
    "price_adjustment": _pricing,
    "counter_campaign": _campaign,
    "inventory_alert": _inventory,
    "margin_optimization": _margins,
}
_CAMPAIGNS: Mapping[str, Callable[[CompetitiveAction], dict[str, Any]]] = {
    rule_matches.DEFENCE.name: _defensive,
    rule_matches.DEEP_PROMOTIONS.name: _loyalty,
    rule_matches.MANY.name: _awareness,
}
