"""A queue's rate limits and retry rules: defaults, limits and conversion to Google's messages."""

from __future__ import annotations

import math
from datetime import timedelta

from google.cloud import tasks_v2

from local.cloud.backoff import UNLIMITED, RetryPolicy
from local.cloud.refusal import invalid

MAX_RATE = 500.0
MAX_CONCURRENT = 5000
MAX_DOUBLINGS = 16
DEFAULT_CONCURRENT = 1000
DEFAULT_ATTEMPTS = 100
DEFAULT_MIN_BACKOFF = timedelta(milliseconds=100)
DEFAULT_MAX_BACKOFF = timedelta(hours=1)


def with_defaults(queue: tasks_v2.Queue) -> tasks_v2.Queue:
    """A copy with all defaults filled in, like the real service returns.

    Raises:
        Refusal: INVALID_ARGUMENT naming a limit that is out of bounds.
    """
    limits, retry = queue.rate_limits, queue.retry_config
    rate = limits.max_dispatches_per_second or MAX_RATE
    if not 0 < rate <= MAX_RATE:
        raise invalid("rate_limits.max_dispatches_per_second", rate, f"above 0, at most {MAX_RATE:g}")
    concurrent = limits.max_concurrent_dispatches or DEFAULT_CONCURRENT
    if not 0 < concurrent <= MAX_CONCURRENT:
        raise invalid("rate_limits.max_concurrent_dispatches", concurrent, f"1 to {MAX_CONCURRENT}")
    return tasks_v2.Queue(
        name=queue.name,
        state=queue.state or tasks_v2.Queue.State.RUNNING,
        purge_time=queue.purge_time,
        rate_limits=tasks_v2.RateLimits(
            max_dispatches_per_second=rate,
            max_concurrent_dispatches=concurrent,
            max_burst_size=math.ceil(rate),
        ),
        retry_config=retry_with_defaults(retry),
    )


def retry_with_defaults(retry: tasks_v2.RetryConfig) -> tasks_v2.RetryConfig:
    """A copy with all defaults filled in.

    Raises:
        Refusal: INVALID_ARGUMENT naming a setting that is out of bounds.
    """
    attempts = retry.max_attempts or DEFAULT_ATTEMPTS
    if attempts < UNLIMITED:
        raise invalid("retry_config.max_attempts", attempts, "-1 (unlimited) or 1 and more")
    doublings = retry.max_doublings or MAX_DOUBLINGS
    if not 0 <= doublings <= MAX_DOUBLINGS:
        raise invalid("retry_config.max_doublings", doublings, f"0 to {MAX_DOUBLINGS}")
    min_backoff = retry.min_backoff or DEFAULT_MIN_BACKOFF
    max_backoff = retry.max_backoff or max(DEFAULT_MAX_BACKOFF, min_backoff)
    if not timedelta(0) < min_backoff <= max_backoff:
        raise invalid("retry_config.min_backoff", str(min_backoff), f"above 0, at most {max_backoff}")
    if retry.max_retry_duration < timedelta(0):
        raise invalid("retry_config.max_retry_duration", str(retry.max_retry_duration), "0 or more")
    return tasks_v2.RetryConfig(
        max_attempts=attempts,
        max_doublings=doublings,
        min_backoff=min_backoff,
        max_backoff=max_backoff,
        max_retry_duration=retry.max_retry_duration,
    )


def retry_policy(retry: tasks_v2.RetryConfig) -> RetryPolicy:
    return RetryPolicy(
        min_backoff=retry.min_backoff,
        max_backoff=retry.max_backoff,
        max_doublings=retry.max_doublings,
        max_attempts=retry.max_attempts,
        max_retry_duration=retry.max_retry_duration,
    )
