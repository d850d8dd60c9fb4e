"""The figures of the playbook's last report, and when it was made, to compare today's with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from shared.documents import executions
from shared.gcp.clients import firestore
from shared.steps.base import StepContext
from shared.values import packed_results
from shared.values.words import day_words

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

RUNS_LOOKED_AT = 5
"""Of the newest; a run that ended early because nothing was new made no report."""


@dataclass(frozen=True, slots=True)
class LastTime:
    """`figures` by label; `when`: `yesterday`, `last Friday`, `Sat, Nov 7`."""

    figures: Mapping[str, Decimal]
    when: str


def last_time(context: StepContext) -> LastTime | None:
    """Of the newest completed run with figures of this step; None if there is none."""
    runs = context.effects.read(lambda: _newest_runs(context.org.id, context.playbook_id))
    zone = ZoneInfo(context.org.timezone)
    for run in runs:
        fields = run.to_dict() or {}
        made_at, figures = fields.get("createdAt"), _figures(fields.get("stepResults"), context.step_id)
        if figures and isinstance(made_at, datetime):
            return LastTime(
                figures, when_words(made_at.astimezone(zone).date(), context.now.astimezone(zone).date())
            )
    return None


def when_words(day: date, today: date) -> str:
    """An earlier day as people say it today."""
    days = (today - day).days
    if days <= 1:
        return "yesterday" if days else "earlier today"
    return f"last {day:%A}" if days <= 7 else f"on {day_words(day)}"


def _newest_runs(org_id: str, playbook_id: str) -> Iterable[DocumentSnapshot[Any]]:
    from google.cloud.firestore import FieldFilter, Query

    runs = (
        firestore()
        .collection(executions.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
        .where(filter=FieldFilter("status", "==", "completed"))
        .order_by("createdAt", direction=Query.DESCENDING)
        .select(["createdAt", "stepResults"])
        .limit(RUNS_LOOKED_AT)
    )
    return list(runs.stream())


def _figures(results: Any, step_id: str) -> dict[str, Decimal]:
    """What the step's output holds of them; runs from before they were kept have none."""
    for result in packed_results.unpacked(results) if isinstance(results, list) else []:
        output = result.get("output") if isinstance(result, Mapping) and result.get("stepId") == step_id else None
        kept = output.get("figures") if isinstance(output, Mapping) else None
        if isinstance(kept, Mapping):
            return {
                str(label): Decimal(str(value))
                for label, value in kept.items()
                if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            }
    return {}
