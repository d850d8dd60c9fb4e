"""The customers of a page, read when their turn comes: each document by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.gcp import clients, logging
from shared.values.email_address import email_address_or_none
from shared.values.phone_number import phone_number_or_none

log = logging.get_logger(__name__)

UNREADABLE, GONE = "unreadable", "deleted"
NO_EMAIL, NO_PHONE = "no_email", "no_phone"


@dataclass(frozen=True, slots=True)
class Person:
    """One customer; `no_email` and `no_phone` say why there is none that works."""

    id: str
    fields: Mapping[str, Any]
    email: str | None = None
    phone: str | None = None
    no_email: str = NO_EMAIL
    no_phone: str = NO_PHONE


def read_people(org_id: str, customers: Sequence[str]) -> list[Person]:
    """The customers in their order, in one round trip; a document that cannot be read spoils no other."""
    client = clients.firestore()
    collection = client.collection(f"tenants/{org_id}/customers")
    found = {one.id: one.to_dict() for one in client.get_all([collection.document(one) for one in customers])}
    return [person_of(org_id, one, found.get(one)) for one in customers]


def person_of(org_id: str, customer_id: str, fields: Mapping[str, Any] | None) -> Person:
    """The customer of a document; None: it is gone."""
    if fields is None:
        return Person(customer_id, {}, no_email=GONE, no_phone=GONE)
    malformed = [name for name in ("email", "phone") if not isinstance(fields.get(name), str | int | float | None)]
    if malformed:
        path = f"tenants/{org_id}/customers/{customer_id}"
        log.warning("malformed customer passed over", extra={"path": path, "reason": f"{malformed[0]}: no text"})
    return Person(
        customer_id,
        fields,
        email_address_or_none(fields.get("email")),
        phone_number_or_none(fields.get("phone")) or phone_number_or_none(fields.get("phoneE164")),
        no_email=UNREADABLE if "email" in malformed else NO_EMAIL,
        no_phone=UNREADABLE if "phone" in malformed else NO_PHONE,
    )
