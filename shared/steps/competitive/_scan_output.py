"""How later steps read a scan's results."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ValidationError

from shared.competitors.models import CompetitorMenu, Product
from shared.competitors.snapshots import store as snapshot_store
from shared.errors import PermanentError
from shared.steps.base import StepContext

SCAN = "scan_competitors"


class _Scan(BaseModel):
    competitors: list[CompetitorMenu]


def scanned_menus(context: StepContext, action: str) -> list[CompetitorMenu]:
    """The entries of the run's last scan, failed ones included.

    Raises:
        PermanentError: no scan came before this step.
    """
    output = context.outputs.get(SCAN)
    if output is None:
        raise PermanentError(f"{action} compares what a scan found; put a {SCAN} step before it")
    try:
        return _Scan.model_validate(output).competitors
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise PermanentError(f"the output of {SCAN} is not one: {where}: {error.errors()[0]['msg']}") from None


def with_whole_menus(menus: list[CompetitorMenu], context: StepContext) -> list[CompetitorMenu]:
    """The same entries, with the products that did not fit into the scan's output read from the snapshots."""
    cut = [menu.snapshot_id for menu in menus if menu.truncated and menu.snapshot_id]
    if not cut:
        return menus
    snapshots = context.effects.read(lambda: snapshot_store.load_snapshots(context.org.id, cut))
    return [
        menu.model_copy(update={"products": snapshots[menu.snapshot_id].products})
        if menu.truncated and menu.snapshot_id in snapshots
        else menu
        for menu in menus
    ]


def products_of(menus: Iterable[CompetitorMenu]) -> list[Product]:
    """The products of all menus."""
    return [product for menu in menus for product in menu.products]
