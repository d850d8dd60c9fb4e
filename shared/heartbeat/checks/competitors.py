"""Competitors: price changes, pending threats, products they ran out of."""

from __future__ import annotations

from datetime import timedelta

from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.comparing.pricing import gap_percent, percent_text
from shared.competitors.models import CompetitorMenu, Product, product_label
from shared.competitors.price_facts import price_fact
from shared.competitors.products.matching import match_offers
from shared.competitors.products.offers import offers_of
from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs, MenuHistory, PriceChange
from shared.values.words import dollars

NEWS_FOR = timedelta(days=7)
"""A product gone for longer no longer counts as out of stock."""


def price_changes(facts: CheckInputs) -> list[Finding]:
    """The last day's `competitor.price_change` events, each one once."""
    return [_price_change(change) for change in facts.price_changes]


def _price_change(change: PriceChange) -> Finding:
    old, new = change.old_price, change.new_price
    product = product_label(change.product, change.size) if change.product else "a product"
    if old is None or new is None or old <= 0:
        return Finding(key_of("event", change.id), "info", f"{change.competitor} changed the price of {product}")
    moved = gap_percent(old, new)
    words = f"{'lowered' if moved > 0 else 'raised'} {product} by {percent_text(abs(moved))}"
    return Finding(
        key=key_of("event", change.id),
        severity="warning" if moved > 0 else "info",
        title=f"{change.competitor} {words}",
        body=f"From {dollars(old)} to {dollars(new)}.",
        about=price_fact("price_change", change.competitor, product, new) if change.product else None,
    )


def threats(facts: CheckInputs) -> list[Finding]:
    """Critical competitive actions that nobody has resolved."""
    return [
        Finding(
            key=key_of("action", action.id),
            severity="critical",
            title=_threat(action),
            body=action.recommendation,
        )
        for action in facts.actions
        if action.priority == "critical"
    ]


def _threat(action: CompetitiveAction) -> str:
    seen = action.trigger or action.type.replace("_", " ")
    return seen if action.competitor_name in seen else f"{action.competitor_name}: {seen}"


def stock_outs(facts: CheckInputs) -> list[Finding]:
    """What we have in stock and a competitor no longer lists, but did in its previous menu."""
    ours = facts.our_products(in_stock=True)
    return [finding for history in facts.menus for finding in _gone(facts, history, ours)]


def _gone(facts: CheckInputs, history: MenuHistory, ours: list[Product]) -> list[Finding]:
    newest, previous = history.newest, history.previous
    if previous is None or history.changed_at < facts.now - NEWS_FOR or not _is_whole(newest, previous):
        return []
    before, now = _matched(ours, previous), _matched(ours, newest)
    listed = {offer.product.name for offer in offers_of(newest.products)}
    return [
        Finding(
            key=key_of("gone", newest.competitor_id, product),
            severity="info",
            title=f"{newest.name} {'is sold out of' if theirs in listed else 'no longer lists'} {theirs}",
            body=f"You have {product} in stock.",
        )
        for product, theirs in sorted(before.items())
        if product not in now
    ]


def _matched(ours: list[Product], menu: CompetitorMenu) -> dict[str, str]:
    """Our products that the menu has for sale, and what it calls them; another size is another thing."""
    there = [offer for offer in offers_of(menu.products) if offer.product.available]
    return {
        match.ours.product.name: match.theirs.product.name
        for match in match_offers(offers_of(ours), there)
        if match.sizes.kind != "scaled"
    }


def _is_whole(newest: CompetitorMenu, previous: CompetitorMenu) -> bool:
    """A page that suddenly shows less than half was not read as before, rather than sold out."""
    return len(newest.products) * 2 >= len(previous.products)
