"""Named tasks for the functions that Cloud Tasks calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.gcp import clients
from shared.gcp.settings import settings


def is_waiting(queue: str, name: str) -> bool:
    """Whether a task of that name is in the queue, or is being delivered."""
    from google.api_core.exceptions import NotFound

    try:
        clients.tasks().get_task(name=f"{_queue_path(queue)}/tasks/{name}")
    except NotFound:
        return False
    return True


def _queue_path(queue: str) -> str:
    config = settings()
    return f"projects/{config.project}/locations/{config.region}/queues/{queue}"


def create_named_task(
    queue: str, name: str, payload: Mapping[str, Any], *, deadline_seconds: int, at: datetime | None = None
) -> bool:
    """Have the function `queue` called with the payload; False where a task of that name is or was there.

    At once, or not before the instant `at`.
    """
    from google.api_core.exceptions import AlreadyExists

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
    parent = _queue_path(queue)
    task: dict[str, Any] = {
        "name": f"{parent}/tasks/{name}",
        "http_request": request,
        "dispatch_deadline": {"seconds": deadline_seconds},
    }
    if at is not None:
        task["schedule_time"] = at
    try:
        clients.tasks().create_task(request={"parent": parent, "task": task})
    except AlreadyExists:
        return False
    return True
