"""What 100 and 10,000 orgs cost a month: counted operations of one shop at list prices (docs/costs.md)."""

from __future__ import annotations

import logging
import operator
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta

from local.demo.seed import open_demo_stores
from shared.execution.pinning import RETENTION
from shared.gcp.clients import firestore
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.shop_reads import DAILIES, Counted, ShopReads, without_deliveries
from tests.harness.sized_shop import ORDERS_A_YEAR, SizedShop

DAYS = 30
ORGS = (100, 10_000)
NOON = datetime(2026, 11, 28, 17, tzinfo=UTC)
TARGET_USD = 1_000

RUNS_A_DAY = 12
EVENTS_A_DAY = 50
LINES_AN_ORDER = 2
OPEN_HOURS = 12
"""In the others nothing changes."""

# List prices in us-central1, in USD.
READ, WRITE, DELETE = 0.03 / 100_000, 0.09 / 100_000, 0.01 / 100_000
STORED_GIB = 0.15
TASK_OPERATION = 0.40 / 1_000_000
INVOCATION = 0.40 / 1_000_000
VCPU_SECOND, GIB_SECOND = 0.000024, 0.0000025
SCHEDULER_JOB = 0.10
OWN_JOBS = 4
"""The platform's own jobs: sweep, heartbeat, and the two ticks of the catalog."""

BILLED_AT_LEAST = 0.1
WAITING = 3
"""For each second of processor time an instance is billed for so many: it waits for answers, too."""
MEMORY_GIB = 0.5
KEPT = ("playbook_executions/", "execution_summaries/")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work takes; `billed` in seconds of an instance that does nothing else."""

    reads: float = 0
    writes: float = 0
    tasks: float = 0
    calls: float = 0
    billed: float = 0
    expiring: float = 0
    """Documents that are deleted when their time is over."""
    stored: float = 0
    """Bytes that are kept for as long as runs are."""

    def times(self, number: float) -> Cost:
        """So many of it."""
        return Cost(*(value * number for value in astuple(self)))

    def plus(self, other: Cost) -> Cost:
        """Both."""
        return Cost(*map(operator.add, astuple(self), astuple(other)))


def day_of(one: Mapping[str, Cost]) -> dict[str, Cost]:
    """An org's day by kind of work, from what each piece takes."""
    orders = ORDERS_A_YEAR / 365
    rounds = one["heartbeat.first_of_day"].plus(one["heartbeat.quantity_changed"].times(OPEN_HOURS))
    return {
        "dailies": one["daily"].times(RUNS_A_DAY),
        "events": one["event"].times(EVENTS_A_DAY),
        "heartbeat": rounds.plus(one["heartbeat.nothing_changed"].times(23 - OPEN_HOURS)),
        "orders": one["order"].times(orders),
        "customers": one["customer"].times(orders),
        "inventory": one["item"].times(orders * LINES_AN_ORDER),
        "night": one["night"],
    }


def prices(day: Cost, orgs: int) -> dict[str, float]:
    """So many orgs' month in USD, by what it is billed as."""
    month = day.times(DAYS * orgs)
    return {
        "Firestore reads": month.reads * READ,
        "Firestore writes": month.writes * WRITE,
        "Firestore deletes": month.expiring * DELETE,
        "Firestore storage": day.times(RETENTION.days * orgs).stored / 2**30 * STORED_GIB,
        # A task is one operation to make, and one to deliver.
        "Cloud Tasks": 2 * month.tasks * TASK_OPERATION,
        "Functions: calls": month.calls * INVOCATION,
        "Functions: processor and memory": month.billed * (VCPU_SECOND + MEMORY_GIB * GIB_SECOND),
    }


def measure() -> None:
    """Count one shop's work and print the months."""
    logging.disable(logging.WARNING)
    with bench_stack() as stack, without_deliveries():
        open_demo_stores(stack.console_url)
        shop = SizedShop("shop-1x", 1.0, NOON, stack.console_url)
        shop.write()
        one = _counted(ShopReads(shop, NOON))
    logging.disable(logging.NOTSET)
    day = day_of(one)
    for name, cost in one.items():
        report(
            f"costs.one.{name}",
            round(cost.reads, 1),
            unit="reads",
            writes=round(cost.writes, 1),
            tasks=round(cost.tasks, 1),
            billed_seconds=round(cost.billed, 2),
            stored_bytes=round(cost.stored),
        )
    whole = Cost()
    for name, cost in day.items():
        whole = whole.plus(cost)
        report(f"costs.day.{name}", round(cost.reads), unit="reads an org", writes=round(cost.writes))
    for orgs in ORGS:
        found = {name: round(usd, 2) for name, usd in prices(whole, orgs).items()}
        found["Cloud Scheduler"] = round(OWN_JOBS * SCHEDULER_JOB, 2)
        target = f"<= {TARGET_USD}" if orgs == max(ORGS) else None
        report(f"costs.month.{orgs}", round(sum(found.values()), 2), unit="USD", target=target, **found)


def _counted(shop: ShopReads) -> dict[str, Cost]:
    """Of a day when the shop has been there for some: on the first one everything is news."""
    shop.settle()
    shop.heartbeat("heartbeat.first", timedelta(0))
    for name in DAILIES:
        shop.daily(name)
    shop.heartbeat("heartbeat.second", timedelta(days=1))
    shop.night()
    shop.order_arrives(1)
    shop.write_item(11, quantity=40)
    one = {
        "order": _cost(lambda: shop.order_arrives(2)),
        "customer": _cost(lambda: shop.customer_buys(1)),
        "heartbeat.first_of_day": _cost(lambda: shop.heartbeat("first", timedelta(days=1)), checks=1),
        "heartbeat.nothing_changed": _cost(lambda: shop.heartbeat("nothing", timedelta(hours=1)), checks=1),
    }
    one["item"] = _cost(lambda: shop.write_item(11, quantity=39))
    one["heartbeat.quantity_changed"] = _cost(lambda: shop.heartbeat("changed", timedelta(hours=1)), checks=1)
    # From the news of the write to the end of the run that it starts.
    one["event"] = _cost(lambda: shop.low_stock(21), runs=1)
    total = Cost()
    for name in DAILIES:
        cost = _cost(lambda name=name: shop.daily(name), runs=1)  # type: ignore[misc]
        report(f"costs.one.{name}", round(cost.reads), unit="reads", writes=round(cost.writes))
        total = total.plus(cost)
    one["daily"] = total.times(1 / len(DAILIES))
    shop.now += timedelta(hours=22)
    one["night"] = _cost(shop.night, checks=1)
    return one


def _cost(work: Callable[[], Counted], *, runs: int = 0, checks: int = 0) -> Cost:
    """`runs`: how many runs are in it, each a call of its own; `checks`: tasks that others made for it."""
    began = time.process_time()
    counted = work()
    spent = time.process_time() - began
    operations = counted.operations
    return Cost(
        reads=counted.reads,
        writes=len(operations.writes),
        tasks=len(operations.tasks) + checks,
        calls=1 + runs,
        billed=max(WAITING * spent, BILLED_AT_LEAST * (1 + runs)),
        # A run, and its summary.
        expiring=2 * runs,
        stored=sum(_size_of(path) for path in set(operations.writes) if path.startswith(KEPT)),
    )


def _size_of(path: str) -> int:
    """About how much the document takes, without its indexes."""
    return _bytes_in(firestore().document(path).get().to_dict() or {})


def _bytes_in(value: object) -> int:
    match value:
        case dict():
            return sum(len(name) + 1 + _bytes_in(one) for name, one in value.items())
        case list():
            return sum(map(_bytes_in, value))
        case str():
            return len(value.encode()) + 1
        case bytes():
            return len(value)
    return 8
