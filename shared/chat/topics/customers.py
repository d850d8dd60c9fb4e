"""Topics about customers: those that tell the shop, and those that write to the customers themselves."""

from __future__ import annotations

from collections.abc import Callable

from shared.chat.topics.audience import literal
from shared.chat.topics.base import Message, Order, Step, Topic, Work, action, report_of
from shared.chat.topics.rhythm import birthdays_ahead

CATEGORY = "customers"
MAX_CUSTOMERS = 500
USUAL_DAYS = 30
_INACTIVE = "customer.inactive_30d"


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


def _to_event_customer(order: Order, does: str, subject: str, text: str, told: Message) -> Work:
    by = " and ".join({"email": "email", "sms": "text"}[road] for road in _roads(order))
    where = " and ".join({"email": "address", "sms": "number"}[road] for road in _roads(order))
    return Work(
        (),
        told,
        f"{does} by {by}",
        own_delivery=_to_customer(order, "event", subject, text),
        delivery_words=f"at the {where} in the event",
    )


def _to_each(order: Order, cohort: Step, does: str, subject: str, text: str) -> Work:
    """The words to each customer of the cohort who can be reached and has not opted out."""
    roads = _roads(order)
    found = {**cohort, "params": {**cohort["params"], "limit": order.at_most or MAX_CUSTOMERS}}
    if len(roads) == 1:
        found["params"]["reachableBy"] = roads[0]
    wanted = _spend(order)
    work: tuple[Step, ...] = (found,)
    items = f"steps.{cohort['action']}.customers"
    if wanted:
        found["params"]["limit"] = MAX_CUSTOMERS
        work = (found, action("filter", "mrs_parker", input=f"{{{{{items}}}}}", where=wanted))
        items = "steps.filter.items"
    conditions = {"send_email": "{{item.email}} != null", "send_sms": "{{item.phone}} != null"}
    steps = [
        {**step, "condition": conditions[step["action"]]} for step in _to_customer(order, "item", subject, text)
    ]
    loop = action("for_each", "mrs_parker", items=f"{{{{{items}}}}}", steps=steps, onItemError="continue")
    most = f", at most {order.at_most} of them" if order.at_most else ""
    by = " and ".join({"email": "email", "sms": "text"}[road] for road in roads)
    return Work(
        work,
        report_of(cohort["action"]),
        f"{does}{_spend_words(order)}{most}",
        own_delivery=(loop,),
        delivery_words=f"and {by} each",
    )


def _spend(order: Order) -> str:
    """Whether a customer of a cohort is a VIP, or is none, by what they have spent."""
    if order.wish.vip_spend is None:
        return ""
    return (
        f"item.totalSpent {'<' if 'vip' in order.limited('except', 'segment') else '>='} {order.wish.vip_spend:g}"
    )


def _spend_words(order: Order) -> str:
    if order.wish.vip_spend is None:
        return ""
    but = "but not those" if "vip" in order.limited("except", "segment") else "only those"
    return f", {but} who spent ${order.wish.vip_spend:,.0f} or more"


def _welcome(order: Order) -> Work:
    told = Message("New customer", "{{event.email}} has signed up.")
    if order.audience.to_customer:
        text = "Welcome to {{org.name}}! It's good to have you with us."
        return _to_event_customer(order, "welcome the customer", "Welcome to {{org.name}}", text, told)
    return Work((), told, "")


def _thank_you(order: Order) -> Work:
    told = Message("Order completed", "{{event.email}} has completed an order.")
    if order.audience.to_customer:
        text = "Thank you for your order at {{org.name}}. We hope to see you again soon!"
        return _to_event_customer(order, "thank the customer", "Thank you from {{org.name}}", text, told)
    return Work((), told, "")


def _win_back(order: Order) -> Work:
    subject = "We miss you at {{org.name}}"
    text = "It's been a while since your last visit to {{org.name}}. We'd love to see you again!"
    if order.by_event:
        told = Message("Inactive customer", "{{event.email}} hasn't visited for 30 days.")
        if order.audience.to_customer:
            return _to_event_customer(order, "write to the customer", subject, text, told)
        return Work((), told, "")
    threshold = order.threshold
    days = int(threshold.value) if threshold and threshold.subject == "days_inactive" else USUAL_DAYS
    away = f"who haven't visited for {days} days or more"
    cohort = action("inactive_customers", "mrs_parker", days=days)
    if order.audience.to_customer:
        return _to_each(order, cohort, f"find the customers {away}", subject, text)
    return Work((cohort,), report_of("inactive_customers"), f"list the customers {away}")


def _birthdays(order: Order) -> Work:
    ahead = birthdays_ahead(order.lines)
    cohort = action("birthday_cohort", "mrs_parker", daysAhead=ahead)
    who = (
        "customers whose birthday it is" if ahead == 0 else f"customers whose birthday is in the next {ahead} days"
    )
    if order.audience.to_customer:
        text = "Happy birthday from all of us at {{org.name}}!"
        return _to_each(order, cohort, f"find the {who}", "Happy birthday from {{org.name}}!", text)
    return Work((cohort,), report_of("birthday_cohort"), f"list the {who}")


_MESSAGE = frozenset({"message"})


def _greeting_topic(key: str, name: str, build: Callable[[Order], Work], event: str) -> Topic:
    """A message to the customer of an event."""
    return Topic(
        key,
        name,
        CATEGORY,
        "mrs_parker",
        build,
        own_events=(event,),
        event=event,
        writes_to_customers=True,
        filters=_MESSAGE,
        scheduled=False,
    )


TOPICS = (
    _greeting_topic("welcome", "Customer Welcome", _welcome, "customer.signup"),
    _greeting_topic("thank_you", "Thank You", _thank_you, "order.completed"),
    Topic(
        "win_back",
        "Win Back",
        CATEGORY,
        "mrs_parker",
        _win_back,
        own_events=(_INACTIVE,),
        events_at={USUAL_DAYS: _INACTIVE},
        thresholds={"days_inactive": ""},
        subject="days_inactive",
        writes_to_customers=True,
        filters=_MESSAGE | {"vip"},
        rows="steps.inactive_customers.customers",
    ),
    Topic(
        "birthdays",
        "Birthdays",
        CATEGORY,
        "mrs_parker",
        _birthdays,
        writes_to_customers=True,
        filters=_MESSAGE,
        rows="steps.birthday_cohort.customers",
        daily=True,
    ),
)
