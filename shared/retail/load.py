"""Reading a shop's records: a malformed document is passed over and counted, never a reason to fail a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.playbooks.problems import problem_lines
from shared.retail.records import Campaign, Content, Customer, Item, Location, Order, Record

log = logging.get_logger(__name__)

R = TypeVar("R", bound=Record)

MAX_RECORDS = 5_000
"""Of one kind in one step; more than that is refused with the number, never cut in silence."""
MAX_ORDERS = 50_000
MAX_CUSTOMERS = 50_000
MAX_LOGGED = 10
"""Malformed documents that are told one by one; the rest only as a number."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R]):
    """The records, and how many documents could not be read as one."""

    records: tuple[R, ...]
    malformed: int = 0


def load_items(org_id: str) -> Loaded[Item]:
    """The whole inventory."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/inventory"), Item, "inventory")


def load_orders(org_id: str, since: datetime, until: datetime, *, with_lines: bool = True) -> Loaded[Order]:
    """The orders placed from `since` on and before `until`, oldest first; without their lines they are lighter."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(f"tenants/{org_id}/orders")
        .where(filter=FieldFilter("placedAt", ">=", since))
        .where(filter=FieldFilter("placedAt", "<", until))
    )
    if not with_lines:
        query = query.select(["placedAt", "total", "status", "customerId", "locationId", "campaignId"])
    return _load(query, Order, "orders", MAX_ORDERS)


def load_customers(org_id: str) -> Loaded[Customer]:
    """All customers."""
    collection = clients.firestore().collection(f"tenants/{org_id}/customers")
    return _load(collection, Customer, "customers", MAX_CUSTOMERS)


def load_campaigns(org_id: str) -> Loaded[Campaign]:
    """All campaigns."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/campaigns"), Campaign, "campaigns")


def load_locations(org_id: str) -> Loaded[Location]:
    """All locations."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/locations"), Location, "locations")


def load_content(org_id: str) -> Loaded[Content]:
    """All content."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/content"), Content, "content")


def _load(query: Any, model: type[R], kind: str, most: int = MAX_RECORDS) -> Loaded[R]:
    records: list[R] = []
    malformed = 0
    for number, found in enumerate(query.limit(most + 1).stream()):
        if number >= most:
            raise PermanentError(f"there are more than {most:,} {kind}; expected at most that many in one step")
        read = _parse(model, found)
        if isinstance(read, Record):
            records.append(read)
            continue
        malformed += 1
        if malformed <= MAX_LOGGED:
            log.warning("malformed document passed over", extra={"document": f"{kind}/{found.id}", "reason": read})
    if malformed > MAX_LOGGED:
        log.warning("malformed documents passed over", extra={"documents": kind, "count": malformed})
    return Loaded(tuple(records), malformed)


def _parse(model: type[R], found: Any) -> R | str:
    """The record, or what is wrong with the document."""
    fields: Mapping[str, Any] = found.to_dict() or {}
    own = {"id": found.id, "documentCreatedAt": getattr(found, "create_time", None)}
    try:
        return model.model_validate({**fields, **own})
    except ValidationError as error:
        return "; ".join(problem_lines(error))
