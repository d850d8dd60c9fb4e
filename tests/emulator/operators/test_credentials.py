"""Playbooks that hold keys, as an operator lists them."""

from __future__ import annotations

from typing import Any

from shared.gcp import clients
from tests.emulator.operators.command import Command

KEY = "hush-of-the-crm"


def put(org: str, playbook_id: str, **fields: Any) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    step = {"action": "http_request", "params": {"url": "https://crm.example/", "headers": headers}}
    document = {"name": "Sync", "status": "active", "triggers": [], "steps": [step], **fields}
    clients.firestore().document(f"tenants/{org}/playbooks/{playbook_id}").set(document)


def test_keys_are_listed_by_their_fields_and_never_printed(playbooks: Command) -> None:
    put("org_a", "p1")
    put("org_a", "p2", steps=[])
    put("org_b", "p3", status="error")
    put("org_b", "p4", status="paused")
    found = playbooks.json("credentials")
    assert {(one["orgId"], one["playbookId"], one["field"]) for one in found} >= {
        ("org_a", "p1", "steps[0].params.headers.Authorization"),
        ("org_b", "p4", "steps[0].params.headers.Authorization"),
    }
    assert not {one["playbookId"] for one in found} & {"p2", "p3"}
    assert [one["playbookId"] for one in playbooks.json("credentials", "--org", "org_a")] == ["p1"]
    assert KEY not in playbooks("credentials")
    assert "no playbook contains a key" in playbooks("credentials", "--org", "org_none")
