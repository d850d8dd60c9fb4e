"""The org's document: defaults, what is let be, and what is refused by name."""

from __future__ import annotations

import pytest

from shared.errors import PermanentError
from shared.tenants.tenant import TierId, parse_tenant


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
