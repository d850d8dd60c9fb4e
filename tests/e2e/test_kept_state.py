"""A stack that goes on where another one was: documents, accounts, tasks, jobs, secrets, files, mails, clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack.ports import Ports, free_offset
from local.stack.running import WITHOUT_FUNCTIONS, Stack, running_stack
from local.stack.state import state_folder
from shared.api.firebase_app import firebase_app
from shared.gcp import blobs, clients
from shared.gcp.task_queue import create_named_task
from shared.triggers import jobs
from shared.triggers.jobs import JobOwner
from tests.accounts import sign_up
from tests.harness.clients import point_clients_at

ORG = "org_kept"
OWNER = JobOwner(ORG, "p1", "t1")


def _live(stack: Stack) -> str:
    """Leave something in every part of the stack; the account's uid."""
    clients.firestore().document(f"tenants/{ORG}").set({"name": "Kept", "count": 3})
    blobs.put("executions/kept/out.json", b'{"kept": true}', "application/json")
    httpx.post(f"{stack.console_url}/api/clock/advance", json={"seconds": 3_600}).raise_for_status()
    menu = {"name": "Leaf", "products": [{"name": "OG", "category": "flower", "price": "30.00"}]}
    httpx.put(f"{stack.console_url}/api/stores/leaf", json=menu).raise_for_status()
    _mail(stack, "kept")
    clients.tasks().pause_queue(name=_queue())
    create_named_task("runExecution", "kept-task", {"executionId": "x"}, deadline_seconds=30)
    job: dict[str, Any] = {
        "name": jobs.job_name(OWNER),
        "schedule": "0 9 1 1 *",
        "time_zone": "UTC",
        "http_target": {"uri": jobs.execute_url("p1"), "http_method": "POST", "body": jobs.execute_body(OWNER)},
    }
    jobs.put_job(job)
    return sign_up(stack, orgId=ORG, role="owner").uid


def _mail(stack: Stack, custom_id: str) -> None:
    message = {
        "From": {"Email": "playbooks@example.com"},
        "To": [{"Email": "ann@example.com"}],
        "Subject": "Hello",
        "TextPart": "Hello",
        "CustomID": custom_id,
    }
    answer = httpx.post(
        f"{stack.console_url}/providers/mailjet/v3.1/send",
        json={"Messages": [message]},
        auth=(stack.env["MAILJET_API_KEY"], stack.env["MAILJET_API_SECRET"]),
    )
    answer.raise_for_status()


def _queue() -> str:
    return str(clients.tasks().queue_path("demo-playbooks", "us-central1", "runExecution"))


def _console(stack: Stack, path: str) -> Any:
    return httpx.get(f"{stack.console_url}{path}").raise_for_status().json()


def test_a_stack_goes_on_where_the_last_checkpoint_was_and_only_what_came_after_it_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firebase_admin import auth

    ports = Ports(free_offset())
    with state_folder(tmp_path, ports) as state:
        with running_stack(ports.offset, only=WITHOUT_FUNCTIONS, state=state) as first:
            point_clients_at(first, monkeypatch)
            uid = _live(first)
            moment = _console(first, "/api/clock")["now"]
            state.save()
            clients.firestore().document("tenants/org_after").set({"name": "Too late"})
            cron_secret = first.cron_secret
        with running_stack(ports.offset, only=WITHOUT_FUNCTIONS, state=state) as second:
            point_clients_at(second, monkeypatch)
            stored = clients.firestore().document(f"tenants/{ORG}").get().to_dict()
            assert stored == {"name": "Kept", "count": 3}
            assert not clients.firestore().document("tenants/org_after").get().exists
            assert auth.get_user(uid, app=firebase_app()).custom_claims == {"orgId": ORG, "role": "owner"}
            assert blobs.get("executions/kept/out.json") == b'{"kept": true}'
            assert second.cron_secret == cron_secret
            assert _console(second, "/api/clock")["now"] >= moment
            assert [one["to"] for one in _console(second, "/api/outbox")] == ["ann@example.com"]
            assert "OG" in httpx.get(f"{second.console_url}/stores/leaf").text
            assert [one.name.rpartition("-")[2] for one in clients.tasks().list_tasks(parent=_queue())] == ["task"]
            assert clients.tasks().get_queue(name=_queue()).state.name == "PAUSED"
            assert OWNER in [owner for _, owner in jobs.playbook_jobs()]
            _mail(second, "another")
            assert len({one["id"] for one in _console(second, "/api/outbox")}) == 2
