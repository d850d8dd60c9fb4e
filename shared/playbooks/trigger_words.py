"""A playbook's triggers in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.playbooks.events import EVENTS
from shared.playbooks.schedule_words import once_in_words, schedule_in_words
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger
from shared.values.words import exact_dollars, listed

_TIMED: dict[str, type[ScheduleTrigger | OnceTrigger]] = {"schedule": ScheduleTrigger, "once": OnceTrigger}


_SUBJECTS = {
    "an item": "an item",
    "a sold-out item": "a sold-out item",
    "a product": "a product",
    "one of our prices": "the price of an item",
}
"""What events are about, with what stands for it where a filter narrows it down."""
_AMOUNT = re.compile(r"\(event\.total \| default\(0\)\) (<=|>=|<|>) ([\d.]+)")
_COMPARED = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


def when_in_words(
    triggers: Iterable[Mapping[str, Any]],
    now: datetime | None = None,
    zone: str = "UTC",
    *,
    lasting: bool = False,
    names: Mapping[str, str] | None = None,
) -> str:
    """When the triggers start it. `zone`: in which a single run is shown; `lasting`: in words for days to come.

    `names`: of the competitors' ids and the product words in filters, as people know them.
    """
    parts = []
    now = now or datetime.now(UTC)
    for trigger in triggers:
        if trigger.get("type") == "schedule":
            parts.append(schedule_in_words(trigger, now))
        elif trigger.get("type") == "once":
            at = OnceTrigger.model_validate(dict(trigger)).at
            parts.append(once_in_words(at, zone, now, lasting=lasting))
        elif trigger.get("type") == "event":
            name = trigger.get("eventName")
            parts.append(_with_filter(EVENTS.get(str(name), f"at the event “{name}”"), trigger, names or {}))
        elif trigger.get("type") == "webhook":
            parts.append(_with_filter("when another system calls its webhook", trigger, names or {}))
    return " and ".join(dict.fromkeys(parts)) or "when you ask for it"


def is_of_amount(condition: str) -> bool:
    """Whether a filter compares only what an order comes to."""
    return _AMOUNT.fullmatch(condition) is not None


def _with_filter(words: str, trigger: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """`when an item matching “gummies” is sold out`, `when Green Leaf moves a price`, `when …, if …,`."""
    condition = str(trigger.get("filter") or "")
    if not condition:
        return words
    competitors = re.fullmatch(r"event\.competitorId in \[(.*)\]", condition)
    if competitors is not None and "a competitor" in words:
        ids = re.findall(r'"([^"]*)"', competitors[1])
        return words.replace("a competitor", listed([names.get(one, one) for one in ids], "or"), 1)
    total = _AMOUNT.fullmatch(condition)
    if total is not None and "an order" in words:
        return words.replace("an order", f"an order of {_COMPARED[total[1]]} {exact_dollars(float(total[2]))}", 1)
    products = re.findall(r'(not )?\(?"([^"]*)" in \(event\.name \| lower\)', condition)
    for subject, narrowed in _SUBJECTS.items():
        if products and f" {subject} " in words:
            return words.replace(subject, f"{narrowed} {_matching(products, names)}", 1)
    return f"{words}, if {condition_in_words(condition)},"


def _matching(products: Iterable[tuple[str, str]], names: Mapping[str, str]) -> str:
    wanted, left_out = (
        listed([f"“{names.get(name, name)}”" for denied, name in products if bool(denied) is is_out], "or")
        for is_out in (False, True)
    )
    return (
        f"{f'matching {wanted} but ' if wanted else ''}not matching {left_out}"
        if left_out
        else f"matching {wanted}"
    )


def condition_in_words(condition: str) -> str:
    """`event.quantity < 5` as `quantity is below 5`. Longer ones are not put into words."""
    match = re.fullmatch(r"\s*event\.(\w+)\s*(<=|>=|<|>|==)\s*([\d.]+)\s*", condition)
    if match is None:
        return "its filter matches"
    compared = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "exactly"}[match[2]]
    return f"{match[1]} is {compared} {match[3]}"


def readable(triggers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those whose words can be told: documents of others may hold anything."""
    kept = []
    for trigger in triggers:
        model = _TIMED.get(str(trigger.get("type")))
        if model is not None:
            try:
                model.model_validate(dict(trigger))
            except ValidationError:
                continue
        kept.append(trigger)
    return kept
