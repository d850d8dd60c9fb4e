"""The queues declared in `functions.yaml`: one per function with a `taskQueueTrigger`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import yaml
from google.cloud import tasks_v2
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

# The Firebase CLI's defaults.
DEPLOY_ATTEMPTS = 3
DEPLOY_CONCURRENT = 1000
DEPLOY_RATE = 500.0


class ManifestError(ValueError):
    """`functions.yaml` can't be read; the message says where and why."""


class _Lenient(BaseModel):
    """Ignores the many keys that only matter to the Firebase CLI."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class _RetryConfig(_Strict):
    max_attempts: int | None = None
    max_retry_seconds: Annotated[float, Field(ge=0)] | None = None
    min_backoff_seconds: Annotated[float, Field(ge=0)] | None = None
    max_backoff_seconds: Annotated[float, Field(ge=0)] | None = None
    max_doublings: int | None = None


class _RateLimits(_Strict):
    max_concurrent_dispatches: int | None = None
    max_dispatches_per_second: float | None = None


class _TaskQueueTrigger(_Strict):
    retry_config: _RetryConfig | None = None
    rate_limits: _RateLimits | None = None
    invoker: list[str] | None = None


class _Endpoint(_Lenient):
    region: list[str] | None = None
    task_queue_trigger: _TaskQueueTrigger | None = None


class _Manifest(_Lenient):
    endpoints: dict[str, _Endpoint]


def declared_queues(functions_yaml: Path, project: str, default_region: str) -> list[tasks_v2.Queue]:
    """The queues of a v1alpha1 manifest, named after their functions, in each function's first region.

    Functions without a region use `default_region`.

    Raises:
        ManifestError: the file is missing or malformed.
    """
    try:
        manifest = _Manifest.model_validate(yaml.safe_load(functions_yaml.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ManifestError(f"{functions_yaml}: {error}") from error
    return [
        _queue(
            f"projects/{project}/locations/{(endpoint.region or [default_region])[0]}/queues/{function_id}",
            endpoint.task_queue_trigger,
        )
        for function_id, endpoint in manifest.endpoints.items()
        if endpoint.task_queue_trigger is not None
    ]


def _queue(name: str, trigger: _TaskQueueTrigger) -> tasks_v2.Queue:
    retry = trigger.retry_config or _RetryConfig()
    limits = trigger.rate_limits or _RateLimits()
    return tasks_v2.Queue(
        name=name,
        rate_limits=tasks_v2.RateLimits(
            max_dispatches_per_second=limits.max_dispatches_per_second or DEPLOY_RATE,
            max_concurrent_dispatches=limits.max_concurrent_dispatches or DEPLOY_CONCURRENT,
        ),
        retry_config=tasks_v2.RetryConfig(
            max_attempts=retry.max_attempts or DEPLOY_ATTEMPTS,
            max_retry_duration=timedelta(seconds=retry.max_retry_seconds or 0),
            min_backoff=timedelta(seconds=retry.min_backoff_seconds or 0),
            max_backoff=timedelta(seconds=retry.max_backoff_seconds or 0),
            max_doublings=retry.max_doublings or 0,
        ),
    )
