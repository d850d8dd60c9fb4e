"""A demand forecast in a few sentences, without a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.agents.facts import facts_of, name_of, sentences, shown
from shared.agents.summary import extract_summary

MAX_ITEMS = 3


def forecast_words(forecast: Any) -> str:
    """What is expected and what runs out first; plain facts if the input isn't a forecast.

    `forecast`: the output of `forecast_demand` or similar data.
    """
    if not isinstance(forecast, Mapping):
        return extract_summary(forecast, 4)
    opening = _opening(forecast)
    ending = _running_out(forecast)
    told = " ".join(part for part in (opening, ending) if part)
    return told or facts_of(forecast).text(bullets=False)


def _opening(forecast: Mapping[str, Any]) -> str:
    """The forecast's own first paragraph: its headline and how it was made."""
    text = forecast.get("text")
    if isinstance(text, str) and text.strip():
        paragraph = text.strip().split("\n\n")[0]
        return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in sentences(paragraph)[:3])
    units = forecast.get("expectedUnits")
    return f"About {shown('', units)} units are expected." if isinstance(units, int | float) else ""


def _running_out(forecast: Mapping[str, Any]) -> str:
    items = forecast.get("items")
    rows = [row for row in items if isinstance(row, Mapping)] if isinstance(items, list | tuple) else []
    ending = [row for row in rows if row.get("stockOutDate") and name_of(row)]
    if not ending:
        return ""
    soonest = sorted(ending, key=lambda row: str(row["stockOutDate"]))
    named = ", ".join(f"{name_of(row)} on {shown('', row['stockOutDate'])}" for row in soonest[:MAX_ITEMS])
    more = len(soonest) - MAX_ITEMS
    return f"First to run out: {named}{f', and {more} more' if more > 0 else ''}."
