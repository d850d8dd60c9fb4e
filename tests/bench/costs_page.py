"""The tables of docs/costs.md, from what was counted last and list prices.

`python -m tests.bench.costs_page --count` counts anew and keeps the counts beside this file; without it the page is
made again from the counts that are kept, as after a change of the arithmetic or a price.
"""

from __future__ import annotations

import argparse
import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from shared.runs.pinning import RETENTION
from tests.bench import costs
from tests.bench.costs import DAYS, ORGS, TARGET_USD, Cost, count, day_of, month, tell
from tests.harness.sized_shop import ORDERS_A_YEAR

PAGE = Path(__file__).parents[2] / "docs" / "costs.md"
KEPT = Path(__file__).with_name("costs_counted.json")
_TABLE = r"(?s)(<!-- {name}, from tests.bench.costs_page -->\n).*?(<!-- end -->)"

WORK: Mapping[str, tuple[str, float]] = {
    "daily": (
        "a daily playbook, the catalog's five on average",
        costs.RUNS_A_DAY,
    ),
    "event": (
        "an event: from the news that an item is low to the end of the run it starts",
        costs.EVENTS_A_DAY,
    ),
    "heartbeat.first_of_day": ("heartbeat: the first check of the day", 1),
    "heartbeat.quantity_changed": (
        "heartbeat: a check after something was sold",
        costs.OPEN_HOURS,
    ),
    "heartbeat.nothing_changed": (
        "heartbeat: a check with nothing new",
        23 - costs.OPEN_HOURS,
    ),
    "order": ("an order, into its day", ORDERS_A_YEAR / 365),
    "customer": ("a customer, into all customers", ORDERS_A_YEAR / 365),
    "item": (
        f"an item, into the shelf, {costs.LINES_AN_ORDER} an order",
        ORDERS_A_YEAR / 365 * costs.LINES_AN_ORDER,
    ),
    "night": (
        "the nightly repair: what repairs itself, and old runs compressed; of four weeks on average",
        1,
    ),
}
"""By the piece's name: in words, and how often a day has it."""


def kept() -> dict[str, Cost]:
    """What was counted last."""
    return {name: Cost(**fields) for name, fields in json.loads(KEPT.read_text()).items()}


def page(text: str, one: Mapping[str, Cost]) -> str:
    """The page with its tables made of what was counted."""
    for name, lines in (("one org", _one_org(one)), ("a month", _a_month(one)), ("result", _result(one))):
        table = re.compile(_TABLE.replace("{name}", name))
        if not table.search(text):
            raise ValueError(f"{PAGE.name}: found no {name!r}; expected its two comments")
        text = table.sub(lambda found, lines=lines: found[1] + "\n".join(lines) + "\n" + found[2], text)  # type: ignore[misc]
    return text


def _one_org(one: Mapping[str, Cost]) -> list[str]:
    rows = []
    for name, (words, often) in WORK.items():
        cost = one[name]
        figures = (cost.reads, cost.writes, cost.processor * 1_000, often, cost.reads * often, cost.writes * often)
        rows.append((words, *(f"{figure:,.0f}" for figure in figures)))
    day = functools.reduce(Cost.plus, day_of(one).values())
    rows.append(("**together**", "", "", "", "", f"**{day.reads:,.0f}**", f"**{day.writes:,.0f}**"))
    head = ("Work", "Reads", "Writes", "Processor, ms", "Times a day", "Reads a day", "Writes a day")
    return _table(head, rows)


def _a_month(one: Mapping[str, Cost]) -> list[str]:
    days = day_of(one)
    day = functools.reduce(Cost.plus, days.values())
    fewer, many = (month(days, orgs) for orgs in ORGS)
    orgs = max(ORGS)
    seconds = sum(
        costs.billed_seconds(cost, costs.SPREAD_OVER.get(name, costs.OPEN_FOR), orgs) for name, cost in days.items()
    )
    units = {
        "Firestore reads": (f"{day.reads * DAYS * orgs / 1e6:,.0f} million", "$0.03 for 100,000"),
        "Firestore writes": (f"{day.writes * DAYS * orgs / 1e6:,.0f} million", "$0.09 for 100,000"),
        "Firestore deletes": (f"{day.deletes * DAYS * orgs / 1e6:,.0f} million", "$0.01 for 100,000"),
        "Firestore storage": (
            f"{day.stored * RETENTION.days * orgs / 2**30:,.0f} GiB",
            "$0.15 for a GiB and month",
        ),
        "Cloud Tasks": (f"{2 * day.tasks * DAYS * orgs / 1e6:,.0f} million operations", "$0.40 for a million"),
        "Functions: calls": (f"{day.calls * DAYS * orgs / 1e6:,.0f} million", "$0.40 for a million"),
        "Functions: processor and memory": (
            f"{DAYS * seconds / 1e6:,.2f} million s of an instance",
            f"${costs.VCPU_SECOND + costs.MEMORY_GIB * costs.GIB_SECOND:.8f} a second",
        ),
        "Cloud Scheduler": (f"{costs.OWN_JOBS} jobs", "$0.10 for a job and month"),
    }
    rows = [(name, *units[name], f"{usd:,.2f}", f"{fewer[name]:,.2f}") for name, usd in many.items()]
    together = [f"**{sum(one.values()):,.2f}**" for one in (many, fewer)]
    head = ("", f"{orgs:,} orgs", "List price", f"USD, {orgs:,} orgs", f"USD, {min(ORGS):,} orgs")
    return _table(head, [*rows, ("**together**", "", "", *together)])


def _result(one: Mapping[str, Cost]) -> list[str]:
    usd = sum(month(day_of(one), max(ORGS)).values())
    differs = f"${abs(TARGET_USD - usd):,.0f} {'below' if usd <= TARGET_USD else 'above'} it"
    return [f"The target is ${TARGET_USD:,} a month for {max(ORGS):,} orgs; these counts are {differs}."]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(one)} |" for one in lines]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs_page", description=__doc__)
    parser.add_argument("--count", action="store_true", help="count anew first, on emulators")
    if parser.parse_args().count:
        counted = count()
        tell(counted)
        KEPT.write_text(json.dumps({name: asdict(cost) for name, cost in counted.items()}, indent=2) + "\n")
    PAGE.write_text(page(PAGE.read_text(), kept()))


if __name__ == "__main__":
    main()
