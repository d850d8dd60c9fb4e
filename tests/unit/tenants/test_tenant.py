"""The org's document: defaults, what is let be, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.tenants.tenant import DEFAULT_TIMEZONE, TierId, parse_tenant, reachable


def test_a_full_document_is_read() -> None:
    tenant = parse_tenant(
        "org_1",
        {
            "name": "Thrive Syracuse",
            "tierId": "pro",
            "timezone": "America/Chicago",
            "status": "active",
            "ownerEmail": " owner@thrive.example ",
            "staffPhones": ["+13155550123", "(315) 555-0124", 3155550125],
            "logoUrl": "https://cdn.example/logo.png",
        },
    )
    assert tenant.id == "org_1"
    assert tenant.tier_id is TierId.PRO
    assert tenant.timezone == "America/Chicago"
    assert tenant.owner_email == "owner@thrive.example"
    assert tenant.staff_phones == ("+13155550123", "+13155550124", "+13155550125")


def test_an_empty_document_has_sensible_defaults() -> None:
    tenant = parse_tenant("org_1", {})
    assert (
        tenant.name,
        tenant.tier_id,
        tenant.timezone,
        tenant.status,
        tenant.owner_email,
        tenant.staff_phones,
    ) == (
        "org_1",
        "starter",
        "America/New_York",
        "active",
        None,
        (),
    )


def test_null_counts_as_left_out() -> None:
    assert parse_tenant("org_1", {"timezone": None, "staffPhones": None}).timezone == "America/New_York"


def test_the_documents_own_id_is_the_paths() -> None:
    assert parse_tenant("org_1", {"id": "org_2"}).id == "org_1"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"tierId": "platinum"}, "tierId"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"staffPhones": "+13155550123"}, "staffPhones"),
        ({"name": {"first": "Thrive"}}, "name"),
    ],
)
def test_a_wrong_field_is_named(data: dict[str, object], field: str) -> None:
    with pytest.raises(PermanentError, match=rf"tenants/org_1 cannot be used: {field}: "):
        parse_tenant("org_1", data)


def test_a_mistyped_phone_does_not_keep_the_org_from_being_read() -> None:
    tenant = parse_tenant("org_1", {"staffPhones": ["315-555-0123", "none"], "ownerEmail": "owner"})
    assert tenant.staff_phones == ("+13155550123", "none")
    assert tenant.owner_email == "owner"


@pytest.mark.parametrize(
    "damage",
    [
        {"timezone": "Eastern"},
        {"tierId": 7},
        {"name": []},
        {"staffPhones": [None, "+13155550123"]},
        {"ownerEmail": 7},
    ],
    ids=str,
)
def test_a_malformed_field_does_not_block_messages(damage: dict[str, Any]) -> None:
    usable = {"name": "Shop", "ownerEmail": "o@shop.example", "staffPhones": ["+13155550123"], "tierId": "pro"}
    tenant = reachable("org_1", {**usable, **damage})
    assert tenant.staff_phones == ("+13155550123",)
    assert tenant.owner_email == (None if "ownerEmail" in damage else "o@shop.example")
    assert tenant.timezone == DEFAULT_TIMEZONE


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "name", "tierId", "timezone", "status", "ownerEmail", "staffPhones", "monthlyBudgetUsd"]
        ),
        anything,
    )
)
def test_every_document_is_some_org(document: dict[str, Any]) -> None:
    assert reachable("org_1", document).id == "org_1"
