"""Once a day: repairs one page of orgs' packs and compresses their old runs.

Called by Cloud Tasks only.
"""

from __future__ import annotations

import flask

from functions._walk import WalkBody
from shared.api.http import delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.retail.packs.repair import repair_page
from shared.runs.packing import pack_outputs


@door(methods=("POST",), trace="carried")
def repair_packs(request: flask.Request) -> flask.Response:
    """200 `{orgs, packs, failed, passedOver}`; 5xx if the page must be delivered again."""
    require_caller(request, "tasks")
    body = parse_body(request, WalkBody)
    done = repair_page(body.page, Clock(not_before=delivery_time(request)), pack_outputs)
    return json_response(
        {"orgs": done.orgs, "packs": done.packs, "failed": done.failed, "passedOver": done.passed_over}, 200
    )
