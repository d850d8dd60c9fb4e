"""Every five minutes: restarts lost work; once a day: begins the walks that repair and assign."""

from __future__ import annotations

import flask

from shared.api.http import delivery_time, door, json_response, require_caller
from shared.catalog.assign_all import begin_assigning
from shared.gcp.clock import Clock
from shared.notices import outbox
from shared.notices.quarantine_alert import notify_owners
from shared.quarantine.isolation import run_parts
from shared.retail.packs import repair as packs
from shared.runs.bulk import sweep_jobs
from shared.runs.campaign_pages import count_new_events, sweep_campaigns
from shared.runs.fair.debounce import sweep_debounced
from shared.runs.sweep import sweep_gates, sweep_missed, sweep_overdue, sweep_reviews
from shared.subscriptions import fan_out
from shared.triggers.repair import begin_repair


@door(methods=("POST",))
def sweep(request: flask.Request) -> flask.Response:
    """200 with each part's answer, by its name, and `failed`.

    503 where a part failed: `failed` names it, and it is null. The others run all the same. `repairing`,
    `assigning` and `packing`: whether the day's walk has begun now.
    """
    require_caller(request, "scheduler")
    clock = Clock(not_before=delivery_time(request))
    parts = {
        "overdue": lambda: sweep_overdue(clock),
        "held": lambda: sweep_gates(clock),
        "debounced": lambda: sweep_debounced(clock),
        "missed": lambda: sweep_missed(clock),
        "reviewed": lambda: sweep_reviews(clock),
        "bulk": lambda: sweep_jobs(clock),
        "campaigns": lambda: sweep_campaigns(clock),
        "campaignEvents": count_new_events,
        "repairing": lambda: begin_repair(clock),
        "assigning": lambda: begin_assigning(clock),
        "packing": lambda: packs.begin_repair(clock),
        "told": lambda: notify_owners(clock.now()),
        "outbox": lambda: outbox.sweep(clock.now()),
        "webhooks": lambda: fan_out.sweep(clock.now()),
    }
    answers, failed = run_parts(parts)
    return json_response({**{name: answers.get(name) for name in parts}, "failed": failed}, 503 if failed else 200)
