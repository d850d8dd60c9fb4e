"""Turns inventory writes into events: when a threshold is crossed, not on every write afterward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.documents.inventory import Item
from shared.documents.record import Quantity
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import logging
from shared.playbooks.origins import chain_of, people_behind, root_cause_of, trace_of
from shared.playbooks.problems import problem_lines
from shared.playbooks.sizes import require_event_size
from shared.triggers.events import DomainEvent

log = logging.get_logger(__name__)


EVENT_FIELDS = ("name", "category", "price", "quantity", "reorderPoint")
"""What an event says of the item, under the names of the item's document."""


class _Written(Item):
    quantity: Quantity
    """Without one nobody knows what was crossed."""


def parse_item(item_id: str, data: Mapping[str, Any]) -> Item:
    """Parses an item.

    Raises:
        PermanentError: names the field, what was found and what was expected.
    """
    try:
        return _Written.model_validate({**data, "id": item_id})
    except ValidationError as error:
        raise PermanentError(
            f"inventory/{item_id}: {'; '.join(problem_lines(error))}", code=ErrorCode.INVALID_DOCUMENT
        ) from None


def events_of_change(
    org_id: str,
    item_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    version: str,
) -> list[DomainEvent]:
    """The events for a change from `before` to `after`; deletions have none.

    `version` is the document's update time; it keeps event ids stable across repeated deliveries.

    Raises:
        PermanentError: `after` is not an inventory item, or is too large.
    """
    if after is None:
        return []
    require_event_size(f"inventory/{item_id}", after)
    item = parse_item(item_id, after)
    if before is None:
        earlier, names = None, ["inventory.new_product"]
    else:
        earlier = _item_before(item_id, before)
        names = _crossings(earlier, item) if earlier else []
    data = {"itemId": item_id, **_fields(item), "before": _fields(earlier) if earlier else {}}
    writer = _writing_step(before, after)
    person = after.get("lastEditedBy") if writer is None else None
    return [
        DomainEvent(
            org_id,
            name,
            f"{name}:{item_id}@{version}",
            data,
            _hops(writer),
            fired_by=person if isinstance(person, str) and person else None,
            ancestors=chain_of(writer),
            caused_by=people_behind(writer),
            root_cause=root_cause_of(writer),
            traceparent=trace_of(writer),
        )
        for name in names
    ]


def _writing_step(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The playbook step that made this write, if any."""
    writer = after.get("updatedBy")
    return writer if isinstance(writer, Mapping) and writer != (before or {}).get("updatedBy") else None


def _hops(writer: Mapping[str, Any] | None) -> int:
    """The writing run's depth plus one; 0 if no playbook wrote it."""
    if writer is None:
        return 0
    depth = writer.get("depth")
    return depth + 1 if isinstance(depth, int) and depth >= 0 else 1


def _fields(item: Item) -> dict[str, Any]:
    whole = item.model_dump(by_alias=True)
    return {name: whole[name] for name in EVENT_FIELDS}


def _item_before(item_id: str, before: Mapping[str, Any]) -> Item | None:
    """The item before; None if it was malformed and crossings can't be determined."""
    try:
        return parse_item(item_id, before)
    except PermanentError as error:
        log.info("the item was malformed before this write", extra={"reason": str(error)})
        return None


def _crossings(before: Item, after: Item) -> list[str]:
    names = []
    if after.is_low and not before.is_low:
        names.append("inventory.low_stock")
    if after.is_out and not before.is_out:
        names.append("inventory.out_of_stock")
    if before.is_out and not after.is_out:
        names.append("inventory.restocked")
    if before.price is not None and after.price is not None and before.price != after.price:
        names.append("inventory.price_changed")
    return names
