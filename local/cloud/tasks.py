"""The Cloud Tasks API (google.cloud.tasks.v2.CloudTasks)."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from google.cloud import tasks_v2

from local.cloud.grpc_service import rpc
from local.cloud.http_sender import HttpSender
from local.cloud.paging import page
from local.cloud.queued_task import parse_task
from local.cloud.refusal import already_exists, failed_precondition, invalid, matched, not_found, unimplemented
from local.cloud.task_queue import TaskQueue
from local.cloud.timeline import Timeline
from local.cloud.update_mask import merge

SERVICE_NAME = "google.cloud.tasks.v2.CloudTasks"
PARENT = re.compile(r"projects/[A-Za-z0-9:.-]+/locations/[a-z0-9-]+")
QUEUE = re.compile(rf"({PARENT.pattern})/queues/[A-Za-z0-9-]{{1,100}}")
TASK = re.compile(rf"({QUEUE.pattern})/tasks/[A-Za-z0-9_-]{{1,500}}")
PARENT_FORM = "projects/PROJECT_ID/locations/LOCATION_ID"
QUEUE_FORM = f"{PARENT_FORM}/queues/QUEUE_ID with a QUEUE_ID of 1 to 100 letters, digits and hyphens"
TASK_FORM = (
    f"{PARENT_FORM}/queues/QUEUE_ID/tasks/TASK_ID"
    " with a TASK_ID of 1 to 500 letters, digits, hyphens and underscores"
)
CONFIGURABLE = ("rate_limits", "retry_config")
DELETED_NAME_STAYS_BLOCKED = timedelta(days=7)


class CloudTasks:
    """Queues and tasks of every project and location, in memory."""

    def __init__(self, timeline: Timeline, sender: HttpSender) -> None:
        self.queues: dict[str, TaskQueue] = {}
        self._timeline = timeline
        self._sender = sender
        self._deleted_queues: dict[str, datetime] = {}

    @rpc(tasks_v2.CreateQueueRequest, tasks_v2.Queue)
    def create_queue(self, request: tasks_v2.CreateQueueRequest) -> tasks_v2.Queue:
        """ALREADY_EXISTS for a name in use, FAILED_PRECONDITION for one deleted within seven days."""
        queue = request.queue
        parent = matched(QUEUE, queue.name, "queue.name", QUEUE_FORM).group(1)
        if parent != request.parent:
            raise invalid("queue.name", queue.name, f"a queue of the parent {request.parent}")
        if queue.name in self.queues:
            raise already_exists("queue", queue.name)
        deleted = self._deleted_queues.get(queue.name)
        if deleted is not None and self._timeline.clock.now() - deleted < DELETED_NAME_STAYS_BLOCKED:
            raise failed_precondition(f"queue {queue.name} was deleted less than 7 days ago; use another name")
        return self.add_queue(queue).config

    def add_queue(self, config: tasks_v2.Queue) -> TaskQueue:
        """Make a running queue.

        Raises:
            Refusal: INVALID_ARGUMENT for a name or limit that is out of bounds.
        """
        matched(QUEUE, config.name, "queue.name", QUEUE_FORM)
        if config.app_engine_routing_override or config.http_target:
            raise unimplemented("queue-level targets are not served locally; expected none")
        wanted = {"name": config.name, "rate_limits": config.rate_limits, "retry_config": config.retry_config}
        queue = TaskQueue(tasks_v2.Queue(wanted), self._timeline, self._sender)
        self.queues[config.name] = queue
        return queue

    @rpc(tasks_v2.GetQueueRequest, tasks_v2.Queue)
    def get_queue(self, request: tasks_v2.GetQueueRequest) -> tasks_v2.Queue:
        """NOT_FOUND if there is none."""
        return self._queue(request.name).config

    @rpc(tasks_v2.ListQueuesRequest, tasks_v2.ListQueuesResponse)
    def list_queues(self, request: tasks_v2.ListQueuesRequest) -> tasks_v2.ListQueuesResponse:
        """Sorted by name; filters aren't supported."""
        matched(PARENT, request.parent, "parent", PARENT_FORM)
        if request.filter:
            raise unimplemented("filter is not served locally; expected none")
        prefix = f"{request.parent}/queues/"
        of_parent = {name: queue for name, queue in self.queues.items() if name.startswith(prefix)}
        queues, token = page(of_parent, request.page_size, request.page_token)
        return tasks_v2.ListQueuesResponse(queues=[queue.config for queue in queues], next_page_token=token)

    @rpc(tasks_v2.UpdateQueueRequest, tasks_v2.Queue)
    def update_queue(self, request: tasks_v2.UpdateQueueRequest) -> tasks_v2.Queue:
        """Creates a missing queue, like the real service."""
        wanted = request.queue
        if wanted.name not in self.queues:
            return self.add_queue(wanted).config
        queue = self.queues[wanted.name]
        changed = tasks_v2.Queue(queue.config)
        mask = tasks_v2.UpdateQueueRequest.pb(request).update_mask
        merge(tasks_v2.Queue.pb(wanted), tasks_v2.Queue.pb(changed), mask, CONFIGURABLE)
        queue.configure(changed)
        return queue.config

    @rpc(tasks_v2.DeleteQueueRequest)
    def delete_queue(self, request: tasks_v2.DeleteQueueRequest) -> None:
        self._queue(request.name).purge()
        del self.queues[request.name]
        self._deleted_queues[request.name] = self._timeline.clock.now()

    @rpc(tasks_v2.PauseQueueRequest, tasks_v2.Queue)
    def pause_queue(self, request: tasks_v2.PauseQueueRequest) -> tasks_v2.Queue:
        queue = self._queue(request.name)
        queue.pause()
        return queue.config

    @rpc(tasks_v2.ResumeQueueRequest, tasks_v2.Queue)
    def resume_queue(self, request: tasks_v2.ResumeQueueRequest) -> tasks_v2.Queue:
        queue = self._queue(request.name)
        queue.resume()
        return queue.config

    @rpc(tasks_v2.PurgeQueueRequest, tasks_v2.Queue)
    def purge_queue(self, request: tasks_v2.PurgeQueueRequest) -> tasks_v2.Queue:
        """Immediate; the real service takes up to a minute."""
        queue = self._queue(request.name)
        queue.purge()
        return queue.config

    @rpc(tasks_v2.CreateTaskRequest, tasks_v2.Task)
    def create_task(self, request: tasks_v2.CreateTaskRequest) -> tasks_v2.Task:
        """A schedule time in the past means now."""
        queue = self._queue(request.parent, "parent")
        wanted = request.task
        name = wanted.name or f"{request.parent}/tasks/{secrets.randbits(64):020d}"
        if matched(TASK, name, "task.name", TASK_FORM).group(1) != request.parent:
            raise invalid("task.name", name, f"a task of the queue {request.parent}")
        task = parse_task(wanted, name, self._timeline.clock.now())
        queue.add(task)
        return task.message(full=request.response_view == tasks_v2.Task.View.FULL)

    @rpc(tasks_v2.GetTaskRequest, tasks_v2.Task)
    def get_task(self, request: tasks_v2.GetTaskRequest) -> tasks_v2.Task:
        """NOT_FOUND once it has completed."""
        task = self._queue_of_task(request.name).task(request.name)
        return task.message(full=request.response_view == tasks_v2.Task.View.FULL)

    @rpc(tasks_v2.ListTasksRequest, tasks_v2.ListTasksResponse)
    def list_tasks(self, request: tasks_v2.ListTasksRequest) -> tasks_v2.ListTasksResponse:
        """In order of name."""
        queue = self._queue(request.parent, "parent")
        tasks, token = page(queue.tasks, request.page_size, request.page_token)
        full = request.response_view == tasks_v2.Task.View.FULL
        return tasks_v2.ListTasksResponse(tasks=[task.message(full=full) for task in tasks], next_page_token=token)

    @rpc(tasks_v2.DeleteTaskRequest)
    def delete_task(self, request: tasks_v2.DeleteTaskRequest) -> None:
        """An attempt in progress continues but isn't retried."""
        queue = self._queue_of_task(request.name)
        queue.remove(queue.task(request.name))

    @rpc(tasks_v2.RunTaskRequest, tasks_v2.Task)
    def run_task(self, request: tasks_v2.RunTaskRequest) -> tasks_v2.Task:
        """Dispatches now, ignoring schedule, limits and queue state."""
        queue = self._queue_of_task(request.name)
        task = queue.task(request.name)
        queue.run_now(task)
        return task.message(full=request.response_view == tasks_v2.Task.View.FULL)

    def _queue(self, name: str, field: str = "name") -> TaskQueue:
        queue = self.queues.get(name)
        if queue is None:
            matched(QUEUE, name, field, QUEUE_FORM)
            raise not_found("queue", name)
        return queue

    def _queue_of_task(self, name: str) -> TaskQueue:
        return self._queue(matched(TASK, name, "name", TASK_FORM).group(1))
