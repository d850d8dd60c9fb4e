"""Every topic's recipe, and the playbook document that one makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from shared.chat.recipes import business, competitive, customers, stock
from shared.chat.recipes.base import Dish, Order, Recipe, delivery_steps, is_product
from shared.chat.understanding import EventWish, ScheduleWish, Topic, Understanding

RECIPES: dict[Topic, Recipe] = {
    recipe.topic: recipe for family in (competitive, stock, customers, business) for recipe in family.RECIPES
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook that was understood and not written yet."""

    recipe: Recipe
    dish: Dish
    order: Order
    triggers: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        """What it is called where its author did not say."""
        return self.order.wish.name or self.recipe.name


def events_of(wish: Understanding) -> tuple[EventWish, ...]:
    """The events that start it: those that were named, else the topic's own where no time was named either."""
    if wish.events or wish.schedules or wish.topic is None:
        return wish.events
    if wish.threshold is not None and wish.threshold.subject == "quantity":
        # The stock events fire as an item crosses its own reorder point, not at just any number: that is looked up.
        return ()
    own = RECIPES[wish.topic].event
    return (EventWish(event_name=own),) if own else ()


def cook(order: Order, timezone: str) -> Draft:
    """The draft of the order's topic; schedules that name no zone are in `timezone`.

    A playbook that runs at a time as well as at an event speaks of neither: its steps look for themselves.
    """
    wish = order.wish
    assert wish.topic is not None
    recipe = RECIPES[wish.topic]
    triggers = (
        *(schedule_trigger(schedule, timezone) for schedule in wish.schedules),
        *(event_trigger(_of_product(_of_competitors(event, order), order)) for event in events_of(wish)),
    )
    dish = recipe.cook(order)
    if order.once and wish.threshold is None:
        dish = replace(dish, condition=None, when="")
    steps = (*(dict(step) for step in dish.work), *delivery_steps(dish, order.audience, recipe.name))
    return Draft(recipe, dish, order, triggers or ({"type": "manual"},), steps)


def _of_competitors(event: EventWish, order: Order) -> EventWish:
    """The event, of the named competitors alone."""
    if not order.competitor_ids or not event.event_name.startswith("competitor."):
        return event
    named = f"event.competitorId in {json.dumps(list(order.competitor_ids), ensure_ascii=False)}"
    both = f"({event.filter}) and {named}" if event.filter else named
    return event.model_copy(update={"filter": both})


def _of_product(event: EventWish, order: Order) -> EventWish:
    """The event, of the named product or category alone."""
    if order.wish.product is None or not event.event_name.startswith("inventory."):
        return event
    named = is_product(order.wish.product, "event")
    return event.model_copy(update={"filter": f"({event.filter}) and ({named})" if event.filter else named})


def is_by_event(wish: Understanding) -> bool:
    """Whether the topic's own events alone start it."""
    events = events_of(wish)
    if wish.topic is None or wish.schedules or not events:
        return False
    own = RECIPES[wish.topic].own_events
    return all(event.event_name in own for event in events)


def schedule_trigger(wish: ScheduleWish, timezone: str) -> dict[str, Any]:
    """The trigger as a document has it."""
    trigger = {"type": "schedule", "cron": wish.cron, "timezone": wish.timezone or timezone}
    return {**trigger, "occurrence": wish.occurrence} if wish.occurrence else trigger


def event_trigger(wish: EventWish) -> dict[str, Any]:
    """The trigger as a document has it."""
    trigger = {"type": "event", "eventName": wish.event_name}
    return {**trigger, "filter": wish.filter} if wish.filter else trigger
