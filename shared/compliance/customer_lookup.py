"""Finds an org's customers by phone number or email address, however it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.documents.org import CUSTOMERS, org_path
from shared.gcp.clients import firestore
from shared.values.email_address import mailbox_key
from shared.values.phone_number import phone_number_or_none, written_forms

MOST_IN_A_QUERY = 30
ADDRESSES_IN_A_QUERY = 4
"""Each has seven usual spellings."""


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    id: str
    fields: Mapping[str, Any]


def customers_by_phone(org_id: str, phone: str) -> list[FoundCustomer]:
    """Customers with the E.164 number; three queries."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    client, forms = firestore(), written_forms(phone)
    usual, others = forms[:MOST_IN_A_QUERY], forms[MOST_IN_A_QUERY:] or [phone]
    documents = [
        *client.collection(org_path(org_id, CUSTOMERS))
        .where(filter=FieldFilter("phoneE164", "==", phone))
        .stream(),
        *client.collection(org_path(org_id, CUSTOMERS)).where(filter=FieldFilter("phone", "in", usual)).stream(),
        *client.collection(org_path(org_id, CUSTOMERS)).where(filter=FieldFilter("phone", "in", others)).stream(),
    ]
    found = {one.id: FoundCustomer(one.id, one.to_dict() or {}) for one in documents}
    return [one for one in found.values() if _has_number(one.fields, phone)]


def customers_by_address(org_id: str, addresses: Iterable[str]) -> dict[str, list[FoundCustomer]]:
    """Customers by `mailbox_key`, for the addresses that have one; one query per four addresses."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    client, wanted = firestore(), list(dict.fromkeys(addresses))
    found: dict[str, list[FoundCustomer]] = {}
    for start in range(0, len(wanted), ADDRESSES_IN_A_QUERY):
        some = [form for one in wanted[start : start + ADDRESSES_IN_A_QUERY] for form in _spellings(one)]
        query = client.collection(org_path(org_id, CUSTOMERS)).where(filter=FieldFilter("email", "in", some))
        for one in query.stream():
            fields = one.to_dict() or {}
            found.setdefault(mailbox_key(str(fields.get("email"))), []).append(FoundCustomer(one.id, fields))
    return found


def _has_number(fields: Mapping[str, Any], phone: str) -> bool:
    """A `phoneE164` that disagrees with `phone` is outdated."""
    written = phone_number_or_none(fields.get("phone"))
    return written == phone if written else fields.get("phoneE164") == phone


def _spellings(address: str) -> tuple[str, ...]:
    """The spellings documents use: as given, lowercase, uppercase and capitalized."""
    written, key = address.strip(), mailbox_key(address)
    local, _, domain = written.rpartition("@")
    capitalized = key[:1].upper() + key[1:]
    names = f"{local.title()}@{domain.lower()}"
    return written, f"{local}@{domain.lower()}", key, key.upper(), capitalized, names, key.title()
