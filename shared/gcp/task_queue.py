"""Named tasks for the functions that Cloud Tasks calls."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.gcp import clients, direct_calls, tracing
from shared.gcp.settings import settings

_TIMEOUT_SECONDS = 20.0


def is_waiting(queue: str, name: str) -> bool:
    """Whether a task of that name is queued or being delivered."""
    from google.api_core.exceptions import NotFound

    try:
        clients.tasks().get_task(name=f"{_queue_path(queue)}/tasks/{name}")
    except NotFound:
        return False
    return True


def delete_named_task(queue: str, name: str) -> None:
    """Delete the task, if it still exists."""
    from google.api_core.exceptions import NotFound

    try:
        clients.tasks().delete_task(request={"name": f"{_queue_path(queue)}/tasks/{name}"})
    except NotFound:
        return


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

    create, parent = _create(), _queue_path(queue)
    request = create.request(parent=parent)
    task = request.task
    task.name = f"{parent}/tasks/{name}"
    task.dispatch_deadline.seconds = deadline_seconds
    if at is not None:
        task.schedule_time.FromDatetime(at)
    _fill(task.http_request, queue, payload)
    with tracing.span(f"send {queue}", kind="producer") as span:
        context = tracing.current()
        if context is not None:
            task.http_request.headers[tracing.HEADER] = str(context)
        try:
            direct_calls.call(_channel(), create, request)
        except AlreadyExists:
            span.set("playbooks.is_there_already", value=True)
            return False
    return True


def _channel() -> Any:
    transport: Any = clients.tasks().transport
    return transport.grpc_channel


def _fill(request: Any, queue: str, payload: Mapping[str, Any]) -> None:
    from google.cloud.tasks_v2 import HttpMethod

    config = settings()
    request.http_method = HttpMethod.POST
    request.url = config.function_url(queue)
    request.headers["Content-Type"] = "application/json"
    request.body = json.dumps(payload).encode()
    if config.invoker_service_account:
        request.oidc_token.service_account_email = config.invoker_service_account
        request.oidc_token.audience = request.url


@functools.cache
def _create() -> direct_calls.Method:
    """As plain protobuf: the library would rebuild the task value by value."""
    from google.cloud.tasks_v2 import CreateTaskRequest, Task

    path = "/google.cloud.tasks.v2.CloudTasks/CreateTask"
    return direct_calls.Method(path, CreateTaskRequest.pb(), Task.pb(), "parent", _TIMEOUT_SECONDS)
