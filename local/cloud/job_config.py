"""A job's definition: format, defaults and limits."""

from __future__ import annotations

from datetime import timedelta

from google.cloud import scheduler_v1

from local.cloud.backoff import RetryPolicy
from local.cloud.http_call import HttpCall, parse_http_call
from local.cloud.refusal import invalid, unimplemented

DEFAULT_DEADLINE = timedelta(minutes=3)
SHORTEST_DEADLINE = timedelta(seconds=15)
LONGEST_DEADLINE = timedelta(minutes=30)
DEFAULT_MIN_BACKOFF = timedelta(seconds=5)
DEFAULT_MAX_BACKOFF = timedelta(hours=1)
DEFAULT_DOUBLINGS = 5
MAX_DOUBLINGS = 16
MAX_RETRIES = 5
MAX_DESCRIPTION = 500


def with_defaults(job: scheduler_v1.Job) -> scheduler_v1.Job:
    """A copy with all defaults filled in, like the real service returns.

    Raises:
        Refusal: INVALID_ARGUMENT naming a setting that is out of bounds.
    """
    if len(job.description) > MAX_DESCRIPTION:
        raise invalid("job.description", f"{len(job.description)} characters long", f"at most {MAX_DESCRIPTION}")
    message = scheduler_v1.Job(job)
    message.time_zone = job.time_zone or "UTC"
    message.state = job.state or scheduler_v1.Job.State(scheduler_v1.Job.State.ENABLED)
    message.attempt_deadline = job.attempt_deadline or DEFAULT_DEADLINE
    if not SHORTEST_DEADLINE <= message.attempt_deadline <= LONGEST_DEADLINE:
        found = f"{message.attempt_deadline.total_seconds():g} s"
        raise invalid("job.attempt_deadline", found, "15 s to 30 minutes")
    message.retry_config = _retry_with_defaults(job.retry_config)
    return message


def parse_call(job: scheduler_v1.Job) -> HttpCall:
    """The request of the job's HTTP target.

    Raises:
        Refusal: INVALID_ARGUMENT naming the field, UNIMPLEMENTED for Pub/Sub and App Engine targets.
    """
    kind = scheduler_v1.Job.pb(job).WhichOneof("target")
    if kind is None:
        raise invalid("job.http_target", None, "an HTTP target")
    if kind != "http_target":
        raise unimplemented(f"job.{kind} is not served locally; expected http_target")
    return parse_http_call("job.http_target", scheduler_v1.Job.pb(job).http_target, "uri")


def retry_policy(job: scheduler_v1.Job) -> RetryPolicy:
    """The retry rule of a job with defaults; without retries, the retry duration is ignored."""
    retry = job.retry_config
    return RetryPolicy(
        min_backoff=retry.min_backoff_duration,
        max_backoff=retry.max_backoff_duration,
        max_doublings=retry.max_doublings,
        max_attempts=retry.retry_count + 1,
        max_retry_duration=retry.max_retry_duration if retry.retry_count else timedelta(0),
    )


def _retry_with_defaults(retry: scheduler_v1.RetryConfig) -> scheduler_v1.RetryConfig:
    if not 0 <= retry.retry_count <= MAX_RETRIES:
        raise invalid("job.retry_config.retry_count", retry.retry_count, f"0 to {MAX_RETRIES}")
    doublings = retry.max_doublings or DEFAULT_DOUBLINGS
    if not 0 < doublings <= MAX_DOUBLINGS:
        raise invalid("job.retry_config.max_doublings", doublings, f"1 to {MAX_DOUBLINGS}")
    min_backoff = retry.min_backoff_duration or DEFAULT_MIN_BACKOFF
    max_backoff = retry.max_backoff_duration or max(DEFAULT_MAX_BACKOFF, min_backoff)
    if not timedelta(0) < min_backoff <= max_backoff:
        raise invalid("job.retry_config.min_backoff_duration", str(min_backoff), f"above 0, at most {max_backoff}")
    if retry.max_retry_duration < timedelta(0):
        raise invalid("job.retry_config.max_retry_duration", str(retry.max_retry_duration), "0 or more")
    return scheduler_v1.RetryConfig(
        retry_count=retry.retry_count,
        max_retry_duration=retry.max_retry_duration,
        min_backoff_duration=min_backoff,
        max_backoff_duration=max_backoff,
        max_doublings=doublings,
    )
