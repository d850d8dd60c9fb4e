"""Keeps `phoneE164` beside a customer's `phone`, whoever wrote it, so that consent is found by the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shared.documents.org import CUSTOMERS, org_path
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Counts, Isolation
from shared.values.phone_number import phone_number_or_none

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

PHONE, PHONE_E164 = "phone", "phoneE164"
PAGE = 300


def missing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be written beside the phone; nothing where it is right, or where there is no phone.

    Of a number that cannot be read it is null: an earlier one must not stand for it.
    """
    if PHONE not in fields:
        return {}
    wanted = phone_number_or_none(fields[PHONE])
    return {} if fields.get(PHONE_E164) == wanted else {PHONE_E164: wanted}


def keep_up(org_id: str, customer_id: str) -> bool:
    """Bring the customer's number in line with what the document says now; whether anything had to be written.

    Raises:
        TransientError: it was written by somebody else at this moment.
    """
    return _keep_up(firestore().document(org_path(org_id, CUSTOMERS, customer_id)).get())


def keep_all_up() -> Counts:
    """The same for every customer of every org, in pages: of those from before their writes were watched.

    Raises:
        TransientError: some could not be written now; the others were, and it can be done again.
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
    query = firestore().collection_group(CUSTOMERS).order_by("__name__").limit(PAGE)
    page = list(query.stream())
    while page:
        yield from page
        page = list(query.start_after(page[-1]).stream()) if len(page) == PAGE else []
