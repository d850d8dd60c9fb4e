"""The pages of a daily walk, delivered by hand from a paused queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from google.cloud import tasks_v2

from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.triggers.repair import QUEUE as REPAIR
from shared.triggers.repair import PlaybookRepair, begin_repair, repair_page

Done = TypeVar("Done")


def _path(queue: str) -> str:
    return clients.tasks().queue_path("demo-playbooks", "us-central1", queue)


@contextmanager
def paused(*queues: str) -> Iterator[None]:
    """The queues keep their tasks."""
    for queue in queues:
        clients.tasks().pause_queue(name=_path(queue))
        clients.tasks().purge_queue(name=_path(queue))
    try:
        yield
    finally:
        for queue in queues:
            clients.tasks().purge_queue(name=_path(queue))
            clients.tasks().resume_queue(name=_path(queue))


def _waiting(queue: str) -> list[tuple[str, WalkPage]]:
    request = {"parent": _path(queue), "response_view": tasks_v2.Task.View.FULL}
    return [
        (task.name, WalkPage(**json.loads(task.http_request.body))) for task in clients.tasks().list_tasks(request)
    ]


def pages(queue: str) -> list[WalkPage]:
    """Those that wait."""
    return [page for _, page in _waiting(queue)]


def drain(queue: str, deal: Callable[[WalkPage], Done], times: int = 1) -> list[Done]:
    """Deliver every page that waits, and those that they ask for, so many times each."""
    done = []
    while waiting := _waiting(queue):
        for name, page in waiting:
            done += [deal(page) for _ in range(times)]
            clients.tasks().delete_task(name=name)
    return done


def repair() -> PlaybookRepair:
    """A whole walk of the daily repair, whenever the last one was."""
    clients.firestore().document("platform/repair").delete()
    begin_repair(Clock())
    done = drain(REPAIR, lambda page: repair_page(page, Clock()))
    return PlaybookRepair(*(sum(getattr(one, name) for one in done) for name in PlaybookRepair.__slots__))
