"""The catalog's files: what each tier is promised, checked by the models of everybody's playbooks."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.tiers import TIERS
from shared.catalog.files.load import CatalogPlaybook, catalog, content_hash, content_of, included
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model
from shared.tenants.tenant import TierId

KNOWN = json.loads((Path(__file__).parent / "catalog_versions.json").read_text())
PROMISED = """\
daily-intel | starter | daily | email, dashboard
weekly-summary | starter | weekly | email, dashboard
onboarding | starter | org.created | email, dashboard
competitive-price-alert | growth | daily | email, dashboard, sms
segment-campaign | growth | weekly | dashboard
low-stock-alert | growth | inventory.low_stock | dashboard, sms
post-purchase-thank-you | growth | order.completed | customer_email
price-intelligence | pro | daily | email, dashboard
multi-channel-campaign | pro | weekly | email, dashboard, sms
win-back | pro | customer.inactive_30d | customer_email
real-time-price-alert | enterprise | competitor.price_change | sms, dashboard
executive-daily-digest | enterprise | daily | email, dashboard
executive-weekly-report | enterprise | weekly | email, dashboard
partner-ecosystem | enterprise | weekly | email, dashboard
multi-location-rollup | enterprise | weekly | email, dashboard
margin-optimization | enterprise | weekly | dashboard
vip-customers | enterprise | weekly | email, dashboard
birthday-loyalty | enterprise | daily | customer_email
new-product-launch | enterprise | inventory.new_product | dashboard
menu-health | enterprise | weekly | email, dashboard
campaign-roi | enterprise | weekly | email, dashboard
compliance-digest | enterprise | weekly | email, dashboard
usage-alert | enterprise | usage.at_80_percent | email, dashboard
"""
each = pytest.mark.parametrize("one", catalog().values(), ids=list(catalog()))


def test_the_catalog_is_what_was_promised() -> None:
    written = [" | ".join(part.strip() for part in line.split("|")) for line in PROMISED.splitlines()]
    assert [_row(one) for one in catalog().values()] == written
    assert [one.number for one in catalog().values()] == list(range(1, len(written) + 1))


def _row(one: CatalogPlaybook) -> str:
    event = next((trigger["eventName"] for trigger in one.triggers if trigger["type"] == "event"), None)
    return f"{one.id} | {one.tier} | {event or one.frequency} | {', '.join(one.channels)}"


@each
def test_a_file_is_named_after_its_playbook_and_says_when_it_runs(one: CatalogPlaybook) -> None:
    import shared.catalog.files as package

    (folder,) = package.__path__
    assert (Path(folder) / f"{one.id}.json").is_file()
    # Daily and weekly ones have no job of their own: two jobs start them for all orgs.
    kinds = [trigger["type"] for trigger in one.triggers]
    assert kinds == (["event"] if one.frequency == "event" else ["manual"])


@each
def test_an_org_can_run_it(one: CatalogPlaybook) -> None:
    document = {**one.content(), "status": "active", "orgId": "org_1"}
    playbook = parse_playbook("org_1", document, params_model)
    assert playbook.name == one.name


@each
def test_firestore_can_hold_it(one: CatalogPlaybook) -> None:
    assert not list(_lists_in_lists(one.content()))
    assert len(json.dumps(one.content())) < 100_000


def _lists_in_lists(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lists_in_lists(item, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, list):
                yield f"{path}[{index}]"
            yield from _lists_in_lists(item, f"{path}[{index}]")


@each
def test_it_sends_over_the_channels_that_it_names(one: CatalogPlaybook) -> None:
    assert _channels(one) == set(one.channels)


def _channels(one: CatalogPlaybook) -> set[str]:
    found: set[str] = set()
    offered: set[str] = set()
    for step in _all_steps(one.steps):
        params = step["params"]
        match step["action"]:
            case "notify":
                channels = params.get("channels")
                found |= offered - {"sms"} if isinstance(channels, str) else set(channels or ("email", "dashboard"))
            case "alert_channels":
                offered = set(params["offered"])
            case "send_email":
                found.add("customer_email")
            case "create_inbox_notification":
                found.add("dashboard")
    return found


def _all_steps(steps: list[dict[str, Any]]) -> Any:
    for step in steps:
        yield step
        yield from _all_steps(step["params"].get("steps", []))


@each
def test_a_customer_is_written_to_only_at_an_address_of_the_org_s_own_list(one: CatalogPlaybook) -> None:
    mails = [step for step in _all_steps(one.steps) if step["action"] == "send_email"]
    assert all(mail["params"]["to"] == "{{steps.contact.email}}" for mail in mails)
    assert all("to unsubscribe, use the link below" in mail["params"]["text"] for mail in mails)
    assert all(step["action"] != "send_sms" for step in _all_steps(one.steps))


@pytest.mark.parametrize("tier", TIERS.values(), ids=list(TIERS))
def test_each_tier_has_as_many_as_it_promises(tier: Any) -> None:
    assert len(included(tier.id)) == tier.catalog_playbooks


def test_a_higher_tier_has_all_of_the_lower_ones() -> None:
    ranks = list(TierId)
    for lower, higher in itertools.pairwise(ranks):
        assert set(included(lower)) < set(included(higher))


@each
def test_a_changed_catalog_playbook_has_a_new_version(one: CatalogPlaybook) -> None:
    """Orgs are brought up to date by the version. After a change: raise it, and write both into the file."""
    written = json.dumps({one.id: {"version": one.version, "hash": one.hash}})
    assert one.id in KNOWN, f"new: write {written} into catalog_versions.json"
    known = KNOWN[one.id]
    assert one.version >= known["version"]
    assert (one.hash == known["hash"]) or one.version > known["version"], written


@each
def test_the_hash_survives_a_way_through_firestore_and_a_browser(one: CatalogPlaybook) -> None:
    turned = json.loads(json.dumps(one.content(), sort_keys=True), parse_int=float)
    assert content_hash(content_of({**turned, "status": "active", "version": 3.0})) == one.hash


@given(st.sampled_from(["name", "description", "agent", "category"]), st.text(min_size=1))
def test_any_change_of_the_content_changes_the_hash(field: str, text: str) -> None:
    content = catalog()["daily-intel"].content()
    changed = {**content, field: content[field] + text}
    assert content_hash(changed) != content_hash(content)
