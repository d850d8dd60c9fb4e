"""What Firestore would hold for the competitive steps, and the pages that competitors serve on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from shared.competitors import store
from shared.competitors.failures import Failure
from shared.competitors.fetching import robots
from shared.competitors.models import Competitor, Product
from shared.competitors.own_products import OwnProducts
from shared.competitors.snapshots import last_scan, suspects, unreadable
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Head, HeadFields, Snapshot, StoredSnapshot
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.competitors.snapshots.unreadable import ScanRun, Unreadable, after_failure
from shared.notices.alert import Alert
from shared.notices.daily import alerts
from shared.retail import items
from tests.unit.web.conftest import Site, running_site


@dataclass
class Shelf:
    """What Firestore would hold."""

    competitors: list[Competitor] = field(default_factory=list)
    ours: list[Product] = field(default_factory=list)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    commits: int = 0
    scans: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What scans wrote on competitors."""
    doubted: dict[str, SuspectSnapshot] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)

    def find(self, _org: str, wanted: Sequence[str]) -> list[Competitor]:
        return [one for one in self.competitors if one.id in wanted]

    def heads(self, _org: str, _ids: Sequence[str], now: datetime) -> dict[str, Head]:
        found = sorted(self.snapshots.items(), key=lambda entry: entry[1].taken_at)
        return {
            kept.competitor_id: Head(one, HeadFields.model_validate(kept.model_dump()))
            for one, kept in found
            if kept.expires_at > now
        }

    def save(
        self,
        _org: str,
        taken: Mapping[str, Snapshot],
        seen: Mapping[str, Mapping[str, Any]],
        doubted: Mapping[str, SuspectSnapshot | None],
    ) -> None:
        self.commits += 1
        self.snapshots.update(taken)
        for one, fields in seen.items():
            self.snapshots[one] = Snapshot.model_validate(
                {**self.snapshots[one].model_dump(by_alias=True), **fields}
            )
        for one, suspect in doubted.items():
            self.doubted.pop(one, None)
            if suspect is not None:
                self.doubted[one] = suspect

    def confirm(
        self, _org: str, suspect: SuspectSnapshot, confirmed: StoredSnapshot, instead: SuspectSnapshot
    ) -> bool:
        one = suspect.competitor_id
        known = self.doubted.pop(one, None)
        if known is not None and known.mark == suspect.mark:
            self.snapshots[confirmed.id] = confirmed.snapshot
        elif confirmed.id not in self.snapshots:
            self.doubted[one] = instead
            return False
        return True

    def count(self, _org: str, one: str, failure: Failure, run: ScanRun, now: datetime) -> Unreadable:
        self.unreadable[one] = after_failure(self.unreadable.get(one), failure, run, now)
        return self.unreadable[one]

    def mark_notified(self, _org: str, one: str, counted: Unreadable, now: datetime) -> None:
        self.unreadable[one] = counted.model_copy(update={"told_at": now})

    def try_to_notify(self, _org: str, alert: Alert, _now: datetime) -> bool:
        self.alerts.append(alert)
        return True

    def load(self, _org: str, ids: Sequence[str]) -> dict[str, Snapshot]:
        return {one: self.snapshots[one] for one in ids if one in self.snapshots}

    def record(self, _org: str, scans: Mapping[str, Mapping[str, Any]]) -> None:
        for one, fields in scans.items():
            self.scans.setdefault(one, {}).update(fields)
            if self.scans[one].pop(unreadable.FIELD, None) is not None:
                self.unreadable.pop(one, None)


def stocked_shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf that the steps take for Firestore."""
    shelf = Shelf()
    robots.forget()
    monkeypatch.setattr(store, "load_competitors", lambda _org: shelf.competitors)
    monkeypatch.setattr(store, "find_competitors", shelf.find)
    monkeypatch.setattr(snapshot_store, "heads", shelf.heads)
    monkeypatch.setattr(snapshot_store, "save_scan", shelf.save)
    monkeypatch.setattr(snapshot_store, "load_snapshots", shelf.load)
    monkeypatch.setattr(last_scan, "record", shelf.record)
    monkeypatch.setattr(suspects, "load", lambda _org: dict(shelf.doubted))
    monkeypatch.setattr(suspects, "confirm", shelf.confirm)
    monkeypatch.setattr(alerts, "try_to_notify", shelf.try_to_notify)
    monkeypatch.setattr(unreadable, "count", shelf.count)
    monkeypatch.setattr(unreadable, "mark_notified", shelf.mark_notified)
    monkeypatch.delenv("APIFY_TOKEN", raising=False)
    monkeypatch.setattr(items, "our_products", lambda _org, _theirs: OwnProducts(tuple(shelf.ours), ()))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORK_FETCH", "true")
    return shelf


def site_without_rules() -> Iterator[Site]:
    """A server without a robots.txt."""
    for running in running_site():
        running.page("/robots.txt", status=404)
        yield running


def open_store(shelf: Shelf, site: Site, slug: str, *products: tuple[str, str, str]) -> None:
    """A competitor whose page holds these products: name, category, price."""
    documents = [
        {"@type": "Product", "name": name, "category": category, "offers": {"price": price}}
        for name, category, price in products
    ]
    html = f'<script type="application/ld+json">{json.dumps(documents)}</script><p>BOGO today</p>'
    url = site.page(f"/{slug}", html.encode())
    shelf.competitors.append(Competitor(id=slug, name=slug.replace("-", " ").title(), menu_url=url))


def broken_store(shelf: Shelf, site: Site, slug: str, status: int) -> None:
    """A competitor whose page answers with an error."""
    url = site.page(f"/{slug}", status=status)
    shelf.competitors.append(Competitor(id=slug, name=slug.title(), menu_url=url))
