"""What Firestore would hold for the competitive steps, and the pages that competitors serve on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from shared.competitors import store
from shared.competitors.fetching import robots
from shared.competitors.models import Competitor, Product
from shared.competitors.snapshots import last_scan
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Head, HeadFields, Snapshot
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


def stocked_shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf that the steps take for Firestore."""
    shelf = Shelf()

    def find(_org: str, wanted: Sequence[str]) -> list[Competitor]:
        return [one for one in shelf.competitors if one.id in wanted]

    def heads(_org: str, _count: int, now: datetime) -> dict[str, Head]:
        found = sorted(shelf.snapshots.items(), key=lambda entry: entry[1].taken_at)
        return {
            kept.competitor_id: Head(one, HeadFields.model_validate(kept.model_dump()))
            for one, kept in found
            if kept.expires_at > now
        }

    def save(_org: str, taken: Mapping[str, Snapshot], seen: Mapping[str, Mapping[str, Any]]) -> None:
        shelf.commits += 1
        shelf.snapshots.update(taken)
        for one, fields in seen.items():
            shelf.snapshots[one] = Snapshot.model_validate(
                {**shelf.snapshots[one].model_dump(by_alias=True), **fields}
            )

    def load(_org: str, ids: Sequence[str]) -> dict[str, Snapshot]:
        return {one: shelf.snapshots[one] for one in ids if one in shelf.snapshots}

    def record(_org: str, scans: Mapping[str, Mapping[str, Any]]) -> None:
        for one, fields in scans.items():
            shelf.scans.setdefault(one, {}).update(fields)

    robots.forget()
    monkeypatch.setattr(store, "load_competitors", lambda _org: shelf.competitors)
    monkeypatch.setattr(store, "find_competitors", find)
    monkeypatch.setattr(snapshot_store, "heads", heads)
    monkeypatch.setattr(snapshot_store, "save_scan", save)
    monkeypatch.setattr(snapshot_store, "load_snapshots", load)
    monkeypatch.setattr(last_scan, "record", record)
    monkeypatch.delenv("APIFY_TOKEN", raising=False)
    monkeypatch.setattr(store, "load_our_products", lambda _org: shelf.ours)
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
