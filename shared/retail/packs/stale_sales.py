"""Marks days as out of date in the recent sales, in the commit that changes the pack of their orders."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients

COLLECTION = "sold_lines"
HEAD = "recent"
STALE = "stale"
LOOKED_BACK = timedelta(days=30 + 7 + 3)
"""Recent sales cover 30 days, a week may start six days earlier, and a reader may be a few days late."""
_WEEK = "-week"


def reference(org_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, COLLECTION, HEAD))


def beside_day(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """What to merge where when this day's pack is written.

    None for a day that isn't over or is too old: recent sales don't cover it. Each mark is unique: a write that
    changes nothing keeps the update time, and whoever is rebuilding recent sales would not notice it.
    """
    today = now.astimezone(UTC).date()
    if not (today - LOOKED_BACK).isoformat() <= name < today.isoformat():
        return None
    return _mark(org_id, name)


def beside_week(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """The same for the pack of the week that begins on this day."""
    return None if beside_day(org_id, name, now) is None else _mark(org_id, f"{name}{_WEEK}")


def marked(marks: Any) -> tuple[set[date], set[date]]:
    """The marked days, and the first days of marked weeks.

    Raises:
        ValueError: a mark names neither.
    """
    if not marks:
        return set(), set()
    if not isinstance(marks, Mapping):
        raise ValueError("found marks of another kind; expected days and weeks")
    weeks = {date.fromisoformat(one.removesuffix(_WEEK)) for one in marks if one.endswith(_WEEK)}
    return {date.fromisoformat(one) for one in marks if not one.endswith(_WEEK)}, weeks


def _mark(org_id: str, name: str) -> tuple[Any, dict[str, Any]]:
    return reference(org_id), {STALE: {name: uuid.uuid4().hex}}
