"""Reading a shop's records: a malformed document is passed over and counted, never a reason to fail a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.playbooks.problems import problem_lines
from shared.retail.records import Campaign, Content, Customer, Item, Location, Order, Record

log = logging.get_logger(__name__)

R = TypeVar("R", bound=Record)

MAX_RECORDS = 5_000
"""Of one kind in one step; more than that is refused with the number, never cut in silence."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R]):
    """The records, and how many documents could not be read as one."""

    records: tuple[R, ...]
    malformed: int = 0


def load_items(org_id: str) -> Loaded[Item]:
    """The whole inventory."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/inventory"), Item, "inventory")


def load_orders(org_id: str, since: datetime, until: datetime) -> Loaded[Order]:
    """The orders placed from `since` on and before `until`."""
    query = (
        clients.firestore()
        .collection(f"tenants/{org_id}/orders")
        .where(filter=FieldFilter("placedAt", ">=", since))
        .where(filter=FieldFilter("placedAt", "<", until))
    )
    return _load(query, Order, "orders")


def load_customers(org_id: str) -> Loaded[Customer]:
    """All customers."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/customers"), Customer, "customers")


def load_campaigns(org_id: str) -> Loaded[Campaign]:
    """All campaigns."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/campaigns"), Campaign, "campaigns")


def load_locations(org_id: str) -> Loaded[Location]:
    """All locations."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/locations"), Location, "locations")


def load_content(org_id: str) -> Loaded[Content]:
    """All content."""
    return _load(clients.firestore().collection(f"tenants/{org_id}/content"), Content, "content")


def _load(query: Any, model: type[R], kind: str) -> Loaded[R]:
    documents = list(query.limit(MAX_RECORDS + 1).stream())
    if len(documents) > MAX_RECORDS:
        raise PermanentError(f"there are more than {MAX_RECORDS:,} {kind}; expected at most that many in one step")
    records = [record for found in documents if (record := _parse(model, kind, found.id, found.to_dict() or {}))]
    return Loaded(tuple(records), len(documents) - len(records))


def _parse(model: type[R], kind: str, document_id: str, fields: Mapping[str, Any]) -> R | None:
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return model.model_validate({**given, "id": document_id})
    except ValidationError as error:
        log.warning(
            "malformed document passed over",
            extra={"document": f"{kind}/{document_id}", "reason": "; ".join(problem_lines(error))},
        )
        return None
