"""Topics about competitors and prices."""

from __future__ import annotations

from dataclasses import replace

from shared.chat.topics.base import (
    Message,
    Order,
    Step,
    Topic,
    Work,
    action,
    competitors_in_words,
    condition,
    number,
    report_of,
    scan,
)
from shared.chat.topics.reports import narrowed, when_in_words
from shared.chat.understood import Threshold

CATEGORY = "competitive"
_TYPE = "competitor_alert"
PRICE_CHANGE = "competitor.price_change"
PRICE_GAP = "money_mike.price_gap"
_DEEPEST = "money_mike.undercut[0]"
_PRICE_ALERT = Message(
    subject=f"🚨 Price alert: {{{{{_DEEPEST}.competitor}}}} is {{{{{PRICE_GAP} | round(1)}}}}% below us",
    body=(
        # Each side by its own name: the sizes in them may differ.
        f"{{{{{_DEEPEST}.competitor}}}} sells {{{{{_DEEPEST}.theirProduct}}}} for "
        f"{{{{{_DEEPEST}.theirPriceText}}}}; our price for {{{{{_DEEPEST}.product}}}} is "
        f"{{{{{_DEEPEST}.ourPriceText}}}}, so they are {{{{{_DEEPEST}.percent | round(1)}}}}% cheaper.\n\n"
        "{{money_mike.undercutCount | counted('price is', 'prices are')}} below ours in all.\n\n"
        # Which menus could not be read or are not today's.
        "{{money_mike.notes | join('\\n')}}"
    ),
    type=_TYPE,
)
_COUNTS = ("changeCount", "addedCount", "removedCount")
_CHANGED = "if anything has changed"
_ANALYSIS = action("analyze_pricing", "money_mike")
_COLUMNS = (
    ("Competitor", "competitor", "text"),
    ("Product", "product", "text"),
    ("Theirs", "theirPriceText", "text"),
    ("Ours", "ourPriceText", "text"),
    ("Cheaper by", "percent", "percent"),
)


def _price_watch(order: Order) -> Work:
    does = f"scan {competitors_in_words(order)} and compare their prices with ours"
    threshold = order.threshold
    if threshold is None and order.often:
        # A whole report many times a day is read by nobody: it tells when there is something.
        threshold = Threshold(subject="price_gap", op=">", value=0, unit="percent")
    steps = (scan(order), _ANALYSIS)
    if order.product_filter("item", "product"):
        least = f"item.percent {threshold.op} {number(threshold.value)}" if threshold else ""
        rows, title = "money_mike.undercut", "Price check"
        work = narrowed(order, steps, rows, _COLUMNS, title, does, where=least, field="product", alert_type=_TYPE)
        if threshold is None:
            return work
        return replace(work, condition="{{steps.filter.count}} > 0", when=when_in_words(threshold))
    if threshold is None:
        report = action("generate_competitor_report", "ezal")
        return Work((*steps, report), report_of("generate_competitor_report", _TYPE), does)
    rises = threshold.op in {">", ">="} and (threshold.value > 0 or threshold.op == ">")
    # Only a gap above zero proves that there is an undercut to speak of.
    message = _PRICE_ALERT if rises else Message("Price check: {{org.name}}", "{{money_mike.summary}}")
    return Work(steps, message, does, condition(threshold, PRICE_GAP), when_in_words(threshold))


def _report(order: Order) -> Work:
    steps: tuple[Step, ...] = (scan(order), _ANALYSIS, action("generate_competitor_report", "ezal"))
    does = f"scan {competitors_in_words(order)} and write a report on their menus and prices"
    message = report_of("generate_competitor_report", _TYPE)
    if not order.often:
        return Work(steps, message, does)
    steps = (scan(order), action("diff_snapshots", "ezal", thresholdPercent=0), *steps[1:])
    changed = " + ".join(f"{{{{steps.diff_snapshots.{one}}}}}" for one in _COUNTS)
    return Work(steps, message, does, f"{changed} > 0", _CHANGED, only_news=True)


def _changes(order: Order) -> Work:
    if order.by_event:
        return _change_events({event.name for event in order.wish.events})
    # All that changed is told; from 10% on it also is an event.
    steps = (scan(order), action("diff_snapshots", "ezal", thresholdPercent=0))
    does = f"scan {competitors_in_words(order)} and see what changed on their menus"
    message = Message("{{ezal.subject}}", "{{ezal.text}}", type=_TYPE)
    changed = " + ".join(f"{{{{ezal.{one}}}}}" for one in _COUNTS)
    return Work(steps, message, does, f"{changed} > 0", _CHANGED, only_news=True)


def _change_events(names: set[str]) -> Work:
    if names == {PRICE_CHANGE}:
        message = Message(
            "{{event.competitor}} moved a price: {{event.product}}",
            "{{event.competitor}} now sells {{event.product}} for {{event.newPrice | money}}; it was "
            "{{event.oldPrice | money}} ({{event.percent}}% {{event.direction}}).",
            type=_TYPE,
        )
        return Work((), message, "")
    message = Message(
        "{{event.competitor}}: {{event.percent}}% change on the menu",
        "The menu of {{event.competitor}} has changed by {{event.percent}}%; see Competitors.",
        type=_TYPE,
    )
    return Work((), message, "")


def _actions(order: Order) -> Work:
    steps = (
        scan(order),
        action("analyze_competitive_intelligence", "ezal"),
        action("consume_competitive_actions", "leo"),
    )
    does = (
        f"scan {competitors_in_words(order)} and turn what I find into price suggestions and campaign drafts "
        "for you to approve"
    )
    message = Message(
        "Competitive actions: {{ezal.actionCount}} found, {{leo.createdCount}} drafts to approve",
        "{{ezal.summary}}\n{{leo.summary}}",
        type=_TYPE,
    )
    return Work(steps, message, does, "{{leo.createdCount}} > 0", "if there is anything to approve", only_news=True)


_FILTERS = frozenset({"competitor", "top"})
TOPICS = (
    Topic(
        "price_watch",
        "Competitor Price Alert",
        CATEGORY,
        "money_mike",
        _price_watch,
        thresholds={"price_gap": PRICE_GAP},
        subject="price_gap",
        filters=_FILTERS | {"product"},
        rows="money_mike.undercut",
    ),
    Topic("competitor_report", "Competitor Report", CATEGORY, "ezal", _report, filters=_FILTERS),
    Topic(
        "competitor_changes",
        "Competitor Menu Changes",
        CATEGORY,
        "ezal",
        _changes,
        own_events=(PRICE_CHANGE, "competitor.menu_shakeup"),
        filters=_FILTERS,
    ),
    Topic("competitive_actions", "Competitive Actions", CATEGORY, "ezal", _actions, filters=_FILTERS),
)
