"""All that a stack has kept or said: documents, objects, tasks, messages and logs, as text to be searched."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.settings import settings
from tests.harness.eventually import PATIENCE_SECONDS

_CONSOLE_PAGES = ("/", "/panels", "/api/outbox", "/api/faults", "/api/traces", "/api/anthropic/calls")


def every_document(stack: Stack) -> Iterator[tuple[str, str]]:
    """The whole database, collection groups and all, as the emulator's REST API writes it."""
    url = f"{stack.ports.url('firestore')}/v1/projects/{stack.project}/databases/(default)/documents:runQuery"
    query = {"structuredQuery": {"from": [{"allDescendants": True}]}}
    answer = httpx.post(url, json=query, headers={"Authorization": "Bearer owner"}, timeout=PATIENCE_SECONDS)
    yield "firestore", answer.raise_for_status().text


def every_object() -> Iterator[tuple[str, str]]:
    """What lies in the product's bucket."""
    bucket = settings().storage_bucket
    for blob in clients.storage().list_blobs(bucket):
        yield f"gs://{bucket}/{blob.name}", blob.download_as_bytes().decode(errors="replace")


def waiting_tasks(stack: Stack, *queues: str) -> Iterator[tuple[str, str]]:
    """The payloads of what waits in the queues now."""
    for queue in queues:
        parent = f"projects/{stack.project}/locations/{stack.region}/queues/{queue}"
        request = {"parent": parent, "response_view": "FULL"}
        for task in clients.tasks().list_tasks(request=request):
            yield task.name, f"{task!r} {task.http_request.body.decode(errors='replace')}"


def every_log(stack: Stack) -> Iterator[tuple[str, str]]:
    """What every process of the stack has written."""
    for path in sorted(stack.logs.rglob("*")):
        if path.is_file() and path.suffix in {".log", ".json", ".txt", ".jsonl"}:
            yield f"log {path.name}", path.read_text(errors="replace")


def console_pages(stack: Stack) -> Iterator[tuple[str, str]]:
    """What the console shows."""
    for page in _CONSOLE_PAGES:
        answer = httpx.get(f"{stack.console_url}{page}", timeout=PATIENCE_SECONDS)
        yield f"console {page}", answer.text
