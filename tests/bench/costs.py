"""What 100 and 10,000 orgs cost a month: counted operations of one shop at list prices (docs/costs.md)."""

from __future__ import annotations

import functools
import logging
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta

from local.demo.seed import open_demo_stores
from shared.gcp.clients import firestore
from shared.runs import packing
from shared.runs.pinning import RETENTION
from shared.values import packed_results
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.shop_reads import DAILIES, Counted, ShopReads, without_deliveries
from tests.harness.sized_shop import ORDERS_A_YEAR, SizedShop, coming_noon

DAYS = 30
ORGS = (100, 10_000)
NOON = coming_noon()
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
"""For each second of processor time a call takes so many: it waits for answers, too."""
BUSY = 0.6
"""Cloud Run starts another instance where the processors of those there are would be busier than that."""
A_DAY, FOUR_WEEKS = 86_400, 28
OPEN_FOR = OPEN_HOURS * 3_600
MORNING = 3_600
"""In which the dailies of all orgs run: three orgs' zones out of four are within it."""
NIGHT = 6 * 3_600
MEMORY_GIB = 0.5
EXPIRING = re.compile(
    r"^(playbook_executions|execution_summaries|inbox_notifications|alert_deliveries)/|/past_events/"
)
"""Each is deleted once when its time is over; of the others there is one for an org, a month or a thing."""
KEPT = ("playbook_executions/", "execution_summaries/")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work takes; `processor` in seconds, `under_way` too: with what it waits for."""

    reads: float = 0
    writes: float = 0
    tasks: float = 0
    calls: float = 0
    processor: float = 0
    under_way: float = 0
    deletes: float = 0
    """With those of documents whose time is over."""
    stored: float = 0
    """Bytes, on an average of the days for which runs are kept."""

    def times(self, number: float) -> Cost:
        """So many of it."""
        return Cost(*(value * number for value in astuple(self)))

    def plus(self, other: Cost) -> Cost:
        """Both."""
        return Cost(*map(operator.add, astuple(self), astuple(other)))


PACKING = Cost(reads=RUNS_A_DAY + EVENTS_A_DAY, writes=RUNS_A_DAY, processor=0.06, under_way=0.2)
"""Each run is looked at in its third night, and a daily's outputs are compressed; the shop here has too few."""


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


SPREAD_OVER = {"dailies": MORNING, "heartbeat": A_DAY, "night": NIGHT}
"""Seconds of the day in which a kind of work comes, if not while shops are open."""


def billed_seconds(day: Cost, seconds: float, orgs: int) -> float:
    """Of all instances of the functions that do one kind of work, in a day, which comes in so many seconds of it.

    An instance is billed while anything is under way in it, however many calls that are. Few calls find one for
    themselves; where there are many, there are as many instances as the processor time takes.
    """
    under_way = day.under_way * orgs / seconds
    busy = day.processor * orgs / seconds
    return seconds * max(1 - math.exp(-under_way), busy / BUSY)


def prices(days: Mapping[str, Cost], orgs: int) -> dict[str, float]:
    """So many orgs' month in USD, by what it is billed as; `days`: an org's day by kind of work."""
    day = functools.reduce(Cost.plus, days.values())
    month = day.times(DAYS * orgs)
    billed = sum(billed_seconds(one, SPREAD_OVER.get(name, OPEN_FOR), orgs) for name, one in days.items())
    return {
        "Firestore reads": month.reads * READ,
        "Firestore writes": month.writes * WRITE,
        "Firestore deletes": month.deletes * DELETE,
        "Firestore storage": day.times(RETENTION.days * orgs).stored / 2**30 * STORED_GIB,
        # A task is one operation to make, and one to deliver.
        "Cloud Tasks": 2 * month.tasks * TASK_OPERATION,
        "Functions: calls": month.calls * INVOCATION,
        "Functions: processor and memory": DAYS * billed * (VCPU_SECOND + MEMORY_GIB * GIB_SECOND),
    }


def month(days: Mapping[str, Cost], orgs: int) -> dict[str, float]:
    """`prices`, with what is the same for any number of orgs; in cents."""
    found = {name: round(usd, 2) for name, usd in prices(days, orgs).items()}
    return {**found, "Cloud Scheduler": round(OWN_JOBS * SCHEDULER_JOB, 2)}


def count() -> dict[str, Cost]:
    """One shop's work, piece by piece."""
    logging.disable(logging.WARNING)
    with bench_stack() as stack, without_deliveries():
        open_demo_stores(stack.console_url)
        shop = SizedShop("shop-1x", 1.0, NOON, stack.console_url)
        shop.write()
        one = _counted(ShopReads(shop, NOON))
    logging.disable(logging.NOTSET)
    return one


def measure() -> None:
    """Count one shop's work and print the months."""
    tell(count())


def tell(one: Mapping[str, Cost]) -> None:
    """Print what was counted and the months."""
    day = day_of(one)
    for name, cost in one.items():
        report(
            f"costs.one.{name}",
            round(cost.reads, 1),
            unit="reads",
            writes=round(cost.writes, 1),
            tasks=round(cost.tasks, 1),
            processor_seconds=round(cost.processor, 3),
            stored_bytes=round(cost.stored),
        )
    for name, cost in day.items():
        report(f"costs.day.{name}", round(cost.reads), unit="reads an org", writes=round(cost.writes))
    for orgs in ORGS:
        found = month(day, orgs)
        target = f"<= {TARGET_USD}" if orgs == max(ORGS) else None
        report(f"costs.month.{orgs}", round(sum(found.values()), 2), unit="USD", target=target, **found)


def _counted(shop: ShopReads) -> dict[str, Cost]:
    """Of a day when the shop has been there for some: on the first one everything is news."""
    shop.settle()
    shop.heartbeat("heartbeat.first", timedelta(0))
    for name in DAILIES:
        shop.daily(name)
    shop.customer_buys(1)
    shop.heartbeat("heartbeat.second", timedelta(days=1))
    shop.night()
    shop.order_arrives(1)
    shop.write_item(11, quantity=40)
    one = {"order": _cost(lambda: shop.order_arrives(2)), "customer": _cost(lambda: shop.customer_buys(1))}
    shop.now += timedelta(days=1)
    shop.night()
    one |= {
        "heartbeat.first_of_day": _cost(lambda: shop.heartbeat("first", timedelta(0)), checks=1),
        "heartbeat.nothing_changed": _cost(lambda: shop.heartbeat("nothing", timedelta(hours=1)), checks=1),
    }
    one["item"] = _cost(lambda: shop.write_item(11, quantity=39))
    one["heartbeat.quantity_changed"] = _cost(lambda: shop.heartbeat("changed", timedelta(hours=1)), checks=1)
    # From the news of the write to the end of the run that it starts; the first one loads what the others find.
    shop.low_stock(20)
    one["event"] = _least([_cost(lambda number=number: shop.low_stock(number), runs=1) for number in (21, 22, 24)])  # type: ignore[misc]
    total = Cost()
    for name in DAILIES:
        # The second one finds less that is new; it is there for its time.
        cost = _least([_cost(lambda name=name: shop.daily(name), runs=1) for _ in range(2)])  # type: ignore[misc]
        report(f"costs.one.{name}", round(cost.reads), unit="reads", writes=round(cost.writes))
        total = total.plus(cost)
    one["daily"] = total.times(1 / len(DAILIES))
    one["night"] = _nights(shop).times(1 / FOUR_WEEKS).plus(PACKING)
    return one


def _least(costs: Sequence[Cost]) -> Cost:
    """The first one, in the least time that one of them took: the machine does other things, too."""
    quickest = min(costs, key=lambda one: one.processor)
    return replace(costs[0], processor=quickest.processor, under_way=quickest.under_way)


def _nights(shop: ShopReads) -> Cost:
    """Four weeks of them: weeks are over, and all items and customers are read again once."""
    total = Cost()
    for night in range(FOUR_WEEKS):
        shop.now += timedelta(days=1)
        for number in range(ORDERS_A_YEAR // 365):
            shop.order_arrives(1_000 * (night + 1) + number)
        total = total.plus(_cost(shop.night, checks=1))
    return total


def _cost(work: Callable[[], Counted], *, runs: int = 0, checks: int = 0) -> Cost:
    """`runs`: how many runs are in it, each a call of its own; `checks`: tasks that others made for it."""
    counted = work()
    operations = counted.operations
    spent = operations.processor
    expiring = {path for path in operations.writes if EXPIRING.search(path)} if counted.name != "night" else set()
    return Cost(
        reads=counted.reads,
        writes=len(operations.writes),
        tasks=len(operations.tasks) + checks,
        calls=1 + runs,
        processor=spent,
        under_way=max(WAITING * spent, BILLED_AT_LEAST * (1 + runs)),
        deletes=len(operations.deletes) + len(expiring),
        stored=sum(_size_of(path) for path in expiring if path.startswith(KEPT)),
    )


def _size_of(path: str) -> float:
    """About how much the document takes, without its indexes, on an average day until it is deleted."""
    fields = firestore().document(path).get().to_dict() or {}
    as_written, results = _bytes_in(fields), packed_results.packed(fields.get("stepResults"))
    after = as_written if results is None else _bytes_in({**fields, "stepResults": results})
    # Some hours more, until that night.
    days_as_written = packing.AFTER / timedelta(days=1) + 0.5
    return after + (as_written - after) * days_as_written / RETENTION.days


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
