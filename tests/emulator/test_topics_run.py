"""Every topic's playbook runs through the real engine on the demo org, and says something sensible."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.chat.language.names import Names
from shared.chat.language.when import Clock as ClockTime
from shared.chat.language.when import When
from shared.chat.talk.authoring import Plan
from shared.chat.talk.questions import next_question
from shared.chat.topics.resolving import Org
from shared.chat.topics.topic import TOPICS
from shared.chat.understood import Event, Person, Request, Threshold
from shared.competitors.store import load_competitors
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import start_execution
from shared.tenants.tenant import load_tenant
from tests.emulator.executions import execution, run

ME = "sam@thrivesyracuse.example"
DAILY = When(every=1, unit="day", times=(ClockTime(minutes=540, half="sure"),))
OFTEN = When(every=30, unit="minute")
ITEM = {"itemId": "blue-dream-35", "name": "Blue Dream 3.5g", "category": "Flower", "price": 40, "quantity": 2}
EVENTS: dict[str, dict[str, Any]] = {
    "inventory.low_stock": {**ITEM, "reorderPoint": 10, "before": {**ITEM, "quantity": 12}},
    "inventory.out_of_stock": {**ITEM, "quantity": 0, "reorderPoint": 10, "before": ITEM},
    "inventory.restocked": {**ITEM, "quantity": 30, "reorderPoint": 10, "before": {**ITEM, "quantity": 0}},
    "inventory.new_product": {**ITEM, "reorderPoint": 10},
    "inventory.price_changed": {**ITEM, "price": 38, "reorderPoint": 10, "before": ITEM},
    "customer.signup": {"email": "new@customer.example", "phone": "+13155550188", "name": "Ann"},
    "customer.inactive_30d": {"email": "old@customer.example", "phone": "+13155550189", "name": "Bea"},
    "order.completed": {"email": "buyer@customer.example", "phone": "+13155550190", "total": 64},
    "competitor.price_change": {
        "competitorId": "salt-city-greens",
        "competitor": "Salt City Greens",
        "product": "Blue Dream 3.5g",
        "oldPrice": 40,
        "newPrice": 30,
        "percent": 25,
        "direction": "down",
    },
    "competitor.menu_shakeup": {
        "competitorId": "salt-city-greens",
        "competitor": "Salt City Greens",
        "percent": 30,
    },
    "usage.at_80_percent": {"metric": "emailsUsed", "percent": 81},
    "campaign.pre_send": {"campaignId": "c1", "text": "Guaranteed cure for anxiety. Kids love our gummies!"},
}
SCHEDULED = [key for key, topic in TOPICS.items() if topic.scheduled]
BY_EVENT = [(key, event) for key, topic in TOPICS.items() for event in topic.own_events]
TO_CUSTOMERS = [key for key, topic in TOPICS.items() if topic.writes_to_customers]

pytestmark = pytest.mark.usefixtures("quiet_queues")


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack) -> None:
    open_demo_stores(on_emulators.console_url)
    write_documents(demo_documents(on_emulators.console_url))


def request(topic: str, **fields: Any) -> Request:
    words = {"message": "count the safe"} if topic == "reminder" else {}
    return Request.model_validate({"topic": topic, "people": (Person(kind="me"),), **words, **fields})


def put(said: Request, *, once: bool) -> str:
    """Write the playbook that is asked for, and return its id."""
    known = {one.id: one.name for one in load_competitors(DEMO_ORG_ID)}
    clock = Clock()
    org = Org(load_tenant(DEMO_ORG_ID), clock.now(), Names(competitors=tuple(known.values())), known, ME)
    assert once or next_question(said, org) is None
    plan = Plan.of([said], org, once=once)
    assert plan is not None
    playbook_id = f"topic-{str(said.topic).replace('_', '-')}"
    document = {
        **plan.fields(),
        "name": plan.name,
        "status": "active",
        "agent": plan.drafts[0].topic.agent,
        "ownerId": "u1",
        "ownerEmail": ME,
        "orgId": DEMO_ORG_ID,
    }
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/{playbook_id}").set(document)
    return playbook_id


def ran(said: Request, event: str | None = None, *, once: bool = False) -> tuple[str, list[dict[str, Any]]]:
    """Run it once; its execution's id and its step results, which must be whole."""
    trigger = TriggerRef(type="event", event_id="e1") if event else TriggerRef(type="manual")
    request = StartRequest(
        org_id=DEMO_ORG_ID,
        playbook_id=put(said, once=once),
        trigger=trigger,
        event_data=EVENTS[event] if event else {},
        user=PinnedUser(id="u1", email=ME),
    )
    execution_id = start_execution(request, Clock()).execution_id
    run(execution_id)
    stored = execution(execution_id)
    assert stored.status == "completed", (stored.status_reason, stored.model_dump(mode="json"))
    return execution_id, [result.model_dump(mode="json", by_alias=True) for result in stored.step_results]


def told(stack: Stack, execution_id: str) -> list[str]:
    """The texts of all that reached somebody: mails, texts, posts, and notifications."""
    outbox = httpx.get(f"{stack.console_url}/api/outbox").json()
    sent = [
        f"{one.get('subject') or ''}\n{one.get('text')}" for one in outbox if one["executionId"] == execution_id
    ]
    shown = [found.to_dict() or {} for found in clients.firestore().collection("inbox_notifications").stream()]
    return sent + [f"{one['title']}\n{one['body']}" for one in shown if one.get("executionId") == execution_id]


def is_sensible(text: str) -> bool:
    """Whether no template, no empty value and no machine's word is left in it."""
    return len(text.strip()) > 10 and not re.search(r"\{\{|\}\}|\bNone\b|\bnull\b|\bundefined\b", text)


@pytest.mark.parametrize("topic", SCHEDULED)
def test_every_topic_runs_at_its_time(topic: str, on_emulators: Stack) -> None:
    execution_id, results = ran(request(topic, whens=(DAILY,)))
    texts = told(on_emulators, execution_id)
    assert all(is_sensible(text) for text in texts), texts
    skipped = [result for result in results if result["status"] == "skipped"]
    assert texts or skipped or topic in TO_CUSTOMERS


@pytest.mark.parametrize("topic", SCHEDULED)
def test_every_topic_tells_what_it_finds_when_it_is_asked_for(topic: str, on_emulators: Stack) -> None:
    execution_id, _ = ran(request(topic), once=True)
    texts = told(on_emulators, execution_id)
    assert texts
    assert all(is_sensible(text) for text in texts), texts


@pytest.mark.parametrize(("topic", "event"), BY_EVENT)
def test_every_topic_tells_of_its_own_events(topic: str, event: str, on_emulators: Stack) -> None:
    execution_id, _ = ran(request(topic, events=(Event(name=event),)), event)
    texts = told(on_emulators, execution_id)
    assert texts
    assert all(is_sensible(text) for text in texts), texts


@pytest.mark.parametrize("topic", TO_CUSTOMERS)
def test_customers_are_written_to(topic: str, on_emulators: Stack) -> None:
    event = TOPICS[topic].event
    when: dict[str, Any] = {"events": (Event(name=event),)} if event else {"whens": (DAILY,)}
    execution_id, results = ran(request(topic, people=(Person(kind="customer"),), **when), event)
    assert all(result["status"] == "completed" for result in results)
    assert all(is_sensible(text) for text in told(on_emulators, execution_id))


@pytest.mark.parametrize("topic", ["low_stock", "out_of_stock", "price_watch", "competitor_report", "usage"])
def test_what_looks_many_times_a_day_tells_only_what_it_finds(topic: str, on_emulators: Stack) -> None:
    said = request(topic, whens=(OFTEN,))
    execution_id, results = ran(said)
    deliveries = [one for one in results if one["action"] == "notify"]
    assert len(deliveries) == 1
    assert (deliveries[0]["status"] == "completed") == bool(told(on_emulators, execution_id))


def test_an_unchanged_menu_is_not_told_of_again(on_emulators: Stack) -> None:
    said = request("competitor_changes", whens=(OFTEN,))
    ran(said)
    second, results = ran(said)
    assert [one["status"] for one in results if one["action"] == "notify"] == ["skipped"]
    assert told(on_emulators, second) == []


def test_one_product_alone_is_reported(on_emulators: Stack) -> None:
    limit = Threshold(subject="quantity", op="<", value=1000, unit="units")
    said = request("low_stock", whens=(OFTEN,), thresholds=(limit,), products=("blue dreams",))
    execution_id, results = ran(said)
    (found,) = [one["output"] for one in results if one["action"] == "filter"]
    assert found["items"]
    assert all("blue dream" in item["name"].lower() for item in found["items"])
    assert all(is_sensible(text) for text in told(on_emulators, execution_id))


def test_a_campaign_carries_its_segment(on_emulators: Stack) -> None:
    ran(request("campaign_draft", whens=(DAILY,), segment="vip", message="our summer sale"))
    (draft,) = clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/campaign_drafts").stream()
    assert (draft.to_dict() or {})["segment"] == "vip"
