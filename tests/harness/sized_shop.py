"""A shop of any size, the same every time; at scale 1: 1,000 items, 1,000 customers, 10,000 orders a year."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from local.demo.menus import PRODUCTS
from local.demo.seed import DEMO_ORG_ID, demo_documents
from shared.catalog.files.load import catalog
from shared.gcp.plain_firestore import Commit, Version
from shared.retail.packs.codec import Copy
from shared.retail.packs.pack import Kind
from shared.triggers import listeners

ITEMS = 1_000
CUSTOMERS = 1_000
ORDERS_A_YEAR = 10_000
HISTORY_DAYS = 70
"""How far back there are orders: no daily looks further."""
CATEGORIES = ("Flower", "Vapes", "Edibles", "Pre-Rolls", "Concentrates", "Tinctures", "Topicals", "Accessories")
SUPPLIERS = tuple(f"Grower {number}" for number in range(25))
WORDS = ("Blue", "Dream", "Sour", "Diesel", "Purple", "Haze", "Lemon", "Kush", "Velvet", "Mint", "Amber", "Cloud",
         "River", "Stone", "Maple", "Ember", "Frost", "Honey", "Onyx", "Pine")  # fmt: skip
SEED = 20261129
_SATURDAY = 5
_DAYS_COUNTED = 4
"""From the day of the first count on."""
_NOT_WRITTEN = Version(2026, 1, 1, tzinfo=UTC)  # type: ignore[no-untyped-call]
_WRITES_A_COMMIT = 400
_AT_ONCE = 4


def coming_noon() -> datetime:
    """Noon in New York on a Saturday that is still to come: what a week has packed is then always the same.

    Steps go by the machine's own time where it is later, and would find days that nobody has packed.
    """
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    saturday = tomorrow + timedelta(days=(_SATURDAY - tomorrow.weekday()) % 7)
    return saturday.replace(hour=17, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class SizedShop:
    """An enterprise with all of the catalog, as it is at `now`."""

    org_id: str
    scale: float
    now: datetime
    console_url: str
    is_sparse: bool = False
    """Write only the items, customers and orders that are read one by one: the packs and the shelf have all."""
    versions: dict[str, Version] = field(default_factory=dict, compare=False, repr=False)
    """Of the documents that `write` has written, by path."""

    @property
    def items(self) -> int:
        """How many it has."""
        return round(ITEMS * self.scale)

    def write(self) -> None:
        """Put all of it into Firestore."""
        writes = self._documents()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            waiting: list[Future[dict[str, Version]]] = []
            while page := list(itertools.islice(writes, _WRITES_A_COMMIT)):
                waiting.append(pool.submit(_commit, page))
                if len(waiting) >= 4 * _AT_ONCE:
                    self.versions.update(waiting.pop(0).result())
            for one in waiting:
                self.versions.update(one.result())

    def copies(self, kind: Kind) -> Iterator[Copy]:
        """What a scan of the collection would find after `write`, without asking for it; orders oldest first.

        The emulator goes through all of a collection for each page of it.
        """
        found = {"inventory": self._inventory, "customers": self._customers, "orders": self._orders}[kind.source]
        for path, fields in found():
            version = self.versions.get(path, _NOT_WRITTEN)
            known = {name: fields[name] for name in kind.fields if name in fields}
            stamp = version.rfc3339()  # type: ignore[no-untyped-call]
            yield Copy(path.rpartition("/")[2], path, known, stamp, version)

    def _documents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        org = f"tenants/{self.org_id}"
        demo = demo_documents(self.console_url)
        yield org, {**demo[f"tenants/{DEMO_ORG_ID}"], "tierId": "enterprise", "name": self.org_id}
        yield from (
            (path.replace(DEMO_ORG_ID, self.org_id), fields)
            for path, fields in demo.items()
            if path.split("/")[2:3] in (["competitors"], ["locations"], ["content"])
        )
        yield from self._playbooks()
        for one in (self._inventory, self._customers, self._orders):
            yield from ((path, fields) for path, fields in one() if not self.is_sparse or self._is_read(fields))

    def _is_read(self, fields: dict[str, Any]) -> bool:
        """Whether it is one of the first items, has its birthday in these days, or was placed in the last ones."""
        if "birthday" in fields:
            return fields["birthday"] in {f"{self.now + timedelta(days=day):%m-%d}" for day in range(_DAYS_COUNTED)}
        if "placedAt" in fields:
            return bool(fields["placedAt"] >= self.now - timedelta(days=_DAYS_COUNTED))
        return bool(fields["imageUrl"] < _image(ITEMS))

    def _inventory(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for number in range(self.items):
            yield f"tenants/{self.org_id}/inventory/{item_id(number)}", self.item(number)

    def _customers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for number in range(round(CUSTOMERS * self.scale)):
            yield f"tenants/{self.org_id}/customers/customer-{number:06d}", self._customer(number)

    def _orders(self) -> Iterator[tuple[str, dict[str, Any]]]:
        customers = round(CUSTOMERS * self.scale)
        orders = round(ORDERS_A_YEAR * self.scale * HISTORY_DAYS / 365)
        for number in range(orders):
            yield f"tenants/{self.org_id}/orders/order-{number:07d}", self._order(number, orders, customers)

    def _playbooks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for one in catalog().values():
            fields = {**one.content(), "source": "catalog", "status": "active", "orgId": self.org_id, "version": 1}
            yield f"tenants/{self.org_id}/playbooks/{one.id}", fields
            for trigger in fields["triggers"]:
                if trigger["type"] == "event":
                    listener = listeners.Listener(
                        playbook_id=one.id,
                        org_id=self.org_id,
                        trigger_id=trigger["id"],
                        event_name=trigger["eventName"],
                    )
                    listener_id = listeners.listener_id(self.org_id, one.id, trigger["id"])
                    yield (
                        f"{listeners.COLLECTION}/{listener_id}",
                        listener.model_dump(by_alias=True, exclude_none=True),
                    )

    def item(self, number: int) -> dict[str, Any]:
        """An item: one in twenty is low, one in fifty is out; the first are what competitors sell, too."""
        chance = Random(SEED * 31 + number)
        price = round(chance.uniform(5, 120), 2)
        point = chance.randrange(4, 30)
        quantity = (
            0 if number % 50 == 7 else chance.randrange(0, point) if number % 20 == 3 else point + 1 + number % 90
        )
        fields: dict[str, Any] = {
            "name": PRODUCTS[number].name if number < len(PRODUCTS) else _name(chance, number),
            "category": PRODUCTS[number].category if number < len(PRODUCTS) else CATEGORIES[number % 8],
            "price": price,
            "cost": round(price * chance.uniform(0.4, 0.8), 2),
            "quantity": quantity,
            "reorderPoint": point,
            "supplier": SUPPLIERS[number % 25],
            "locationId": ("downtown", "westcott")[number % 2],
            "description": f"{_name(chance, number)} from a small batch, with a {chance.choice(WORDS)} finish.",
            "imageUrl": _image(number),
            "createdAt": self.now - timedelta(days=40 + chance.randrange(400), seconds=chance.randrange(86_400)),
        }
        if number % 10 == 5:
            fields["expiresAt"] = self.now + timedelta(days=3 + chance.randrange(200))
        return fields

    def _customer(self, number: int) -> dict[str, Any]:
        chance = Random(SEED * 37 + number)
        born = self.now - timedelta(days=365 * 25 + chance.randrange(10_000))
        return {
            "name": f"{chance.choice(WORDS)} Customer {number}",
            "email": f"customer{number}@mail.example",
            "phone": f"+1315{5_550_000 + number % 1_000_000:07d}",
            "birthday": f"{born:%m-%d}",
            "createdAt": self.now - timedelta(days=60 + chance.randrange(700)),
            "lastOrderAt": self.now - timedelta(days=chance.randrange(70), minutes=1),
            "orderCount": 1 + chance.randrange(20),
            "totalSpent": round(chance.uniform(20, 2_000), 2),
            "loyaltyPoints": chance.randrange(2_000),
        }

    def _order(self, number: int, orders: int, customers: int) -> dict[str, Any]:
        chance = Random(SEED * 41 + number)
        lines = []
        for _ in range(1 + chance.randrange(3)):
            item = chance.randrange(self.items)
            fields = self.item(item)
            lines.append(
                {
                    "itemId": item_id(item),
                    "name": fields["name"],
                    "category": fields["category"],
                    "quantity": 1 + chance.randrange(2),
                    "price": fields["price"],
                }
            )
        ago = timedelta(days=HISTORY_DAYS) * ((orders - number) / orders)
        return {
            "placedAt": self.now - ago,
            "status": "completed",
            "total": round(sum(line["price"] * line["quantity"] for line in lines), 2),
            "customerId": f"customer-{chance.randrange(customers):06d}",
            "locationId": ("downtown", "westcott")[number % 2],
            "items": lines,
        }


def item_id(number: int) -> str:
    """As tills number their items."""
    return f"sku-{number:06d}"


def _image(number: int) -> str:
    return f"https://images.shop.example/{item_id(number)}.jpg"


def _name(chance: Random, number: int) -> str:
    return f"{chance.choice(WORDS)} {chance.choice(WORDS)} {chance.choice(WORDS)} {number}"


def _commit(page: list[tuple[str, dict[str, Any]]]) -> dict[str, Version]:
    commit = Commit()
    for path, fields in page:
        commit.set(path, fields)
    return dict(zip((path for path, _ in page), commit.send(), strict=True))
