"""Loads a shop's records. Malformed documents are skipped, counted and logged; they never fail a run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.competitors.models import Product
from shared.competitors.products.forms import category_words
from shared.competitors.products.name_index import NameIndex
from shared.competitors.products.names import identify
from shared.documents.customers import Customer
from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.documents.org import CAMPAIGNS, CONTENT, CUSTOMERS, LOCATIONS, org_path
from shared.documents.record import Record
from shared.documents.shop import Campaign, Content, Location
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.gcp.pages import paged
from shared.retail.demand import SoldLine, same_name
from shared.retail.items import item_documents, over_items
from shared.retail.packs import customer_shards, packed_orders
from shared.retail.packs.codec import Copy, packed, unpacked
from shared.retail.packs.pack import copy_of
from shared.retail.packs.sold_shards import MAX_OF_A_NAME, RecentSales
from shared.retail.shelf.catch_up import read_items
from shared.retail.shelf.layout import MAX_ITEMS
from shared.retail.shelf.read import noted_as_of_now, noted_of

log = logging.get_logger(__name__)

R = TypeVar("R", bound=Record)

MAX_RECORDS = 5_000
"""Limit per kind and step; more is an error, never a silent cut."""
FEW_CUSTOMERS = 5_000
STREAMED_PAGE = 2_000
MAX_LOGGED = 10
"""Malformed documents logged one by one; beyond that only their number is logged."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R]):
    """The records, and how many documents could not be read at all or only in part."""

    records: tuple[R, ...]
    malformed: int = 0
    in_part: int = 0
    """Records with unreadable fields left out; the log names the fields."""


def load_items(org_id: str) -> Loaded[Item]:
    """The whole inventory, by id."""
    return _records(item_documents(org_id), Item, "inventory", MAX_ITEMS)


def load_items_near(org_id: str, theirs: Iterable[Product]) -> tuple[Item, ...]:
    """The items that these products of competitors may be, too, by id. Raises like `over_items`."""
    there = list(theirs)
    return over_items(org_id, lambda documents: _near(documents, there))


def _near(documents: Iterable[Any], theirs: Sequence[Product]) -> tuple[Item, ...]:
    """Iterates twice."""
    shelves = {item.category for one in documents if (item := Item.parsed(one)[0]) is not None}
    names = NameIndex(
        (identify(one.name, one.category) for one in theirs), frozenset().union(*map(category_words, shelves))
    )
    unreadable = _Unreadable("inventory")
    found: list[Item] = []
    for one in documents:
        item, problems = Item.parsed(one)
        unreadable.note(one, item, problems)
        if item is not None and names.may_match(frozenset(identify(item.name, item.category).words)):
            found.append(item)
    unreadable.sum_up()
    return tuple(sorted(found, key=lambda item: item.id))


def load_noted_items(org_id: str, now: datetime) -> Loaded[Item]:
    """Items that are low, expire soon or have a thin margin, and possibly others, read from the shelf.

    Raises:
        PermanentError: there are more than a report can read.
        TransientError: there are many, and the shelf is still being built.
    """
    noted = noted_of(org_id, now)
    return load_items(org_id) if noted is None else _records(noted, Item, "inventory", MAX_ITEMS)


@dataclass(frozen=True, slots=True)
class LowStock:
    """Low and out-of-stock items, how many items were checked, and how many documents were malformed."""

    items: tuple[Item, ...]
    checked: int
    malformed: int


def load_low_stock(org_id: str, now: datetime) -> LowStock | None:
    """Low and out-of-stock items without updating the shelf; None if the shelf can't tell right now.

    `checked` may be off by items created or deleted at this very moment.
    """
    noted = noted_as_of_now(org_id, now)
    if noted is None:
        return None
    records = _records(noted.copies, Item, "inventory", MAX_ITEMS).records
    return LowStock(tuple(one for one in records if one.is_low or one.is_out), noted.items, noted.malformed)


def load_own_lines(org_id: str, item: Item, sales: RecentSales) -> list[SoldLine] | None:
    """The lines that belong to the item; None if telling takes the whole inventory.

    A line belongs to the item with its id. If there is no such item, it goes by name, to the first match.
    """
    name = same_name(item.name)
    own = [one for one in sales.lines if one.item_id == item.id]
    others = {one.item_id for one in sales.lines if one.name == name} - {item.id}
    if name in sales.crowded or len(others) > MAX_OF_A_NAME or "" in others:
        return None
    found = read_items(org_id, sorted(others)) if others else {}
    is_theirs = all(one in found and Item.parsed(found[one])[0] is not None for one in others)
    return own if is_theirs else None


class CustomerStream:
    """All customers, streamed as often as needed without a limit, and read once.

    A few are kept as they are; more, if they are in no pack, as compressed copies of some 100 bytes each.

    `fields`: what is read of their documents while they are in no pack. `malformed_ids`: of documents that could
    not be read, once iteration is over.
    """

    def __init__(self, org_id: str, fields: Sequence[str] = customer_shards.KIND.fields) -> None:
        self.malformed_ids: tuple[str, ...] = ()
        self._org_id, self._fields = org_id, fields
        self._few: list[Customer] | None = None
        self._copies: list[bytes] | None = None

    @property
    def malformed(self) -> int:
        """How many documents could not be read, once iteration is over."""
        return len(self.malformed_ids)

    def __iter__(self) -> Iterator[Customer]:
        if self._few is not None:
            yield from self._few
            return
        malformed: list[str] = []
        few: list[Customer] = []
        number = -1
        for number, one in enumerate(_readable_customers(self._documents(), malformed)):
            if number < FEW_CUSTOMERS:
                few.append(one)
            elif few:
                few.clear()
            yield one
        self.malformed_ids = tuple(malformed)
        if number < FEW_CUSTOMERS:
            self._few, self._copies = few, None

    def _documents(self) -> Iterator[Any]:
        if self._copies is not None:
            for known in self._copies:
                yield from unpacked(known, customer_shards.KIND.folder(self._org_id)).values()
            return
        found = customer_shards.customers(self._org_id)
        if found is not None:
            yield from found
            return
        collection = clients.firestore().collection(org_path(self._org_id, CUSTOMERS))
        every = paged(collection.select(list(self._fields)), STREAMED_PAGE)
        copies: list[bytes] = []
        while page := [copy_of(one, customer_shards.KIND) for one in itertools.islice(every, STREAMED_PAGE)]:
            copies.append(packed({one.id: one for one in page}))
            yield from page
        self._copies = copies


def _readable_customers(documents: Iterable[Any], malformed: list[str]) -> Iterator[Customer]:
    """Ids of the others go into the list."""
    unreadable = _Unreadable("customers")
    for one in documents:
        record, problems = Customer.parsed(one)
        unreadable.note(one, record, problems)
        if record is None:
            malformed.append(one.id)
        else:
            yield record
    unreadable.sum_up()


class OrderStream:
    """Orders in these intervals, oldest first, streamed without a limit.

    `malformed`: how many could not be read, once iteration is over.
    """

    def __init__(self, org_id: str, *times: tuple[datetime, datetime], with_lines: bool = True) -> None:
        self.malformed = 0
        self._org_id, self._times, self._with_lines = org_id, times, with_lines

    def __iter__(self) -> Iterator[Order]:
        unreadable = _Unreadable("orders")
        for since, until in self._times:
            for found in _orders(self._org_id, since, until, self._with_lines):
                record, problems = Order.parsed(found)
                unreadable.note(found, record, problems)
                if record is not None:
                    yield record
        unreadable.sum_up()
        self.malformed = unreadable.malformed


def _orders(org_id: str, since: datetime, until: datetime, with_lines: bool) -> Iterator[Copy]:
    for copy in packed_orders.orders_between(org_id, since, until):
        if with_lines:
            yield copy
        else:
            yield replace(copy, fields={name: value for name, value in copy.fields.items() if name != "items"})


def load_campaigns(org_id: str) -> Loaded[Campaign]:
    return _load(clients.firestore().collection(org_path(org_id, CAMPAIGNS)), Campaign, "campaigns")


def load_locations(org_id: str) -> Loaded[Location]:
    return _load(clients.firestore().collection(org_path(org_id, LOCATIONS)), Location, "locations")


def load_content(org_id: str) -> Loaded[Content]:
    return _load(clients.firestore().collection(org_path(org_id, CONTENT)), Content, "content")


def _load(query: Any, model: type[R], kind: str, most: int = MAX_RECORDS) -> Loaded[R]:
    return _records(query.limit(most + 1).stream(), model, kind, most)


def _records(documents: Iterable[Any], model: type[R], kind: str, most: int) -> Loaded[R]:
    records: list[R] = []
    unreadable = _Unreadable(kind)
    for number, found in enumerate(documents):
        if number >= most:
            raise PermanentError(
                f"there are more than {most:,} {kind}; expected at most that many in one step",
                code=ErrorCode.TOO_LARGE,
            )
        record, problems = model.parsed(found)
        unreadable.note(found, record, problems)
        if record is not None:
            records.append(record)
    unreadable.sum_up()
    return Loaded(tuple(records), unreadable.malformed, unreadable.in_part)


class _Unreadable:
    """Counts and logs the documents that can't be read, or only in part."""

    def __init__(self, kind: str) -> None:
        self.malformed = self.in_part = 0
        self._kind = kind

    def note(self, found: Any, record: Record | None, problems: Sequence[str]) -> None:
        self.malformed += record is None
        self.in_part += record is not None and bool(problems)
        if problems and self.malformed + self.in_part <= MAX_LOGGED:
            log.warning(
                "malformed document passed over" if record is None else "fields that cannot be read are left out",
                extra={"path": found.reference.path, "reason": "; ".join(problems)},
            )

    def sum_up(self) -> None:
        """Logs how many there were, if not all were logged one by one."""
        if self.malformed + self.in_part > MAX_LOGGED:
            extra = {"documents": self._kind, "passedOver": self.malformed, "readInPart": self.in_part}
            log.warning("malformed documents", extra=extra)
