"""Products named in sentences: "We carry Blue Dream for $34 an eighth, OG Kush for $38.50 and Runtz at $44"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from shared.competitors.menus.flow import Flow
from shared.competitors.menus.items import Item, Offer
from shared.competitors.menus.money import USD
from shared.competitors.menus.naming import as_name
from shared.competitors.menus.prices import Price
from shared.competitors.menus.roles import MAIN
from shared.values.size_grammar import size_in

_FEWEST = 2
_LONGEST = 200
_PROPER_WORD = r"[A-Z0-9#][\w'’.&#-]{0,30}"
_PROPER_NAME = re.compile(rf"(?<!\S){_PROPER_WORD}(?:\s(?:(?:of|the|and|x)\s)?{_PROPER_WORD}){{0,7}}\Z")


def items_in_sentences(flow: Flow, prices: Iterable[Price]) -> list[Item]:
    """What stands with a capital letter before each price of a text that has several."""
    by_text: defaultdict[int, list[Price]] = defaultdict(list)
    for price in prices:
        by_text[price.text].append(price)
    found: list[Item] = []
    for index, sums in by_text.items():
        main = [price for price in sums if price.role in MAIN]
        if len(main) < _FEWEST:
            continue
        raw, start = flow.texts[index].raw, 0
        for number, price in enumerate(sums):
            name = _PROPER_NAME.search(as_name(raw[max(start, price.start - _LONGEST) : price.start]))
            after = raw[price.end : sums[number + 1].start if number + 1 < len(sums) else len(raw)]
            start = price.end
            if name and price.role in MAIN and (named := as_name(name.group())):
                size = size_in(named) or size_in(after.split(",")[0][:_LONGEST])
                amount = price.amount if price.currency == USD else None
                found.append(Item(named, None, (Offer(amount, price.currency, size),)))
    return found if len(found) >= _FEWEST else []
