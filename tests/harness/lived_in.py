"""The demo shop with a few weeks of use, for pictures and checks of each dashboard page.

Apart from competitors' past menus, everything happens as for a customer: playbooks are written, run and fail.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

import httpx
from google.cloud.firestore_v1.base_query import FieldFilter

from clients.python.playbooks_client import Playbooks
from clients.python.playbooks_client.operations import StartedRun
from local.demo.menus import HIGHER_LEVEL, SALT_CITY, STORES, menu_of
from local.demo.seed import demo_documents, write_documents
from local.demo.story_error import StoryError
from local.stack.running import Stack
from shared.competitors.models import ParsedMenu, Product
from shared.competitors.snapshots.snapshot import snapshot_id, take_snapshot
from shared.documents import executions
from shared.documents.org import COMPETITOR_SNAPSHOTS, EVENTS, PLAYBOOKS, org_path
from shared.gcp import clients
from shared.triggers import playbook_summaries
from tests.harness.lived_in_playbooks import (
    PRICE_WATCH,
    REVIEWED,
    THROTTLED,
    WIN_BACK,
    WITH_APPROVAL,
    WITH_FAULT,
    playbooks,
)

T = TypeVar("T")
_PATIENCE_SECONDS = 180
_POLL_SECONDS = 0.2
_ENDED = frozenset({"completed", "failed", "cancelled", "skipped"})
# How much a competitor's prices differed on past days, in percent of today's.
_EARLIER_MENUS = ((21, 8), (14, 4), (9, 5), (4, 2))
# One is cheap enough to trigger a suggestion, one expensive enough to leave room.
_TODAY = {HIGHER_LEVEL.slug: -14, SALT_CITY.slug: 14}
_DECISIONS = ("pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations")


@dataclass(frozen=True, slots=True)
class LivedIn:
    """Ids of the things in it."""

    org_id: str
    playbook: str
    completed_run: str
    failed_run: str
    waiting_run: str
    held_run: str
    """A queued run."""
    approval: str
    suggestion: tuple[str, str]
    """Its kind, and its id there."""
    competitor: str


def live_in(stack: Stack, org_id: str) -> LivedIn:
    """Creates the org and its history. This process's clients must point at `stack`.

    Raises:
        StoryError: something didn't happen in time.
        httpx.HTTPError: a part of the stack does not answer.
    """
    now = datetime.now(UTC)
    # Onboarding would email the owner in between.
    welcomed = {"name": "org.created", "data": {}, "onboardingStartedAt": now}
    write_documents({org_path(org_id, EVENTS, "org-created"): welcomed})
    _open_stores(stack.console_url)
    write_documents(demo_documents(stack.console_url, now, org_id))
    write_documents(_earlier_menus(org_id, now))
    own = playbooks(stack.console_url)
    write_documents({org_path(org_id, PLAYBOOKS, name): {**one, "orgId": org_id} for name, one in own.items()})
    with Playbooks(stack.public_url, token=stack.cron_secret, timeout=_PATIENCE_SECONDS, trust_env=False) as api:
        _eventually(lambda: _summaries(org_id) >= own.keys(), "every playbook is reconciled")
        completed = [_run(api, org_id, PRICE_WATCH) for _ in range(3)][-1]
        failed = _run(api, org_id, WITH_FAULT, expected="failed")
        waiting = _run(api, org_id, WITH_APPROVAL, expected="waiting")
        _run(api, org_id, WIN_BACK)
    _ask_for_review(org_id, "Jordan")
    _first(org_id, "playbook_executions", playbookId=THROTTLED, status="completed")
    _ask_for_review(org_id, "Riley")
    held = _first(org_id, "playbook_executions", playbookId=THROTTLED, status="queued")
    approval = _first(org_id, "approvals", executionId=waiting)
    kind, suggestion = _eventually(lambda: _suggestion(org_id), "an agent suggests something")
    _eventually(lambda: _found(org_id, "inbox_notifications"), "an alert")
    return LivedIn(
        org_id, PRICE_WATCH, completed, failed, waiting, held, approval, (kind, suggestion), HIGHER_LEVEL.slug
    )


def _ask_for_review(org_id: str, customer: str) -> None:
    event = {"name": REVIEWED, "data": {"customer": customer}}
    write_documents({org_path(org_id, EVENTS, f"review-{customer.lower()}"): event})


def _open_stores(console_url: str) -> None:
    with httpx.Client(base_url=console_url, timeout=_PATIENCE_SECONDS, trust_env=False) as console:
        for store in STORES:
            products = [_at(one, _TODAY.get(store.slug, 0)) for one in _products(menu_of(store))]
            menu = {"name": store.name, "products": [one.model_dump(mode="json") for one in products]}
            console.put(f"/api/stores/{store.slug}", json=menu).raise_for_status()


def _earlier_menus(org_id: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Past snapshots of competitors' menus, for price history."""
    documents = {}
    for store in STORES:
        before: str | None = None
        for days, percent in _EARLIER_MENUS:
            products = tuple(_at(one, percent) for one in _products(menu_of(store)))
            menu = ParsedMenu(products=products, source="json-ld", found=len(products))
            snapshot = take_snapshot(store.slug, menu, now - timedelta(days=days))
            before = snapshot_id(snapshot, before)
            path = org_path(org_id, COMPETITOR_SNAPSHOTS, before)
            documents[path] = {**snapshot.model_dump(by_alias=True), "expiresAt": now + timedelta(days=30)}
    return documents


def _products(menu: dict[str, object]) -> list[Product]:
    listed = menu["products"]
    return [Product.model_validate(one) for one in listed] if isinstance(listed, list) else []


def _at(product: Product, percent: int) -> Product:
    price = product.price
    return (
        product
        if price is None
        else product.model_copy(update={"price": round(price * (100 + percent) / Decimal(100), 2)})
    )


def _run(api: Playbooks, org_id: str, playbook: str, expected: str = "completed") -> str:
    """Starts a run and waits for the expected status; returns its id."""
    started = cast("StartedRun", api.execute_playbook(playbook, {"triggeredBy": "manual", "orgId": org_id}))
    execution_id = started["executionId"]
    reference = clients.firestore().document(executions.path_of(execution_id))

    def status() -> str:
        run = reference.get().to_dict() or {}
        if run.get("status") in _ENDED and run["status"] != expected:
            raise StoryError(f"a run of {playbook} should be {expected}", str(run.get("statusReason")))
        return str(run.get("status"))

    _eventually(lambda: status() == expected, f"a run of {playbook} is {expected}", status)
    return execution_id


def _summaries(org_id: str) -> set[str]:
    query = (
        clients.firestore()
        .collection(playbook_summaries.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
    )
    return {str((one.to_dict() or {}).get("playbookId")) for one in query.stream()}


def _found(org_id: str, collection: str, **wanted: str) -> list[str]:
    query = clients.firestore().collection(collection).where(filter=FieldFilter("orgId", "==", org_id))
    for name, value in wanted.items():
        query = query.where(filter=FieldFilter(name, "==", value))
    return [one.id for one in query.limit(1).stream()]


def _first(org_id: str, collection: str, **wanted: str) -> str:
    return _eventually(lambda: _found(org_id, collection, **wanted), f"one of {collection}")[0]


def _suggestion(org_id: str) -> tuple[str, str] | None:
    for kind in _DECISIONS:
        for found in clients.firestore().collection(org_path(org_id, kind)).limit(1).stream():
            return kind, found.id
    return None


def _eventually(look: Callable[[], T | None], what: str, found: Callable[[], str] = lambda: "") -> T:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        if value := look():
            return value
        if time.monotonic() > deadline:
            raise StoryError(f"{what}: not within {_PATIENCE_SECONDS} s", found())
        time.sleep(_POLL_SECONDS)
