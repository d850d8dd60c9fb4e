"""Helpers of the tests of price history, shared with other tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from shared.competitors.models import Product
from shared.competitors.snapshots.snapshot import KEPT_FOR, Snapshot

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


DAY = timedelta(days=1)


def snapshot(days_ago: float, *products: tuple[str, str | None], until: float | None = None) -> Snapshot:
    taken = NOW - days_ago * DAY
    seen = taken if until is None else NOW - until * DAY
    menu = tuple(
        Product(name=name, category="Flower", price=None if price is None else Decimal(price))
        for name, price in products
    )
    return Snapshot(competitor_id="c", taken_at=taken, seen_at=seen, expires_at=seen + KEPT_FOR, products=menu)
