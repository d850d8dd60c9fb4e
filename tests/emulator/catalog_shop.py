"""The catalog's playbooks on the demo shop, run by hand to their ends, and what each has said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from shared.catalog.files.load import catalog
from shared.gcp import clients
from tests.emulator.demo_runs import Demo
from tests.emulator.executions import execution, run

BLUE_DREAM = {
    "itemId": "blue-dream-3-5g",
    "name": "Blue Dream 3.5g",
    "category": "Flower",
    "price": 40,
    "quantity": 9,
    "reorderPoint": 12,
    "before": {"quantity": 64},
}
EVENTS: dict[str, dict[str, Any]] = {
    "low-stock-alert": BLUE_DREAM,
    "post-purchase-thank-you": {"customerId": "customer-01", "orderId": "order-9", "total": 64.5},
    "win-back": {"customerId": "customer-23"},
    "real-time-price-alert": {
        "competitor": "Higher Level Syracuse",
        "product": "Blue Dream 3.5g",
        "oldPrice": 39,
        "newPrice": 34,
        "percent": 12.8,
        "direction": "down",
        "otherChanges": 2,
    },
    "new-product-launch": {**BLUE_DREAM, "itemId": "lemon-seltzer-5mg-4-pack", "name": "Lemon Seltzer 5mg 4 Pack"},
    "usage-alert": {"metric": "emailsUsed", "used": 40100, "limit": 50000, "percent": 80.2, "period": "2026-11"},
}
OWNER = "owner@thrivesyracuse.example"


@dataclass(frozen=True, slots=True)
class Said:
    """What one run has told: mails and texts by recipient, the inbox, and the drafts it has left."""

    status: str
    reason: str | None
    failed: list[str]
    mails: list[Mapping[str, Any]]
    texts: list[Mapping[str, Any]]
    inbox: list[Mapping[str, Any]]
    drafts: list[Mapping[str, Any]]

    @property
    def everything(self) -> str:
        """All the words."""
        mails = [f"{mail['subject']}\n{mail['text']}\n{mail['html']}" for mail in self.mails]
        inbox = [f"{one['title']}\n{one['body']}" for one in self.inbox]
        return "\n".join([*mails, *inbox, *(str(text["text"]) for text in self.texts), *map(str, self.drafts)])


def open_full(demo: Demo) -> Demo:
    """The demo shop, an enterprise whose Blue Dream runs low."""
    _clear(demo)
    write_documents(demo_documents(demo.stack.console_url))
    open_demo_stores(demo.stack.console_url)
    _open(demo)
    inventory("blue-dream-3-5g").update({"quantity": 9})
    return demo


def open_empty(demo: Demo) -> Demo:
    """The same org with nothing in it."""
    _clear(demo)
    tenant = f"tenants/{DEMO_ORG_ID}"
    write_documents({tenant: demo_documents(demo.stack.console_url)[tenant]})
    _open(demo)
    return demo


def _clear(demo: Demo) -> None:
    demo.stack.clear_firestore()
    demo.forget_outbox()


def _open(demo: Demo) -> None:
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"tierId": "enterprise"})
    write_documents(
        {
            f"tenants/{DEMO_ORG_ID}/playbooks/{one.id}": {
                **one.content(),
                "source": "catalog",
                "status": "active",
                "orgId": DEMO_ORG_ID,
                "version": 1,
            }
            for one in catalog().values()
        }
    )


A_DAY = 86_400.0


def inventory(item_id: str) -> Any:
    return clients.firestore().document(f"tenants/{DEMO_ORG_ID}/inventory/{item_id}")


def say(demo: Demo, playbook_id: str, event: Mapping[str, Any] | None = None) -> Said:
    """Run it to its end."""
    demo.forget_outbox()
    before = {one.id for one in stream("inbox_notifications")}
    execution_id = demo.start(playbook_id, EVENTS.get(playbook_id, {}) if event is None else event)
    if run(execution_id) == "waiting":
        run(execution_id, later=A_DAY)
    ended = execution(execution_id)
    outbox = demo.outbox()
    return Said(
        status=ended.status,
        reason=ended.status_reason,
        failed=[f"{one.step_id}: {one.error}" for one in ended.step_results if one.status == "failed"],
        mails=[one for one in outbox if one["channel"] == "email"],
        texts=[one for one in outbox if one["channel"] == "sms"],
        inbox=[one.to_dict() or {} for one in stream("inbox_notifications") if one.id not in before],
        drafts=[
            fields
            for one in stream(f"tenants/{DEMO_ORG_ID}/campaign_drafts")
            if (fields := one.to_dict() or {}).get("source", {}).get("executionId") == execution_id
        ],
    )


def stream(collection: str) -> Any:
    return clients.firestore().collection(collection).stream()
