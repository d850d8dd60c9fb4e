"""Chooses the product's name among the texts around a price."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from shared.competitors.menus.flow import Flow, Text
from shared.competitors.menus.items import plain
from shared.competitors.menus.money import CENTS_MARK, sums_in
from shared.competitors.menus.prices import Price
from shared.competitors.menus.promotions import announces_promotion
from shared.competitors.menus.tables import Columns
from shared.competitors.menus.vocabulary import words as word_set
from shared.values.size_grammar import is_size

STRONG = 4.0
WEAK = 1.0
_LEVELS = 4
_MOST_TEXTS_OF_A_NAME = 6
_LONGEST_NAME = 150
_MOST_WORDS = 18
_SENTENCE_WORDS = 9
_REPEATED_TIMES = 3
_REPEATED_SHARE = 0.3
_NAME_WORDS = frozenset({"name", "title", "heading", "productname"})
_THING_WORDS = frozenset({"product", "item"})
_GROUP_WORDS = frozenset({"category", "collection", "section", "subtitle", "sub"})
_BRAND_WORDS = word_set("brand vendor manufacturer producer farm grower maker company store shop seller")
_ASIDE_WORDS = word_set(
    "category categories badge badges label lbl tag tags flag ribbon sticker description desc excerpt meta"
    " potency thc"
    " cbd terpenes effects review reviews rating stars stock availability subtitle eyebrow caption type strain"
    " lineage"
    " weight size sizes variant variants option options price prices sku quick wishlist compare deal promo discount"
    " sale terms note small cannabinoid kind genetics"
)
_OTHER_COLUMNS = word_set("category type brand vendor grower farm lineage genetics thc cbd potency effects")
_WORD = re.compile(r"[^\W\d_]{2,}|(?<![^\W_])(?:[A-Z]-?\d{1,3}|\d{1,3}[A-Z])(?![^\W_])")
_PARTS = re.compile(r"\s{0,9}[|,;•·](?=\s)\s{0,9}|\s{1,9}[-–—]\s{1,9}")
_EDGES = " \t\r\n-–—:|•·,;*/=>→~@.…()[]+\u00a0"
_FILLERS = re.compile(
    r"(?:\b(?:was|now|from|only|just|sale|price|reg(?:ular)?|msrp|for|at|each|ea|per|starting|as low as|usd|our"
    r"|special"
    r"|on sale|is|costs?|list|compare(?:d)? at|an?|the|original|sold out)\b[\s.:|–—-]*+){1,6}+\Z",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\A(?:(?:(?:each|ea|per|for|or|usd)\b|(?:name|product|item|strain):)[\s.:|–—-]*+)+", re.IGNORECASE
)
_STOP = re.compile(
    r"(?:\W|\d)*+(?:"
    r"add(?:ed)?(?: item)?(?: to (?:cart|bag|basket|order|wishlist|favou?rites|compare))?|buy(?: it)?(?: now)?"
    r"|shop(?: now| all)?"
    r"|order(?: now| online)?|quick[\s-]?(?:view|shop|add|look|buy)|view(?: \w{1,12}){0,3}|see(?: \w{1,12}){0,3}"
    r"|select(?: \w{1,12}){0,3}|choose(?: \w{1,12}){0,3}|learn more|read more|more(?: info| details)?|details"
    r"|compare|filters?(?: by)?(?: price)?|sort by|refine(?: by)?|showing|results?|of|in"
    r"|wish ?list|favou?rite|save(?: up to)?|saved?|(?:regular|sale|unit|special|old|current|original|final"
    r"|list|retail|our|your"
    r"|(?:non-?)?members?|loyalty|price|now|was|today|online|new|base|normal|starting|average|med(?:ical)?"
    r"|rec(?:reational)?|adult[\s-]use)(?:'s)?[\s-]{0,2}(?:price|prices)?"
    r"(?: (?:is|was|from|at|per|per unit))?|prices?(?: per (?:unit|gram|item))?(?: from)?|(?:original|current"
    r"|sale) price(?: was| is)?"
    r"|from|per|each|ea|to|usd|us|cad|eur|gbp|msrp|rrp|srp|compared?(?: at)?|reg|only|just|as low as"
    r"|starting (?:at|from)"
    r"|sale!?|on sale|sold[\s-]?out|out of stock|in stock|low stock|only left|left|left in stock"
    r"|limited(?: \w{1,9})?|unavailable"
    r"|available(?: now)?|pre-?order|back ?order(?:ed)?|notify me(?: when available)?|coming soon"
    r"|new(?: arrivals?| in| drop)?"
    r"|hot|featured|popular|trending|best ?sellers?|top (?:rated|seller)|staff picks?"
    r"|deals?(?: of the \w{1,6})?|specials?|clearance"
    r"|exclusive|indica|sativa|hybrid|(?:indica|sativa)[\s-](?:hybrid|dominant|dom|leaning)(?: hybrid)?|cbd|thc"
    r"|thca|cbg|cbn|i|s|h"
    r"|(?:total )?(?:thc|cbd|thca|cbda|cbg|cbn|tac|terps?|terpenes)\W{0,4}[\d.,%<>\s–-]{0,20}(?:mg"
    r"|%)?(?:\s?(?:thc|cbd))?"
    r"|reviews?|ratings?|stars?|out of stars?|no reviews|based on|write a review|qty|quantity|size|weight"
    r"|variant|option|color|style"
    r"|small|medium|large|x-?large|single|default(?: title)?|none|n/a|yes|no|ok|remove|close|menu|cart|bag"
    r"|checkout|login|sign in"
    r"|vendor|brand|by|type|category|sku|tax(?:es)? (?:included|incl)|(?:plus|excl|incl|including"
    r"|excluding|with|after|before) tax(?:es)?|tax(?:es)?|off|free"
    r"|free (?:shipping|delivery)|shipping|delivery|pickup|members?(?: only)?|or|and|with|under|over|between|up"
    r"|up to|above|below|discount"
    r"|\d{1,3}\W{0,2}off|save|image(?: of)?|photo|logo|loading|placeholder|product|item|items|name|strain|menu"
    r"|total|subtotal"
    r"|(?:\w{1,12} )?deposit|unit|units|each|off|dollars?|piece|per unit|per gram|bundle|bogo|gram|grams|g|oz|mg"
    r"|otd|out[\s-]the[\s-]door|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|ounces?|eighths?|quarters?|halves|half|for|at|is|the"
    r"|ml|lb|pack|ct"
    r"|only \d{1,3} left|(?:qty|quantity)\W{0,3}\d{0,3}"
    r")\W*+(?:\(\d{1,5}\)\W*+)?",
    re.IGNORECASE,
)


class Names:
    """How likely each text of a page names a product, worked out when first asked for."""

    def __init__(self, flow: Flow, prices: Iterable[Price], columns: Columns) -> None:
        self._flow, self._columns = flow, columns
        self._prices: dict[int, list[Price]] = {}
        for price in prices:
            self._prices.setdefault(price.text, []).append(price)
        self._known: dict[tuple[str, bool], str] = {}
        self._texts = [self._name_in(index) for index in range(len(flow.texts))]
        often = Counter(text.casefold() for text in self._texts if text)
        enough = max(_REPEATED_TIMES if len(self._prices) > 2 else 2, len(self._prices) * _REPEATED_SHARE)
        self._repeated = {text for text, times in often.items() if times >= enough}
        if len(self._repeated) == len(often):
            self._repeated = set()  # One product in several sizes: there is nothing to tell it from.
        self._scores = [self._score(index) for index in range(len(flow.texts))]

    def score(self, index: int) -> float:
        """0 for what is no name, `WEAK` for what may be one, from `STRONG` on for what is marked as one."""
        return self._scores[index]

    def name(self, index: int) -> str:
        """The name in the text, without the price and what is said about it."""
        return self._texts[index]

    def best(self, indices: Iterable[int], first_price: int) -> int | None:
        """The likeliest of these texts: of two alike, one before the price, and the first of those."""
        likely = [index for index in indices if self._scores[index] > 0]
        return max(likely, key=lambda one: (self._scores[one], one <= first_price, -one), default=None)

    def _score(self, index: int) -> float:
        text, name = self._flow.texts[index], self._texts[index]
        if not name:
            return 0.0
        if text.of_image:
            return WEAK if name.casefold() not in self._repeated else 0.1
        score = WEAK + 0.1 + _of_place(self._flow, text)
        if (cell := self._columns.cell_of(index)) is not None:
            if set(self._columns.head_of(index).casefold().split()) & _OTHER_COLUMNS:
                return 0.1
            if self._flow.elements[cell].spans[1] > 1:
                score = max(score - 1, WEAK)  # A category of several rows, or else a product in several sizes
        if len(name.split()) > _SENTENCE_WORDS:
            score -= 1.5
        if text.in_button:
            score -= 3
        if text.for_readers:
            score -= 3
        if name.casefold() in self._repeated and index not in self._prices:
            score -= 3
        return max(score, 0.1)

    def _name_in(self, index: int) -> str:
        text = self._flow.texts[index]
        if text.is_struck or not text.raw:
            return ""
        prices = self._prices.get(index)
        if not prices:
            words = self._flow.elements[text.element].words
            is_whole = bool(text.heading or (words & _NAME_WORDS and not words & _GROUP_WORDS))
            known = self._known.get((text.raw, is_whole))
            if known is None:
                known = self._known[text.raw, is_whole] = _bold_name(text) or as_name(text.raw, is_whole=is_whole)
            return known
        if text.bold and (name := as_name(_before_sums(text.bold))):
            return name
        before = text.raw[: prices[0].start]
        return as_name(_without_remarks(before)) or as_name(before) or as_name(text.raw[prices[-1].end :])


def as_name(text: str, *, is_whole: bool = False) -> str:
    """What of the text can name a product; empty where it is a label, a size, a button's words or a sentence.

    `is_whole`: the text is marked as a name, so that its last words are no lead to a price ("Durban Special").
    """
    name = plain(text.replace(CENTS_MARK, ""), _LONGEST_NAME + 1)
    if len(name) > _LONGEST_NAME:
        return ""
    bare = name.strip(_EDGES)
    if not is_whole:
        bare = _LEADING.sub("", _FILLERS.sub("", bare)).strip(_EDGES)
    name = _with_closed_bracket(name, bare)
    if not _WORD.search(name) or len(name.split()) > _MOST_WORDS:
        return ""
    return "" if _STOP.fullmatch(name) or is_size(name) or announces_promotion(name) else name


def _bold_name(text: Text) -> str:
    """The name of `<b>Blue Dream</b> - Hybrid`: bold, and followed by remarks alone."""
    start = text.raw.find(text.bold) if text.bold else -1
    if start < 0 or text.bold == text.raw or as_name(text.raw[start + len(text.bold) :]):
        return ""
    return as_name(text.bold)


def _before_sums(text: str) -> str:
    first = next(sums_in(text), None)
    return text[: first.start] if first else text


def _without_remarks(text: str) -> str:
    """ "Blue Dream | Hybrid | 24% | " without what follows the name."""
    parts = _PARTS.split(text)
    while len(parts) > 1 and not as_name(parts[-1]):
        parts.pop()
    return parts[0] if len(parts) == 1 else text[: text.rfind(parts[-1]) + len(parts[-1])]


def _with_closed_bracket(whole: str, name: str) -> str:
    """ "Gummies (10-pack)" keeps its last bracket."""
    for opened, closed in ("()", "[]"):
        if name.count(opened) > name.count(closed) and f"{name}{closed}" in whole:
            name += closed
    return name


def _of_place(flow: Flow, text: Text) -> float:
    """What the elements around a text say about it being a name."""
    score = 3.5 if text.heading else 0.0
    element = flow.elements[text.element]
    if element.tag in ("dt", "th", "b", "strong") or text.bold.strip() == text.raw.strip():
        score += 1
    for level in range(_LEVELS):
        words = element.words
        if words & _BRAND_WORDS and level < 2:
            return score - 4
        if words & _NAME_WORDS and (words & _THING_WORDS or not words & _GROUP_WORDS):
            return score + 5 - level * 0.5
        if words & _ASIDE_WORDS and level < 2 and not text.heading:
            return score - 2.5
        if element.link is not None and level < 2:
            score += 1.5
        if element.parent < 0:
            break
        element = flow.elements[element.parent]
        if element.end - element.first > _MOST_TEXTS_OF_A_NAME:
            break
    return score
