from __future__ import annotations

import pytest

from tests.rules.conftest import People
from tests.rules.world import (
    AGENT_KEY,
    ORG,
    ORG_COLLECTIONS,
    OTHER_ORG,
    PERSONAL,
    PERSONAL_RUNS,
    PREFERENCES,
    TOP_COLLECTIONS,
    UNNAMED,
    member_documents,
    org_path,
)

pytestmark = pytest.mark.usefixtures("seeded")

MEMBERS = ["owner", "editor", "viewer"]
OUTSIDERS = ["stranger", "orgless", "empty org", "roleless", "odd role", "nobody"]


@pytest.mark.parametrize("person", MEMBERS)
@pytest.mark.parametrize("path", member_documents())
def test_a_member_reads_a_document_of_the_org(people: People, person: str, path: str) -> None:
    assert people[person].get(path) == 200


@pytest.mark.parametrize("person", OUTSIDERS)
@pytest.mark.parametrize("path", member_documents())
def test_nobody_else_reads_it(people: People, person: str, path: str) -> None:
    assert people[person].get(path) == 403


@pytest.mark.parametrize("person", MEMBERS)
@pytest.mark.parametrize("name", sorted(ORG_COLLECTIONS.keys() - PERSONAL))
def test_a_member_lists_a_collection_of_the_org(people: People, person: str, name: str) -> None:
    assert people[person].list(f"tenants/{ORG}/{name}") == 200


@pytest.mark.parametrize("person", OUTSIDERS)
@pytest.mark.parametrize("name", ORG_COLLECTIONS)
def test_nobody_else_lists_it(people: People, person: str, name: str) -> None:
    assert people[person].list(f"tenants/{ORG}/{name}") == 403


@pytest.mark.parametrize("person", ["owner", "editor"])
@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_customers_and_orders_are_read_by_those_who_work_with_them(people: People, person: str, name: str) -> None:
    assert people[person].get(org_path(name)) == 200
    assert people[person].list(f"tenants/{ORG}/{name}") == 200


@pytest.mark.parametrize("person", ["viewer", *OUTSIDERS])
@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_customers_and_orders_are_read_by_nobody_else(people: People, person: str, name: str) -> None:
    assert people[person].get(org_path(name)) == 403
    assert people[person].get(org_path(name, "missing")) == 403
    assert people[person].list(f"tenants/{ORG}/{name}") == 403


@pytest.mark.parametrize("person", ["owner", "editor", "viewer", *OUTSIDERS])
def test_a_playbooks_history_is_read_by_those_who_edit_it_and_written_by_nobody(
    people: People, person: str
) -> None:
    versions = f"{org_path('playbooks')}/versions"
    expected = 200 if person in {"owner", "editor"} else 403
    assert people[person].list(versions) == expected
    assert people[person].create(f"{versions}/20261123T090000000000", {"content": {}}) == 403
    assert people[person].delete(f"{versions}/20261123T090000000000") == 403


@pytest.mark.parametrize("person", ["owner", "editor"])
@pytest.mark.parametrize("name", sorted(PERSONAL_RUNS))
def test_whole_runs_are_read_by_those_who_work_with_them(people: People, person: str, name: str) -> None:
    assert people[person].get(f"{name}/{TOP_COLLECTIONS[name]}") == 200
    assert people[person].list(name, org_id=ORG) == 200


@pytest.mark.parametrize("person", ["viewer", *OUTSIDERS])
@pytest.mark.parametrize("name", sorted(PERSONAL_RUNS))
def test_whole_runs_are_read_by_nobody_else(people: People, person: str, name: str) -> None:
    assert people[person].get(f"{name}/{TOP_COLLECTIONS[name]}") == 403
    assert people[person].list(name, org_id=ORG) == 403


@pytest.mark.parametrize("person", MEMBERS)
@pytest.mark.parametrize("name", sorted(TOP_COLLECTIONS.keys() - PERSONAL_RUNS))
def test_a_member_lists_the_orgs_part_of_a_shared_collection(people: People, person: str, name: str) -> None:
    assert people[person].list(name, org_id=ORG) == 200


@pytest.mark.parametrize("person", [*MEMBERS, *OUTSIDERS])
@pytest.mark.parametrize("name", [*TOP_COLLECTIONS, "tenants", "notification_preferences"])
def test_a_list_that_is_not_constrained_to_the_org_is_denied(people: People, person: str, name: str) -> None:
    assert people[person].list(name) == 403


@pytest.mark.parametrize("person", OUTSIDERS)
@pytest.mark.parametrize("name", TOP_COLLECTIONS)
def test_a_list_of_another_org_is_denied(people: People, person: str, name: str) -> None:
    assert people[person].list(name, org_id=ORG) == 403


@pytest.mark.parametrize("name", TOP_COLLECTIONS)
def test_no_org_is_not_an_org_that_callers_without_one_belong_to(people: People, name: str) -> None:
    assert people["empty org"].list(name, org_id="") == 403
    assert people["orgless"].list(name, org_id="") == 403


@pytest.mark.parametrize("person", [*MEMBERS, *OUTSIDERS])
@pytest.mark.parametrize(
    "path",
    [
        AGENT_KEY,
        UNNAMED,
        f"heartbeat_state/{ORG}",
        f"chat_sessions/{ORG}_somebody",
        f"sms_rates/{ORG}",
        "sms_opt_outs/0a1b",
        "site_access/0a1b",
        "customer_contacts/0a1b",
        f"pack_repairs/{ORG}",
        org_path("order_days"),
        org_path("order_weeks"),
        org_path("customer_shards"),
        f"customer_opt_outs/{ORG}_email_0",
        "sms_replies/0a1b",
        "alert_deliveries/0a1b",
        "alert_digests/0a1b",
        org_path("secrets"),
        org_path("applied_effects"),
        org_path("shelf"),
        org_path("shelf_changes"),
        org_path("suspect_snapshots"),
        f"usage_shards/{ORG}-2026-11-0",
        f"usage_roll_ups/{ORG}-2026-11",
        f"trigger_counts/{ORG}_p1-00",
        "usage/x",
        "usage/2026-11-extra",
    ],
)
def test_what_is_not_named_is_read_by_nobody(people: People, person: str, path: str) -> None:
    assert people[person].get(path) == 403


@pytest.mark.parametrize("person", MEMBERS)
def test_agent_keys_are_listed_by_nobody(people: People, person: str) -> None:
    assert people[person].list("agent_keys", org_id=ORG) == 403


def test_a_month_without_usage_reads_as_missing(people: People) -> None:
    assert people["viewer"].get(f"usage/{ORG}-2020-01") == 404


@pytest.mark.parametrize("path", [f"usage/{OTHER_ORG}-2026-11", f"usage/{ORG}x-2026-11", f"usage/{ORG}-2026-111"])
def test_another_orgs_usage_is_denied_even_when_it_is_missing(people: People, path: str) -> None:
    assert people["owner"].get(path) == 403


def test_an_orgs_missing_execution_looks_like_another_orgs(people: People) -> None:
    assert people["owner"].get("playbook_executions/no-such-run") == 403
    assert people["stranger"].get("playbook_executions/run-1") == 403


def test_the_server_reads_what_nobody_else_does(people: People) -> None:
    assert people["server"].get(AGENT_KEY) == 200
    assert people["server"].get(PREFERENCES) == 200
