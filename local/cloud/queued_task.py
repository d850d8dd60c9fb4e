"""One task: what it asks for, how often it has been tried, and how both look to clients and targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from google.cloud import tasks_v2
from google.rpc import code_pb2, status_pb2

from local.cloud.http_call import HttpCall, parse_http_call
from local.cloud.http_sender import Answer
from local.cloud.refusal import invalid, unimplemented
from local.cloud.timeline import Appointment

DEFAULT_DEADLINE = timedelta(minutes=10)
SHORTEST_DEADLINE = timedelta(seconds=15)
LONGEST_DEADLINE = timedelta(minutes=30)
FARTHEST_SCHEDULE = timedelta(days=30)
MAX_TASK_BYTES = 1024 * 1024
USER_AGENT = "Google-Cloud-Tasks"


@dataclass(slots=True, eq=False)
class QueuedTask:
    """`due` is when the next attempt is to begin; `appointment` is set while it waits for that."""

    name: str
    named_by_caller: bool
    call: HttpCall
    due: datetime
    created: datetime
    deadline: timedelta
    running: bool = False
    appointment: Appointment | None = None
    dispatches: int = 0
    responses: int = 0
    first_dispatch: datetime | None = None
    last_dispatch: datetime | None = None
    last_response: datetime | None = None
    last_answer: Answer | None = field(default=None)

    def begin_attempt(self, now: datetime) -> list[tuple[str, str]]:
        """Count an attempt and answer the headers it carries."""
        headers = self._service_headers()
        self.running = True
        self.dispatches += 1
        self.last_dispatch = now
        self.first_dispatch = self.first_dispatch or now
        return self.call.headers_with(headers)

    def end_attempt(self, answer: Answer, now: datetime) -> None:
        """Note how the attempt ended."""
        self.running = False
        self.last_answer = answer
        self.last_response = now
        if answer.status:
            self.responses += 1

    def message(self, *, full: bool = False) -> tasks_v2.Task:
        """The task as clients see it; the body is in the full view only."""
        request: dict[str, Any] = {
            "url": self.call.url,
            "http_method": self.call.method,
            "headers": dict(self.call.headers),
        }
        if full:
            request["body"] = self.call.body
        if self.call.identity is not None:
            request["oidc_token"] = {
                "service_account_email": self.call.identity.email,
                "audience": self.call.identity.audience,
            }
        message = tasks_v2.Task(
            name=self.name,
            http_request=request,
            schedule_time=self.due,
            create_time=self.created.replace(microsecond=0),
            dispatch_deadline=self.deadline,
            dispatch_count=self.dispatches,
            response_count=self.responses,
            view=tasks_v2.Task.View.FULL if full else tasks_v2.Task.View.BASIC,
        )
        if self.first_dispatch is not None:
            message.first_attempt = tasks_v2.Attempt(dispatch_time=self.first_dispatch)
            message.last_attempt = self._last_attempt()
        return message

    def _last_attempt(self) -> tasks_v2.Attempt:
        attempt = tasks_v2.Attempt(dispatch_time=self.last_dispatch)
        if self.last_answer is not None and not self.running:
            attempt.response_time = self.last_response
            attempt.response_status = status_of(self.last_answer)
        return attempt

    def _service_headers(self) -> dict[str, str]:
        parts = self.name.split("/")
        headers = {
            "User-Agent": USER_AGENT,
            "X-CloudTasks-QueueName": parts[5],
            "X-CloudTasks-TaskName": parts[7],
            "X-CloudTasks-TaskRetryCount": str(self.dispatches),
            "X-CloudTasks-TaskExecutionCount": str(self.responses),
            "X-CloudTasks-TaskETA": f"{self.due.timestamp():.6f}",
        }
        if self.last_answer is not None:
            headers["X-CloudTasks-TaskPreviousResponse"] = str(self.last_answer.status)
            headers["X-CloudTasks-TaskRetryReason"] = self.last_answer.reason
        return headers


def status_of(answer: Answer) -> status_pb2.Status:
    """The gRPC status that Google reports for an answer of a target."""
    codes = {400: code_pb2.INVALID_ARGUMENT, 401: code_pb2.UNAUTHENTICATED, 403: code_pb2.PERMISSION_DENIED}
    codes |= {404: code_pb2.NOT_FOUND, 409: code_pb2.ABORTED, 429: code_pb2.RESOURCE_EXHAUSTED}
    codes |= {500: code_pb2.INTERNAL, 501: code_pb2.UNIMPLEMENTED, 503: code_pb2.UNAVAILABLE}
    codes |= {0: code_pb2.UNAVAILABLE, 504: code_pb2.DEADLINE_EXCEEDED}
    if answer.ok:
        return status_pb2.Status(code=code_pb2.OK)
    return status_pb2.Status(code=codes.get(answer.status, code_pb2.UNKNOWN), message=answer.reason)


def parse_task(task: tasks_v2.Task, name: str, now: datetime) -> QueuedTask:
    """A task from a client's message.

    Raises:
        Refusal: INVALID_ARGUMENT naming the field, UNIMPLEMENTED for App Engine targets.
    """
    kind = tasks_v2.Task.pb(task).WhichOneof("message_type")
    if kind == "app_engine_http_request":
        raise unimplemented("task.app_engine_http_request is not served locally; expected http_request")
    if kind is None:
        raise invalid("task.http_request", None, "an HTTP request")
    call = parse_http_call("task.http_request", task.http_request, "url")
    if call.size > MAX_TASK_BYTES:
        raise invalid("task", f"{call.size} bytes", f"at most {MAX_TASK_BYTES} bytes")
    due = max(now, task.schedule_time or now)
    if due - now > FARTHEST_SCHEDULE:
        raise invalid("task.schedule_time", due.isoformat(), "an instant at most 30 days ahead")
    deadline = task.dispatch_deadline or DEFAULT_DEADLINE
    if not SHORTEST_DEADLINE <= deadline <= LONGEST_DEADLINE:
        raise invalid("task.dispatch_deadline", f"{deadline.total_seconds():g} s", "15 s to 30 minutes")
    return QueuedTask(
        name=name,
        named_by_caller=bool(task.name),
        call=call,
        due=due,
        created=now,
        deadline=deadline,
    )
