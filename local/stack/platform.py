"""The platform's own resources: secrets, dead-letter topic, bucket, jobs.

In production `make deploy` creates the same ones under the same names.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import grpc
import httpx
from google.api_core.exceptions import AlreadyExists
from google.cloud import scheduler_v1, secretmanager_v1
from google.cloud.scheduler_v1.services.cloud_scheduler.transports import CloudSchedulerGrpcTransport
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from functions._route import Job
from functions.routes import ROUTES
from local.demo.seed import DEMO_ORG_ID
from local.stack.environment import client_environment
from local.stack.ports import PROJECT, REGION, Ports
from shared.gcp.settings import settings
from shared.messages.channels.slack import secret_id
from shared.triggers.catalog_ticks import Frequency, build_job
from shared.triggers.jobs import retry_config

CRON_SECRET = "CRON_SECRET"  # noqa: S105 - the secret's name
DEAD_LETTER_TOPIC = "playbook-dlq"
DEMO_SLACK_WEBHOOK = "/providers/slack/services/T0DEMO/B0DEMO/demo-webhook"
"""The demo org's, for the console only."""


@dataclass(frozen=True, slots=True)
class PlatformJob:
    """One of the platform's Cloud Scheduler jobs, which calls a private function."""

    name: str
    cron: str
    function: str
    deadline_seconds: int
    """The job's timeout, longer than the function's, so that it gets the result."""


PLATFORM_JOBS = tuple(
    PlatformJob(route.trigger.name, route.trigger.cron, route.id, route.timeout_seconds + 20)
    for route in ROUTES
    if isinstance(route.trigger, Job)
)


def seed_platform(ports: Ports) -> str:
    """Creates missing secrets, topic, bucket and jobs; returns the cron secret.

    A restored stack already has them.
    """
    _make_secret(ports, CRON_SECRET, secrets.token_urlsafe(32))
    cron_secret = read_cron_secret(ports)
    _make_secret(ports, secret_id(DEMO_ORG_ID), f"{ports.url('console')}{DEMO_SLACK_WEBHOOK}")
    _make_topic(ports)
    _make_bucket(ports)
    _make_jobs(ports, cron_secret)
    return cron_secret


def read_cron_secret(ports: Ports) -> str:
    """The newest version of the cron secret of a running local stack."""
    with grpc.insecure_channel(ports.address("secret_manager")) as channel:
        name = f"projects/{PROJECT}/secrets/{CRON_SECRET}/versions/latest"
        return _secret_client(channel).access_secret_version(name=name).payload.data.decode()


def _secret_client(channel: grpc.Channel) -> secretmanager_v1.SecretManagerServiceClient:
    return secretmanager_v1.SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel))


def _make_secret(ports: Ports, name: str, value: str) -> None:
    with grpc.insecure_channel(ports.address("secret_manager")) as channel:
        client = _secret_client(channel)
        try:
            secret = client.create_secret(
                parent=f"projects/{PROJECT}",
                secret_id=name,
                secret=secretmanager_v1.Secret(
                    replication=secretmanager_v1.Replication(automatic=secretmanager_v1.Replication.Automatic())
                ),
            )
        except AlreadyExists:
            return
        client.add_secret_version(parent=secret.name, payload=secretmanager_v1.SecretPayload(data=value.encode()))


def _make_topic(ports: Ports) -> None:
    """Uses REST; the functions emulator may already have created the topic."""
    answer = httpx.put(f"{ports.url('pubsub')}/v1/projects/{PROJECT}/topics/{DEAD_LETTER_TOPIC}", timeout=10)
    if answer.status_code != httpx.codes.CONFLICT:
        answer.raise_for_status()


def _make_bucket(ports: Ports) -> None:
    bucket = settings(client_environment(ports)).storage_bucket
    url = f"{ports.url('console')}/cloud/storage/storage/v1/b"
    answer = httpx.post(url, params={"project": PROJECT}, json={"name": bucket}, timeout=10)
    if answer.status_code != httpx.codes.CONFLICT:
        answer.raise_for_status()


def _make_jobs(ports: Ports, cron_secret: str) -> None:
    parent = f"projects/{PROJECT}/locations/{REGION}"
    config = settings(client_environment(ports))
    jobs = [
        *(_private_job(ports, parent, job) for job in PLATFORM_JOBS),
        *(scheduler_v1.Job(build_job(frequency, cron_secret, config)) for frequency in Frequency),
    ]
    with grpc.insecure_channel(ports.address("cloud_scheduler")) as channel:
        client = scheduler_v1.CloudSchedulerClient(transport=CloudSchedulerGrpcTransport(channel=channel))
        for job in jobs:
            try:
                client.create_job(parent=parent, job=job)
            except AlreadyExists:
                client.update_job(job=job)


def _private_job(ports: Ports, parent: str, job: PlatformJob) -> scheduler_v1.Job:
    return scheduler_v1.Job(
        name=f"{parent}/jobs/{job.name}",
        schedule=job.cron,
        time_zone="Etc/UTC",
        http_target=scheduler_v1.HttpTarget(
            uri=f"{ports.functions_base_url}/{job.function}",
            http_method=scheduler_v1.HttpMethod.POST,
        ),
        attempt_deadline=timedelta(seconds=job.deadline_seconds),
        retry_config=scheduler_v1.RetryConfig(retry_config()),
    )
