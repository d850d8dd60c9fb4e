"""The categories of a menu: the headings that its cards stand under."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.competitors.menus.cards import Card
from shared.competitors.menus.flow import Flow
from shared.competitors.menus.items import plain
from shared.competitors.menus.promotions import announces_promotion

_LEVELS = frozenset({2, 3, 4})
_NO_CATEGORY = re.compile(
    r"(?:(?:our|the|this|your|today'?s|daily|weekly|week'?s|current|all|hot|top|shopping) )*"
    r"(?:deals?|specials?|sales?|on sale|featured|trending|best[\s-]?sellers?|staff picks?|popular"
    r"|new(?: arrivals?)?|recommended|related|you may also like|filters?|sort|refine|cart|bag|search)\b.{0,30}"
    r"|.{0,100}\?",
    re.IGNORECASE,
)
"""Shelves that show products of any category, most of them once more; tools of the page; and questions."""


def under_headings(flow: Flow, cards: Sequence[Card]) -> list[tuple[Card, str | None]]:
    """Each card with the last section heading before it: no part of a card, and no product's name."""
    names = {plain(flow.texts[card.name].raw).casefold() for card in cards}
    heading: str | None = None
    found: list[tuple[Card, str | None]] = []
    position = 0
    for card in cards:
        for text in flow.texts[position : card.first]:
            named = plain(text.raw) if text.heading in _LEVELS and not text.for_readers else ""
            if named and named.casefold() not in names:
                is_category = not _NO_CATEGORY.fullmatch(named) and not announces_promotion(named)
                heading = named if is_category else None
        found.append((card, heading))
        position = max(position, card.end)
    return found
