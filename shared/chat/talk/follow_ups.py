"""A request that goes on from a question: asked again of another thing, or of what was asked about. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.language.asking import UNKNOWN
from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.understood import Intent, Request

_MAY_FOLLOW_A_QUESTION = frozenset({Intent.CREATE, Intent.ANSWER, Intent.CHANGE})
_OF_THINGS = frozenset({"their_prices", "stock"})
"""Questions that may be asked again of another thing."""
_IT = frozenset({"it", "they"})
_OF_PRODUCTS = frozenset({"stock", "margins", "their_prices", "spending"})
_IT_OR_ONE = frozenset({"it", "one", "them", "those", "that", "these", "they"})
_OF_A_PRICE = frozenset({"price", "cost", "costs", "sell", "sells", "sold", "go", "goes", "each"})
_OF_US = frozenset({"we", "us", "pay", "you"})
_LEADS_ON = frozenset({"what", "how", "and"})
_MAX_WORDS_OF_A_FOLLOW_UP = 8


def carried_on(requests: Sequence[Request]) -> tuple[Request, ...]:
    """ "What's low right now? And email me that every weekday at 7": what was asked, and regularly as well.

    "Who are our top 20 customers? Send me that monthly" is only asked for regularly.
    """
    first, *rest = requests
    asked = language().lexicon.data["question_topics"].get(first.question or "")
    own = rest and (rest[0].topic or (rest[0].playbook and rest[0].playbook != "it"))
    if not asked or not rest or own or rest[0].intent not in _MAY_FOLLOW_A_QUESTION:
        return tuple(requests)
    if not (rest[0].whens or rest[0].channels or rest[0].events or rest[0].unread):
        # "Anything low? Tell me".
        return (first, *rest[1:])
    content = {
        name: getattr(rest[0], name) or getattr(first, name)
        for name in ("products", "competitors", "top", "thresholds")
    }
    regular = rest[0].changed(**content, topic=first.topic or asked, intent=Intent.CREATE)
    return (*([first] if regular.topic == asked else []), regular, *rest[1:])


def followed_up(message: str, asks: bool, before: Request | None, request: Request) -> Request:
    """ "And why?", "and the day before?": the last question, with what is said of it now."""
    words, questions = plain(message), (None, UNKNOWN)
    if before and before.products and request.events and _IT & {*words} and not request.products:
        # "How many Blue Dream are left?", "text me when it's low".
        events = (one.changed(product=one.product or before.products[0]) for one in request.events)
        return request.changed(events=tuple(events))
    if before is None or len(words) > _MAX_WORDS_OF_A_FOLLOW_UP:
        return request
    of_it = before.products and _IT_OR_ONE & {*words} and not (request.products or request.competitors)
    if of_it and request.question in _OF_PRODUCTS:
        # "And what do we pay for one?"
        paid = "margins" if {*words} & _OF_US else "stock"
        asked = paid if request.question == "spending" else request.question
        return request.changed(question=asked, products=before.products)
    prices = {*words} & _OF_A_PRICE and (of_it or "price" in words) and not {*words} & _OF_US
    if prices and before.question == "stock" and request.question in (*questions, "figures_sales"):
        # "And what do they sell for?": what is left of it is told with its price.
        return before.changed(text="")
    if request.question not in (*questions, before.question):
        return request
    things = {name: value for name in ("competitors", "products") if (value := getattr(request, name))}
    if before.question in _OF_THINGS and things and not request.topic and (asks or words[0] in _LEADS_ON):
        # "What about Harvest House?", "and Sour Diesel?".
        return before.changed(**things, text="")
    if "why" in words and request.question in questions:
        return Request(intent=Intent.ASK, question="why_not", playbook="it")
    if "before" not in words or not (asks or words[0] in _LEADS_ON):
        return request
    return before.changed(text=f"{before.text} {message}".strip())
