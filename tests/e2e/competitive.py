"""Helpers of the tests of competitive, shared with other tests."""

from __future__ import annotations

from shared.gcp import clients
from tests.e2e.org import Org


def competitor_sells_blue_dream_for(org: Org, price: str) -> None:
    """One competitor, and our own price of 40."""
    slug = org.id.replace("_", "-")
    products = [{"name": "Blue Dream 3.5g", "category": "Flower", "price": price}]
    page = org.console.set_store(slug, "Salt City", products)
    competitor = clients.firestore().document(f"tenants/{org.id}/competitors/{slug}")
    competitor.set({"name": "Salt City", "menuUrl": page})
    org.item("blue-dream", name="Blue Dream 3.5g", price=40.0)
