"""`POST /api/cron/playbooks/daily` and `/weekly`: every org's catalog playbooks of that frequency, for one slot."""

from __future__ import annotations

import uuid
from datetime import datetime

import flask

from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.http import Body, delivery_time, door, json_response, not_found, parse_body, path_id
from shared.gcp.clock import Clock
from shared.gcp.logging import get_logger
from shared.playbooks.instants import Instant
from shared.triggers import catalog_ticks
from shared.triggers.catalog_ticks import Frequency, Page

log = get_logger(__name__)


class Tick(Answer):
    """The slot whose runs are being started, of how many active orgs and active assignments there are."""

    frequency: Frequency
    slot: datetime
    orgs: int
    executions: int


class CronBody(Body):
    """`slot`: another one than that which the call's time stands for, for operators."""

    slot: Instant | None = None


@door(methods=("POST",))
def cron(request: flask.Request) -> flask.Response:
    """202 `{frequency, slot, orgs, executions}`: how many active orgs and active assignments there are.

    The runs are started by tasks, and each of them once, whatever is asked how often. A call by hand always walks
    over the orgs, and so reaches those that came after the tick.
    """
    authenticate(request).require()
    frequency = _frequency(request)
    tick = delivery_time(request)
    now = Clock(not_before=tick).now()
    asked = parse_body(request, CronBody).slot
    if asked is None:
        slot = catalog_ticks.slot_of(frequency, tick or now)
    else:
        slot = catalog_ticks.require_slot(frequency, asked, now)
    catalog_ticks.enqueue(Page(frequency, slot, walk=tick.isoformat() if tick else uuid.uuid4().hex))
    figures = {
        "orgs": catalog_ticks.count_active_orgs(),
        "executions": catalog_ticks.count_active_assignments(frequency),
    }
    log.info("tick of the catalog", extra={"frequency": frequency, "slot": slot.isoformat(), **figures})
    return json_response(Tick(frequency=frequency, slot=slot, **figures), 202)


def _frequency(request: flask.Request) -> Frequency:
    try:
        return Frequency(path_id(request, paths.CATALOG_TICK))
    except ValueError:
        raise not_found("this address") from None
