"""How many documents the clock and the events make the product read of one shop."""

from __future__ import annotations

import itertools
import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

from shared.catalog.assigning import assign
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.heartbeat.round import check_org
from shared.retail.packs import customer_shards, order_days, recent_sales
from shared.retail.packs.codec import Copy
from shared.retail.packs.repair import repair as repair_packs
from shared.retail.shelf import build as shelf_build
from shared.retail.shelf import layout as shelf_layout
from shared.runs.carried import unpack
from shared.runs.packing import pack_outputs
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.runner import deliver
from shared.runs.start import start_execution
from shared.runs.state import Delivery
from shared.triggers.repair import Source, repair_page
from tests.emulator.firestore_events import document_event
from tests.harness.operations import Operations, counted
from tests.harness.sized_shop import SizedShop, item_id

DAILIES = (
    "daily-intel",
    "competitive-price-alert",
    "price-intelligence",
    "executive-daily-digest",
    "birthday-loyalty",
)
LOW_STOCK = "low-stock-alert"
_DISPATCHED = ("runExecution", "runEvent", "runCatalog")
_DAYS_COUNTED = 4
_FIRST_LOW = 22
"""The items below this one change otherwise."""
_NIGHTS = 3
"""After so many all of a shop's weeks are packed."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and how it ended."""

    name: str
    operations: Operations
    status: str

    @property
    def reads(self) -> int:
        """Documents read, and entries of indexes as they are billed."""
        return len(self.operations.reads)

    @property
    def by_collection(self) -> dict[str, int]:
        """The same by the collection that they are of."""
        found: dict[str, int] = {}
        for path in self.operations.reads:
            parts = path.split("/")
            name = parts[2] if parts[0] == "tenants" and len(parts) > 2 else parts[0]
            found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


@dataclass
class ShopReads:
    """One shop that time goes by for."""

    shop: SizedShop
    now: datetime
    sold: frozenset[str] = frozenset()
    """Ids of the items sold in the thirty days before the first day counted."""

    def settle(self) -> None:
        """Have the product's own repair summarize the documents, which were written without anybody being told.

        Nothing is counted yet, so what it would scan comes from what was written, not from the emulator.
        """
        orders: defaultdict[date, list[Copy]] = defaultdict(list)
        for one in self.shop.copies(order_days.DAYS):
            orders[order_days.day_of(one.fields["placedAt"])].append(one)
        lately = self.now - timedelta(days=recent_sales.DAYS - _DAYS_COUNTED)
        self.sold = frozenset(
            str(line["itemId"])
            for day, some in orders.items()
            if day > lately.date()
            for order in some
            for line in order.fields["items"]
        )

        def items_of(_: str) -> Iterator[Copy]:
            return self.shop.copies(shelf_layout.KIND)

        def customers_of(_: str) -> Iterator[Copy]:
            return self.shop.copies(customer_shards.KIND)

        def orders_of(_: str, first: date, last: date) -> Iterator[Copy]:
            days = (first + timedelta(days=number) for number in range((last - first).days + 1))
            return itertools.chain.from_iterable(orders.get(day, []) for day in days)

        with (
            mock.patch.object(shelf_build, "_scanned", items_of),
            mock.patch.object(customer_shards, "_scanned", customers_of),
            mock.patch.object(order_days, "scanned", orders_of),
        ):
            for _ in range(_NIGHTS):
                repair_packs(self.shop.org_id, self.now)
            order_days.settle_days(self.shop.org_id, [self.now.date()], self.now)

    def heartbeat(self, name: str, later: timedelta) -> Counted:
        """One round of the checks, so much later than the last."""
        self.now += later
        with counted() as operations:
            made = check_org(self.shop.org_id, self.now)
        failed = made.failed if made is not None else ("the round",)
        return Counted(name, operations, f"failed: {', '.join(failed)}" if failed else "completed")

    def write_item(self, number: int, **changes: Any) -> Counted:
        """An item is written, and the product is told."""
        from functions.on_inventory_change import on_inventory_change

        path = f"tenants/{self.shop.org_id}/inventory/{item_id(number)}"
        reference = firestore().document(path)
        before = reference.get().to_dict() or {}
        written = reference.set({**before, **changes})
        at_once = mock.patch("shared.runs.dispatch.Clock", partial(Clock, not_before=self.now))
        with at_once, counted() as operations:
            on_inventory_change(document_event(path, before, {**before, **changes}, written.update_time))
        return Counted("inventory write", operations, "completed")

    def order_arrives(self, number: int) -> Counted:
        """A till writes an order of one line, and the product is told."""
        from functions.on_order_written import on_order_written

        path = f"tenants/{self.shop.org_id}/orders/arrived-{number}"
        line = {"itemId": item_id(number), "name": f"Item {number}", "quantity": 1, "price": 20.0}
        fields = {"placedAt": self.now, "total": 20.0, "status": "completed"}
        firestore().document(path).set({**fields, "items": [line]})
        at_once = mock.Mock(**{"return_value.now.return_value": self.now})
        with mock.patch("functions.on_order_written.Clock", at_once), counted() as operations:
            on_order_written(document_event(path, None, fields))
        return Counted("order write", operations, "completed")

    def customer_buys(self, number: int) -> Counted:
        """A till writes when a customer bought last, and the product is told."""
        from functions.on_customer_written import on_customer_written

        path = f"tenants/{self.shop.org_id}/customers/customer-{number:06d}"
        firestore().document(path).update({"lastOrderAt": self.now})
        with counted() as operations:
            on_customer_written(document_event(path, None, {}))
        return Counted("customer write", operations, "completed")

    def night(self) -> Counted:
        """What repairs itself once a day, the shop's playbooks and packs."""
        with counted() as operations:
            for source in Source:
                repair_page(WalkPage("night", source), Clock(not_before=self.now))
            assign(self.shop.org_id, Clock(not_before=self.now), announce=False)
            repair_packs(self.shop.org_id, self.now)
            pack_outputs(self.shop.org_id, self.now)
        return Counted("night", operations, "completed")

    def low_stock(self, number: int) -> Counted:
        """The item falls low: from the news of the write to the end of the alert's run."""
        told = self.write_item(number, quantity=1, reorderPoint=10)
        with counted() as operations:
            statuses = [_run(one, self.now) for one in _started(told.operations)]
        operations.add(told.operations)
        return Counted(LOW_STOCK, operations, ", ".join(statuses) or "nothing was started")

    def daily(self, playbook_id: str) -> Counted:
        """One run of a daily playbook, as the clock starts it."""
        request = StartRequest(
            org_id=self.shop.org_id,
            playbook_id=playbook_id,
            execution_id=uuid.uuid4().hex,
            trigger=TriggerRef(type="schedule", id="daily", slot=self.now),
        )
        with counted() as operations:
            start_execution(request, Clock(not_before=self.now))
            (task,) = _started(operations)
            # In the morning's line it waits for longer than what a task carries counts.
            status = _run(replace(task, carried=None), self.now)
        return Counted(playbook_id, operations, status)

    def birthdays(self, numbers: range) -> Counted:
        """The birthday mails, after these customers were found to have theirs today."""
        for number in numbers:
            path = f"tenants/{self.shop.org_id}/customers/customer-{number:06d}"
            firestore().document(path).update({"birthday": f"{self.now:%m-%d}"})
        customer_shards.settle(self.shop.org_id, self.now)
        return self.daily("birthday-loyalty")

    def _not_low_yet(self) -> tuple[Iterator[int], int]:
        """Items that were sold lately, and one that was not."""
        items = {one: self.shop.item(one) for one in range(_FIRST_LOW, 2 * _FIRST_LOW)}
        enough = [one for one, fields in items.items() if fields["quantity"] > fields["reorderPoint"]]
        never = next(one for one in enough if item_id(one) not in self.sold)
        return iter([one for one in enough if item_id(one) in self.sold]), never

    def all(self) -> Iterator[Counted]:
        """The heartbeat's rounds, the alert, and the dailies, once each."""
        yield self.heartbeat("heartbeat.first", timedelta(0))
        yield self.heartbeat("heartbeat.first_of_day", timedelta(days=1))
        yield self.heartbeat("heartbeat.nothing_changed", timedelta(hours=1))
        self.write_item(11, quantity=20)
        yield self.heartbeat("heartbeat.quantity_changed", timedelta(hours=1))
        self.write_item(12, price=19.5)
        yield self.heartbeat("heartbeat.price_changed", timedelta(hours=1))
        # The first one ever packs what was sold in thirty days.
        yield replace(self.low_stock(21), name=f"{LOW_STOCK}.first_ever")
        self.heartbeat("between", timedelta(hours=1))
        recent_sales.bring_up(self.shop.org_id, self.now)
        often, never = self._not_low_yet()
        low = next(often)
        self.order_arrives(low)
        yield self.low_stock(low)
        yield replace(self.low_stock(next(often)), name=f"{LOW_STOCK}.another_item_since_the_last_check")
        self.heartbeat("between", timedelta(hours=1))
        yield replace(self.low_stock(never), name=f"{LOW_STOCK}.not_sold_in_thirty_days")
        self.now += timedelta(days=1)
        order_days.settle_days(self.shop.org_id, [self.now.date() - timedelta(days=1), self.now.date()], self.now)
        self.heartbeat("morning", timedelta(0))
        yield replace(self.low_stock(next(often)), name=f"{LOW_STOCK}.first_of_day")
        self.heartbeat("morning", timedelta(hours=1))
        recent_sales.bring_up(self.shop.org_id, self.now)
        yield replace(self.low_stock(next(often)), name=f"{LOW_STOCK}.after_the_night")
        for playbook_id in DAILIES:
            yield self.daily(playbook_id)


@dataclass(frozen=True, slots=True)
class _FirstTask:
    """The task of a run's first attempt, which comes once."""

    execution_id: str
    carried: dict[str, Any] | None


def _started(operations: Operations) -> Sequence[_FirstTask]:
    bodies = [json.loads(task.http_request.body) for task in operations.tasks if _is_run(task.name)]
    return [_FirstTask(one["executionId"], one.get("carried")) for one in bodies]


def _is_run(task_name: str) -> bool:
    return any(f"/queues/{queue}/" in task_name for queue in _DISPATCHED)


def _run(task: _FirstTask, now: datetime) -> str:
    clock = Clock(not_before=now)
    known = unpack(task.execution_id, task.carried, clock.now())
    return str(deliver(Delivery(task.execution_id, 1, 0, fresh=True), clock, known))


@contextmanager
def without_deliveries() -> Iterator[None]:
    """No task leaves the queues by itself."""
    from shared.gcp import clients

    names = [clients.tasks().queue_path("demo-playbooks", "us-central1", one) for one in _DISPATCHED]
    for name in names:
        clients.tasks().pause_queue(name=name)
    try:
        yield
    finally:
        for name in names:
            clients.tasks().purge_queue(name=name)
            clients.tasks().resume_queue(name=name)
