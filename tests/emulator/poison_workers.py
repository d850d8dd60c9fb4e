"""The workers that go through everybody's documents, and what shows that the healthy org's work was done."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from functions.on_domain_event import on_domain_event
from shared.catalog import assign_all
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.heartbeat import fan_out as fanning
from shared.heartbeat.round import check_org
from shared.notices import delivery as deliveries
from shared.notices import mailjet_events, outbox
from shared.notices.daily import sending
from shared.notices.quarantine_alert import notify_owners
from shared.notices.usage_alert import roll_up_and_notify
from shared.retail import load as retail
from shared.retail.packs import customer_shards
from shared.retail.packs import repair as packs
from shared.runs import dead_letters
from shared.runs.catalog_runs import start_page
from shared.runs.dead_letters import DeadLetterMessage
from shared.runs.sweep import sweep_missed, sweep_overdue
from shared.triggers import repair
from shared.triggers.catalog_ticks import Frequency, Page
from tests.emulator import catalog_walk, daily_walk
from tests.emulator.firestore_events import document_event
from tests.emulator.poison_world import CATALOG, HOUR, World
from tests.harness.shop_records import customers_of, orders_of


def overdue(world: World) -> None:
    sweep_overdue(Clock(not_before=world.now + timedelta(minutes=2)))
    assert f"{world.org_id}overdue-attempt-1" in world.tasks("runExecution")


def missed(world: World) -> None:
    sweep_missed(Clock())
    assert any(slot >= world.slot for slot in world.triggers("slot") if isinstance(slot, datetime))


def telling(world: World) -> None:
    notify_owners(world.now)
    assert any("so we're skipping it" in str(one.get("title")) for one in world.of_org("inbox_notifications"))


def repairing(world: World) -> None:
    clients.firestore().document("platform/repair").delete()
    assert repair.begin_repair(Clock())
    daily_walk.drain(repair.QUEUE, lambda page: repair.repair_page(page, Clock()))
    assert any(one.get("playbookId") == "unheard" for one in world.of_org("playbook_event_listeners"))


def assigning(world: World) -> None:
    clients.firestore().document("platform/assignment").delete()
    assert assign_all.begin_assigning(Clock())
    daily_walk.drain(assign_all.QUEUE, lambda page: assign_all.assign_page(page, Clock()))
    assigned = [one.get("playbookId") for one in world.of_org("playbook_assignments")]
    assert all(one in assigned for one in CATALOG)


def packing(world: World) -> None:
    clients.firestore().document("platform/pack-repair").delete()
    assert packs.begin_repair(Clock())
    daily_walk.drain(packs.QUEUE, lambda page: packs.repair_page(page, Clock()))
    assert "c1" in [one.id for one in customer_shards.customers(world.org_id) or ()]


def ticking(world: World) -> None:
    page = Page(Frequency.DAILY, catalog_walk.fresh_slot(), uuid.uuid4().hex)
    start_page(page, Clock())
    for name, following in catalog_walk.waiting_pages():
        start_page(following, Clock())
        clients.tasks().delete_task(name=name)
    assert page.slot in world.triggers("slot")


def fanning_out(world: World) -> None:
    fanning.fan_out(world.now)
    assert f'"{world.org_id}"' in world.tasks("checkOrg")


def checking(world: World) -> None:
    made = check_org(world.org_id, world.now)
    assert made is not None
    assert made.findings >= 1
    assert any("Blue Dream" in str(one.get("body")) for one in world.of_org("inbox_notifications"))


def dispatching(world: World) -> None:
    event = {"name": "stock.low", "data": {"left": 1}}
    on_domain_event(document_event(f"tenants/{world.org_id}/events/e1", None, event))
    assert "e1" in world.triggers("eventId")
    wait = clients.firestore().document(f"playbook_event_waits/{world.org_id}").get()
    assert wait.get("status") == "met"


def burying(world: World) -> None:
    message = DeadLetterMessage(
        execution_id=f"{world.org_id}failed", org_id=world.org_id, playbook_id="ticks", error="e", attempts=4
    )
    dead_letters.receive(message, Clock())
    assert clients.firestore().document(f"dead_letters/{world.org_id}failed").get().exists


def delivering(world: World) -> None:
    assert outbox.send_waiting(world.delivery.id, world.now)
    sent = deliveries.read(world.delivery.id)
    assert sent is not None
    assert sent.email == "sent"


def sweeping_digests(world: World) -> None:
    outbox.sweep(world.now)
    assert world.digest.id in world.tasks("deliverLater")


def sending_digests(world: World) -> None:
    assert sending.send(world.digest.id, world.now)
    sent = deliveries.read(world.digest.id)
    assert sent is not None
    assert sent.decision != "gathering"


def rolling_up(world: World) -> None:
    roll_up_and_notify(world.org_id, world.month, 1, world.now)
    assert clients.firestore().document(f"usage/{world.org_id}-{world.month}").get().get("emailsUsed") >= 3


def bouncing(world: World) -> None:
    bounce = {"event": "bounce", "time": 1795442400, "MessageID": 7, "email": "gone@b.example", "hard_bounce": True}
    told = {**bounce, "Payload": json.dumps({"orgId": world.org_id})}
    mailjet_events.receive(json.dumps([{**bounce, "Payload": '{"orgId": "a/b"}'}, 7, told]).encode(), world.now)
    assert any("gone@b.example" in str(one.get("title")) for one in world.of_org("inbox_notifications"))


def loading(world: World) -> None:
    org = world.org_id
    loaded: dict[str, retail.Loaded[Any]] = {
        "i1": retail.load_items(org),
        "c1": customers_of(org),
        "o1": orders_of(org, world.now - 9 * HOUR, world.now + HOUR),
        "m1": retail.load_campaigns(org),
        "l1": retail.load_locations(org),
        "t1": retail.load_content(org),
    }
    assert [one for one, found in loaded.items() if one not in {record.id for record in found.records}] == []


WORKERS: dict[str, Callable[[World], None]] = {
    "sweep: overdue": overdue,
    "sweep: missed": missed,
    "sweep: telling": telling,
    "repair pages": repairing,
    "assignment pages": assigning,
    "pack pages": packing,
    "cron pages": ticking,
    "heartbeat fan-out": fanning_out,
    "heartbeat check": checking,
    "event dispatch": dispatching,
    "dead letters": burying,
    "deliver later": delivering,
    "digest sweep": sweeping_digests,
    "daily digest": sending_digests,
    "usage roll-up": rolling_up,
    "Mailjet events": bouncing,
    "retail loaders": loading,
}
"""Each does its work for everybody and raises AssertionError where the org's own was not done."""
OF_ONE_ORG = (
    "heartbeat check",
    "event dispatch",
    "dead letters",
    "deliver later",
    "daily digest",
    "usage roll-up",
    "retail loaders",
)
"""Those that are called for one org at a time."""
