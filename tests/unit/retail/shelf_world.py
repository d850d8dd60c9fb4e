"""A shop whose items are written in Firestore's memory, and the news of it, which may come late, twice or never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.documents.inventory import Item
from shared.gcp import clients, lag
from shared.retail import memo
from shared.retail.items import item_documents
from shared.retail.load import Loaded, load_items
from shared.retail.shelf import changes

ORG = "o1"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class ShelfWorld:
    """The org's items, and the news that nobody has been told yet."""

    news: list[tuple[str, str]] = field(default_factory=list)
    writes: int = 0

    def write(self, item_id: str, fields: Mapping[str, Any] | None) -> None:
        """Set the item; None deletes it."""
        reference = clients.firestore().document(f"tenants/{ORG}/inventory/{item_id}")
        before = reference.get().to_dict()
        if fields is None:
            reference.delete()
        else:
            reference.set(dict(fields))
        self.writes += 1
        if changes.is_seen(before, fields):
            self.news.append((item_id, str(self.writes)))

    def tell(self, number: int, *, again: bool = False) -> None:
        """Deliver one of the news, not always the oldest."""
        if self.news:
            place = number % len(self.news)
            item_id, version = self.news[place] if again else self.news.pop(place)
            changes.mark(ORG, item_id, version, NOW)

    def tell_all(self) -> None:
        while self.news:
            self.tell(0)

    def lose_all(self) -> None:
        self.news.clear()


def kept() -> Loaded[Item]:
    """The items as what the clock starts reads them."""
    with lag.allowed(), memo.reading_once():
        return load_items(ORG)


def stored() -> Loaded[Item]:
    """The items as they are."""
    return load_items(ORG)


def ids() -> list[str]:
    with lag.allowed():
        return [one.id for one in item_documents(ORG)]
