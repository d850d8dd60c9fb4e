"""Keeps a customer's `phoneE164` in line with `phone`, so that consent can be found by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shared.documents.org import CUSTOMERS, org_path
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.gcp.pages import paged
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Counts, Isolation
from shared.values.phone_number import phone_number_or_none

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

PHONE, PHONE_E164 = "phone", "phoneE164"
PAGE = 300


def missing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields to write; empty if nothing is wrong or there is no phone.

    An unreadable number becomes null: an earlier one must not stay.
    """
    if PHONE not in fields:
        return {}
    wanted = phone_number_or_none(fields[PHONE])
    return {} if fields.get(PHONE_E164) == wanted else {PHONE_E164: wanted}


def keep_up(org_id: str, customer_id: str) -> bool:
    """Updates the customer's number; returns whether a write was needed.

    Raises:
        TransientError: the document is being written by somebody else.
    """
    return _keep_up(firestore().document(org_path(org_id, CUSTOMERS, customer_id)).get())


def keep_all_up() -> Counts:
    """The same for all customers of all orgs, for those written before this was kept up.

    Raises:
        TransientError: some could not be written now; safe to repeat.
    """
    with Isolation("customer-numbers") as isolation:
        isolation.each(_customers(), Item.of, _keep_up)
    isolation.require_no_waiting()
    return isolation.counts


def _keep_up(found: DocumentSnapshot[Any]) -> bool:
    from google.api_core.exceptions import FailedPrecondition, NotFound

    change = missing(found.to_dict() or {})
    if not change:
        return False
    try:
        found.reference.update(change, firestore().write_option(last_update_time=found.update_time))
    except NotFound:
        return False
    except FailedPrecondition as error:
        raise TransientError(f"{found.reference.path} was written by somebody else") from error
    return True


def _customers() -> Iterator[DocumentSnapshot[Any]]:
    return paged(firestore().collection_group(CUSTOMERS).order_by("__name__"), PAGE)
