"""One client of each Google Cloud service per process, created on first use.

A `*_EMULATOR_HOST` variable points a client at a local server; the code that uses the client never knows.
Imports are inside the factories, so a cold start pays only for the services its function uses.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from shared.gcp.settings import settings

if TYPE_CHECKING:
    from google.cloud.firestore import Client as FirestoreClient
    from google.cloud.pubsub_v1 import PublisherClient
    from google.cloud.scheduler_v1 import CloudSchedulerClient
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient
    from google.cloud.storage import Client as StorageClient
    from google.cloud.tasks_v2 import CloudTasksClient


@functools.cache
def firestore() -> FirestoreClient:
    """The Firestore client (`FIRESTORE_EMULATOR_HOST` is read by the library itself)."""
    from google.cloud.firestore import Client

    return Client(project=settings().project)


@functools.cache
def tasks() -> CloudTasksClient:
    """The Cloud Tasks client, or one of the server at `CLOUD_TASKS_EMULATOR_HOST`."""
    from google.cloud.tasks_v2 import CloudTasksClient

    host = os.environ.get("CLOUD_TASKS_EMULATOR_HOST")
    if not host:
        return CloudTasksClient()
    import grpc
    from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

    return CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(host)))


@functools.cache
def scheduler() -> CloudSchedulerClient:
    """The Cloud Scheduler client, or one of the server at `CLOUD_SCHEDULER_EMULATOR_HOST`."""
    from google.cloud.scheduler_v1 import CloudSchedulerClient

    host = os.environ.get("CLOUD_SCHEDULER_EMULATOR_HOST")
    if not host:
        return CloudSchedulerClient()
    import grpc
    from google.cloud.scheduler_v1.services.cloud_scheduler.transports import CloudSchedulerGrpcTransport

    return CloudSchedulerClient(transport=CloudSchedulerGrpcTransport(channel=grpc.insecure_channel(host)))


@functools.cache
def secrets() -> SecretManagerServiceClient:
    """The Secret Manager client, or one of the server at `SECRET_MANAGER_EMULATOR_HOST`."""
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient

    host = os.environ.get("SECRET_MANAGER_EMULATOR_HOST")
    if not host:
        return SecretManagerServiceClient()
    import grpc
    from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
        SecretManagerServiceGrpcTransport,
    )

    return SecretManagerServiceClient(
        transport=SecretManagerServiceGrpcTransport(channel=grpc.insecure_channel(host))
    )


@functools.cache
def publisher() -> PublisherClient:
    """The Pub/Sub publisher (`PUBSUB_EMULATOR_HOST` is read by the library itself)."""
    from google.cloud.pubsub_v1 import PublisherClient

    return PublisherClient()


@functools.cache
def storage() -> StorageClient:
    """The Cloud Storage client (`STORAGE_EMULATOR_HOST`, a URL, is read by the library itself)."""
    # It would ask for the bucket's metadata in a thread of its own, for traces that nobody reads.
    os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    from google.cloud.storage import Client

    return Client(project=settings().project)


def forget_clients() -> None:
    """Drop the cached clients, so that the next call reads the environment anew (for tests that move ports)."""
    for factory in (firestore, tasks, scheduler, secrets, publisher, storage):
        factory.cache_clear()
