"""Questions about what is on the shelf, and on competitors' menus: stock, prices, margins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from shared.chat.language.names import plain
from shared.chat.language.reading import language, read
from shared.chat.talk import replies
from shared.chat.talk.playbook_lookups import Lookup
from shared.chat.talk.targets import most
from shared.chat.talk.turn import Turn
from shared.chat.understood import Reply, Request
from shared.errors import NotFoundError
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.values.words import counted, dollars, listed

MAX_LINES = 10
_MOST_ITEMS = 100
_MOST_MENUS = 20
_FEW = 5
_OF_ALL = frozenset({"each", "every", "everything"})
_LEAST = frozenset({"thinnest", "lowest", "worst", "least", "smallest"})
_T = TypeVar("_T")


def _lines(found: Sequence[str]) -> list[str]:
    return replies.bullets(found, MAX_LINES)


def _most_like(
    turn: Turn, found: Sequence[_T], name_of: Callable[[_T], str], but: str = "", products: Sequence[str] = ()
) -> list[_T]:
    """Those whose names have the most words of the message and the products, apart from the words of `but`."""
    words = {*plain(turn.message), *(word for one in products for word in plain(one))}
    said = words - {*plain(but)} - language().lexicon.harmless
    return most(found, lambda one: len({*plain(name_of(one))} & said))


def low_stock(turn: Turn, request: Request) -> Reply:
    """What is low or sold out."""
    only_out = request.question == "figures_out"
    found = turn.author.store.figures(turn.facts.tenant, "low_stock_report", {"limit": _MOST_ITEMS}).items
    wanted = [name.casefold() for name in request.products] or [""]
    items = [
        f"{one.name}: {f'{one.quantity:g} left' if one.quantity > 0 else 'out of stock'}"
        for one in found
        if one.status == "out" or not only_out
        if any(name in f"{one.name} {one.category}".casefold() for name in wanted)
    ]
    what = "out of stock" if only_out else "low or out of stock"
    about = f" matching {listed(request.products, 'or')}" if request.products else ""
    none = f"Nothing{about} is {what} right now."
    return turn.say(f"{counted(len(items), 'item')} {what}:" if items else none, *_lines(items))


def _products(turn: Turn, _request: Request) -> Reply:
    found = turn.author.store.figures(turn.facts.tenant, "fetch_inventory", {"limit": 1})
    worth = f", worth {dollars(found.total_value)} at your prices"
    return turn.say(f"You have {counted(found.count, 'product')}: {found.units:,.0f} units{worth}.")


def _items(turn: Turn, wanted: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The items of these names or categories, in lower case; all of them for None."""
    params = {"limit": _MOST_ITEMS, "fields": ["name", "category", "quantity", "price", "cost", "reorderPoint"]}
    found = turn.author.store.figures(turn.facts.tenant, "fetch_inventory", params).items
    if wanted is None:
        return list(found)
    return [one for one in found if {str(one["name"]).casefold(), str(one.get("category")).casefold()} & {*wanted}]


def things_said(turn: Turn, request: Request) -> set[str]:
    """The products and categories that are named as such, also by another name ("carts"), in lower case."""
    names = turn.org.names
    things = [thing for word in plain(turn.message) for thing in read(word, names).of("of_thing")]
    return {one.casefold() for one in request.products or things}


def _things_named(turn: Turn, request: Request) -> set[str]:
    """The same, or the products whose names have the most words of the message."""
    begins = [plain(name) for name in request.products]
    said = [one for one in turn.facts.products if any(plain(one)[: len(name)] == name for name in begins)]
    likely = said or _most_like(turn, turn.facts.products, str)
    others = things_said(turn, request.changed(products=()))
    return others | {one.casefold() for one in likely}


def _reorder(item: Mapping[str, Any]) -> str:
    point = item.get("reorderPoint")
    return f" (reorder at {point:g})" if isinstance(point, int | float) and item["quantity"] < point else ""


def _each(price: Any) -> str:
    return f", {dollars(Decimal(str(price)))} each" if price else ""


def _margins(turn: Turn, request: Request) -> Reply:
    """What an item costs the shop, and what is earned on it; of several, the most first."""
    known, words = [], {*plain(turn.message)}
    for one in _items(turn, _things_named(turn, request) or None):
        price, cost = (Decimal(str(one.get(name) or 0)) for name in ("price", "cost"))
        if price and cost:
            earned = f"you earn {dollars(price - cost)} ({(price - cost) / price:.0%})"
            told = f"{one['name']}: you pay {dollars(cost)}, sell it for {dollars(price)}, so {earned}"
            known.append(((price - cost) / price, told))
    if not known:
        return turn.say_words("margins")
    lines = [told for _, told in sorted(known, reverse=not words & _LEAST)]
    return turn.say(*(_lines(lines) if len(lines) > 1 else [f"{lines[0]}."]))


def _stock(turn: Turn, request: Request) -> Reply:
    """How much is left of what is named."""
    wanted = _things_named(turn, request)
    of_all = not wanted and {*plain(turn.message)} & _OF_ALL
    if not wanted and not of_all:
        return low_stock(turn, request)
    found = _items(turn, wanted or None)
    if not found:
        return turn.say_words("no_item")
    items = [f"{one['name']}: {one['quantity']:g} left{_each(one.get('price'))}{_reorder(one)}" for one in found]
    return turn.say(*(_lines(items) if len(items) > 1 else [f"{items[0]}."]))


def _undercut(turn: Turn, request: Request) -> Reply:
    found = turn.author.store.undercuts(turn.facts.competitors)
    where = f"All prices: {links.url(links.COMPETITORS)}"
    if found.as_of is None:
        return turn.say(turn.words("no_menus"), where)
    wanted = [one.words for one in found.items if not request.competitors or one.competitor in request.competitors]
    who = listed(request.competitors)
    none = f"{who} doesn't undercut you right now." if who else "Nobody undercuts you right now."
    opening = f"{counted(len(wanted), 'price')} undercut:" if wanted else none
    as_of = f"As of {instant_in_words(found.as_of, turn.zone)}, when I last read their menus."
    return turn.say(opening, *_lines(wanted), as_of, where)


def _their_prices(turn: Turn, request: Request) -> Reply:
    """What a competitor charges, beside ours; for one product if one is named."""
    ids = [one for one, name in turn.facts.competitors.items() if name in request.competitors]
    if not ids:
        return _prices_of_one(turn, request) if request.products else _undercut(turn, request)
    where = f"The whole menu: {links.url(links.competitor(ids[0]))}"
    try:
        found = turn.author.store.menu(ids[0])
    except NotFoundError:
        return turn.say_words("no_menus")
    priced = [(one, one.their_price) for one in found.rows if one.their_price is not None]
    named = _most_like(turn, priced, lambda each: each[0].product, found.name, request.products)
    if request.products and priced and not named:
        return turn.say(turn.words("not_on_menu", name=found.name, what=listed(request.products, "or")), where)
    items = [
        f"{one.product}: {dollars(price)}{f' (you: {dollars(one.our_price)})' if one.our_price else ''}"
        for one, price in named or priced
    ]
    if not items or found.menu_seen_at is None:
        return turn.say(turn.words("no_menu", name=found.name), where)
    as_of = f"As of {instant_in_words(found.menu_seen_at, turn.zone)}."
    return turn.say(f"{found.name}:", *_lines(items), as_of, where)


def _prices_of_one(turn: Turn, request: Request) -> Reply:
    """What each competitor charges for a product, the cheapest first, beside our price."""
    found = []
    for key in [*turn.facts.competitors][:_MOST_MENUS]:
        try:
            menu = turn.author.store.menu(key)
        except NotFoundError:
            continue
        priced = [(one, one.their_price) for one in menu.rows if one.their_price is not None]
        alike = _most_like(turn, priced, lambda each: each[0].product, menu.name, request.products)
        found += [(price, menu.name, one.product) for one, price in alike]
    where = f"All prices: {links.url(links.COMPETITORS)}"
    if not found:
        return turn.say(turn.words("not_on_menus", what=listed(request.products, "or")), where)
    ours = [f"You: {one['name']}{_each(one.get('price'))}" for one in _items(turn, _things_named(turn, request))]
    lines = [f"{name}: {product}, {dollars(price)}" for price, name, product in sorted(found)]
    return turn.say("On the newest menus:", *_lines([*lines, *ours]), where)


def _prices(turn: Turn, _request: Request) -> Reply:
    """What is cheapest in the shop, or dearest."""
    cheap = bool({*plain(turn.message)} & {"cheapest", "lowest"})
    priced = sorted(((one["price"], one["name"]) for one in _items(turn) if one.get("price")), reverse=not cheap)
    lines = [f"{name}: {dollars(Decimal(str(price)))}" for price, name in priced[:_FEW]]
    return turn.say("Your cheapest products:" if cheap else "Your most expensive products:", *_lines(lines))


def _competitor_changes(turn: Turn, request: Request) -> Reply:
    found = _undercut(turn, request)
    return found.changed(reply=f"{turn.words('no_changes_kept')}\n{found.reply}")


LOOKUPS: dict[str, Lookup] = {
    "figures_low": low_stock,
    "figures_out": low_stock,
    "stock": _stock,
    "products": _products,
    "margins": _margins,
    "prices": _prices,
    "competitor_changes": _competitor_changes,
    "figures_undercut": _undercut,
    "their_prices": _their_prices,
}
