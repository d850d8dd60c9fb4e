"""Every five minutes: set going again what was lost; once a day: repair jobs, listeners and assignments."""

from __future__ import annotations

import flask

from functions._onboarding import start_onboarding
from shared.doors.http import delivery_time, door, json_response, require_caller
from shared.execution import sweep as overdue
from shared.gcp.clock import Clock
from shared.scheduling.repair import repair_if_due
from shared.tenants.assign_all import pages


@door(methods=("POST",))
def sweep(request: flask.Request) -> flask.Response:
    """200 `{overdue, missed, repaired, assigned}`: the last two are null but once a day."""
    require_caller(request, "scheduler")
    clock = Clock(not_before=delivery_time(request))
    swept = overdue.sweep(clock)
    repaired = repair_if_due(clock)
    return json_response(
        {
            "overdue": swept.overdue,
            "missed": swept.missed,
            "repaired": repaired.repaired if repaired is not None else None,
            "assigned": sum(page.changed for page in pages(clock, start_onboarding)) if repaired else None,
        },
        200,
    )
