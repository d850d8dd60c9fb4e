"""What a playbook looks at and what it says, changed in words: competitors, numbers, days, texts. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from shared.chat.edit import Edit, params_of
from shared.chat.people import literal
from shared.chat.recipes.segments import SEGMENTS
from shared.chat.telling import is_customers

_TOP = {"sales_summary": "top", "vip_customers": "top", "scan_competitors": "top"}
_LIMITED = frozenset(
    {"slow_movers", "reorder_plan", "forecast_demand", "low_stock_report", "new_products", "menu_health_scan"}
)
_DAYS = {
    "inactive_customers": "days",
    "slow_movers": "days",
    "vip_customers": "inactiveDays",
    "new_products": "days",
}
_OF_COMPETITORS = re.compile(r"event\.competitorId in \[[^\]]*\]")


def change_competitors(edit: Edit, competitors: Mapping[str, str]) -> None:
    """Only these (name by id): in the scan, or in what the event must be of."""
    named = " and ".join(competitors.values())
    steps = edit.steps
    scans = [step for step in steps if step.get("action") == "scan_competitors"]
    for step in scans:
        kept = {key: value for key, value in params_of(step).items() if key not in {"top", "competitorIds"}}
        step["params"] = {**kept, "competitorIds": [literal(one) for one in competitors]}
    if scans:
        edit.put("steps", steps, f"Competitors: {named}")
        return
    triggers = edit.triggers
    events = [one for one in triggers if str(one.get("eventName")).startswith("competitor.")]
    for trigger in events:
        trigger["filter"] = _only(trigger.get("filter"), json.dumps(list(competitors), ensure_ascii=False))
    if events:
        edit.put("triggers", triggers, f"Competitors: {named}")
    else:
        edit.refusals.append("it does not look at competitors")


def _only(condition: object, ids: str) -> str:
    mine = f"event.competitorId in {ids}"
    if not isinstance(condition, str) or not condition:
        return mine
    if _OF_COMPETITORS.search(condition):
        return _OF_COMPETITORS.sub(lambda _match: mine, condition)
    return f"({condition}) and {mine}"


def change_top(edit: Edit, top: int) -> None:
    """How many of what it looks at, or lists."""
    steps = edit.steps
    for step in steps:
        action = str(step.get("action"))
        if action in _TOP or action in _LIMITED:
            dropped = {"competitorIds"} if action == "scan_competitors" else set()
            kept = {key: value for key, value in params_of(step).items() if key not in dropped}
            step["params"] = {**kept, _TOP.get(action, "limit"): top}
            what = "Competitors: the top" if action == "scan_competitors" else "Lists: the first"
            edit.put("steps", steps, f"{what} {top}")
            return
    edit.refusals.append("it makes no list of which the first ones could be taken")


def change_days(edit: Edit, days: int) -> bool:
    """After how many days customers or products count; False where no step looks at days."""
    steps = edit.steps
    for step in steps:
        name = _DAYS.get(str(step.get("action")))
        if name is not None:
            before = params_of(step).get(name)
            step["params"] = {**params_of(step), name: days}
            edit.put("steps", steps, f"Days: {before if before is not None else 'the usual'} → {days}")
            return True
    return False


def change_message(edit: Edit, text: str) -> None:
    """Other words: of a reminder, of what customers are written, or what a campaign is about."""
    steps = [_saying(step, text) for step in edit.steps]
    if len(steps) == 1 and steps[0].get("action") == "notify" and "{{" not in str(params_of(steps[0]).get("body")):
        words = literal(text)
        steps[0]["params"] = {**params_of(steps[0]), "subject": f"Reminder: {words}"[:200], "body": words}
    if steps == edit.steps:
        edit.refusals.append("its words are computed from what it finds")
        return
    edit.put("steps", steps, f"Says: {text}")


def _saying(step: dict[str, Any], text: str) -> dict[str, Any]:
    params = params_of(step)
    match step.get("action"):
        case "send_email" if is_customers(params):
            return {**step, "params": {**params, "text": literal(text)}}
        case "send_sms" if is_customers(params):
            return {**step, "params": {**params, "body": literal(text)}}
        case "draft_campaign":
            return {**step, "params": {**params, "purpose": literal(text)}}
        case "for_each":
            inner = params.get("steps")
            if isinstance(inner, list):
                new = [_saying(dict(one), text) if isinstance(one, Mapping) else one for one in inner]
                return {**step, "params": {**params, "steps": new}}
    return step


def change_segment(edit: Edit, segment: str) -> None:
    """Whom a campaign is drafted for."""
    steps = edit.steps
    drafts = [step for step in steps if step.get("action") == "draft_campaign"]
    for step in drafts:
        step["params"] = {**params_of(step), "segment": literal(segment)}
    if drafts:
        edit.put("steps", steps, f"For: {SEGMENTS.get(segment, segment)}")
    else:
        edit.refusals.append("it drafts no campaign")
