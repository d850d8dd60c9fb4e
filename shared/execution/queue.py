"""Tasks that make a run go on: named after the attempt, so that asking twice makes one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists

from shared.execution.ids import task_name
from shared.gcp import clients
from shared.gcp.logging import get_logger
from shared.gcp.settings import settings

RUN_QUEUE = "runExecution"
RETRY_QUEUE = "retryExecution"
DISPATCH_DEADLINE_SECONDS = 540

log = get_logger(__name__)


def enqueue_attempt(
    execution_id: str, attempt: int, *, replay: int, at: datetime | None = None, suffix: str = ""
) -> None:
    """Have the attempt run, at once or at an instant. `suffix`: for when the plain name may be spent."""
    queue = RUN_QUEUE if attempt == 1 else RETRY_QUEUE
    name = task_name(execution_id, replay, attempt, suffix)
    payload = {"executionId": execution_id, "attempt": attempt, "replay": replay}
    try:
        _create_task(queue, name, payload, at)
    except AlreadyExists:
        log.info("task is there already", extra={"task": name})


def _create_task(queue: str, name: str, payload: dict[str, Any], at: datetime | None) -> None:
    config = settings()
    url = config.function_url(queue)
    request: dict[str, Any] = {
        "http_method": "POST",
        "url": url,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(payload).encode(),
    }
    if config.invoker_service_account:
        request["oidc_token"] = {"service_account_email": config.invoker_service_account, "audience": url}
    parent = f"projects/{config.project}/locations/{config.region}/queues/{queue}"
    task: dict[str, Any] = {
        "name": f"{parent}/tasks/{name}",
        "http_request": request,
        "dispatch_deadline": {"seconds": DISPATCH_DEADLINE_SECONDS},
    }
    if at is not None:
        task["schedule_time"] = at
    clients.tasks().create_task(request={"parent": parent, "task": task})
