"""Topics about sales, campaigns, compliance, usage, and plain reminders."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from shared.chat.lexicon import load
from shared.chat.topics.audience import literal
from shared.chat.topics.base import Message, Order, Topic, Work, action, condition, report_of
from shared.chat.topics.reports import narrowed, when_in_words
from shared.chat.topics.rhythm import SalesPeriod, sales_period

_BEST = "steps.sales_summary.topProducts"
_COLUMNS = (("Item", "name", "text"), ("Units", "units", "number"), ("Revenue", "revenue", "money"))
SALES = {"sales": "pops.revenue", "sales_change": "pops.change.revenue | default(0)"}
_PERIODS = {
    "today": "the day so far",
    "yesterday": "the day before",
    "last_7_days": "the last 7 days",
    "last_30_days": "the last 30 days",
    "week_to_date": "the week so far",
    "month_to_date": "the month so far",
}
_SUBJECT_CHARS = 80
MAX_CONTENT = 200


def _campaign_draft(order: Order) -> Work:
    segment = order.segment
    people = load().data["segments"].get(segment, segment) if segment else None
    purpose = literal(order.wish.message) if order.wish.message else _purpose(people)
    of_segment = {"segment": literal(segment)} if segment else {}
    draft = "steps.draft_campaign"
    steps = (
        action("draft_campaign", "craig", purpose=purpose, channels=["email"], **of_segment),
        action("review_compliance", "deebo", text=f"{{{{{draft}.emailText}}}}", channel="email"),
        action(
            "create_campaign_draft",
            "craig",
            name=f"{{{{{draft}.name}}}}",
            channels=["email"],
            segment=f"{{{{{draft}.segment}}}}",
            subject=f"{{{{{draft}.subject}}}}",
            body=f"{{{{{draft}.emailText}}}}",
        ),
    )
    message = Message(
        f"Campaign draft: {{{{{draft}.name}}}}",
        f"{{{{{draft}.subject}}}}\n\n{{{{{draft}.emailText}}}}\n\n"
        "Compliance issues: {{deebo.issues | length}}. Approve it under Campaigns.",
    )
    about = f" about “{order.wish.message}”" if order.wish.message else ""
    to = f" for {people}" if people else ""
    does = f"draft a campaign{to}{about}, have Deebo check it and keep it for you to approve"
    return Work(steps, message, does)


def _purpose(people: str | None) -> str:
    readers = people.replace("your", "our") if people else "customers"
    return f"Bring {readers} to {{{{org.name}}}}"


def _compliance(order: Order) -> Work:
    if order.by_event:
        return _reviewed("{{event.text}}", "check the text of the campaign", "if Deebo finds an issue")
    if order.wish.message:
        return _reviewed(literal(order.wish.message), "check that text against the advertising rules", "")
    waiting = [{"field": "status", "op": "==", "value": "pending_review"}]
    return Work(
        (action("query", "deebo", collection="content", where=waiting, limit=MAX_CONTENT),),
        Message(
            "{{deebo.rows | length | counted('piece of content needs', 'pieces of content need')}} review",
            "{{deebo.rows | length | counted('piece of content needs', 'pieces of content need')}} review at "
            "{{org.name}}.",
            type="compliance_flag",
        ),
        "look for content that needs a compliance review",
        *(("{{deebo.rows | length}} > 0", "if there is any") if order.often else ()),
    )


def _reviewed(text: str, does: str, when: str) -> Work:
    message = Message(
        "Compliance check: {{deebo.issues | length}} issues",
        "Approved: {{deebo.approved}}. Issues: {{deebo.issues | length}}. The first: {{deebo.issues[0].rule}}"
        if when
        else "Approved: {{deebo.approved}}. Issues: {{deebo.issues | length}}.",
        type="compliance_flag",
    )
    steps = (action("review_compliance", "deebo", text=text),)
    return Work(steps, message, does, "not {{deebo.approved}}" if when else None, when)


def _usage(order: Order) -> Work:
    message = Message(
        "Usage of {{org.name}} in {{leo.period}}",
        "Limits at 80% or more: {{leo.atRisk | length}} {{leo.atRisk | join}}\n"
        "Overage so far: {{leo.overageUsd | money}}. What the playbooks cost so far: {{leo.costUsd | money}}.",
        type="usage_alert",
    )
    limit = ("{{leo.atRisk | length}} > 0", "if a limit is at 80% or more") if order.often else ()
    return Work((action("check_usage", "leo"),), message, "check how much of the plan is used", *limit)


def _sales(order: Order) -> Work:
    threshold = order.threshold
    path = SALES.get(threshold.subject or "") if threshold else None
    period = _period(order)
    params = {"period": period} | ({"top": order.wish.top} if order.wish.top else {})
    step, does = action("sales_summary", "pops", **params), f"sum up the sales of {_PERIODS[period]}"
    if order.product_filter("item"):
        work = narrowed(order, (step,), _BEST, _COLUMNS, "Sales", does)
    else:
        work = Work((step,), report_of("sales_summary"), does)
    return replace(
        work,
        condition=condition(threshold, path) if threshold and path else None,
        when=when_in_words(threshold) if threshold and path else "",
    )


def _period(order: Order) -> SalesPeriod:
    """The days that were named; else what is new since the last run, and for a fall whole days alone."""
    if order.wish.period:
        return cast(SalesPeriod, order.wish.period)
    period = sales_period(order.lines)
    compares = order.threshold is not None and order.threshold.subject == "sales_change"
    return "yesterday" if compares and period == "today" else period


def _reminder(order: Order) -> Work:
    words = order.wish.message or ""
    message = Message(f"Reminder: {literal(_shortened(words))}", literal(words))
    return Work((), message, "", when=f"to say “{words}”")


def _shortened(words: str) -> str:
    return words if len(words) <= _SUBJECT_CHARS else f"{words[:_SUBJECT_CHARS].rpartition(' ')[0]} …"


TOPICS = (
    Topic(
        "sales_summary",
        "Sales Summary",
        "analytics",
        "pops",
        _sales,
        thresholds=SALES,
        subject="sales",
        filters=frozenset({"top", "period", "product"}),
        rows=_BEST,
    ),
    Topic(
        "campaign_draft",
        "Campaign Draft",
        "marketing",
        "craig",
        _campaign_draft,
        filters=frozenset({"segment", "message"}),
    ),
    Topic(
        "compliance_check",
        "Compliance Check",
        "compliance",
        "deebo",
        _compliance,
        own_events=("campaign.pre_send",),
        event="campaign.pre_send",
        filters=frozenset({"message"}),
    ),
    Topic(
        "usage",
        "Usage Check",
        "account",
        "leo",
        _usage,
        own_events=("usage.at_80_percent",),
    ),
    Topic("reminder", "Reminder", "operations", "leo", _reminder, filters=frozenset({"message"})),
)
