"""Whom the steps of a playbook tell, under which condition, and which competitors they look at, in plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from shared.chat.facts import Facts
from shared.chat.people import ME, OWNER
from shared.chat.telling import CHANNEL_NAMES, channels_of, is_customers
from shared.playbooks.models import Step


def told_and_watched(steps: Sequence[Step], facts: Facts, my_email: str | None) -> str:
    """`It tells you by email and text, if price gap > 10. It looks at all your competitors.`"""
    lines = []
    for step in steps:
        if step.action == "for_each":
            lines.append("It writes to each customer that it finds.")
        elif step.action == "scan_competitors":
            lines.append(_watched(step.params, facts))
        elif channels := channels_of({"action": step.action, "params": step.params}):
            by = " and ".join(CHANNEL_NAMES[channel] for channel in channels)
            when = f", if {_plain(step.condition)}" if step.condition else ""
            lines.append(f"It tells {_people(step, facts, my_email)} by {by}{when}.")
    return " ".join(dict.fromkeys(lines))


def _plain(condition: str) -> str:
    """`{{money_mike.price_gap}} > 10` as `price gap > 10`."""
    named = re.sub(r"\{\{\s*(?:[\w]+\.)*(\w+)[^}]*\}\}", r"\1", condition)
    return re.sub(r"(?<=[a-z])_(?=[a-z])|(?<=[a-z])(?=[A-Z])", " ", named).lower()


def _people(step: Step, facts: Facts, my_email: str | None) -> str:
    if step.action in {"slack_post", "save_to_drive", "create_inbox_notification"}:
        return "your team"
    if is_customers(step.params):
        return "the customer"
    to = step.params.get("to")
    named = [to] if isinstance(to, str) else [str(one) for one in to] if isinstance(to, list) else []
    known = {ME: my_email or "you", OWNER: facts.tenant.owner_email or "the owner"}
    people = [known.get(one, one) for one in named]
    channels = channels_of({"action": step.action, "params": step.params})
    if "sms" in channels and not any(one.startswith("+") for one in named):
        people += list(facts.tenant.staff_phones)
    return ", ".join(dict.fromkeys(people)) or facts.tenant.owner_email or "the owner"


def _watched(params: dict[str, Any], facts: Facts) -> str:
    ids = params.get("competitorIds")
    if isinstance(ids, list) and ids:
        return f"It looks at {', '.join(facts.competitors.get(str(one), str(one)) for one in ids)}."
    top = params.get("top")
    return f"It looks at your top {top} competitors." if top else "It looks at all your competitors."
