"""Recipes about customers: those that tell the shop, and those that write to the customers themselves."""

from __future__ import annotations

from typing import Any

from shared.chat.people import literal
from shared.chat.recipes.base import Dish, Message, Order, Recipe, Step, action, report_of
from shared.chat.recipes.reports import report
from shared.chat.rhythm import birthdays_ahead
from shared.chat.understanding import Topic

CATEGORY = "customers"
MAX_CUSTOMERS = 500
USUAL_DAYS = 30


def _greeting(order: Order, usual: str) -> str:
    return literal(order.wish.message) if order.wish.message else usual


def _roads(order: Order) -> tuple[str, ...]:
    """How customers are written to: by email, unless texts were asked for."""
    return tuple(one for one in ("email", "sms") if one in order.wish.channels) or ("email",)


def _to_customer(order: Order, who: str, subject: str, text: str) -> tuple[Step, ...]:
    """The words to one customer (`event` or `item`), over each road."""
    words = _greeting(order, text)
    steps = {
        "email": action("send_email", "mrs_parker", to=f"{{{{{who}.email}}}}", subject=subject, text=words),
        "sms": action("send_sms", "mrs_parker", to=f"{{{{{who}.phone}}}}", body=words),
    }
    return tuple(steps[road] for road in _roads(order))


def _to_event_customer(order: Order, does: str, subject: str, text: str) -> Dish:
    by = " and ".join({"email": "email", "sms": "text"}[road] for road in _roads(order))
    where = " and ".join({"email": "address", "sms": "number"}[road] for road in _roads(order))
    return Dish(
        (),
        None,
        f"{does} by {by}",
        own_delivery=_to_customer(order, "event", subject, text),
        delivery_words=f"at the {where} in the event",
    )


def _to_each(order: Order, cohort: Step, does: str, subject: str, text: str) -> Dish:
    """The words to each customer of the cohort who can be reached and has not opted out."""
    roads = _roads(order)
    found = {**cohort, "params": {**cohort["params"], "limit": MAX_CUSTOMERS}}
    if len(roads) == 1:
        found["params"]["reachableBy"] = roads[0]
    conditions = {"send_email": "{{item.email}} != null", "send_sms": "{{item.phone}} != null"}
    steps = [
        {**step, "condition": conditions[step["action"]]} for step in _to_customer(order, "item", subject, text)
    ]
    loop = action(
        "for_each",
        "mrs_parker",
        items=f"{{{{steps.{cohort['action']}.customers}}}}",
        steps=steps,
        onItemError="continue",
    )
    return Dish((found,), None, does, own_delivery=(loop,), delivery_words="and write to each of them")


def _welcome(order: Order) -> Dish:
    if order.audience.to_customer:
        text = "Welcome to {{org.name}}! It is good to have you with us."
        return _to_event_customer(order, "welcome the customer", "Welcome to {{org.name}}", text)
    return Dish((), Message("New customer", "{{event.email}} has signed up."), "")


def _thank_you(order: Order) -> Dish:
    if order.audience.to_customer:
        text = "Thank you for your order at {{org.name}}. We hope to see you again soon!"
        return _to_event_customer(order, "thank the customer", "Thank you from {{org.name}}", text)
    return Dish((), Message("Order completed", "{{event.email}} has completed an order."), "")


def _win_back(order: Order) -> Dish:
    subject = "We miss you at {{org.name}}"
    text = "It has been a while since your last visit to {{org.name}}. We would love to see you again!"
    if order.by_event:
        if order.audience.to_customer:
            return _to_event_customer(order, "write to the customer", subject, text)
        message = Message("Inactive customer", "{{event.email}} has not been here for 30 days.")
        return Dish((), message, "")
    threshold = order.wish.threshold
    days = int(threshold.value) if threshold and threshold.subject == "days_inactive" else USUAL_DAYS
    away = f"who were away for {days} days or more"
    cohort = action("inactive_customers", "mrs_parker", days=days)
    if order.audience.to_customer:
        return _to_each(order, cohort, f"find the customers {away}", subject, text)
    return Dish((cohort,), report_of("inactive_customers"), f"list the customers {away}")


def _birthdays(order: Order) -> Dish:
    ahead = birthdays_ahead(order.lines)
    cohort = action("birthday_cohort", "mrs_parker", daysAhead=ahead)
    who = (
        "customers whose birthday it is" if ahead == 0 else f"customers whose birthday is in the next {ahead} days"
    )
    if order.audience.to_customer:
        text = "Happy birthday from all of us at {{org.name}}!"
        return _to_each(order, cohort, f"find the {who}", "Happy birthday from {{org.name}}!", text)
    return Dish((cohort,), report_of("birthday_cohort"), f"list the {who}")


def _vips(order: Order) -> dict[str, Any]:
    threshold = order.wish.threshold
    away = {"inactiveDays": int(threshold.value)} if threshold and threshold.subject == "days_inactive" else {}
    return away | ({"top": order.wish.top} if order.wish.top else {})


RECIPES = (
    Recipe(
        Topic.WELCOME,
        "Customer Welcome",
        CATEGORY,
        "mrs_parker",
        _welcome,
        own_events=("customer.signup",),
        event="customer.signup",
        scheduled=False,
    ),
    Recipe(
        Topic.THANK_YOU,
        "Thank You",
        CATEGORY,
        "mrs_parker",
        _thank_you,
        own_events=("order.completed",),
        event="order.completed",
        scheduled=False,
    ),
    Recipe(
        Topic.WIN_BACK,
        "Win Back",
        CATEGORY,
        "mrs_parker",
        _win_back,
        own_events=("customer.inactive_30d",),
        thresholds={"days_inactive": ""},
    ),
    Recipe(Topic.BIRTHDAYS, "Birthdays", CATEGORY, "mrs_parker", _birthdays),
    report(
        Topic.CUSTOMER_SEGMENTS,
        "Customer Segments",
        CATEGORY,
        "craig",
        "customer_segments",
        "sort the customers into segments",
    ),
    report(
        Topic.VIP_CUSTOMERS,
        "VIP Customers",
        CATEGORY,
        "mrs_parker",
        "vip_customers",
        "list the best customers",
        thresholds={"days_inactive": "", "count": "mrs_parker.count"},
        params=_vips,
    ),
    report(
        Topic.LOYALTY_HEALTH,
        "Loyalty Health",
        CATEGORY,
        "mrs_parker",
        "loyalty_health",
        "check how the loyalty program does",
    ),
)
