"""The questions that the parser itself asks, in plain words and with choices."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.grammar.topics import NAMES
from shared.chat.understanding import Topic, Unclear

NOTHING = (
    "I did not understand that. What shall I do: watch competitors' prices, send a sales summary, tell you when "
    "stock runs low, or something else?"
)
ORDERS = (
    "Part of that reads like orders to a machine, so I did nothing. In plain words: what shall I do, when, and "
    "whom shall I tell?"
)
TOO_LONG = "That is more than I can read at once. What shall I do, in one or two sentences?"
ONCE_OR_ALWAYS = "Shall that be every week on that day, or did you mean only once?"
NO_DAYS = "On which days shall that be: every day, on weekdays, or only on certain days?"
NOW_OR_LATER = (
    "Shall I do that once now, or again and again: every morning, every Monday, or when something happens?"
)
WHICH_LIMIT = "What shall I do with that figure: tell you when prices, sales or stock pass it? In which direction?"
NO_DELAY = "I do it the moment it happens, without a wait. Shall I set it up so?"
WHAT_CHANGES = "What shall I change: the time, the channel, the limit, or whom it tells?"
COSTS_THEN = "Shall I set it up? Then I can tell you what it costs a month, and “delete it” undoes it."
SALES_HOW_OFTEN = "I look at sales once a day or once a week: which?"
UNTIL = "I can only do that until you say otherwise. Shall I do it now?"


def intent(question: str = NOTHING) -> Unclear:
    """What is to be done."""
    return Unclear(about="intent", question=question)


def when(topic: Topic | None) -> Unclear:
    """When a playbook is to run for which no time and no event was said."""
    if topic in (Topic.LOW_STOCK, Topic.OUT_OF_STOCK, Topic.NEW_PRODUCTS, Topic.COMPETITOR_CHANGES):
        words = "When shall I look: as soon as something changes, every hour, or every morning?"
    elif topic is Topic.PRICE_WATCH:
        words = "How often shall I compare prices: every hour, every morning, or every Monday?"
    else:
        words = (
            "When shall it run: every morning, every Monday, on the 1st of the month, or when something happens?"
        )
    return Unclear(about="schedule", question=words)


def sales_how_often(period: str | None) -> Unclear:
    """A limit on sales without a time."""
    fits = {"last_7_days": "Once a week fits what you compare.", "yesterday": "Once a day fits what you compare."}
    return Unclear(about="schedule", question=" ".join(filter(None, (SALES_HOW_OFTEN, fits.get(period or "")))))


def fewer_than(value: float) -> Unclear:
    """A limit on quantity without a time: the low-stock event knows only each product's own reorder point."""
    return Unclear(
        about="schedule",
        question=f"How often shall I look for products at that limit ({value:g}): every 15 minutes, every hour, "
        "or every morning?",
    )


def which_topic(topics: Sequence[Topic]) -> Unclear:
    """One of several topics, or any at all."""
    if not topics:
        words = "What shall it tell you about: sales, low stock, competitors' prices, or something else?"
    else:
        named = [NAMES[topic] for topic in topics[:4]]
        words = f"I make one playbook at a time. Which first: {', '.join(named[:-1])} or {named[-1]}?"
    return Unclear(about="topic", question=words)


def both(said: str) -> Unclear:
    """A schedule and an event in one sentence."""
    return Unclear(
        about="event", question="Shall that be at the times you said, or each time it happens?", said=said[:300]
    )
