"""A walk over all orgs whose tasks the test delivers by hand, and what it has left behind."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud import tasks_v2

from shared.documents.executions import COLLECTION
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.catalog_runs import start_page
from shared.triggers.catalog_ticks import QUEUE, Frequency, Page, enqueue
from tests.harness.catalog_orgs import Wanted, org_writes, playbook_writes

QUEUES = (QUEUE, "runCatalog")
MONDAY = datetime(2026, 11, 23, 13, tzinfo=UTC)
STEPS = [{"id": "set", "action": "set", "params": {"values": {"x": 1}}}]
DAY = timedelta(days=1)
_numbers = itertools.count(1)


def fresh_slot() -> datetime:
    """One that no other test has used: names of tasks that lately were there are spent."""
    return datetime(2026, 1, 1, 14, tzinfo=UTC) - 2 * next(_numbers) * DAY


@dataclass
class Walk:
    """Pages wait in the paused queue until they are delivered, each as often as the test likes."""

    slot: datetime
    frequency: Frequency = Frequency.DAILY
    delivered: list[str | None] = field(default_factory=list)
    """The `after` of each page, in the order of delivery."""
    totals: Counter[str] = field(default_factory=Counter)

    def begin(self, walk: str | None = None) -> Page:
        """Ask for the first page, under a name that no other test has spent."""
        page = Page(self.frequency, self.slot, walk or f"walk-{next(_numbers)}")
        enqueue(page)
        return page

    def deliver(self, page: Page) -> None:
        """Deal with the page."""
        self.delivered.append(page.after)
        counts = start_page(page, Clock())
        self.totals.update({name: getattr(counts, name) for name in counts.__slots__})

    def drain(self, times: int = 1) -> None:
        """Deliver every page that waits, and those that they ask for, so many times each."""
        while waiting := waiting_pages():
            for name, page in waiting:
                for _ in range(times):
                    self.deliver(page)
                clients.tasks().delete_task(name=name)

    def walk(self, times: int = 1) -> None:
        """All of it."""
        self.begin()
        self.drain(times)


def queue_path(name: str) -> str:
    return clients.tasks().queue_path("demo-playbooks", "us-central1", name)


def waiting_pages() -> list[tuple[str, Page]]:
    """Tasks of pages by their name."""
    request = {"parent": queue_path(QUEUE), "response_view": tasks_v2.Task.View.FULL}
    return [(task.name, _page(json.loads(task.http_request.body))) for task in clients.tasks().list_tasks(request)]


def _page(body: dict[str, Any]) -> Page:
    return Page(Frequency(body["frequency"]), datetime.fromisoformat(body["slot"]), body["walk"], body["after"])


def put(*writes: tuple[str, dict[str, Any]]) -> None:
    for path, fields in writes:
        clients.firestore().document(path).set(fields)


def put_org(org_id: str, tier: str = "starter", frequency: str = "daily", **fields: Any) -> None:
    put(*org_writes(org_id, tier, STEPS, frequency, **fields))


def put_playbook(org_id: str, playbook_id: str, frequency: str = "daily") -> None:
    put(*playbook_writes(org_id, playbook_id, STEPS, frequency))


def change(path: str, **fields: Any) -> None:
    clients.firestore().document(path).update(fields)


def assignment(org_id: str, playbook_id: str = "daily-intel") -> dict[str, Any]:
    return clients.firestore().document(f"{PLAYBOOK_ASSIGNMENTS}/{org_id}_{playbook_id}").get().to_dict() or {}


def runs() -> Counter[Wanted]:
    """How many executions each assignment has, of whatever slot."""
    found = clients.firestore().collection(COLLECTION).select(["orgId", "playbookId"]).stream()
    fields = [snapshot.to_dict() or {} for snapshot in found]
    return Counter(Wanted(data["orgId"], data["playbookId"]) for data in fields)


def executions() -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in clients.firestore().collection(COLLECTION).stream()]


def trigger_counts() -> dict[Wanted, int]:
    found = clients.firestore().collection(PLAYBOOK_ASSIGNMENTS).stream()
    fields = [snapshot.to_dict() or {} for snapshot in found]
    return {Wanted(data["orgId"], data["playbookId"]): data["triggerCount"] for data in fields}


def tasks_of_runs() -> Counter[str]:
    """How many first tasks wait for each execution."""
    names = [task.name.rpartition("/")[2] for task in clients.tasks().list_tasks(parent=queue_path("runCatalog"))]
    return Counter(name.removesuffix("-attempt-1") for name in names)


def require_once_each(wanted: list[Wanted]) -> None:
    """Every wanted run is there, counted and has its task, once; and nothing else is."""
    once = dict.fromkeys(wanted, 1)
    assert dict(runs()) == once
    assert {each: count for each, count in trigger_counts().items() if count} == once
    ids = [found.id for found in clients.firestore().collection(COLLECTION).select([]).stream()]
    assert tasks_of_runs() == dict.fromkeys(ids, 1)
