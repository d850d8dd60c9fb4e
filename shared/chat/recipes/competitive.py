"""Recipes about competitors and prices."""

from __future__ import annotations

from shared.chat.recipes.base import (
    COMPARED,
    Dish,
    Message,
    Order,
    Recipe,
    Step,
    action,
    amount,
    competitors_in_words,
    condition,
    report_of,
    scan,
)
from shared.chat.understanding import Threshold, Topic

CATEGORY = "competitive"
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
    type="competitor_alert",
)
_COUNTS = ("changeCount", "addedCount", "removedCount")
_CHANGED = "if anything has changed"
_ANALYSIS = action("analyze_pricing", "money_mike")


def _price_watch(order: Order) -> Dish:
    does = f"scan {competitors_in_words(order)} and compare their prices with ours"
    threshold = order.wish.threshold
    if threshold is None and order.often:
        # A whole report many times a day is read by nobody: it tells when there is something.
        threshold = Threshold(subject="price_gap", op=">", value=0, unit="percent")
    if threshold is None:
        report = action("generate_competitor_report", "ezal")
        message = report_of("generate_competitor_report", "competitor_alert")
        return Dish((scan(order), _ANALYSIS, report), message, does)
    rises = threshold.op in {">", ">="} and (threshold.value > 0 or threshold.op == ">")
    return Dish(
        (scan(order), _ANALYSIS),
        # Only a gap above zero proves that there is an undercut to speak of.
        _PRICE_ALERT if rises else Message("Price check: {{org.name}}", "{{money_mike.summary}}"),
        does,
        condition(threshold, PRICE_GAP),
        "if one undercuts us"
        if threshold.op == ">" and threshold.value == 0
        else f"if they undercut us by {COMPARED[threshold.op]} {amount(threshold)}".replace("fewer", "less"),
    )


def _report(order: Order) -> Dish:
    steps: tuple[Step, ...] = (scan(order), _ANALYSIS, action("generate_competitor_report", "ezal"))
    does = f"scan {competitors_in_words(order)} and write a report on their menus and prices"
    message = report_of("generate_competitor_report", "competitor_alert")
    if not order.often:
        return Dish(steps, message, does)
    steps = (scan(order), action("diff_snapshots", "ezal", thresholdPercent=0), *steps[1:])
    changed = " + ".join(f"{{{{steps.diff_snapshots.{one}}}}}" for one in _COUNTS)
    return Dish(steps, message, does, f"{changed} > 0", _CHANGED, only_news=True)


def _changes(order: Order) -> Dish:
    if order.by_event:
        return _change_events({event.event_name for event in order.wish.events})
    # All that changed is told; from 10% on it also is an event.
    steps = (scan(order), action("diff_snapshots", "ezal", thresholdPercent=0))
    does = f"scan {competitors_in_words(order)} and see what changed on their menus"
    message = Message("{{ezal.subject}}", "{{ezal.text}}", type="competitor_alert")
    changed = " + ".join(f"{{{{ezal.{one}}}}}" for one in _COUNTS)
    return Dish(steps, message, does, f"{changed} > 0", _CHANGED, only_news=True)


def _change_events(names: set[str]) -> Dish:
    if names == {PRICE_CHANGE}:
        message = Message(
            "{{event.competitor}} moved a price: {{event.product}}",
            "{{event.competitor}} now sells {{event.product}} for {{event.newPrice | money}}; it was "
            "{{event.oldPrice | money}} ({{event.percent}}% {{event.direction}}).",
            type="competitor_alert",
        )
        return Dish((), message, "")
    message = Message(
        "{{event.competitor}}: {{event.percent}}% change on the menu",
        "The menu of {{event.competitor}} has changed by {{event.percent}}%; see Competitors.",
        type="competitor_alert",
    )
    return Dish((), message, "")


def _actions(order: Order) -> Dish:
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
        type="competitor_alert",
    )
    return Dish(steps, message, does, "{{leo.createdCount}} > 0", "if there is anything to approve", only_news=True)


RECIPES = (
    Recipe(
        Topic.PRICE_WATCH,
        "Competitor Price Alert",
        CATEGORY,
        "money_mike",
        _price_watch,
        thresholds={"price_gap": PRICE_GAP},
    ),
    Recipe(Topic.COMPETITOR_REPORT, "Competitor Report", CATEGORY, "ezal", _report),
    Recipe(
        Topic.COMPETITOR_CHANGES,
        "Competitor Menu Changes",
        CATEGORY,
        "ezal",
        _changes,
        own_events=(PRICE_CHANGE, "competitor.menu_shakeup"),
    ),
    Recipe(Topic.COMPETITIVE_ACTIONS, "Competitive Actions", CATEGORY, "ezal", _actions),
)
