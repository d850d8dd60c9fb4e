"""A playbook's estimated cost before it's activated, from its steps' declarations and the price table."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shared.agents.models import Task, model_for
from shared.billing.prices import Cost, cost, model_cost
from shared.playbooks.cron import count_slots
from shared.playbooks.models import Playbook
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.playbooks.timing import due_after
from shared.steps.registry import load_action, params_model
from shared.values.camel_model import CamelModel
from shared.values.money import Money

ASSUMED_ITEMS = 10
"""Assumed iterations of a loop whose items are known only at run time."""
MONTH = timedelta(days=30)

MODEL_PREFIX = "model:"
TYPICAL_CALLS: dict[Task, tuple[int, int]] = {
    Task.ROUTINE: (2_000, 500),
    Task.ANALYSIS: (5_000, 1_200),
    Task.BEST: (8_000, 2_000),
}
"""By the task of a model: the tokens in and out (with what it thinks) of a usual call."""
LOOP_NAME = "index"
"""Names that are in scope only in a block that runs once per item."""
PER_COMPETITOR = frozenset({"menu_page", "apify_page"})


class EstimateItem(CamelModel, frozen=True):
    """One line of the price table, as a run uses it."""

    item: str
    quantity: int
    usd: Money


class Estimate(CamelModel, frozen=True):
    """USD. `runs_per_month` counts what the clock starts in the next 30 days; None if that is nothing ever."""

    per_run_usd: Money
    runs_per_month: int | None
    monthly_usd: Money | None
    items: tuple[EstimateItem, ...]
    on_events: bool
    """Whether events start it too: those runs come on top, and it isn't known how many."""


def estimate(playbook: Playbook, timezone: str, now: datetime, competitors: int = 3) -> Estimate:
    """What a run and the next 30 days will cost; at most that much, since conditions and cases all count as met.

    `timezone`: the org's, whose days the 30 are. `competitors`: how many a scan reads that names none. A
    playbook that another one starts is estimated by itself.

    Raises:
        UnknownActionError: a step's action does not exist.
        PermanentError: a step declares an item that the price table does not have.
    """
    used = _used(((step.action, step.params) for step in playbook.steps), competitors)
    costs = [_priced(item, quantity) for item, quantity in sorted(used.items()) if quantity > 0]
    per_run = sum((each.usd for each in costs), Decimal(0))
    schedules, once = playbook.schedule_triggers(), playbook.once_triggers()
    # On the wall clock, so that a change of the clocks within them neither adds nor loses a slot.
    until = (now.astimezone(ZoneInfo(timezone)) + MONTH).astimezone(UTC)
    runs = sum(runs_until(trigger, now, until) for trigger in schedules) if schedules or once else None
    if runs is not None:
        runs += sum(now < trigger.at <= until for trigger in once)
    return Estimate(
        per_run_usd=per_run,
        runs_per_month=runs,
        monthly_usd=None if runs is None else per_run * runs,
        items=tuple(EstimateItem(item=each.item, quantity=each.quantity, usd=each.usd) for each in costs),
        on_events=bool(playbook.event_triggers() or playbook.webhook_triggers()),
    )


def runs_until(trigger: ScheduleTrigger, now: datetime, until: datetime) -> int:
    """How many slots the trigger has after `now`, up to and including `until`."""
    if trigger.occurrence or trigger.every or trigger.starts_at or trigger.ends_at or trigger.max_runs:
        return sum(1 for _ in itertools.takewhile(lambda due: due <= until, due_after(trigger, now)))
    return count_slots(trigger.cron, trigger.timezone, now, until)


def _used(steps: Iterable[tuple[str, Mapping[str, Any]]], competitors: int) -> Counter[str]:
    """Item by quantity, of the steps and of the blocks within them."""
    used: Counter[str] = Counter()
    for action, params in steps:
        for item, quantity in load_action(action).typical_use(params).items():
            used[item] += _scanned(params, quantity, competitors) if item in PER_COMPETITOR else quantity
        for block, times in _blocks(action, params):
            for item, quantity in _used(block, competitors).items():
                used[item] += quantity * times
    return used


def _scanned(params: Mapping[str, Any], declared: int, competitors: int) -> int:
    """How many competitors a scan reads: those it names, else the first so many, else all that the org has."""
    if any(isinstance(params.get(name), list) for name in ("competitorIds", "competitors")):
        return declared
    top = params.get("top")
    return min(top, competitors) if isinstance(top, int) else competitors


def _blocks(
    action: str, params: Mapping[str, Any]
) -> Iterator[tuple[Iterator[tuple[str, Mapping[str, Any]]], int]]:
    """The blocks within a step, and how often each is run."""
    for block in params_model(action).blocks(params):
        steps = block.steps if isinstance(block.steps, list | tuple) else ()
        yield _written(steps), _times(params) if LOOP_NAME in block.names else 1


def _written(steps: Iterable[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for step in steps:
        if isinstance(step, Mapping) and isinstance(step.get("action"), str):
            params = step.get("params")
            yield step["action"], params if isinstance(params, Mapping) else {}


def _times(params: Mapping[str, Any]) -> int:
    """A loop's item count if it's written out, else an assumed number."""
    items = params.get("items")
    return len(items) if isinstance(items, list) else ASSUMED_ITEMS


def _priced(item: str, quantity: int) -> Cost:
    task = item.removeprefix(MODEL_PREFIX)
    if item == task or task not in set(Task):
        return cost(item, quantity)
    tokens_in, tokens_out = TYPICAL_CALLS[Task(task)]
    return Cost(item, quantity, model_cost(model_for(Task(task)), tokens_in, tokens_out).usd * quantity)
