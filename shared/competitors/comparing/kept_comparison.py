"""How far a competitor undercuts us, kept on its document so that a list of them reads no menu and no inventory.

A comparison counts until the menu changes, our items change in number or in the sum of their prices (an
aggregation: one read for each thousand of them), or an hour has passed: a mended name of ours shows by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from shared.competitors import store
from shared.competitors.comparing.side_by_side import Comparison, side_by_side, summarized
from shared.competitors.snapshots import last_scan
from shared.competitors.snapshots import store as snapshot_store
from shared.documents.org import INVENTORY, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore

log = logging.get_logger(__name__)

FIELD = "comparison"
COUNTS_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ShelfMark:
    """By what our inventory is known again: how many items, and what their prices add up to in USD."""

    items: int
    prices: float


class KeptComparison(Comparison):
    """A comparison, and what it compared."""

    snapshot_id: str
    at: AwareDatetime
    our_items: int = Field(ge=0)
    our_prices: float = Field(allow_inf_nan=False)

    def counts(self, snapshot_id: str, shelf: ShelfMark, now: datetime) -> bool:
        """Whether it's still current."""
        same = (self.snapshot_id, self.our_items, self.our_prices) == (snapshot_id, shelf.items, shelf.prices)
        return same and timedelta(0) <= now - self.at < COUNTS_FOR


def mark_of_shelf(org_id: str) -> ShelfMark:
    """The inventory's mark as it is now."""
    collection: Any = firestore().collection(org_path(org_id, INVENTORY))
    (answers,) = collection.count(alias="items").sum("price", alias="prices").get()
    found = {one.alias: one.value for one in answers}
    # Floats are added up in any order; cents are what can be meant.
    return ShelfMark(int(found["items"] or 0), round(float(found["prices"] or 0), 2))


def kept(fields: Mapping[str, Any], path: str) -> KeptComparison | None:
    """The comparison on a competitor's document; None if missing or unreadable."""
    written = fields.get(FIELD)
    if written is None:
        return None
    try:
        return KeptComparison.model_validate(written)
    except ValidationError as error:
        log.warning("passed over a malformed comparison: %d problems", error.error_count(), extra={"path": path})
        return None


def compare_and_keep(
    org_id: str, snapshot_ids: Mapping[str, str], shelf: ShelfMark, now: datetime
) -> dict[str, KeptComparison]:
    """Compare these competitors' menus with what we sell, by competitor; menus that are gone are left out.

    Reads our inventory once and each menu once.

    Raises:
        PermanentError: the inventory is larger than a comparison can read.
    """
    ours = store.load_our_products(org_id)
    compared: dict[str, KeptComparison] = {}
    ids = list(snapshot_ids.items())
    for start in range(0, len(ids), snapshot_store.SNAPSHOTS_PER_COMMIT):
        page = ids[start : start + snapshot_store.SNAPSHOTS_PER_COMMIT]
        menus = snapshot_store.load_snapshots(org_id, [snapshot_id for _, snapshot_id in page])
        for competitor_id, snapshot_id in page:
            if snapshot_id in menus:
                found = summarized(side_by_side(ours, menus[snapshot_id].products))
                compared[competitor_id] = KeptComparison(
                    **dict(found), snapshot_id=snapshot_id, at=now, our_items=shelf.items, our_prices=shelf.prices
                )
    if compared:
        fields = {one: {FIELD: found.model_dump(by_alias=True)} for one, found in compared.items()}
        last_scan.record(org_id, fields)
    return compared
