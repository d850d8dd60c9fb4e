"""Every recipe's playbook runs through the real engine on the demo org, and says something sensible."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.chat.facts import load_facts
from shared.chat.gaps import complete
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import RECIPES, cook, is_by_event
from shared.chat.understanding import EventWish, Intent, ScheduleWish, Threshold, Topic, Understanding
from shared.execution.pinning import StartRequest
from shared.execution.record import PinnedUser, TriggerRef
from shared.execution.start import start_execution
from shared.gcp import clients
from shared.gcp.clock import Clock
from tests.emulator.executions import execution, run

ME = "sam@thrivesyracuse.example"
DAILY = ScheduleWish(cron="0 9 * * *", assumed_time=True)
OFTEN = ScheduleWish(cron="*/30 * * * *")
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
SCHEDULED = [topic for topic, recipe in RECIPES.items() if recipe.scheduled]
BY_EVENT = [(topic, event) for topic, recipe in RECIPES.items() for event in recipe.own_events]
TO_CUSTOMERS = (Topic.WELCOME, Topic.THANK_YOU, Topic.WIN_BACK, Topic.BIRTHDAYS)

pytestmark = pytest.mark.usefixtures("quiet_queues")


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack) -> None:
    open_demo_stores(on_emulators.console_url)
    write_documents(demo_documents(on_emulators.console_url))


def wish(topic: Topic, **fields: Any) -> Understanding:
    words = {"message": "count the safe"} if topic is Topic.REMINDER else {}
    return Understanding(**{"intent": Intent.CREATE, "topic": topic, "recipients": ("me",), **words, **fields})


def put(said: Understanding) -> str:
    """Write the playbook that is understood, and return its id."""
    facts = load_facts(DEMO_ORG_ID)
    whole = complete(said, facts.tenant, facts.competitors, ME)
    assert whole.questions == ()
    found = whole.competitors
    once = said.intent is Intent.RUN
    by_event = not once and is_by_event(said)
    order = Order(said, whole.audience, tuple(found), tuple(found.values()), by_event, once)
    draft = cook(order, facts.tenant.timezone)
    playbook_id = f"recipe-{draft.recipe.topic.value.replace('_', '-')}"
    document = {
        "name": draft.name,
        "status": "active",
        "agent": draft.recipe.agent,
        "triggers": list(draft.triggers),
        "steps": list(draft.steps),
        "ownerId": "u1",
        "ownerEmail": ME,
        "orgId": DEMO_ORG_ID,
    }
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/{playbook_id}").set(document)
    return playbook_id


def ran(said: Understanding, event: str | None = None) -> tuple[str, list[dict[str, Any]]]:
    """Run it once; its execution's id and its step results, which must be whole."""
    trigger = TriggerRef(type="event", event_id="e1") if event else TriggerRef(type="manual")
    request = StartRequest(
        org_id=DEMO_ORG_ID,
        playbook_id=put(said),
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


@pytest.mark.parametrize("topic", SCHEDULED, ids=lambda topic: topic.value)
def test_every_recipe_runs_at_its_time(topic: Topic, on_emulators: Stack) -> None:
    execution_id, results = ran(wish(topic, schedules=(DAILY,)))
    texts = told(on_emulators, execution_id)
    assert all(is_sensible(text) for text in texts), texts
    skipped = [result for result in results if result["status"] == "skipped"]
    assert texts or skipped or topic in TO_CUSTOMERS


@pytest.mark.parametrize("topic", SCHEDULED, ids=lambda topic: topic.value)
def test_every_recipe_tells_what_it_finds_when_it_is_asked_for(topic: Topic, on_emulators: Stack) -> None:
    execution_id, _ = ran(wish(topic, intent=Intent.RUN))
    texts = told(on_emulators, execution_id)
    assert texts
    assert all(is_sensible(text) for text in texts), texts


@pytest.mark.parametrize(("topic", "event"), BY_EVENT, ids=lambda one: getattr(one, "value", one))
def test_every_recipe_tells_of_its_own_events(topic: Topic, event: str, on_emulators: Stack) -> None:
    execution_id, _ = ran(wish(topic, events=(EventWish(event_name=event),)), event)
    texts = told(on_emulators, execution_id)
    assert texts
    assert all(is_sensible(text) for text in texts), texts


@pytest.mark.parametrize("topic", TO_CUSTOMERS, ids=lambda topic: topic.value)
def test_customers_are_written_to(topic: Topic, on_emulators: Stack) -> None:
    event = RECIPES[topic].event
    when: dict[str, Any] = {"events": (EventWish(event_name=event),)} if event else {"schedules": (DAILY,)}
    execution_id, results = ran(wish(topic, recipients=("customer",), **when), event)
    assert all(result["status"] == "completed" for result in results)
    assert all(is_sensible(text) for text in told(on_emulators, execution_id))


@pytest.mark.parametrize(
    "topic", [Topic.LOW_STOCK, Topic.OUT_OF_STOCK, Topic.PRICE_WATCH, Topic.COMPETITOR_REPORT, Topic.USAGE]
)
def test_what_looks_many_times_a_day_tells_only_what_it_finds(topic: Topic, on_emulators: Stack) -> None:
    said = wish(topic, schedules=(OFTEN,))
    execution_id, results = ran(said)
    deliveries = [one for one in results if one["action"] == "notify"]
    assert len(deliveries) == 1
    assert (deliveries[0]["status"] == "completed") == bool(told(on_emulators, execution_id))


def test_an_unchanged_menu_is_not_told_of_again(on_emulators: Stack) -> None:
    said = wish(Topic.COMPETITOR_CHANGES, schedules=(OFTEN,))
    ran(said)
    second, results = ran(said)
    assert [one["status"] for one in results if one["action"] == "notify"] == ["skipped"]
    assert told(on_emulators, second) == []


def test_one_product_alone_is_told_of(on_emulators: Stack) -> None:
    limit = Threshold(subject="quantity", op="<", value=1000, unit="units")
    said = wish(Topic.LOW_STOCK, schedules=(OFTEN,), threshold=limit, product="blue dreams")
    execution_id, results = ran(said)
    (found,) = [one["output"] for one in results if one["action"] == "filter"]
    assert found["items"]
    assert all("blue dream" in item["name"].lower() for item in found["items"])
    assert all(is_sensible(text) for text in told(on_emulators, execution_id))


def test_a_campaign_carries_its_segment(on_emulators: Stack) -> None:
    ran(wish(Topic.CAMPAIGN_DRAFT, schedules=(DAILY,), segment="vip", message="our summer sale"))
    (draft,) = clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/campaign_drafts").stream()
    assert (draft.to_dict() or {})["segment"] == "vip"
