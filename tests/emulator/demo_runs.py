"""The demo org for tests of runs: seeded once, its queues kept by hand, and everything that a run could change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.competitors.fetching import robots
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.messages.channels import slack
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import start_execution
from tests.harness.clients import point_clients_at

OTHER_QUEUES = ("startOnce", "startSlot", "releaseRuns", "startDebounced", "sendWebhook")
QUEUES = ("runExecution", "runEvent", "runCatalog", "retryExecution", *OTHER_QUEUES)
Versions = dict[str, datetime]


@contextmanager
def quiet_stack(stack: Stack) -> Iterator[list[str]]:
    """The stack, empty, with this process's clients pointing at it; its queues, which deliver nothing."""
    stack.require_running()
    stack.clear_firestore()
    with pytest.MonkeyPatch.context() as patch:
        point_clients_at(stack, patch)
        for name in ("ANTHROPIC_API_KEY", "APIFY_TOKEN"):
            patch.delenv(name, raising=False)
        slack.webhooks.forget(DEMO_ORG_ID)
        robots.forget()
        parents = [clients.tasks().queue_path(stack.project, stack.region, name) for name in QUEUES]
        for parent in parents:
            clients.tasks().pause_queue(name=parent)
            clients.tasks().purge_queue(name=parent)
        for store in ("/api/outbox", "/api/faults", "/api/anthropic/replies"):
            httpx.delete(f"{stack.console_url}{store}").raise_for_status()
        yield parents
        for parent in parents:
            clients.tasks().purge_queue(name=parent)
            clients.tasks().resume_queue(name=parent)


@contextmanager
def demo_org(stack: Stack) -> Iterator[Demo]:
    """The demo org on the stack, with nothing delivered by itself."""
    with quiet_stack(stack) as queues:
        write_documents(demo_documents(stack.console_url))
        open_demo_stores(stack.console_url)
        yield Demo(stack, queues)


@dataclass(frozen=True, slots=True)
class Demo:
    """The org, what reached its providers, and the state of all that a run could have changed."""

    stack: Stack
    queues: list[str]

    def put_playbook(self, playbook_id: str, steps: list[dict[str, Any]]) -> None:
        """An active playbook of the org."""
        fields = {"name": playbook_id, "status": "active", "triggers": [], "steps": steps, "orgId": DEMO_ORG_ID}
        clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/{playbook_id}").set(fields)

    def request(self, playbook_id: str, event_data: Mapping[str, Any] | None = None) -> StartRequest:
        """What a person asks for who starts it."""
        return StartRequest(
            org_id=DEMO_ORG_ID,
            playbook_id=playbook_id,
            execution_id=uuid.uuid4().hex,
            trigger=TriggerRef(type="manual"),
            user=PinnedUser(id="u1"),
            event_data=event_data or {},
        )

    def start(self, playbook_id: str, event_data: Mapping[str, Any] | None = None) -> str:
        """The id of a new run that nobody has delivered yet."""
        return start_execution(self.request(playbook_id, event_data), Clock()).execution_id

    def outbox(self) -> list[dict[str, Any]]:
        """What reached the providers' stand-ins, oldest first."""
        found: list[dict[str, Any]] = httpx.get(f"{self.stack.console_url}/api/outbox", timeout=60).json()
        return found

    def forget_outbox(self) -> None:
        """Empty it."""
        httpx.delete(f"{self.stack.console_url}/api/outbox").raise_for_status()

    def documents(self) -> Versions:
        """Every document that there is, at any depth, with the instant of its last write."""
        return {
            found.reference.path: found.update_time
            for collection in clients.firestore().collections()
            for found in collection.recursive().select([]).stream()
        }

    def tasks(self) -> list[str]:
        """The names of the tasks that wait."""
        return sorted(
            task.name for parent in self.queues for task in clients.tasks().list_tasks(request={"parent": parent})
        )

    def files(self) -> dict[str, str | None]:
        """The objects in Cloud Storage, with what tells their contents apart."""
        bucket = clients.storage().bucket(f"{self.stack.project}-playbooks")
        return {blob.name: blob.md5_hash for blob in bucket.list_blobs()}

    def state(self) -> dict[str, Any]:
        """All of it, to be compared with itself later."""
        return {
            "documents": self.documents(),
            "outbox": self.outbox(),
            "tasks": self.tasks(),
            "files": self.files(),
        }
