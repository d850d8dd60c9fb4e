"""Every five minutes: set going again what was lost; once a day: repair jobs, listeners and assignments."""

from __future__ import annotations

import flask

from functions._onboarding import start_onboarding
from shared.delivery.quarantine_alert import tell_owners
from shared.doors.http import delivery_time, door, json_response, require_caller
from shared.execution.sweep import sweep_missed, sweep_overdue
from shared.gcp.clock import Clock
from shared.quarantine.isolation import run_parts
from shared.scheduling.repair import repair_if_due
from shared.tenants.assign_all import pages


@door(methods=("POST",))
def sweep(request: flask.Request) -> flask.Response:
    """200 `{overdue, missed, repaired, assigned, told, failed}`; 503 where `failed` names parts.

    Each part runs whatever becomes of the others. The daily ones are null on most sweeps.
    """
    require_caller(request, "scheduler")
    clock = Clock(not_before=delivery_time(request))
    answers, failed = run_parts(
        {
            "overdue": lambda: sweep_overdue(clock),
            "missed": lambda: sweep_missed(clock),
            "repaired": lambda: _repaired(clock),
            "told": lambda: tell_owners(clock.now()),
        }
    )
    if answers.get("repaired") is not None:
        assigned, more_failed = run_parts(
            {"assigned": lambda: sum(page.changed for page in pages(clock, start_onboarding))}
        )
        answers, failed = answers | assigned, failed + more_failed
    names = ("overdue", "missed", "repaired", "assigned", "told")
    return json_response({**{name: answers.get(name) for name in names}, "failed": failed}, 503 if failed else 200)


def _repaired(clock: Clock) -> int | None:
    done = repair_if_due(clock)
    return done.repaired if done is not None else None
