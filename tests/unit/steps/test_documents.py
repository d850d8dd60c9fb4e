"""What `create_document` and `update_document` may touch, and what they make of documents, without Firestore."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.data._collections import ACROSS_TENANTS, CREATABLE, OF_THE_TENANT, UPDATABLE
from shared.steps.data._customer_fields import require_consent_kept
from shared.steps.data._record_shapes import is_readable, require_readable
from shared.steps.data._values import MAX_OUTPUT_BYTES, plain, require_small, stored
from shared.steps.data.create_document import CreateDocumentParams
from shared.steps.data.get_document import GetDocumentParams
from shared.steps.data.update_document import UpdateDocumentParams, changed, overlapping
from shared.steps.documents import effect_id
from tests.unit.steps.fakes import step_context

NEVER_WRITTEN = (
    {"playbooks", "events", "competitive_actions", "pricing_suggestions", "campaign_drafts", "files"}
    | {"agent_keys", "tenants", "secrets", "applied_effects", "notification_preferences"}
    | ACROSS_TENANTS
)
NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
NUMBERS = st.integers(-99, 99)


@pytest.mark.parametrize("collection", sorted(NEVER_WRITTEN | {"../org2/notes", "notes/x/notes", ""}))
def test_playbooks_cannot_write_system_collections(collection: str) -> None:
    with pytest.raises(ValidationError, match="cannot be added to"):
        CreateDocumentParams.model_validate({"collection": collection, "data": {}})
    with pytest.raises(ValidationError, match="cannot be changed"):
        UpdateDocumentParams.model_validate({"collection": collection, "id": "x", "set": {"a": 1}})


@pytest.mark.parametrize("collection", ["inventory", "orders", "competitors"])
def test_documents_of_other_systems_can_be_changed_and_not_created(collection: str) -> None:
    assert UpdateDocumentParams.model_validate({"collection": collection, "id": "x", "set": {"a": 1}})
    with pytest.raises(ValidationError, match="cannot be added to"):
        CreateDocumentParams.model_validate({"collection": collection, "data": {}})


def test_only_collections_below_the_tenant_are_written() -> None:
    assert CREATABLE < UPDATABLE < OF_THE_TENANT


@pytest.mark.parametrize("document_id", ["", "a/b", ".", "..", "__x__", "x" * 301])
def test_an_id_that_is_not_an_id_is_refused(document_id: str) -> None:
    for model, more in ((GetDocumentParams, {}), (CreateDocumentParams, {"data": {}})):
        with pytest.raises(ValidationError, match="id"):
            model.model_validate({"collection": "notes", "id": document_id, **more})


@pytest.mark.parametrize(
    "data",
    [
        *({name: "owner"} for name in ("role", "roles", "tier", "tierId", "claims", "ownerId", "ownerEmail")),
        {"smsConsent": True},
        {"contact": {"consentAt": "2026-11-23T09:00:00Z"}},
        {"lists": [{"marketingOptIn": True}]},
        {"smsOptOut": False},
        {"orgId": "org2"},
        {"id": "x"},
        {"createdBy": {}},
        {"a": [[1]]},
        {"__a__": 1},
        {"a": 2**64},
    ],
)
def test_data_that_cannot_be_stored_or_are_ours_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="data"):
        CreateDocumentParams.model_validate({"collection": "notes", "data": data})


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({}, "nothing is to change"),
        ({"set": {"orgId": "org2"}}, "orgId cannot be changed"),
        ({"unset": ["createdBy.stepId"]}, "createdBy.stepId cannot be changed"),
        ({"collection": "competitors", "set": {"menuUrl": "https://x.example"}}, "menuUrl cannot be changed"),
        ({"set": {"role": "owner"}}, "role cannot be changed"),
        ({"set": {"tier.id": "enterprise"}}, "tier.id cannot be changed"),
        ({"set": {"a": 1}, "unset": ["a"]}, "a and a overlap"),
        ({"set": {"a": 1}, "increment": {"a.b": 1}}, "a and a.b overlap"),
        ({"set": {"a b": 1}}, "set"),
        ({"unset": ["a..b"]}, "unset"),
        ({"increment": {"a": "1"}}, "increment"),
        ({"increment": {"a": True}}, "increment"),
        ({"increment": {"a": float("inf")}}, "increment"),
    ],
)
def test_a_change_that_may_not_be_made_is_refused(params: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        UpdateDocumentParams.model_validate({"collection": "notes", "id": "x", **params})


def test_a_change_sets_unsets_and_adds() -> None:
    before = {"a": 1, "b": {"c": 2, "d": 3}, "n": 0.5}
    after = changed(before, {"b.e.f": "new"}, ["b.d", "nothing"], {"n": 1, "m": 2})
    assert after == {"a": 1, "b": {"c": 2, "e": {"f": "new"}}, "n": 1.5, "m": 2}
    assert before == {"a": 1, "b": {"c": 2, "d": 3}, "n": 0.5}


@pytest.mark.parametrize("value", ["5", True, {}, [1]])
def test_anything_other_than_a_number_is_not_incremented(value: Any) -> None:
    with pytest.raises(PermanentError, match=r"increment.a: found .*; expected a number"):
        changed({"a": value}, {}, [], {"a": 1})


@given(st.lists(PATHS, max_size=6))
def test_overlapping_paths_are_found_at_any_depth(fields: list[str]) -> None:
    pairs = [(one, other) for index, one in enumerate(fields) for other in fields[index + 1 :]]
    clash = any(f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.") for one, other in pairs)
    assert (overlapping(fields) is not None) is clash


@given(st.dictionaries(NAMES, NUMBERS), st.dictionaries(NAMES, NUMBERS))
def test_increments_add_up_in_any_order(first: dict[str, int], second: dict[str, int]) -> None:
    one_way = changed(changed({}, {}, [], first), {}, [], second)
    assert one_way == changed(changed({}, {}, [], second), {}, [], first)
    assert all(one_way[name] == first.get(name, 0) + second.get(name, 0) for name in one_way)


@given(st.dictionaries(NAMES, NUMBERS), st.dictionaries(NAMES, NUMBERS))
def test_setting_the_same_twice_is_idempotent(document: dict[str, int], values: dict[str, int]) -> None:
    once = changed(document, values, [])
    assert changed(once, values, []) == once == {**document, **values}


@pytest.mark.parametrize(
    ("collection", "fields", "complaint"),
    [
        ("inventory", {"name": "A", "price": "40"}, "price: found '40'"),
        ("inventory", {"name": "A", "quantity": -1}, "quantity: found -1"),
        ("inventory", {"price": 3}, "name"),
        ("customers", {"totalSpent": "much"}, "totalSpent"),
        ("campaigns", {"status": "sent"}, "name"),
        ("content", {"title": "T", "status": "maybe"}, "status"),
        ("locations", {"name": "A", "licenseExpiresAt": "soon"}, "licenseExpiresAt"),
    ],
)
def test_a_document_that_reports_cannot_read_is_not_made(
    collection: str, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(PermanentError, match=f"{collection}/d would be malformed: .*{complaint}"):
        require_readable(collection, "d", fields)


def test_other_collections_take_any_shape() -> None:
    assert is_readable("notes", "d", {"anything": [1]})
    assert is_readable("inventory", "d", {"name": "A", "price": None, "quantity": 3, "color": "green"})


def test_texts_of_instants_are_stored_as_instants_at_any_depth() -> None:
    data = {"at": "2026-11-23T09:00:00Z", "in": [{"at": "2026-11-23T09:00:00-05:00"}], "day": "2026-11-23", "n": 1}
    assert stored(data) == {
        "at": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "in": [{"at": datetime(2026, 11, 23, 14, tzinfo=UTC)}],
        "day": "2026-11-23",
        "n": 1,
    }
    assert plain(stored(data))["in"] == [{"at": "2026-11-23T14:00:00Z"}]


def test_anything_other_than_an_instant_after_all_stays_a_text() -> None:
    assert stored("2026-13-45T09:00:00Z") == "2026-13-45T09:00:00Z"


def test_an_output_that_is_too_large_is_refused_with_its_size() -> None:
    require_small("x" * (MAX_OUTPUT_BYTES - 2), "it has", "ask for less")
    with pytest.raises(PermanentError, match="it has 300,001 bytes; expected at most 300,000: ask for less"):
        require_small("x" * (MAX_OUTPUT_BYTES - 1), "it has", "ask for less")


def test_a_step_in_a_block_has_an_id_that_firestore_takes() -> None:
    import dataclasses

    inside = dataclasses.replace(step_context(), step_id="each/0/note")
    assert effect_id(inside) == effect_id(inside)
    assert effect_id(inside) != effect_id(dataclasses.replace(inside, step_id="each/1/note"))
    assert effect_id(inside, "a") != effect_id(inside, "b")
    assert len(effect_id(inside)) == 32
    assert "/" not in effect_id(inside)


OPT_OUTS = ("smsOptOut", "emailOptOut", "preferences.sms_opt_out", "doNotText", "unsubscribed", "optedOut")
UNDOING: tuple[Any, ...] = (False, None, "no", 0, "", [], {})
CONSENTS = ("consent", "smsConsent", "consents.sms.at", "sms_opt_in", "marketingOptIn", "optInAt")


@pytest.mark.parametrize("field", OPT_OUTS)
@pytest.mark.parametrize(
    "undone",
    [
        *({"set": value} for value in UNDOING),
        {"unset": None},
        {"increment": -1},
    ],
)
def test_an_opt_out_is_not_undone(field: str, undone: dict[str, Any]) -> None:
    ((verb, value),) = undone.items()
    change = {verb: [field] if verb == "unset" else {field: value}}
    with pytest.raises(ValidationError, match="a playbook never undoes an opt-out"):
        UpdateDocumentParams.model_validate({"collection": "customers", "id": "c1", **change})


@pytest.mark.parametrize("field", OPT_OUTS)
def test_an_opt_out_is_set(field: str) -> None:
    assert UpdateDocumentParams.model_validate({"collection": "customers", "id": "c1", "set": {field: True}})


@pytest.mark.parametrize("field", CONSENTS)
@pytest.mark.parametrize("value", [True, False, None, "2026-11-23T09:00:00Z"])
def test_consent_is_never_given_or_withdrawn_by_a_step(field: str, value: Any) -> None:
    for change in ({"set": {field: value}}, {"unset": [field]}, {"increment": {field: 1}}):
        with pytest.raises(ValidationError, match="what a person has agreed to"):
            UpdateDocumentParams.model_validate({"collection": "customers", "id": "c1", **change})


@pytest.mark.parametrize("collection", ["sms_opt_outs", "email_suppressions"])
def test_the_lists_of_opt_outs_are_not_a_step_s(collection: str) -> None:
    with pytest.raises(ValidationError, match="cannot be changed"):
        UpdateDocumentParams.model_validate({"collection": collection, "id": "x", "unset": ["at"]})


@pytest.mark.parametrize("field", ["options", "adopting", "loyaltyTier", "optician", "note"])
def test_other_fields_are_free(field: str) -> None:
    assert UpdateDocumentParams.model_validate({"collection": "customers", "id": "c1", "set": {field: "x"}})


def test_a_field_containing_an_opt_out_is_not_replaced_or_removed() -> None:
    customer = {"preferences": {"channels": [{"smsOptOut": True}], "language": "en"}, "tags": ["a"]}
    for path in ("preferences", "preferences.channels"):
        with pytest.raises(PermanentError, match=r"preferences\..*smsOptOut"):
            require_consent_kept("customers/c1", customer, [path])
    require_consent_kept("customers/c1", customer, ["preferences.language", "tags", "missing.field"])
