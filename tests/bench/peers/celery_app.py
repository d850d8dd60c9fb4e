"""What a team would write with Celery: a door that enqueues, and a task with late acknowledgement.

Runs outside this process, where Celery's packages are on the path.
"""

from __future__ import annotations

import os
import uuid
from typing import Any

import celery
import flask
import requests

TARGET_VARIABLE = "PEER_TARGET_URL"
REDIS_VARIABLE = "PEER_REDIS_URL"
_REDIS = os.environ[REDIS_VARIABLE]

queue = celery.Celery("peer", broker=f"{_REDIS}/0", backend=f"{_REDIS}/1")
queue.conf.update(task_acks_late=True, task_reject_on_worker_lost=True)
web = flask.Flask(__name__)


@queue.task(name="run")  # type: ignore[untyped-decorator]  # Celery is not installed where types are checked
def run(event: dict[str, Any]) -> dict[str, Any]:
    """Condition, HTTP call, and what the result backend keeps of the run."""
    steps: list[dict[str, Any]] = []
    if event["number"] > 0:
        body = {"number": event["number"]} if event["method"] == "POST" else None
        answer = requests.request(event["method"], os.environ[TARGET_VARIABLE], json=body, timeout=30)
        answer.raise_for_status()
        steps.append({"id": "call", "status": answer.status_code, "body": answer.json()})
    return {"status": "completed", "event": event, "steps": steps}


@web.post("/runs")
def start() -> tuple[dict[str, str], int]:
    """202 with the run's id, once it is in the queue."""
    run_id = uuid.uuid4().hex
    run.apply_async((flask.request.get_json(),), task_id=run_id)
    return {"executionId": run_id, "status": "queued"}, 202
