"""Marks days as out of date in the recent sales, in the commit that changes the pack of their orders."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients
from shared.retail.packs import week_parts
from shared.retail.periods import ONE_DAY, ONE_WEEK

COLLECTION = "sold_lines"
HEAD = "recent"
STALE = "stale"
LOOKED_BACK = timedelta(days=30 + 7 + 3)
"""Recent sales cover 30 days, a week may start six days earlier, and a reader may be a few days late."""
_DAY = "-day"
_WEEK = "-week"


def reference(org_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, COLLECTION, HEAD))


def beside_day(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """What to merge where when this day's pack is written.

    None for a day that isn't over or is too old: recent sales don't cover it. Each mark is unique: a write that
    changes nothing keeps the update time, and whoever is rebuilding recent sales would not notice it.
    """
    return _mark(org_id, name, f"{name}{_DAY}", now)


def beside_week(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """The same for the pack of the week that begins on this day."""
    return _mark(org_id, name, f"{name}{_WEEK}", now)


def beside_part(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """The same for the pack of a part of a week."""
    return _mark(org_id, week_parts.begins(name).isoformat(), name, now)


def marked(marks: Any) -> tuple[set[date], set[tuple[date, date]]]:
    """The marked days, and the marked weeks and parts of weeks: first day, and the day after the last.

    Raises:
        ValueError: a mark names none of them.
    """
    days, spans = set[date](), set[tuple[date, date]]()
    if marks and not isinstance(marks, Mapping):
        raise ValueError("found marks of another kind; expected days and weeks")
    for one in marks or ():
        if one.endswith(_WEEK):
            first = date.fromisoformat(one.removesuffix(_WEEK))
            spans.add((first, first + ONE_WEEK))
        elif one.endswith(week_parts.SUFFIX):
            some = week_parts.days_of(one)
            spans.add((some[0], some[-1] + ONE_DAY))
        else:
            day = date.fromisoformat(one.removesuffix(_DAY))
            days.add(day)
            # Earlier releases name a week as they name its Monday, and may run while this one is deployed.
            if not one.endswith(_DAY) and day.weekday() == 0:
                spans.add((day, day + ONE_WEEK))
    return days, spans


def _mark(org_id: str, begins: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    today = now.astimezone(UTC).date()
    if not (today - LOOKED_BACK).isoformat() <= begins < today.isoformat():
        return None
    return reference(org_id), {STALE: {name: uuid.uuid4().hex}}
