"""Classifies a price on a page: today's, an earlier one, a member's, one per unit, or none of these."""

from __future__ import annotations

import re
from enum import IntEnum

from shared.competitors.menus.vocabulary import words as word_set


class Role(IntEnum):
    """From what anybody pays today to what is no price of the product."""

    NOW = 0
    PLAIN = 1
    REGULAR = 2
    """What it costs unless another price stands beside it, which makes this one the earlier."""
    WAS = 3
    UNIT = 4
    MEMBER = 5
    OTHER = 6


MAIN = frozenset({Role.NOW, Role.PLAIN, Role.REGULAR})

_UNITS = r"(?:gr?ams?|gr?|mgs?|oz|ounces?|mls?|lbs?|pounds?|kg|dose|serving|piece|pc|unit|mg thc)"
_BEFORE: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE))
    for role, words in (
        (
            Role.MEMBER,
            r"(?<!non.)members?|vips?|loyalty|rewards?|subscri\w{1,12}|wholesale|med|medical|patients?|veterans?|seniors?"
            r"|students?"
            r"|employees?|first[\s-]time|new customers?|with (?:code|card)|insiders?|auto-?ship|app only"
            r"|club price",
        ),
        (
            Role.OTHER,
            r"shipping|delivery|delivered|deposit|fees?|tax(?:es)?|savings?|saved?|saves|cash\s?back|minimum"
            r"|subtotal"
            r"|payments?(?: of)?|instal?lments?(?: of)?|orders?|spend|up to|pay later|gift wrap(?:ping)?|for every",
        ),
        (Role.UNIT, r"unit price|price per \w{1,10}|per (?:gram|ounce|unit|mg)"),
        (
            Role.WAS,
            r"was|were|last \d{1,3} days"
            r"|compared?(?: at| to)?|msrp|m\.s\.r\.p|rrp|r\.r\.p|srp|list|list price|retail|retail price"
            r"|original(?:ly)?|before|old|old price|value|valued at|worth|previous(?:ly)?|non-sale price|strike",
        ),
        (
            Role.NOW,
            r"now|sale|sale price|on sale|our price|our|today|special|deal|current|current price|only|just"
            r"|your price"
            r"|final|final price|discounted|clearance|promo|you pay|daily deal|online price|flash",
        ),
        (Role.REGULAR, r"reg|regular|regularly|normal|normally|usual|usually|standard"),
    )
)
_AFTER: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.UNIT, re.compile(rf"\s{{0,3}}(?:/|per|a|an)\s{{0,3}}(?:1\s?)?{_UNITS}(?![^\W_])", re.IGNORECASE)),
    (
        Role.MEMBER,
        re.compile(
            r"\W{0,4}(?:for )?(?:our )?(?:members?|vips?|with (?:membership|subscription|card|code|loyalty)"
            r"|w/ ?card"
            r"|loyalty|medical|med\b|patients?|wholesale|subscri)",
            re.IGNORECASE,
        ),
    ),
    (
        Role.OTHER,
        re.compile(
            r"(?!\W{0,3}\+\s?tax)\W{0,3}(?:off|back|(?:\w{1,10} )?deposit|shipping"
            r"|delivery|fees?|min(?:imum)?|credits?|savings?|saved|points?"
            r"|/?\s?mo\b"
            r"|per month|tax|or more|and up|in rewards|gift|x\s?\d|with (?:klarna|afterpay|affirm)|\+)(?![^\W_])",
            re.IGNORECASE,
        ),
    ),
    (
        Role.WAS,
        re.compile(r"[\s(]{0,3}(?:msrp|retail|value|list|rrp|compare(?:d)? at|originally|before)\b", re.IGNORECASE),
    ),
    (Role.REGULAR, re.compile(r"[\s(]{0,3}(?:reg|regular)(?![^\W_])", re.IGNORECASE)),
    (Role.NOW, re.compile(r"[\s(]{0,3}(?:sale|now|today|special)(?![^\W_])", re.IGNORECASE)),
)
_WORDS: tuple[tuple[Role, frozenset[str]], ...] = (
    (Role.MEMBER, word_set("member members membership vip loyalty subscription wholesale club med medical")),
    (Role.UNIT, frozenset({"unit", "ppg", "pergram", "ppu"})),
    (
        Role.OTHER,
        word_set(
            "shipping delivery deposit fee fees save saving savings saved points reward rewards installment"
            " installments afterpay klarna sezzle affirm subtotal promo-note discount percentage"
        ),
    ),
    (
        Role.WAS,
        word_set("was old compare compared msrp rrp strike strikethrough crossed original before previous non")
        | frozenset({"retail", "struck", "through", "list-price"}),
    ),
    (Role.NOW, word_set("sale now current special final discounted promo pay reduced today")),
    (Role.REGULAR, frozenset({"regular", "reg"})),
)
_ENDING_IN_OTHER = word_set(
    "over under above below min add more off free buy get plus extra between earn tip tips points coupon credit crv"
    " total bottle gift budget and"
)
"""Words that may stand in a product's name, and so say something only right before a sum."""
_BESIDE_PRICES = frozenset({"shipping", "delivery", "discount", "points"})
"""Words of boxes that hold the price too: "product-price-and-shipping", "discount-price"."""
_SEVERAL = re.compile(
    r"(?<![\d.,/])(?:[2-9]|1[0-2])\s?(?:for|/|(?:\+|or more)\W?(?: for| at| @)?)\s{0,3}\Z"
    r"|\b(?:two|three|any \d)\s+for\s{0,3}\Z",
    re.IGNORECASE,
)
"""A price for several pieces."""
_LONGEST_CONTEXT = 60
_WORDS_BEFORE = 4
_LABEL = re.compile(r"[^\d$€£]{1,40}")


def role_of_words(before: str, after: str) -> Role | None:
    """What the words around a sum in its own text say; the nearest before it count most."""
    unit, pattern = _AFTER[0]
    if pattern.match(after[:_LONGEST_CONTEXT]):
        return unit
    words = before[-_LONGEST_CONTEXT:].split()[-_WORDS_BEFORE:]
    if words and (_SEVERAL.search(before[-20:]) or words[-1].strip(".:(-").lower() in _ENDING_IN_OTHER):
        return Role.OTHER
    near = " ".join(words)
    nearest: tuple[int, Role] | None = None
    for role, pattern in _BEFORE:
        for found in pattern.finditer(near):
            if nearest is None or found.end() > nearest[0]:
                nearest = (found.end(), role)
    after_role = next((role for role, pattern in _AFTER[1:] if pattern.match(after[:_LONGEST_CONTEXT])), None)
    if after_role in (Role.OTHER, Role.MEMBER):
        return after_role
    return nearest[1] if nearest else after_role


def role_of_label(text: str) -> Role | None:
    """What a label beside a price says: "Regular price", "Was:", "Members"; None for any other text."""
    label = text.strip()
    if not _LABEL.fullmatch(label) or len(label.split()) > 5:
        return None
    return role_of_words(label, "")


def role_of_classes(words: frozenset[str]) -> Role | None:
    """What the classes of an element around a price say."""
    if not words:
        return None
    for role, signs in _WORDS:
        if words & signs:
            if role is Role.OTHER and "price" in words and words & signs <= _BESIDE_PRICES:
                continue
            return role
    return None
