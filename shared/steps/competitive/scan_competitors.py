"""`scan_competitors`: reads the menus of the org's competitors and keeps a snapshot of each."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from shared.competitive import store
from shared.competitive.models import Competitor, CompetitorMenu
from shared.competitive.scan import Reading, raise_if_all_failed, read_menus
from shared.competitive.snapshots import menu_of, snapshot_id
from shared.competitive.store import StoredSnapshot
from shared.errors import PermanentError
from shared.steps.base import Action, Cost, Effect, Output, Params, StepContext

MAX_PRODUCT_BYTES = 250_000
"""Of all menus together in the output: a run's outputs share one document. Snapshots keep the whole menus."""

Names = Annotated[list[str], Field(min_length=1, max_length=store.MAX_COMPETITORS)]


class ScanCompetitorsParams(Params):
    """Which competitors (all, when neither list is given), and how old a stored snapshot may be to be used."""

    competitor_ids: Names | None = None
    competitors: Names | None = None
    """Ids or names: the older way to say it."""
    max_age_hours: Annotated[float, Field(gt=0, le=720)] | None = None

    @model_validator(mode="after")
    def _one_list(self) -> ScanCompetitorsParams:
        if self.competitor_ids is not None and self.competitors is not None:
            raise ValueError("competitorIds and competitors are both given; expected one of them")
        return self


class ScanCompetitorsOutput(Output):
    """One entry for each competitor; `error` says why one has no products."""

    competitors: list[CompetitorMenu]


class ScanCompetitors(Action[ScanCompetitorsParams, ScanCompetitorsOutput]):
    """Fetches and reads the menu pages in parallel; one competitor's failure stays in its own entry."""

    params = ScanCompetitorsParams
    output = ScanCompetitorsOutput
    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: ScanCompetitorsParams, context: StepContext) -> ScanCompetitorsOutput:
        """Scan them.

        Raises:
            PermanentError: there is no competitor, one is unknown, or no menu can be read for good.
            TransientError: no menu could be read now.
        """
        competitors = context.effects.read(lambda: _asked_for(params, context.org.id))
        stored = _fresh(params, context)
        due = [competitor for competitor in competitors if competitor.id not in stored]
        readings = {
            reading.competitor.id: reading for reading in context.effects.read(lambda: read_menus(due, context.now))
        }
        context.costs.append(Cost(item="menu_page", quantity=len(due), usd=Decimal(0)))
        if not any(competitor.id in stored for competitor in competitors):
            raise_if_all_failed(list(readings.values()))
        stored |= _keep(readings, context)
        share = MAX_PRODUCT_BYTES // len(competitors)
        return ScanCompetitorsOutput(
            competitors=[_entry(competitor, stored, readings, share) for competitor in competitors]
        )


def _asked_for(params: ScanCompetitorsParams, org_id: str) -> list[Competitor]:
    if params.competitor_ids is not None:
        wanted = list(dict.fromkeys(params.competitor_ids))
        found = store.find_competitors(org_id, wanted)
        _refuse_unknown(wanted, {competitor.id for competitor in found}, org_id, "competitorIds")
        return found
    everyone = store.load_competitors(org_id)
    if params.competitors is not None:
        by_name = {name.casefold(): one for one in everyone for name in (one.name, one.id)}
        wanted = list(dict.fromkeys(name.casefold() for name in params.competitors))
        _refuse_unknown(wanted, by_name.keys(), org_id, "competitors")
        return list({by_name[name].id: by_name[name] for name in wanted}.values())
    if not everyone:
        raise PermanentError(
            f"there is no competitor to scan; add one with its name and menuUrl under tenants/{org_id}/competitors"
        )
    return everyone


def _refuse_unknown(wanted: Sequence[str], known: Container[str], org_id: str, field: str) -> None:
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise PermanentError(
            f"{field}: {', '.join(map(repr, unknown))} not found under tenants/{org_id}/competitors"
        )


def _fresh(params: ScanCompetitorsParams, context: StepContext) -> dict[str, StoredSnapshot]:
    if params.max_age_hours is None:
        return {}
    not_before = context.now - timedelta(hours=params.max_age_hours)
    return context.effects.read(lambda: store.fresh_snapshots(context.org.id, not_before, context.now))


def _keep(readings: Mapping[str, Reading], context: StepContext) -> dict[str, StoredSnapshot]:
    """Store the new snapshots, all together."""
    taken = {
        one: StoredSnapshot(snapshot_id(context.execution_id, one), reading.snapshot)
        for one, reading in readings.items()
        if reading.snapshot
    }
    if taken:
        context.effects.write(
            "snapshots",
            {"collection": "competitor_snapshots", "competitors": ", ".join(taken)},
            lambda: store.save_snapshots(context.org.id, {kept.id: kept.snapshot for kept in taken.values()}),
            sample=None,
        )
    return taken


def _entry(
    competitor: Competitor,
    stored: Mapping[str, StoredSnapshot],
    readings: Mapping[str, Reading],
    share: int,
) -> CompetitorMenu:
    kept = stored.get(competitor.id)
    if kept is not None:
        return menu_of(competitor.name, kept.id, kept.snapshot, share)
    failure = readings[competitor.id].failure
    return CompetitorMenu(competitor_id=competitor.id, name=competitor.name, error=str(failure))
