"""A healthy org for which every worker has something to do, and what shows that it was done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.billing.months import period
from shared.catalog import assign_all
from shared.gcp import clients
from shared.messages.alert_types import AlertType
from shared.messages.template import build
from shared.notices.alert import Alert, worded
from shared.notices.daily.record import Entry
from shared.notices.delivery import AlertDelivery
from shared.notices.preferences import Channel
from shared.quarantine.entries import Item, after_failure
from shared.retail.packs import repair as packs
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.triggers import listeners, repair

HOUR = timedelta(hours=1)
STEPS = [{"id": "set", "action": "set", "params": {"values": {"x": 1}}}]
CATALOG = ("daily-intel", "weekly-summary", "onboarding")
QUEUES = (
    *(
        "runExecution",
        "runEvent",
        "runCatalog",
        "retryExecution",
        "startCatalogRuns",
        "checkOrg",
        "deliverLater",
        "rollUpUsage",
    ),
    *(repair.QUEUE, assign_all.QUEUE, packs.QUEUE),
)


@dataclass
class World:
    """One org, healthy unless its documents are poisoned."""

    org_id: str = field(default_factory=lambda: f"h{uuid.uuid4().hex[:10]}")
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def slot(self) -> datetime:
        """A slot that was missed."""
        return self.now.replace(minute=0, second=0, microsecond=0) - HOUR

    def sound(self) -> dict[str, dict[str, Any]]:
        """Every document of the healthy org by its path."""
        org, now = self.org_id, self.now
        schedule = {"type": "schedule", "id": "hourly", "cron": "0 * * * *", "timezone": "UTC"}
        job = {
            "name": f"projects/demo-playbooks/locations/us-central1/jobs/playbook-{org}",
            "state": "enabled",
            "cron": "0 * * * *",
            "timezone": "UTC",
        }
        listener = {"playbookId": "listens", "orgId": org, "triggerId": "event", "eventName": "stock.low"}
        tenant = f"tenants/{org}"
        return {
            tenant: {
                "name": "Healthy",
                "tierId": "starter",
                "timezone": "UTC",
                "status": "active",
                "ownerEmail": f"owner@{org}.example",
                "staffPhones": ["+13155550123"],
                "monthlyBudgetUsd": 50.0,
            },
            f"{tenant}/playbooks/ticks": self.playbook("ticks", schedule),
            f"{tenant}/playbooks/listens": self.playbook(
                "listens", {"type": "event", "id": "event", "eventName": "stock.low"}
            ),
            f"{tenant}/playbooks/unheard": self.playbook(
                "unheard", {"type": "event", "id": "event", "eventName": "stock.high"}
            ),
            f"playbook_schedules/{org}_ticks": {
                "orgId": org,
                "playbookId": "ticks",
                "jobs": {"hourly": job},
                "nextRunAt": self.slot,
                "updatedAt": now,
            },
            f"playbook_event_listeners/{listeners.listener_id(org, 'listens', 'event')}": {
                **listener,
                "status": "active",
            },
            f"playbook_event_waits/{org}": {
                "orgId": org,
                "playbookId": "waits",
                "executionId": f"{org}waits",
                "stepId": "w",
                "eventName": "stock.low",
                "filter": "{{event.left}} > 0",
                "match": {"left": 1},
                "status": "waiting",
                "since": now,
                "until": now + HOUR,
            },
            f"playbook_executions/{org}overdue": self.execution(f"{org}overdue", ExecutionStatus.QUEUED),
            f"playbook_executions/{org}waits": self.execution(f"{org}waits", ExecutionStatus.WAITING, "waits"),
            f"playbook_executions/{org}failed": {
                **self.execution(f"{org}failed", ExecutionStatus.FAILED),
                "statusReason": "no",
                "attempt": 4,
            },
            f"playbook_assignments/{org}_kept": {
                "orgId": org,
                "playbookId": "kept",
                "tierId": "starter",
                "frequency": "daily",
                "status": "active",
                "triggerCount": 0,
                "lastTriggeredSlot": None,
                "lastExecutionId": None,
            },
            f"{tenant}/playbooks/kept": {**self.playbook("kept", {"type": "manual"}), "source": "catalog"},
            f"{tenant}/inventory/i1": {
                "name": "Blue Dream",
                "category": "flower",
                "price": 30.0,
                "cost": 10.0,
                "quantity": 1,
                "reorderPoint": 5,
                "supplier": "S",
                "createdAt": now,
                "expiresAt": now + 9 * HOUR,
            },
            f"{tenant}/customers/c1": {
                "name": "Ann",
                "email": "ann@b.example",
                "phone": "+13155550100",
                "birthday": "1980-01-02",
                "createdAt": now,
                "lastOrderAt": now,
                "orderCount": 3,
                "totalSpent": 90.0,
                "loyaltyPoints": 1,
            },
            f"{tenant}/orders/o1": {
                "placedAt": now - HOUR,
                "total": 30.0,
                "status": "completed",
                "customerId": "c1",
                "items": [{"itemId": "i1", "name": "Blue Dream", "quantity": 1, "price": 30.0}],
            },
            f"{tenant}/campaigns/m1": {
                "name": "M",
                "status": "sent",
                "startsAt": now,
                "recipients": 2,
                "cost": 1.0,
            },
            f"{tenant}/locations/l1": {"name": "L", "licenseNumber": "1", "licenseExpiresAt": now + 99 * HOUR},
            f"{tenant}/content/t1": {"title": "T", "status": "pending_review", "createdAt": now},
            f"{tenant}/competitors/x1": {"name": "X", "menuUrl": "https://x.example/menu"},
            f"{tenant}/competitive_actions/a1": {
                "type": "price_adjustment",
                "priority": "critical",
                "competitorName": "X",
                "status": "pending",
                "trigger": "t",
                "recommendation": "r",
                "data": {},
                "rule": "undercut",
                "agent": "money_mike",
                "competitorId": "x1",
                "figure": 25.0,
                "createdAt": now,
                "updatedAt": now,
            },
            f"{tenant}/events/p1": {
                "name": "competitor.price_change",
                "data": {"competitorId": "x1", "competitor": "X", "product": "P", "before": 10.0, "after": 5.0},
                "createdAt": now,
            },
            f"usage_shards/{org}-{self.month}-0": {
                "emailsUsed": 3,
                "costUsd": 0.1,
                "orgId": org,
                "month": self.month,
            },
            f"usage/{org}-{self.month}": {"emailsUsed": 0, "alertSentAt80Percent": [], "costUsd": 0.0},
            f"notification_preferences/{org}": {
                "playbook_failure": {"email": True, "dashboard": True, "sms": False},
                "quietHours": None,
            },
            f"heartbeat_state/{org}": {"findings": {}, "checkedAt": now - HOUR, "dailyOn": None},
            f"email_suppressions/{org}": {"bounced": None, "optedOut": {org: now}},
            f"dead_letters/{org}": {
                "playbookId": "ticks",
                "orgId": org,
                "error": "e",
                "attempts": 4,
                "failedStepId": "s",
                "status": "open",
                "createdAt": now,
            },
            f"alert_deliveries/{self.delivery.id}": self.delivery.document(),
            f"alert_digests/{org}": {"orgId": org, "started": 1, "count": 1, "told": False},
            f"alert_deliveries/{self.digest.id}": self.digest.document(),
            f"digest_entries/{org}": Entry(
                id=org,
                org_id=org,
                digest_id=self.digest.id,
                type=AlertType.WEEKLY_REPORT,
                message=build.message("R", "F"),
                link="/runs/r",
                created_at=now,
            ).document(),
            f"quarantine/{org}": self.entry,
            "platform/repair": {"walk": "w", "startedAt": now - 30 * HOUR, "isAsked": True},
            f"inbox_notifications/{org}": {"orgId": org, "type": "t", "title": "T", "body": "B", "createdAt": now},
            f"approvals/{org}": {"orgId": org, "executionId": f"{org}waits", "status": "pending", "expiresAt": now},
        }

    @property
    def month(self) -> str:
        return period("UTC", self.now)

    def playbook(self, playbook_id: str, trigger: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "name": playbook_id,
            "status": "active",
            "triggers": [dict(trigger)],
            "steps": STEPS,
            "orgId": self.org_id,
            "version": 1,
            "ownerId": "u1",
        }

    def execution(self, execution_id: str, status: ExecutionStatus, playbook_id: str = "ticks") -> dict[str, Any]:
        return Execution(
            id=execution_id,
            playbook_id=playbook_id,
            org_id=self.org_id,
            trigger=TriggerRef(type="manual"),
            status=status,
            created_at=self.now,
            due_at=self.now - HOUR,
            definition=self.playbook(playbook_id, {"type": "manual"}),
            org=PinnedOrg(id=self.org_id, name="Healthy", timezone="UTC", tier_id="starter"),
        ).document()

    @property
    def delivery(self) -> AlertDelivery:
        """An alert that waited."""
        alert = Alert(id=f"alert-{self.org_id}", type=AlertType.BILLING_ALERT, key="k", message=worded("T", "B"))
        return AlertDelivery(
            org_id=self.org_id,
            alert=alert,
            channels=(Channel.EMAIL,),
            decision="send",
            created_at=self.now,
            send_at=self.now - HOUR,
        )

    @property
    def digest(self) -> AlertDelivery:
        """A daily one whose task was lost."""
        due, alert = self.now - HOUR, self.delivery.alert.model_copy(update={"id": f"digest-{self.org_id}"})
        gathering = {"decision": "gathering", "send_at": due, "due_at": due}
        return AlertDelivery.of(self.org_id, alert, due).model_copy(update=gathering)

    @property
    def entry(self) -> dict[str, Any]:
        """What the org was not told of yet."""
        entry, item = None, Item(f"tenants/{self.org_id}/playbooks/told", self.now, self.org_id)
        for _ in range(3):
            entry = after_failure(entry, item, "w", "r", self.now)
        assert entry is not None
        return entry.document()

    def write(self, poisoned: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """All documents as they should be, but for those that are poisoned, by path."""
        client = clients.firestore()
        batch = client.batch()
        for path, fields in (self.sound() | dict(poisoned or {})).items():
            batch.set(client.document(path), dict(fields))
        batch.commit()

    # ---- what was done ----

    def of_org(self, collection: str) -> list[dict[str, Any]]:
        found = clients.firestore().collection(collection).where(filter=FieldFilter("orgId", "==", self.org_id))
        return [{**(one.to_dict() or {}), "id": one.id} for one in found.stream()]

    def triggers(self, name: str) -> list[Any]:
        """That field of what caused the org's runs, the poisoned ones too."""
        found = (one.get("trigger") for one in self.of_org("playbook_executions"))
        return [trigger.get(name) for trigger in found if isinstance(trigger, dict)]

    def tasks(self, queue: str) -> str:
        parent = clients.tasks().queue_path("demo-playbooks", "us-central1", queue)
        request = {"parent": parent, "response_view": 2}
        return " ".join(f"{one.name} {one.http_request.body!r}" for one in clients.tasks().list_tasks(request))
