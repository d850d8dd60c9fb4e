"""A one-line description of a playbook for all members, and its category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.playbooks.nesting import MAX_DEPTH
from shared.redaction import redact
from shared.values.words import counted

MAX_LINE = 160
MAX_CATEGORY = 100
MAX_NAMED = 4
OTHER = "other"

_ACTIONS: dict[str, tuple[str, str | None]] = {
    "scan_competitors": ("scans competitors", "competitive"),
    "track_competitor": ("adds a competitor to watch", "competitive"),
    "diff_snapshots": ("finds what competitors changed", "competitive"),
    "analyze_competitive_intelligence": ("studies competitors", "competitive"),
    "generate_competitor_report": ("writes a competitor report", "competitive"),
    "consume_competitive_actions": ("drafts answers to competitors", "competitive"),
    "analyze_pricing": ("compares prices", "pricing"),
    "create_pricing_suggestion": ("suggests prices", "pricing"),
    "margin_report": ("checks margins", "pricing"),
    "fetch_inventory": ("looks at your inventory", "inventory"),
    "low_stock_report": ("checks stock", "inventory"),
    "reorder_plan": ("plans what to reorder", "inventory"),
    "slow_movers": ("finds slow sellers", "inventory"),
    "supplier_scorecard": ("rates suppliers", "inventory"),
    "forecast_demand": ("forecasts demand", "inventory"),
    "forecast_narrative": ("explains the forecast", "inventory"),
    "menu_health_scan": ("checks your menu", "inventory"),
    "new_products": ("finds new products", "inventory"),
    "sales_summary": ("sums up sales", "reports"),
    "location_rollup": ("compares locations", "reports"),
    "birthday_cohort": ("finds birthdays", "loyalty"),
    "customer_segments": ("groups customers", "loyalty"),
    "inactive_customers": ("finds customers who stay away", "loyalty"),
    "loyalty_health": ("checks loyalty", "loyalty"),
    "vip_customers": ("finds your best customers", "loyalty"),
    "campaign_roi": ("measures campaigns", "marketing"),
    "draft_campaign": ("drafts a campaign", "marketing"),
    "create_campaign_draft": ("drafts a campaign", "marketing"),
    "draft_email": ("drafts an email", None),
    "draft_sms": ("drafts a text", None),
    "compliance_status": ("checks licenses", "compliance"),
    "review_compliance": ("checks the advertising rules", "compliance"),
    "check_usage": ("checks your usage", "account"),
    "setup_check": ("checks your setup", "onboarding"),
    "summarize": ("writes a summary", None),
    "generate": ("writes a text", None),
    "compose_report": ("writes a report", None),
    "create_task": ("creates a task", None),
    "create_document": ("adds to your records", None),
    "update_document": ("updates your records", None),
    "save_file": ("saves a file", None),
    "save_to_drive": ("saves a file to Drive", None),
    "http_request": ("calls another service", None),
    "run_playbook": ("runs another playbook", None),
    "wait_for_approval": ("asks for approval", None),
    "publish_event": ("tells your other playbooks", None),
    "slack_post": ("posts to Slack", None),
    "send_email": ("sends an email", None),
    "send_sms": ("sends a text", None),
    "create_inbox_notification": ("posts to the dashboard", None),
    "notify": ("lets you know", None),
}
"""Words for each action, and the category it implies; plumbing (`set`, `filter`) isn't listed."""


def action_words(action: str) -> str:
    """What a step does, like `sends an email`."""
    return _ACTIONS.get(action, (f"does “{action.replace('_', ' ')}”", None))[0]


def one_line(data: Mapping[str, Any]) -> str:
    """The author's description if it contains nothing private, otherwise what the steps do."""
    written = data.get("description")
    if isinstance(written, str) and (line := " ".join(written.split())) and _is_for_everybody(line):
        return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1].rstrip()}…"
    return _from_steps(data.get("steps"))


def category_of(data: Mapping[str, Any]) -> str:
    """The author's category, otherwise the first one implied by a step or event, otherwise `other`."""
    written = data.get("category")
    if isinstance(written, str) and written.strip():
        return written.strip()[:MAX_CATEGORY]
    for action in _actions(data.get("steps")):
        category = _ACTIONS.get(action, ("", None))[1]
        if category is not None:
            return category
    return _of_events(data.get("triggers"))


def _is_for_everybody(line: str) -> bool:
    return "{{" not in line and "://" not in line and redact(line) == line


def _from_steps(steps: Any) -> str:
    named = list(dict.fromkeys(_ACTIONS[action][0] for action in _actions(steps) if action in _ACTIONS))
    if not named:
        count = len(steps) if isinstance(steps, list) else 0
        return f"Runs {counted(count, 'step')}."
    if len(named) > MAX_NAMED:
        # The last step says who gets the result.
        named = [*named[: MAX_NAMED - 1], named[-1]]
    text = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def every_step(steps: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """All steps in order, including nested ones."""
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, Mapping):
            continue
        yield step
        if depth < MAX_DEPTH and isinstance(step.get("params"), Mapping):
            yield from _steps_within(step["params"], depth + 1)


def _actions(steps: Any) -> Iterator[str]:
    return (one["action"] for one in every_step(steps) if isinstance(one.get("action"), str))


def _steps_within(params: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    for name, value in params.items():
        if name in {"steps", "else"}:
            yield from every_step(value, depth)
        elif name in {"cases", "branches"} and isinstance(value, list):
            for part in value:
                if isinstance(part, Mapping):
                    yield from every_step(part.get("steps"), depth)


def _of_events(triggers: Any) -> str:
    for trigger in triggers if isinstance(triggers, list) else ():
        name = trigger.get("eventName") if isinstance(trigger, Mapping) else None
        if isinstance(name, str):
            return {
                "inventory": "inventory",
                "customer": "loyalty",
                "order": "loyalty",
                "competitor": "competitive",
            }.get(name.partition(".")[0], OTHER)
    return OTHER
