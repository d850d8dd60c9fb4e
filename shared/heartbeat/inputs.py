"""The inputs of an org's checks, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.models import CompetitorMenu, Product
from shared.competitors.store import size_text
from shared.documents.dead_letters import DeadLetter
from shared.documents.inventory import Item
from shared.documents.shop import Content, Location
from shared.heartbeat.shop_figures import People, Sales
from shared.retail.periods import local_day
from shared.triggers.stored_credentials import KeysInPlaybook
from shared.values.camel_model import CamelModel


@dataclass(frozen=True, slots=True)
class MenuHistory:
    """A competitor's newest menu, and the one before it where there is one."""

    newest: CompetitorMenu
    changed_at: datetime
    """Since when it is like that."""
    previous: CompetitorMenu | None = None


class PriceChange(CamelModel, frozen=True):
    """A `competitor.price_change` event; missing parts are left out of the sentence."""

    id: str
    competitor: str = "A competitor"
    product: str | None = None
    size: str | None = None
    old_price: Decimal | None = None
    new_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LatePlaybook:
    """A playbook that should have run by its schedule."""

    playbook_id: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CheckInputs:
    """All inputs; those no check of the round needs are empty."""

    timezone: str
    now: datetime
    items: Sequence[Item] = ()
    """Items that are low, expire soon or have a thin margin; others may be included."""
    offers: Sequence[Item] = ()
    """Everything that we sell and that may be on the menus."""
    menus: Sequence[MenuHistory] = ()
    price_changes: Sequence[PriceChange] = ()
    actions: Sequence[CompetitiveAction] = ()
    """Pending ones."""
    people: People = field(default_factory=People)
    sales: Sales = field(default_factory=Sales)
    """Of the last four weeks and a day."""
    content: Sequence[Content] = ()
    """What is pending review."""
    locations: Sequence[Location] = ()
    late_playbooks: Sequence[LatePlaybook] = ()
    dead_letters: Sequence[DeadLetter] = ()
    """Open ones."""
    playbook_names: Mapping[str, str] = field(default_factory=dict)
    """Of the playbooks of these that still exist."""
    keys_in_playbooks: Sequence[KeysInPlaybook] = ()

    @property
    def today(self) -> date:
        """The org's day."""
        return local_day(self.now, self.timezone)

    def days_until(self, instant: datetime) -> int:
        """Days of the org's calendar; 0 today, negative in the past."""
        return (local_day(instant, self.timezone) - self.today).days

    def our_products(self, *, in_stock: bool = False) -> list[Product]:
        """What we sell, as it is compared with menus."""
        return [
            Product(
                name=item.name, category=item.category, price=item.price, size=size_text(item.size, item.weight)
            )
            for item in self.offers
            if item.price and (item.on_hand > 0 or not in_stock)
        ]
