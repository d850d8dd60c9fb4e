"""Documents of another shape than ours, in each collection that a door reads: every door answers all the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import flask
import pytest

from functions.alerts import alerts
from functions.approvals import approvals
from functions.competitors import competitors
from functions.executions import executions
from functions.people import people
from functions.playbooks import playbooks
from functions.settings import settings
from functions.usage import usage
from local.stack.running import Stack
from shared.gcp.clients import firestore
from tests.accounts import sign_up

Door = Callable[[flask.Request], flask.Response]

WRONG: tuple[Any, ...] = (None, 7, "text", True, ["a", None, {}], {"a": {"b": 1}})
"""Every field has each of them in one of the documents."""
LISTED: dict[str, tuple[str, ...]] = {
    "playbook_summaries": (
        *("playbookId", "name", "description", "category", "status", "when", "nextRuns"),
        *("triggers", "steps"),
    ),
    "execution_summaries": ("playbookId", "playbookName", "status", "trigger", "steps"),
    "playbook_executions": ("playbookId", "pinned", "status", "trigger", "stepResults", "effects", "attempts"),
    "inbox_notifications": ("title", "body", "type", "severity"),
    "approvals": ("title", "details", "executionId", "causedBy"),
}
BELOW_THE_ORG: dict[str, tuple[str, ...]] = {
    "playbooks": ("name", "triggers", "steps", "status", "version", "description"),
    "competitors": ("name", "menuUrl", "priority", "lastScan", "lastMenu", "comparison", "unreadable"),
    "inventory": ("name", "price", "category", "quantity"),
}


def write_odd_documents(org: str) -> None:
    now = datetime.now(UTC)
    batch, db = firestore().batch(), firestore()
    for number, value in enumerate(WRONG):
        for collection, fields in LISTED.items():
            known = {"orgId": org, "createdAt": now, "requestedAt": now, "status": "pending", "read": False}
            batch.set(
                db.document(f"{collection}/{org}_{number}"), {**known, **dict.fromkeys(fields, value), "orgId": org}
            )
            timeless = {**known, "createdAt": value, "requestedAt": value}
            batch.set(db.document(f"{collection}/{org}_t{number}"), timeless)
        for collection, fields in BELOW_THE_ORG.items():
            batch.set(db.document(f"tenants/{org}/{collection}/odd{number}"), dict.fromkeys(fields, value))
        batch.set(
            db.document(f"tenants/{org}/competitor_snapshots/odd{number}"),
            {"competitorId": f"odd{number}", "takenAt": now, "products": value, "productCount": value},
        )
        batch.set(db.document(f"members/{org}_{number}"), {"orgId": org, "role": value, "email": value})
        batch.set(
            db.document(f"usage/{org}-2026-0{number + 1}"), dict.fromkeys(("emailsUsed", "orgId", "overage"), value)
        )
        batch.set(
            db.document(f"playbook_assignments/{org}_{number}"),
            {"orgId": org, "removed": True, "playbookId": value},
        )
        batch.set(
            db.document(f"agent_keys/{org}{number}"),
            {"orgId": org, **dict.fromkeys(("agent", "scopes", "hash", "createdAt"), value)},
        )
    batch.set(db.document(f"notification_preferences/{org}"), {"playbook_failure": 5, "quietHours": ["x"]})
    batch.commit()


def addresses(org: str) -> list[tuple[Door, str]]:
    numbers = range(len(WRONG))
    return [
        *((playbooks, f"playbooks?limit={limit}") for limit in (1, 2, 5, 100)),
        *((playbooks, f"playbooks?{query}") for query in ("search=x", "status=draft", "deleted=true")),
        *((playbooks, f"playbooks?summaries=true&limit={limit}") for limit in (1, 100)),
        *((playbooks, f"playbooks/odd{number}") for number in numbers),
        *((executions, f"executions?limit={limit}") for limit in (1, 2, 5, 100)),
        *((executions, f"executions/{org}_{number}") for number in numbers),
        *((competitors, f"competitors?limit={limit}") for limit in (1, 100)),
        *((competitors, f"competitors/odd{number}") for number in numbers),
        *((competitors, f"competitors/odd{number}/prices") for number in numbers),
        *((approvals, f"approvals?{query}") for query in ("limit=1", "limit=5", "limit=50", "status=pending")),
        *((approvals, f"approvals/{org}_{number}") for number in numbers),
        *((alerts, f"alerts?limit={limit}") for limit in (1, 5, 50)),
        *((usage, address) for address in ("usage?months=12", "usage/2026-11/playbooks")),
        (people, "people"),
        *((settings, address) for address in ("keys", "settings/notifications", "settings/organization")),
    ]


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_no_door_breaks(on_emulators: Stack, role: str) -> None:
    org = f"org-{uuid.uuid4().hex[:8]}"
    firestore().document(f"tenants/{org}").set({"name": "Odd", "tierId": "pro", "status": "active"})
    write_odd_documents(org)
    headers = {"Authorization": f"Bearer {sign_up(on_emulators, orgId=org, role=role).id_token}"}
    app, broken = flask.Flask(__name__), []
    for door, address in addresses(org):
        with app.test_request_context(f"/api/{address}", headers=headers):
            if door(flask.request).status_code >= 500:
                broken.append(address)
    assert broken == []


def test_a_list_goes_on_past_what_has_no_time(on_emulators: Stack) -> None:
    org = f"org-{uuid.uuid4().hex[:8]}"
    firestore().document(f"tenants/{org}").set({"name": "Odd", "tierId": "pro", "status": "active"})
    write_odd_documents(org)
    headers = {"Authorization": f"Bearer {sign_up(on_emulators, orgId=org, role='viewer').id_token}"}
    app, seen, after = flask.Flask(__name__), 0, ""
    while True:
        with app.test_request_context(f"/api/executions?limit=4{after}", headers=headers):
            page = executions(flask.request).get_json()
        seen += len(page["items"])
        if "nextAfter" not in page:
            break
        after = f"&after={page['nextAfter']}"
    assert seen == len(WRONG)
