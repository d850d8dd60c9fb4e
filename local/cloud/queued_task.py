"""One task: its request and attempts, and how it looks to clients and targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from google.cloud import tasks_v2
from google.rpc import code_pb2, status_pb2

from local.cloud.http_call import HttpCall, parse_http_call
from local.cloud.http_sender import Answer
from local.cloud.queue_config import retry_with_defaults
from local.cloud.refusal import invalid, unimplemented
from local.cloud.timeline import Appointment

DEFAULT_DEADLINE = timedelta(minutes=10)
SHORTEST_DEADLINE = timedelta(seconds=15)
LONGEST_DEADLINE = timedelta(minutes=30)
FARTHEST_SCHEDULE = timedelta(days=30)
MAX_TASK_BYTES = 1024 * 1024
USER_AGENT = "Google-Cloud-Tasks"
RawTask = tasks_v2.Task.pb()
View = tasks_v2.Task.View


@dataclass(slots=True, eq=False)
class QueuedTask:
    """`due`: when the next attempt starts; `appointment`: set while it waits for that.

    `retry_config`, if the task has one, overrides the queue's.
    """

    name: str
    named_by_caller: bool
    call: HttpCall
    due: datetime
    created: datetime
    deadline: timedelta
    retry_config: tasks_v2.RetryConfig | None = None
    running: bool = False
    appointment: Appointment | None = None
    dispatches: int = 0
    responses: int = 0
    first_dispatch: datetime | None = None
    last_dispatch: datetime | None = None
    last_response: datetime | None = None
    last_answer: Answer | None = field(default=None)

    def begin_attempt(self, now: datetime) -> list[tuple[str, str]]:
        """Counts an attempt and returns its headers."""
        headers = self._service_headers()
        self.running = True
        self.dispatches += 1
        self.last_dispatch = now
        self.first_dispatch = self.first_dispatch or now
        return self.call.headers_with(headers)

    def end_attempt(self, answer: Answer, now: datetime) -> None:
        """Records the attempt's outcome."""
        self.running = False
        self.last_answer = answer
        self.last_response = now
        if answer.status:
            self.responses += 1

    def message(self, *, full: bool = False) -> tasks_v2.Task:
        """The task as clients see it; only the full view has the body."""
        raw = RawTask(
            name=self.name,
            dispatch_count=self.dispatches,
            response_count=self.responses,
            view=View.FULL if full else View.BASIC,
        )
        raw.http_request.url = self.call.url
        raw.http_request.http_method = getattr(tasks_v2.HttpMethod, self.call.method)
        raw.http_request.headers.update(self.call.headers)
        if full:
            raw.http_request.body = self.call.body
        if self.call.identity is not None:
            raw.http_request.oidc_token.service_account_email = self.call.identity.email
            raw.http_request.oidc_token.audience = self.call.identity.audience
        raw.schedule_time.FromDatetime(self.due)
        raw.create_time.FromDatetime(self.created.replace(microsecond=0))
        raw.dispatch_deadline.FromTimedelta(self.deadline)
        message: tasks_v2.Task = tasks_v2.Task.wrap(raw)
        if self.retry_config is not None:
            message.retry_config = self.retry_config
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
    """The gRPC status that Google reports for a target's response."""
    codes = {400: code_pb2.INVALID_ARGUMENT, 401: code_pb2.UNAUTHENTICATED, 403: code_pb2.PERMISSION_DENIED}
    codes |= {404: code_pb2.NOT_FOUND, 409: code_pb2.ABORTED, 429: code_pb2.RESOURCE_EXHAUSTED}
    codes |= {500: code_pb2.INTERNAL, 501: code_pb2.UNIMPLEMENTED, 503: code_pb2.UNAVAILABLE}
    codes |= {0: code_pb2.UNAVAILABLE, 504: code_pb2.DEADLINE_EXCEEDED}
    if answer.ok:
        return status_pb2.Status(code=code_pb2.OK)
    return status_pb2.Status(code=codes.get(answer.status, code_pb2.UNKNOWN), message=answer.reason)


def parse_task(task: tasks_v2.Task, name: str, now: datetime) -> QueuedTask:
    """Parses a client's task.

    Raises:
        Refusal: INVALID_ARGUMENT naming the field, UNIMPLEMENTED for App Engine targets.
    """
    raw = tasks_v2.Task.pb(task)
    kind = raw.WhichOneof("message_type")
    if kind == "app_engine_http_request":
        raise unimplemented("task.app_engine_http_request is not served locally; expected http_request")
    if kind is None:
        raise invalid("task.http_request", None, "an HTTP request")
    call = parse_http_call("task.http_request", raw.http_request, "url")
    if call.size > MAX_TASK_BYTES:
        raise invalid("task", f"{call.size} bytes", f"at most {MAX_TASK_BYTES} bytes")
    due = max(now, raw.schedule_time.ToDatetime(tzinfo=UTC)) if raw.HasField("schedule_time") else now
    if due - now > FARTHEST_SCHEDULE:
        raise invalid("task.schedule_time", due.isoformat(), "an instant at most 30 days ahead")
    deadline = raw.dispatch_deadline.ToTimedelta() or DEFAULT_DEADLINE
    if not SHORTEST_DEADLINE <= deadline <= LONGEST_DEADLINE:
        raise invalid("task.dispatch_deadline", f"{deadline.total_seconds():g} s", "15 s to 30 minutes")
    return QueuedTask(
        name=name,
        named_by_caller=bool(raw.name),
        call=call,
        due=due,
        created=now,
        deadline=deadline,
        retry_config=retry_with_defaults(task.retry_config) if raw.HasField("retry_config") else None,
    )
