"""Which stack the Google clients of this process point at. They are kept from test to test: making them costs."""

from __future__ import annotations

import contextlib

import pytest

from local.stack.running import Stack
from shared.gcp import clients

_pointed_at: list[Stack] = []


def point_clients_at(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the stack's variables for one test; clients of another stack are dropped."""
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    if _pointed_at != [stack]:
        clients.forget_clients()
        forget_firebase_app()
        _pointed_at[:] = [stack]


def forget_jobs() -> None:
    """Delete the jobs of earlier tests' playbooks: they would fire, and every look over all jobs finds them."""
    from shared.triggers.jobs import PREFIX, parent

    scheduler = clients.scheduler()
    for job in list(scheduler.list_jobs(request={"parent": parent(), "page_size": 500})):
        if job.name.rpartition("/")[2].startswith(PREFIX):
            scheduler.delete_job(name=job.name)


def forget_firebase_app() -> None:
    """Drop what checks ID tokens: it remembers the Auth emulator's address."""
    import firebase_admin

    from shared.api.firebase_app import APP_NAME

    with contextlib.suppress(ValueError):  # no credential was checked yet
        firebase_admin.delete_app(firebase_admin.get_app(APP_NAME))
