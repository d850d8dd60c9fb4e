"""The Cloud Scheduler API (google.cloud.scheduler.v1.CloudScheduler)."""

from __future__ import annotations

import re
import secrets

from google.cloud import scheduler_v1

from local.cloud.grpc_service import rpc
from local.cloud.http_sender import HttpSender
from local.cloud.paging import page
from local.cloud.refusal import already_exists, failed_precondition, invalid, matched, not_found
from local.cloud.scheduled_job import ENABLED, PAUSED, ScheduledJob
from local.cloud.scheduler_limits import SchedulerLimits
from local.cloud.timeline import Timeline
from local.cloud.update_mask import merge

SERVICE_NAME = "google.cloud.scheduler.v1.CloudScheduler"
PARENT = re.compile(r"projects/[A-Za-z0-9:.-]+/locations/[a-z0-9-]+")
JOB = re.compile(rf"({PARENT.pattern})/jobs/[A-Za-z0-9_-]{{1,500}}")
PARENT_FORM = "projects/PROJECT_ID/locations/LOCATION_ID"
JOB_FORM = f"{PARENT_FORM}/jobs/JOB_ID with a JOB_ID of 1 to 500 letters, digits, hyphens and underscores"
CHANGEABLE = (
    "description",
    "http_target",
    "schedule",
    "time_zone",
    "retry_config",
    "attempt_deadline",
)
SET_BY_THE_SERVICE = ("state", "status", "schedule_time", "last_attempt_time", "user_update_time")


class CloudScheduler:
    """Jobs of every project and location, in memory."""

    def __init__(self, timeline: Timeline, sender: HttpSender) -> None:
        self.jobs: dict[str, ScheduledJob] = {}
        self.limits = SchedulerLimits()
        self._timeline = timeline
        self._sender = sender

    def restore(self, kept: scheduler_v1.Job) -> None:
        """Restores an earlier stack's job with its next slot and state."""
        job = ScheduledJob(scheduler_v1.Job(kept), self._timeline, self._sender)
        job.go_on_at(kept.schedule_time, kept.state)
        self.jobs[kept.name] = job

    @rpc(scheduler_v1.CreateJobRequest, scheduler_v1.Job)
    def create_job(self, request: scheduler_v1.CreateJobRequest) -> scheduler_v1.Job:
        """Names the job if it has no name."""
        matched(PARENT, request.parent, "parent", PARENT_FORM)
        wanted = scheduler_v1.Job(request.job)
        wanted.name = wanted.name or f"{request.parent}/jobs/{secrets.randbits(64):020d}"
        if matched(JOB, wanted.name, "job.name", JOB_FORM).group(1) != request.parent:
            raise invalid("job.name", wanted.name, f"a job of the parent {request.parent}")
        if wanted.name in self.jobs:
            raise already_exists("job", wanted.name)
        self.limits.require_zone(wanted.time_zone)
        self.limits.require_room(sum(name.startswith(f"{request.parent}/jobs/") for name in self.jobs))
        for field in SET_BY_THE_SERVICE:
            scheduler_v1.Job.pb(wanted).ClearField(field)
        job = ScheduledJob(wanted, self._timeline, self._sender)
        self.jobs[wanted.name] = job
        return job.message

    @rpc(scheduler_v1.GetJobRequest, scheduler_v1.Job)
    def get_job(self, request: scheduler_v1.GetJobRequest) -> scheduler_v1.Job:
        """NOT_FOUND if there is none."""
        return self._job(request.name).message

    @rpc(scheduler_v1.ListJobsRequest, scheduler_v1.ListJobsResponse)
    def list_jobs(self, request: scheduler_v1.ListJobsRequest) -> scheduler_v1.ListJobsResponse:
        """In order of name."""
        matched(PARENT, request.parent, "parent", PARENT_FORM)
        prefix = f"{request.parent}/jobs/"
        of_parent = {name: job for name, job in self.jobs.items() if name.startswith(prefix)}
        jobs, token = page(of_parent, request.page_size, request.page_token, largest=500)
        return scheduler_v1.ListJobsResponse(jobs=[job.message for job in jobs], next_page_token=token)

    @rpc(scheduler_v1.UpdateJobRequest, scheduler_v1.Job)
    def update_job(self, request: scheduler_v1.UpdateJobRequest) -> scheduler_v1.Job:
        """Recomputes the next slot; a paused job stays paused."""
        job = self._job(request.job.name, "job.name")
        changed = scheduler_v1.Job(job.message)
        mask = scheduler_v1.UpdateJobRequest.pb(request).update_mask
        merge(scheduler_v1.Job.pb(request.job), scheduler_v1.Job.pb(changed), mask, CHANGEABLE)
        self.limits.require_zone(changed.time_zone)
        job.configure(changed)
        return job.message

    @rpc(scheduler_v1.DeleteJobRequest)
    def delete_job(self, request: scheduler_v1.DeleteJobRequest) -> None:
        """A delivery in progress continues but isn't retried."""
        self._job(request.name).delete()
        del self.jobs[request.name]

    @rpc(scheduler_v1.PauseJobRequest, scheduler_v1.Job)
    def pause_job(self, request: scheduler_v1.PauseJobRequest) -> scheduler_v1.Job:
        """FAILED_PRECONDITION unless it is enabled."""
        job = self._job(request.name)
        if job.message.state != ENABLED:
            raise failed_precondition(f"job {request.name} is paused; expected an enabled one")
        job.pause()
        return job.message

    @rpc(scheduler_v1.ResumeJobRequest, scheduler_v1.Job)
    def resume_job(self, request: scheduler_v1.ResumeJobRequest) -> scheduler_v1.Job:
        """FAILED_PRECONDITION unless it is paused."""
        job = self._job(request.name)
        if job.message.state != PAUSED:
            raise failed_precondition(f"job {request.name} is enabled; expected a paused one")
        job.resume()
        return job.message

    @rpc(scheduler_v1.RunJobRequest, scheduler_v1.Job)
    def run_job(self, request: scheduler_v1.RunJobRequest) -> scheduler_v1.Job:
        """Delivers now, outside the schedule, even if paused."""
        job = self._job(request.name)
        job.run_now()
        return job.message

    def _job(self, name: str, field: str = "name") -> ScheduledJob:
        matched(JOB, name, field, JOB_FORM)
        try:
            return self.jobs[name]
        except KeyError:
            raise not_found("job", name) from None
