"""A shop with a customer who is named wherever one can be, beside another customer and another shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.compliance import frequency
from shared.compliance.frequency import Contact, PlannedMessage
from shared.gcp import blobs, clients
from shared.gcp.settings import settings
from shared.retail.packs import repair
from shared.runs.messages import pack
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus

SHOP, OTHER = "org_erased", "org_stays"
EMAIL, PHONE, NAME = "ann.lee@customers.example", "+13155550123", "Ann Lee"
TRACES = (EMAIL, "3155550123", "315-555-0123", NAME)
NOW = datetime.now(UTC)
RUN = "e" * 32


def put(path: str, fields: dict[str, Any]) -> None:
    """Write a document."""
    clients.firestore().document(path).set(fields)


def open_shops(*orgs: str) -> None:
    """Both shops, or only these, packed and listed as the product does it."""
    for org in orgs or (SHOP, OTHER):
        put(f"tenants/{org}", {"name": org, "tierId": "pro", "timezone": "UTC", "status": "active"})
        put(
            f"tenants/{org}/customers/ann",
            {"name": NAME, "email": EMAIL, "phone": "(315) 555-0123", "emailOptOut": True, "smsOptOut": True},
        )
        put(f"tenants/{org}/customers/bo", {"name": "Bo", "email": "bo@customers.example", "smsOptOut": True})
        order = {"placedAt": NOW - timedelta(hours=1), "total": 42.0, "status": "completed", "items": []}
        put(f"tenants/{org}/orders/o1", {**order, "customerId": "ann", "note": f"for {NAME}, {EMAIL}"})
        put(f"tenants/{org}/orders/o2", {**order, "customerId": "bo"})
        repair.repair(org, NOW)
        _product_documents(org)


def _product_documents(org: str) -> None:
    put(f"tenants/{org}/events/ev1", {"name": "vip.visit", "data": {"customerId": "ann", "phone": "315-555-0123"}})
    put(f"tenants/{org}/playbooks/p1", {"name": "Write to Ann", "steps": [{"params": {"to": EMAIL}}]})
    put(f"tenants/{org}/playbooks/p1/versions/v1", {"content": json.dumps({"to": EMAIL})})
    put(f"tenants/{org}/notes_of_another_system/n1", {"text": "ours"})
    put(f"tenants/{org}/notes_of_another_system/n1/below/n2", {"text": "ours"})
    put(f"inbox_notifications/{org}-1", {"orgId": org, "title": f"{NAME} ({PHONE}) is back", "read": False})
    put(f"campaign_pages/{org}-1", {"orgId": org, "customers": ["bo", "ann"], "email": ["sent", "sent"]})
    put(f"notification_preferences/{org}", {"dead_letter": {"email": True}})
    put(f"members/uid-{org}", {"orgId": org, "role": "owner", "email": f"owner@{org}.example"})
    blobs.put(
        f"tenants/{org}/files/list.csv", f"name,email\nBo,bo@x.example\n{NAME},{EMAIL}\n".encode(), "text/csv"
    )
    run = RUN if org == SHOP else "f" * 32
    put(f"playbook_executions/{run}", _run(org, run))
    wish = PlannedMessage(Contact.of(org, EMAIL), "step")
    frequency.claim_each([wish], timedelta(hours=1), NOW)


def _run(org: str, run: str) -> dict[str, Any]:
    """One that has kept an output in Cloud Storage, and has sent a mail."""
    output = blobs.put(
        f"executions/{run}/big.json", json.dumps({"rows": [{"email": EMAIL}]}).encode(), "application/json"
    )
    execution = Execution(
        id=run,
        playbook_id="p1",
        org_id=org,
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.COMPLETED,
        created_at=NOW,
        definition={"name": "Write to Ann", "steps": [{"id": "mail", "params": {"to": EMAIL}}]},
        org=PinnedOrg(id=org, name=org, timezone="UTC", tier_id="pro"),
    )
    message = pack({"channel": "email", "to": [EMAIL], "text": f"Hi {NAME}"}, 0)
    effect = {"intentAt": NOW, "summary": {"channel": "email", "to": EMAIL}, "message": message}
    results = [{"stepId": "big", "action": "query", "status": "completed", "outputRef": output}]
    return {**execution.document(), "effects": {"mail": effect}, "stepResults": results}


def everything(org: str) -> dict[str, Any]:
    """Every document of the org, and every object, as one can read it: packs and messages unpacked."""
    found: dict[str, Any] = {}
    for collection in clients.firestore().collections():
        _collect(collection, found)
    bucket = clients.storage().bucket(settings().storage_bucket)
    found |= {blob.name: blob.download_as_bytes().decode() for blob in bucket.list_blobs()}
    run = RUN if org == SHOP else "f" * 32
    return {
        path: fields
        for path, fields in found.items()
        if f"/{org}" in f"/{path}" or run in path or (isinstance(fields, dict) and fields.get("orgId") == org)
    }


def _collect(collection: Any, found: dict[str, Any]) -> None:
    for one in collection.list_documents():
        fields = one.get().to_dict()
        if fields is not None:
            found[one.path] = fields
        for below in one.collections():
            _collect(below, found)
