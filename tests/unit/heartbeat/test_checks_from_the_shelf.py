"""What the hourly checks find in the shelf's digests is what they find in all of the items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.gcp import clients
from shared.heartbeat.checks.pricing import margin_alerts
from shared.heartbeat.checks.stock import expiring_batches, low_stock
from shared.heartbeat.inputs import CheckInputs
from shared.retail.load import load_items, load_noted_items
from shared.retail.shelf.build import build
from tests.harness.memory_clients import use_memory
from tests.unit.retail.shelf import item_ids, items
from tests.unit.retail.shelf_world import NOW, ORG


@pytest.fixture(scope="module", autouse=True)
def project() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        yield
    clients.forget_clients()


@given(fields=st.dictionaries(item_ids, items, max_size=13), later=st.integers(0, 80))
@settings(max_examples=150, deadline=None)
def test_the_findings_are_the_same(fields: dict[str, dict[str, Any]], later: int) -> None:
    use_memory({f"tenants/{ORG}/inventory/{one}": item for one, item in fields.items()})
    build(ORG, NOW)
    now = NOW + timedelta(days=later)
    whole = CheckInputs(timezone="America/New_York", now=now, items=load_items(ORG).records)
    noted = CheckInputs(timezone="America/New_York", now=now, items=load_noted_items(ORG, now).records)
    for check in (low_stock, expiring_batches, margin_alerts):
        assert check(noted) == check(whole)
