"""One queue: holds tasks, dispatches due ones within its limits, and retries failures."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from google.cloud import tasks_v2

from local.cloud.http_sender import HttpSender
from local.cloud.queue_config import retry_policy, with_defaults
from local.cloud.queued_task import QueuedTask
from local.cloud.rate_limit import TokenBucket
from local.cloud.refusal import already_exists, not_found
from local.cloud.timeline import Appointment, Dispatch, Timeline

log = logging.getLogger(__name__)

NAME_STAYS_TAKEN = timedelta(hours=1)
TASK_RETENTION = timedelta(days=31)
RUNNING = tasks_v2.Queue.State(tasks_v2.Queue.State.RUNNING)
PAUSED = tasks_v2.Queue.State(tasks_v2.Queue.State.PAUSED)


class TaskQueue:
    """A task waits on the timeline until due, then in line here until limits and state allow it."""

    def __init__(self, config: tasks_v2.Queue, timeline: Timeline, sender: HttpSender) -> None:
        self.tasks: dict[str, QueuedTask] = {}
        self._timeline = timeline
        self._sender = sender
        self._line: OrderedDict[str, QueuedTask] = OrderedDict()
        self._running = 0
        self._token_wait: Appointment | None = None
        self._taken_names: dict[str, datetime] = {}
        self._taken_order: deque[tuple[datetime, str]] = deque()
        self.configure(config)

    def configure(self, config: tasks_v2.Queue) -> None:
        """Applies limits and retry rules.

        Raises:
            Refusal: INVALID_ARGUMENT naming what is out of bounds.
        """
        self.config = with_defaults(config)
        self._retry = retry_policy(self.config.retry_config)
        self._max_concurrent: int = self.config.rate_limits.max_concurrent_dispatches
        self._bucket = TokenBucket(self.config.rate_limits.max_dispatches_per_second)
        self._paused = self.config.state == PAUSED
        self._dispatch()

    def add(self, task: QueuedTask) -> None:
        """Queue a new task.

        Raises:
            Refusal: ALREADY_EXISTS for a name in use now or within the last hour.
        """
        self._release_names()
        if task.name in self.tasks:
            raise already_exists("task", task.name)
        if task.name in self._taken_names:
            raise already_exists("task", task.name, "existed within the last hour; its name is still taken")
        self.tasks[task.name] = task
        self._schedule(task)

    @property
    def taken_names(self) -> dict[str, datetime]:
        """Names of deleted tasks, and how long they stay reserved."""
        self._release_names()
        return dict(self._taken_names)

    def take_names(self, names: Mapping[str, datetime]) -> None:
        """Restores reserved names of an earlier stack."""
        for name, until in sorted(names.items(), key=lambda one: one[1]):
            self._taken_names[name] = until
            self._taken_order.append((until, name))

    def task(self, name: str) -> QueuedTask:
        """The task of that name.

        Raises:
            Refusal: NOT_FOUND.
        """
        try:
            return self.tasks[name]
        except KeyError:
            raise not_found("task", name) from None

    def remove(self, task: QueuedTask) -> None:
        """Removes a task; an attempt in progress isn't retried."""
        self._leave_line(task)
        del self.tasks[task.name]
        if task.named_by_caller:
            until = self._timeline.clock.now() + NAME_STAYS_TAKEN
            self._taken_names[task.name] = until
            self._taken_order.append((until, task.name))

    def run_now(self, task: QueuedTask) -> None:
        """Dispatches at once, ignoring limits and state; a running attempt is left alone."""
        if task.running:
            return
        self._leave_line(task)
        self._begin(task)

    def pause(self) -> None:
        self.config.state = PAUSED
        self._paused = True

    def resume(self) -> None:
        self.config.state = RUNNING
        self._paused = False
        self._dispatch()

    def purge(self) -> None:
        for task in list(self.tasks.values()):
            self.remove(task)
        self.config.purge_time = self._timeline.clock.now()

    def _schedule(self, task: QueuedTask) -> None:
        task.appointment = self._timeline.at(task.due, lambda: self._queue_up(task))

    def _queue_up(self, task: QueuedTask) -> None:
        task.appointment = None
        self._line[task.name] = task
        self._dispatch()

    def _leave_line(self, task: QueuedTask) -> None:
        self._line.pop(task.name, None)
        if task.appointment is not None:
            task.appointment.cancel()
            task.appointment = None

    def _dispatch(self) -> None:
        """Starts what may start; waits on the timeline for tokens, and for the next end if all slots are busy."""
        while self._line and not self._paused and self._running < self._max_concurrent:
            now = self._timeline.clock.now()
            free_at = self._bucket.free_at(now)
            if free_at > now:
                self._wait_for_token(free_at)
                return
            self._bucket.take(now)
            _, task = self._line.popitem(last=False)
            self._begin(task)

    def _wait_for_token(self, free_at: datetime) -> None:
        if self._token_wait is None:
            self._token_wait = self._timeline.at(free_at, self._token_is_free)

    def _token_is_free(self) -> None:
        self._token_wait = None
        self._dispatch()

    def _begin(self, task: QueuedTask) -> None:
        self._running += 1
        task.running = True
        self._timeline.begin(self._deliver(task))

    async def _deliver(self, task: QueuedTask) -> None:
        clock = self._timeline.clock
        try:
            headers = task.begin_attempt(clock.now())
            answer = await self._sender.send(task.call, headers, task.deadline)
        finally:
            self._running -= 1
        task.end_attempt(answer, clock.now())
        self._timeline.record(Dispatch("tasks", task.name, task.due, answer.status))
        if self.tasks.get(task.name) is task:
            self._settle(task, ok=answer.ok)
        self._dispatch()

    def _settle(self, task: QueuedTask, *, ok: bool) -> None:
        if ok:
            self.remove(task)
            return
        now = self._timeline.clock.now()
        since_first = now - (task.first_dispatch or now)
        retry = retry_policy(task.retry_config) if task.retry_config else self._retry
        if retry.exhausted(task.dispatches, since_first) or now - task.created > TASK_RETENTION:
            log.warning("gave up task %s after %d attempts: %s", task.name, task.dispatches, task.last_answer)
            self.remove(task)
            return
        task.due = now + retry.delay(task.dispatches)
        self._schedule(task)

    def _release_names(self) -> None:
        now = self._timeline.clock.now()
        while self._taken_order and self._taken_order[0][0] <= now:
            _, name = self._taken_order.popleft()
            del self._taken_names[name]
