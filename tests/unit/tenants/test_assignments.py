"""What is planned for one playbook of an org: by tier, by status, and by what people have done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.billing.tiers import TIERS
from shared.catalog.assignments import CatalogDocuments, OrgEntitlement, plan
from shared.catalog.files.load import CatalogPlaybook, catalog
from shared.tenants.tenant import TierId
from tests.unit.tenants.assigned_org import NOW, Org

PRICES = "competitive-price-alert"
ACTIVE = ("active", "active")
BY_TIER = ("paused", "paused")


def org(tier: str = "growth") -> Org:
    """An org of that tier, assigned."""
    made = Org(tier)
    made.reconcile()
    return made


@pytest.mark.parametrize("tier", TIERS)
def test_a_new_org_gets_what_its_tier_includes(tier: TierId) -> None:
    made = org(tier)
    assert len(made.active()) == TIERS[tier].catalog_playbooks
    assert made.playbooks.keys() == made.assignments.keys() == made.active()


def test_a_copy_equals_the_catalogs_and_names_its_source() -> None:
    made = org()
    entry, copy = catalog()[PRICES], made.playbooks[PRICES]
    assert copy["steps"] == entry.steps
    assert copy["triggers"] == entry.triggers
    assert (copy["source"], copy["catalogVersion"], copy["version"]) == ("catalog", entry.version, 1)
    assert (copy["orgId"], copy["createdAt"]) == ("org_1", NOW)
    assert "ownerId" not in copy


def test_an_assignment_has_what_the_contract_says() -> None:
    assert org().assignments[PRICES] == {
        "orgId": "org_1",
        "playbookId": PRICES,
        "tierId": "growth",
        "frequency": "daily",
        "status": "active",
        "personPaused": False,
        "lastTriggeredAt": None,
        "triggerCount": 0,
    }


def test_an_upgrade_adds_and_keeps_the_history_of_what_was_there() -> None:
    made = org("starter")
    made.assignments["daily-intel"] |= {"triggerCount": 7, "lastTriggeredAt": NOW}
    made.tier = "enterprise"
    made.reconcile()
    assert len(made.active()) == TIERS[TierId.ENTERPRISE].catalog_playbooks
    kept = made.assignments["daily-intel"]
    assert (kept["triggerCount"], kept["lastTriggeredAt"], kept["tierId"]) == (7, NOW, "enterprise")


def test_a_downgrade_pauses_what_the_tier_no_longer_has_and_an_upgrade_brings_it_back() -> None:
    made = org("pro")
    made.assignments[PRICES] |= {"triggerCount": 3}
    made.tier = "starter"
    made.reconcile()
    assert len(made.active()) == 3
    assert made.state(PRICES) == BY_TIER
    assert made.paused_by(PRICES) == ("tier", "tier")
    made.tier = "growth"
    made.reconcile()
    assert made.state(PRICES) == ACTIVE
    assert made.paused_by(PRICES) == (None, None)
    assert made.assignments[PRICES]["triggerCount"] == 3
    assert made.state("price-intelligence") == BY_TIER


@pytest.mark.parametrize("status", ["cancelled", "suspended", "past_due", "paused"])
def test_an_org_that_is_not_active_has_all_of_it_paused_until_it_is_again(status: str) -> None:
    made = org()
    made.status = status
    made.reconcile()
    assert made.active() == set()
    assert made.paused_by(PRICES) == ("org", "org")
    made.status = "active"
    made.reconcile()
    assert len(made.active()) == 7


def test_an_org_that_was_never_active_gets_nothing() -> None:
    made = Org("pro", status="pending")
    made.reconcile()
    assert made.playbooks == made.assignments == {}


def test_an_org_whose_document_is_gone_has_all_of_it_paused() -> None:
    made = org()
    made.is_there = False
    made.reconcile()
    assert made.active() == set()
    assert made.assignments[PRICES]["tierId"] == "growth"


@pytest.mark.parametrize("where", ["playbooks", "assignments"])
def test_a_person_s_pause_is_one_in_both_and_survives_everything(where: str) -> None:
    made = org()
    getattr(made, where)[PRICES]["status"] = "paused"
    made.reconcile()
    for tier, status in [("growth", "active"), ("starter", "active"), ("pro", "cancelled"), ("pro", "active")]:
        made.tier, made.status = tier, status
        made.reconcile()
        assert made.state(PRICES) == ("paused", "paused")
        assert made.paused_by(PRICES) == (None, None)


@pytest.mark.parametrize("paused_in", ["playbooks", "assignments"])
@pytest.mark.parametrize("resumed_in", ["playbooks", "assignments"])
def test_a_person_takes_a_pause_back_in_either_document(paused_in: str, resumed_in: str) -> None:
    made = org()
    getattr(made, paused_in)[PRICES]["status"] = "paused"
    made.reconcile()
    getattr(made, resumed_in)[PRICES]["status"] = "active"
    made.reconcile()
    assert made.state(PRICES) == ACTIVE


def test_a_persons_pause_just_before_a_downgrade_stays_theirs() -> None:
    made = org()
    made.playbooks[PRICES]["status"] = "paused"
    made.tier = "starter"
    made.reconcile()
    made.tier = "pro"
    made.reconcile()
    assert made.state(PRICES) == ("paused", "paused")


def test_a_playbook_outside_the_tier_cannot_be_activated_by_hand() -> None:
    made = org()
    made.tier = "starter"
    made.reconcile()
    made.playbooks[PRICES]["status"] = "active"
    made.reconcile()
    assert made.state(PRICES) == BY_TIER


def test_an_archived_copy_is_a_person_s_will_and_stays_archived() -> None:
    made = org()
    made.playbooks[PRICES]["status"] = "archived"
    for tier in ("growth", "starter", "pro"):
        made.tier = tier
        made.reconcile()
    assert made.state(PRICES) == ("archived", "paused")


def test_a_copy_in_error_is_not_a_person_s_pause() -> None:
    made = org()
    made.playbooks[PRICES] |= {"status": "error", "statusReason": "steps[0].action: …"}
    made.reconcile()
    assert made.state(PRICES) == ("error", "active")
    made.tier = "starter"
    made.reconcile()
    assert made.state(PRICES) == BY_TIER


def test_a_deleted_copy_stays_deleted_until_its_assignment_is_set_to_active() -> None:
    made = org()
    del made.playbooks[PRICES]
    made.reconcile()
    made.tier = "pro"
    made.reconcile()
    assert PRICES not in made.playbooks
    assert made.assignments[PRICES]["status"] == "paused"
    made.assignments[PRICES]["status"] = "active"
    made.reconcile()
    assert made.state(PRICES) == ACTIVE
    assert "removed" not in made.assignments[PRICES]


def test_a_deleted_copy_that_is_wanted_back_waits_for_the_tier() -> None:
    made = org()
    del made.playbooks[PRICES]
    made.reconcile()
    made.tier = "starter"
    made.assignments[PRICES]["status"] = "active"
    made.reconcile()
    assert made.assignments[PRICES]["status"] == "paused"
    assert PRICES not in made.playbooks
    made.tier = "growth"
    made.reconcile()
    assert made.state(PRICES) == ACTIVE


def test_a_playbook_of_the_org_s_own_under_the_id_is_left_alone() -> None:
    made = Org("growth")
    own = {"name": "Mine", "status": "active", "triggers": [], "steps": [{"action": "set"}]}
    made.playbooks[PRICES] = dict(own)
    made.reconcile()
    assert made.playbooks[PRICES] == own
    assert PRICES not in made.assignments
    assert len(made.active()) == 6
    found = CatalogDocuments(own, None)
    assert plan(OrgEntitlement("org_1", "growth", is_active=True), catalog()[PRICES], found, NOW).is_taken


def newer(entry: CatalogPlaybook, **fields: Any) -> CatalogPlaybook:
    """The next version of it."""
    made = entry.model_copy(update={"version": entry.version + 1, **fields})
    made.__dict__.pop("hash", None)
    return made


def test_a_newer_catalog_replaces_a_copy_that_nobody_has_edited() -> None:
    made = org()
    made.entries[PRICES] = newer(
        catalog()[PRICES], steps=[{"id": "set", "action": "set", "params": {"values": {}}}]
    )
    made.reconcile()
    copy = made.playbooks[PRICES]
    assert copy["steps"][0]["id"] == "set"
    expected = (catalog()[PRICES].version + 1, 2, "active")
    assert (copy["catalogVersion"], copy["version"], copy["status"]) == expected


def test_a_newer_catalog_replaces_a_paused_copy_and_leaves_it_paused() -> None:
    made = org()
    made.playbooks[PRICES]["status"] = "paused"
    made.entries[PRICES] = newer(catalog()[PRICES], name="New")
    made.reconcile()
    assert made.playbooks[PRICES]["name"] == "New"
    assert made.state(PRICES) == ("paused", "paused")


def test_a_newer_catalog_mends_a_copy_in_error() -> None:
    made = org()
    made.playbooks[PRICES] |= {"status": "error", "statusReason": "…"}
    made.entries[PRICES] = newer(catalog()[PRICES], name="New")
    made.reconcile()
    assert made.state(PRICES) == ACTIVE
    assert "statusReason" not in made.playbooks[PRICES]


def test_an_older_deployed_catalog_reverts_nothing() -> None:
    made = org()
    made.entries[PRICES] = newer(catalog()[PRICES], name="New")
    made.reconcile()
    made.entries[PRICES] = catalog()[PRICES]
    made.reconcile()
    assert made.playbooks[PRICES]["name"] == "New"


def test_an_edited_copy_is_never_overwritten() -> None:
    made = org()
    made.playbooks[PRICES]["steps"] = [{"id": "mine", "action": "set", "params": {"values": {}}}]
    made.reconcile()
    made.entries[PRICES] = newer(catalog()[PRICES], name="New")
    for tier in ("growth", "starter", "pro"):
        made.tier = tier
        made.reconcile()
    copy = made.playbooks[PRICES]
    assert copy["customized"] is True
    assert copy["steps"][0]["id"] == "mine"
    assert copy["catalogVersion"] == catalog()[PRICES].version
    assert made.state(PRICES) == ACTIVE


def test_an_edit_that_is_taken_back_is_the_catalog_s_again() -> None:
    made = org()
    made.playbooks[PRICES]["name"] = "Mine"
    made.reconcile()
    made.playbooks[PRICES]["name"] = catalog()[PRICES].name
    made.reconcile()
    assert "customized" not in made.playbooks[PRICES]
    made.entries[PRICES] = newer(catalog()[PRICES], name="New")
    made.reconcile()
    assert made.playbooks[PRICES]["name"] == "New"


def test_a_playbook_removed_from_the_catalog_is_paused_until_it_returns() -> None:
    made = org()
    entry = made.entries.pop(PRICES)
    made.reconcile()
    assert made.state(PRICES) == BY_TIER
    made.entries[PRICES] = entry
    made.reconcile()
    assert made.state(PRICES) == ACTIVE


def test_nothing_is_written_where_nothing_has_changed() -> None:
    made = org("enterprise")
    assert made.reconcile(now=datetime(2027, 1, 1, tzinfo=UTC)) == 0
