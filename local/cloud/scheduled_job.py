"""One scheduled job: fires at its slots, delivers, retries, and never overlaps itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from google.cloud import scheduler_v1

from local.cloud.backoff import RetryPolicy
from local.cloud.cron import CronSchedule
from local.cloud.http_call import HttpCall
from local.cloud.http_sender import Answer, HttpSender
from local.cloud.job_config import parse_call, retry_policy, with_defaults
from local.cloud.queued_task import status_of
from local.cloud.timeline import Appointment, Dispatch, Timeline
from local.cloud.times import rfc3339

log = logging.getLogger(__name__)

ENABLED = scheduler_v1.Job.State(scheduler_v1.Job.State.ENABLED)
PAUSED = scheduler_v1.Job.State(scheduler_v1.Job.State.PAUSED)
USER_AGENT = "Google-Cloud-Scheduler"


class ScheduledJob:
    """`message` is the job as clients see it. Nothing is scheduled during a delivery."""

    def __init__(self, job: scheduler_v1.Job, timeline: Timeline, sender: HttpSender) -> None:
        self._timeline = timeline
        self._sender = sender
        self._appointment: Appointment | None = None
        self._deleted = False
        self._running = False
        self.configure(job)

    def configure(self, job: scheduler_v1.Job) -> None:
        """Applies a definition; the next slot is counted from now, and a pending retry is dropped.

        Raises:
            Refusal: INVALID_ARGUMENT naming what is wrong; nothing is changed.
        """
        now = self._timeline.clock.now()
        message = with_defaults(job)
        cron = CronSchedule(message.schedule, message.time_zone)
        call = parse_call(message)
        self.message = message
        self._cron = cron
        self._call: HttpCall = call
        self._retry: RetryPolicy = retry_policy(message)
        message.user_update_time = now
        self._go_on_after(now)

    def pause(self) -> None:
        """Skips slots until resumed."""
        self.message.state = PAUSED
        self._forget_appointment()

    def resume(self) -> None:
        """Continues with the next slot; missed ones are not delivered."""
        self.message.state = ENABLED
        self._go_on_after(self._timeline.clock.now())

    def go_on_at(self, slot: datetime, state: scheduler_v1.Job.State) -> None:
        """Restores an earlier stack's state; delivers only the latest missed slot."""
        self.message.state = state
        self._forget_appointment()
        # The stored time may be a retry's rather than a slot.
        self._next_slot = self._cron.next_after(slot - timedelta(microseconds=1))
        self.message.schedule_time = self._next_slot
        self._wait_for_next_slot()

    def delete(self) -> None:
        self._deleted = True
        self._forget_appointment()

    def run_now(self) -> None:
        """Delivers once, now, outside the schedule; failures aren't retried."""
        self._timeline.begin(self._run_beside_schedule(self._timeline.clock.now()))

    def _go_on_after(self, instant: datetime) -> None:
        self._next_slot = self._cron.next_after(instant)
        self.message.schedule_time = self._next_slot
        self._forget_appointment()
        self._wait_for_next_slot()

    def _wait_for_next_slot(self) -> None:
        if not self._running and not self._deleted and self.message.state == ENABLED:
            self._appointment = self._timeline.at(self._next_slot, self._slot_reached)

    def _forget_appointment(self) -> None:
        if self._appointment is not None:
            self._appointment.cancel()
            self._appointment = None

    def _slot_reached(self) -> None:
        now = self._timeline.clock.now()
        # After a long delivery or machine sleep, only the latest missed slot is delivered.
        slot = self._cron.latest_until(self._next_slot, now)
        self._next_slot = self._cron.next_after(slot)
        self._begin(slot, retries=0, first_attempt=now)

    def _begin(self, slot: datetime, retries: int, first_attempt: datetime) -> None:
        self._appointment = None
        self._running = True
        self.message.schedule_time = self._next_slot
        self._timeline.begin(self._attempt(slot, retries, first_attempt))

    async def _attempt(self, slot: datetime, retries: int, first_attempt: datetime) -> None:
        definition = self.message
        try:
            answer = await self._deliver(slot)
        finally:
            self._running = False
        if answer.ok:
            self._wait_for_next_slot()
            return
        now = self._timeline.clock.now()
        retry_at = now + self._retry.delay(retries + 1)
        exhausted = self._retry.exhausted(retries + 1, now - first_attempt)
        replaced = definition is not self.message or self._deleted or self.message.state != ENABLED
        if replaced or exhausted or retry_at >= self._next_slot:
            log.warning("job %s failed for its slot %s: %s", self.message.name, rfc3339(slot), answer.reason)
            self._wait_for_next_slot()
            return
        self.message.schedule_time = retry_at
        self._appointment = self._timeline.at(retry_at, lambda: self._begin(slot, retries + 1, first_attempt))

    async def _run_beside_schedule(self, slot: datetime) -> None:
        await self._deliver(slot)

    async def _deliver(self, slot: datetime) -> Answer:
        message = self.message
        message.last_attempt_time = self._timeline.clock.now()
        headers = self._call.headers_with(
            {
                "User-Agent": USER_AGENT,
                "X-CloudScheduler": "true",
                "X-CloudScheduler-JobName": message.name.rsplit("/", 1)[1],
                "X-CloudScheduler-ScheduleTime": rfc3339(slot),
            }
        )
        deadline: timedelta = message.attempt_deadline
        answer = await self._sender.send(self._call, headers, deadline)
        self.message.status = status_of(answer)
        self._timeline.record(Dispatch("scheduler", message.name, slot, answer.status))
        return answer
