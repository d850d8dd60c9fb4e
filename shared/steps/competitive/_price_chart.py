"""The price chart of an undercut product, read through the run's effects port."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.competitors.comparing.price_chart import PriceChart, price_chart
from shared.competitors.models import CompetitorMenu, Undercut
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Snapshot
from shared.steps.base import StepContext

MAX_SNAPSHOTS = 31
"""Read of each competitor: one change of its menu a day for 30 days."""


def chart_of(
    undercuts: Sequence[Undercut], menus: Sequence[CompetitorMenu], context: StepContext
) -> PriceChart | None:
    """The chart; None where there is nothing to draw. Reads the snapshots of at most 4 competitors."""
    ids = {menu.name: menu.competitor_id for menu in menus}
    org = context.org

    def walk_back(competitor: str) -> Iterator[Snapshot | None]:
        known = ids.get(competitor)
        return snapshot_store.walk_back(org.id, known, MAX_SNAPSHOTS) if known else iter(())

    return context.effects.read(lambda: price_chart(undercuts, walk_back, context.now, org.timezone))
