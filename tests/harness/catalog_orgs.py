"""Orgs of mixed tiers with their assignments, as the tests and the benchmark of the catalog's ticks need them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients

TIERS = ("starter", "growth", "pro", "enterprise")
DAILY = {
    "starter": ("daily-intel",),
    "growth": ("daily-intel", "competitive-price-alert"),
    "pro": ("daily-intel", "competitive-price-alert", "price-intelligence"),
    "enterprise": (
        "daily-intel",
        "competitive-price-alert",
        "price-intelligence",
        "executive-daily-digest",
        "birthday-loyalty",
    ),
}
SET: list[dict[str, Any]] = [{"id": "set", "action": "set", "params": {"values": {"x": 1}}}]
_WRITES_A_BATCH = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """One run that a tick must make."""

    org_id: str
    playbook_id: str


def org_ids(count: int) -> list[str]:
    """In their order; the tier goes round."""
    return [f"org-{number:05d}" for number in range(count)]


def wanted_of(orgs: Iterable[tuple[str, str]]) -> list[Wanted]:
    """The daily runs of orgs of these tiers, `(org id, tier)`."""
    return [Wanted(org_id, playbook_id) for org_id, tier in orgs for playbook_id in DAILY[tier]]


def seed_orgs(first: int, count: int, steps: Sequence[dict[str, Any]] = tuple(SET)) -> list[Wanted]:
    """Write the orgs from number `first` on with their tiers' daily playbooks assigned; the runs of one tick."""
    named = [(org_id, TIERS[number % len(TIERS)]) for number, org_id in enumerate(org_ids(first + count))][first:]
    _write_all(write for org_id, tier in named for write in org_writes(org_id, tier, steps))
    return wanted_of(named)


def org_writes(
    org_id: str, tier: str, steps: Sequence[dict[str, Any]], frequency: str = "daily", **fields: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and fields of the org, its playbooks and their assignments; `fields` go into the org."""
    yield (
        f"tenants/{org_id}",
        {
            "name": org_id,
            "tierId": tier,
            "timezone": "America/New_York",
            "status": "active",
            "ownerEmail": f"owner@{org_id}.example",
            **fields,
        },
    )
    for playbook_id in DAILY[tier]:
        yield from playbook_writes(org_id, playbook_id, steps, frequency, tier)


def playbook_writes(
    org_id: str, playbook_id: str, steps: Sequence[dict[str, Any]], frequency: str = "daily", tier: str = "starter"
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The org's copy of the playbook, and its assignment."""
    yield (
        f"tenants/{org_id}/playbooks/{playbook_id}",
        {
            "name": playbook_id,
            "status": "active",
            "source": "catalog",
            "orgId": org_id,
            "version": 1,
            "triggers": [{"id": "manual", "type": "manual"}],
            "steps": list(steps),
        },
    )
    yield (
        f"{PLAYBOOK_ASSIGNMENTS}/{org_id}_{playbook_id}",
        {
            "orgId": org_id,
            "playbookId": playbook_id,
            "tierId": tier,
            "frequency": frequency,
            "status": "active",
            "triggerCount": 0,
        },
    )


def _write_all(writes: Iterator[tuple[str, dict[str, Any]]]) -> None:
    client = clients.firestore()
    while chunk := list(itertools.islice(writes, _WRITES_A_BATCH)):
        batch = client.batch()
        for path, fields in chunk:
            batch.set(client.document(path), fields)
        batch.commit()
