"""Scan, analysis, report and query against real Firestore and the demo stores' own pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.steps.competitive.analyze_competitive_intelligence import (
    AnalyzeCompetitiveIntelligence,
    AnalyzeCompetitiveIntelligenceParams,
)
from shared.steps.competitive.analyze_pricing import AnalyzePricing, AnalyzePricingParams
from shared.steps.competitive.generate_competitor_report import (
    GenerateCompetitorReport,
    GenerateCompetitorReportParams,
)
from shared.steps.competitive.scan_competitors import ScanCompetitors, ScanCompetitorsParams
from shared.steps.data.query import Query, QueryParams
from tests.unit.steps.surroundings import NOW, PerformingEffects, dumped, step_context

TENANT = "tenants/org1"


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Our inventory, and two competitors whose menus the console serves."""
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORK_FETCH", "true")
    db = firestore()
    db.document(f"{TENANT}/inventory/i1").set({"name": "Blue Dream 3.5g", "category": "Flower", "price": 40})
    db.document(f"{TENANT}/inventory/i2").set({"name": "OG Kush", "category": "Flower", "price": 50.5})
    for slug, name, price in (("higher-level", "Higher Level Syracuse", 34.0), ("green-leaf", "Green Leaf", 41.0)):
        menu = {"name": name, "products": [{"name": "Blue Dream 1/8 oz", "category": "Flower", "price": price}]}
        httpx.put(f"{on_emulators.console_url}/api/stores/{slug}", json=menu).raise_for_status()
        db.document(f"{TENANT}/competitors/{slug}").set(
            {"name": name, "menuUrl": f"{on_emulators.console_url}/stores/{slug}"}
        )
    return on_emulators


def _scan(effects: PerformingEffects | None = None, **params: Any) -> dict[str, Any]:
    return dumped(ScanCompetitors().run(ScanCompetitorsParams.model_validate(params), step_context(effects)))


def _rows(**params: Any) -> list[dict[str, Any]]:
    return Query().run(QueryParams.model_validate(params), step_context()).rows


@pytest.mark.usefixtures("market")
def test_the_undercut_is_found_and_reported() -> None:
    outputs = {"scan_competitors": _scan()}
    analysis = dumped(AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs=outputs)))
    assert analysis["price_gap"] == 15.0
    assert [cut["competitor"] for cut in analysis["undercut"]] == ["Higher Level Syracuse"]
    outputs["analyze_pricing"] = analysis
    report = GenerateCompetitorReport().run(GenerateCompetitorReportParams(), step_context(outputs=outputs))
    assert "15%" in report.text


def test_a_gram_of_theirs_is_never_an_undercut_of_our_eighth(market: Stack) -> None:
    offers = [{"@type": "Offer", "name": size, "price": price} for size, price in (("1 g", 12), ("1/8 oz", 41))]
    products = [
        {"@type": "Product", "name": "Blue Dream", "category": "Flower", "offers": offers},
        {"@type": "Product", "name": "OG Kush 1g", "category": "Flower", "offers": {"price": 12}},
    ]
    page = f'<script type="application/ld+json">{json.dumps(products)}</script>'
    for slug in ("higher-level", "green-leaf"):
        httpx.put(f"{market.console_url}/api/stores/{slug}/page", json={"html": page}).raise_for_status()
    firestore().document(f"{TENANT}/inventory/i2").set(
        {"name": "OG Kush", "size": "1/8 oz", "category": "Flower", "price": 35}
    )
    outputs = {"scan_competitors": _scan()}
    sizes = {product["name"]: product for product in outputs["scan_competitors"]["competitors"][0]["products"]}
    assert {one["size"]: one["price"] for one in sizes["Blue Dream"]["sizes"]} == {"1 g": 12.0, "1/8 oz": 41.0}
    analysis = dumped(AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs=outputs)))
    assert (analysis["price_gap"], analysis["undercut"]) == (0.0, [])
    assert analysis["matchedCount"] == 4, "an eighth with an eighth, and a gram with an eighth by the gram"
    actions = dumped(
        AnalyzeCompetitiveIntelligence().run(AnalyzeCompetitiveIntelligenceParams(), step_context(outputs=outputs))
    )
    assert actions["actions"] == []


@pytest.mark.usefixtures("market")
def test_a_scan_keeps_one_snapshot_of_each_competitor_however_often_it_runs() -> None:
    _scan()
    _scan()
    kept = {
        one.id: one.to_dict() or {} for one in firestore().collection(f"{TENANT}/competitor_snapshots").stream()
    }
    assert len(kept) == 2
    (snapshot,) = [one for one in kept.values() if one["competitorId"] == "higher-level"]
    assert snapshot["priceRange"] == {"min": 34.0, "max": 34.0, "median": 34.0}
    assert snapshot["expiresAt"] - snapshot["takenAt"] == timedelta(days=30)
    (product,) = snapshot["products"]
    assert product == {"name": "Blue Dream 1/8 oz", "category": "Flower", "price": 34.0, "size": "1/8 oz"}
    assert {"competitorId", "promoCount", "contentHash"} <= snapshot.keys()


def test_a_fresh_snapshot_stands_in_for_the_page(market: Stack) -> None:
    first = _scan()
    changed = {"name": "Higher Level Syracuse", "products": [{"name": "New", "category": "Flower", "price": 1}]}
    httpx.put(f"{market.console_url}/api/stores/higher-level", json=changed).raise_for_status()
    assert _scan(maxAgeHours=1) == first
    assert _scan() != first


@pytest.mark.usefixtures("market")
def test_a_dry_run_leaves_no_snapshot() -> None:
    assert _scan(PerformingEffects(dry=True))["competitors"]
    assert list(firestore().collection(f"{TENANT}/competitor_snapshots").stream()) == []


@pytest.mark.usefixtures("market")
def test_named_competitors_are_found_and_unknown_ones_named() -> None:
    assert [entry["name"] for entry in _scan(competitorIds=["green-leaf"])["competitors"]] == ["Green Leaf"]
    with pytest.raises(PermanentError, match="'nobody', 'a/b'"):
        _scan(competitorIds=["green-leaf", "nobody", "a/b"])


@pytest.mark.usefixtures("on_emulators")
def test_a_query_filters_orders_and_limits() -> None:
    for number in range(5):
        placed = NOW + timedelta(hours=number)
        firestore().document(f"{TENANT}/orders/o{number}").set({"total": number, "placedAt": placed})
    rows = _rows(
        collection="orders", where=[["placedAt", ">=", "2026-11-23T15:00:00Z"]], orderBy="-placedAt", limit=3
    )
    assert [row["id"] for row in rows] == ["o4", "o3", "o2"]
    assert rows[0]["placedAt"] == "2026-11-23T18:00:00Z"


@pytest.mark.usefixtures("on_emulators")
def test_a_query_sees_only_its_own_org() -> None:
    db = firestore()
    for org in ("org1", "org2"):
        db.document(f"tenants/{org}/orders/{org}").set({"total": 1})
        db.document(f"dead_letters/{org}").set({"orgId": org, "createdAt": datetime.now(UTC)})
    assert [row["id"] for row in _rows(collection="orders")] == ["org1"]
    assert [row["id"] for row in _rows(collection="dead_letters")] == ["org1"]
    assert _rows(collection="dead_letters", where=[["orgId", "==", "org2"]]) == []
