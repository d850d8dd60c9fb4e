"""Which product (or category) an alert about stock is meant for: "when Blue Dream runs low"."""

from __future__ import annotations

import re

from shared.chat.grammar.normalise import BLANK, NAME, Text, word_set

_WHEN = r"\b(?:when(?:ever)?|if|once|as soon as|in case|each time|every time|the moment)"
_WORD = r"[a-z0-9][\w'&./-]*"
_STATE = (
    r"(?:(?:is|are|'s|gets?|goes|has|have|it's) )?(?:(?:almost|nearly|running|going|about to|at|down to|back) )*"
    r"(?:runs?|running|falls?|drops?|goes|sells?|below|under|back|out|low|restocked|sold|less|fewer"
    r"|gets?|in stock)\b"
)
_OF = r"(?:(?:stock|inventory|supply|quantity|count|levels?)(?: levels?)? (?:of|for|on) )"
_NAMED = re.compile(
    rf"{_WHEN} (?:the |our |my )?{_OF}?(?:the |our |my )?(?P<name>{_WORD}(?: {_WORD}){{0,4}}?)(?:'s)?"
    rf"(?: (?:stock|inventory|quantity))? {_STATE}"
)
_LOW_ON = re.compile(
    rf"{_WHEN} (?:we|i) (?:run|get|are|'re|have)(?: running| getting)? (?:low on|out of"
    r"|fewer than \d+|less than \d+) "
    rf"(?P<name>{_WORD}(?: {_WORD}){{0,3}}?)(?= left\b|\s*(?:$|[,.;!?]|(?:every|each|by|via|text|email"
    r"|tell|let)\b))"
)
_GENERAL = word_set(
    """
    stock inventory supply supplies product products item items sku skus strain strains something anything things
    thing stuff we it they i any a an one of our the my that there this these those some each every everything
    someone what any of them all is are fewer less than more best top popular seller sellers selling favorite
    favorites important main fast key bestseller bestsellers low out sold back new units unit left level levels
    quantity shelf shelves number amount merchandise goods which ever not have has get gets price prices competitor
    competitors customer customers sales revenue order orders only just still on in at its their per
    """
)


def find_product(text: Text) -> str | None:
    """The words of the product in a normalised text, as they were typed; None where any product is meant."""
    for pattern in (_LOW_ON, _NAMED):
        for match in pattern.finditer(text.low):
            start, end = match.span("name")
            name = text.low[start:end]
            if BLANK in name or NAME in name or all(_is_general(word) for word in name.split()):
                continue
            if any(word in _VERBS for word in name.split()):
                continue
            return text.said(start, end)
    return None


_VERBS = word_set("is are runs run falls drops goes sells email text tell send let check and or when if to for")


def _is_general(word: str) -> bool:
    return word.strip("'s.") in _GENERAL or word in _GENERAL or word.isdigit()
