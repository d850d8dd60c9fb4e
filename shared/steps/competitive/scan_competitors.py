"""`scan_competitors`: reads the menus of the org's competitors and keeps a snapshot of each state of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from shared.competitors import store
from shared.competitors.fetching import apify
from shared.competitors.models import Competitor, CompetitorMenu
from shared.competitors.scan import Reading, raise_if_all_failed, read_menus
from shared.competitors.snapshots import last_scan
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Head, Snapshot, StoredSnapshot, menu_of, seen_again, snapshot_id
from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.tenants.prices import cost

MAX_PRODUCT_BYTES = 250_000
"""Of all menus together in the output: a run's outputs share one document. Snapshots keep the whole menus."""
USUAL_COMPETITORS = 4
"""For an estimate, where the params do not say how many."""

Names = Annotated[list[str], Field(min_length=1, max_length=store.MAX_COMPETITORS)]


class ScanCompetitorsParams(Params):
    """Which competitors (all, when neither list nor `top` is given), and how old what we know of them may be."""

    competitor_ids: Names | None = None
    competitors: Names | None = None
    """Ids or names: the older way to say it."""
    top: Annotated[int, Field(ge=1, le=store.MAX_COMPETITORS)] | None = None
    """The org's first ones by the `priority` of their documents (lowest first), then by name."""
    max_age_hours: Annotated[float, Field(gt=0, le=720)] | None = None
    """A menu that a scan has seen in so many hours is used as it was, without asking the site."""

    @model_validator(mode="after")
    def _one_list(self) -> ScanCompetitorsParams:
        given = {"competitorIds": self.competitor_ids, "competitors": self.competitors, "top": self.top}
        named = [name for name, value in given.items() if value is not None]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} are both given; expected one of them")
        return self


class ScanCompetitorsOutput(Output):
    """One entry for each competitor; `error` says why one has no products."""

    competitors: list[CompetitorMenu]


class ScanCompetitors(Action[ScanCompetitorsParams, ScanCompetitorsOutput]):
    """Fetches and reads the menu pages in parallel; one competitor's failure stays in its own entry."""

    params = ScanCompetitorsParams
    output = ScanCompetitorsOutput
    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    slow: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: ScanCompetitorsParams, context: StepContext) -> ScanCompetitorsOutput:
        """Scan them.

        Raises:
            PermanentError: there is no competitor, one is unknown, or no menu can be read for good.
            TransientError: no menu could be read now.
        """
        competitors = context.effects.read(lambda: _asked_for(params, context.org.id))
        heads = context.effects.read(lambda: snapshot_store.heads(context.org.id, len(competitors), context.now))
        scan = _Scan(context, heads)
        scan.take(competitors, _fresh(params, heads, context))
        scan.save()
        if not scan.stored:
            raise_if_all_failed(list(scan.readings.values()))
        share = MAX_PRODUCT_BYTES // len(competitors)
        return ScanCompetitorsOutput(competitors=[scan.entry(competitor, share) for competitor in competitors])

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """A page for each competitor."""
        named = params.get("competitorIds") or params.get("competitors")
        top = params.get("top")
        count = len(named) if isinstance(named, list) else top if isinstance(top, int) else USUAL_COMPETITORS
        return {"apify_page" if apify.is_wanted() else "menu_page": count}


@dataclass(frozen=True, slots=True)
class _Known:
    """A menu as it is stored or about to be."""

    stored: StoredSnapshot
    is_new: bool


class _Scan:
    """What one scan has found so far."""

    def __init__(self, context: StepContext, heads: Mapping[str, Head]) -> None:
        self._context = context
        self._heads = heads
        self.readings: dict[str, Reading] = {}
        self.stored: dict[str, _Known] = {}

    def take(self, competitors: Sequence[Competitor], fresh: Mapping[str, Head]) -> None:
        """Use what is fresh, read the others' pages, and take over the menus of those that have not changed."""
        self._read([one for one in competitors if one.id not in fresh], self._heads)
        unchanged = {one: reading.unchanged for one, reading in self.readings.items() if reading.unchanged}
        lost = self._take_over({**fresh, **unchanged})
        # What was known of them is gone or broken: they are read as if for the first time.
        self._read([one for one in competitors if one.id in lost], {})

    def _read(self, competitors: Sequence[Competitor], heads: Mapping[str, Head]) -> None:
        if not competitors:
            return
        context = self._context
        found = context.effects.read(lambda: read_menus(competitors, heads, context.now, context.execution_id))
        if found.pages:
            context.costs.append(cost(found.item, found.pages))
        for reading in found.entries:
            one = reading.competitor.id
            self.readings[one] = reading
            if reading.snapshot is not None:
                before = self._heads[one].id if one in self._heads else None
                kept = StoredSnapshot(snapshot_id(reading.snapshot, before), reading.snapshot)
                self.stored[one] = _Known(kept, is_new=True)

    def _take_over(self, heads: Mapping[str, Head]) -> set[str]:
        """Load these menus; the competitors of those that cannot be loaded."""
        ids = [head.id for head in heads.values()]
        if not ids:
            return set()
        context = self._context
        loaded = context.effects.read(lambda: snapshot_store.load_snapshots(context.org.id, ids))
        for one, head in heads.items():
            if head.id in loaded:
                self.stored[one] = _Known(StoredSnapshot(head.id, loaded[head.id]), is_new=False)
        return {one for one, head in heads.items() if head.id not in loaded}

    def save(self) -> None:
        """Store the new snapshots, mark those that were seen again, and tell each competitor what came of it."""
        context = self._context
        taken = {known.stored.id: known.stored.snapshot for known in self.stored.values() if known.is_new}
        seen = {
            reading.unchanged.id: seen_again(context.now, reading.page)
            for one, reading in self.readings.items()
            if reading.unchanged and one in self.stored and not self.stored[one].is_new
        }
        scans = {one: self._scanned(one, reading) for one, reading in self.readings.items()}
        if not scans:
            return
        context.effects.write(
            "snapshots",
            {
                "collection": "competitor_snapshots",
                "competitors": ", ".join(snapshot.competitor_id for snapshot in taken.values()),
                "unchanged": len(seen),
            },
            lambda: _store(context.org.id, taken, seen, scans),
            sample=None,
        )

    def _scanned(self, competitor_id: str, reading: Reading) -> dict[str, Any]:
        context, known = self._context, self.stored.get(competitor_id)
        if known is None:
            return last_scan.failed(context.now, reading.failure, context.execution_id)
        snapshot = known.stored.snapshot
        count = max(snapshot.product_count, len(snapshot.products))
        return last_scan.found(context.now, count, known.stored.id, context.execution_id)

    def entry(self, competitor: Competitor, share: int) -> CompetitorMenu:
        """The competitor in the output."""
        known, reading = self.stored.get(competitor.id), self.readings.get(competitor.id)
        if known is None:
            failure = reading.failure if reading else None
            return CompetitorMenu(competitor_id=competitor.id, name=competitor.name, error=str(failure))
        # A run that is tried again meets the snapshot that it took itself.
        by_this_run = known.stored.snapshot.execution_id == self._context.execution_id
        unchanged = reading is not None and not known.is_new and not by_this_run
        return menu_of(competitor.name, known.stored, share, unchanged=unchanged)


def _store(
    org_id: str,
    taken: Mapping[str, Snapshot],
    seen: Mapping[str, Mapping[str, Any]],
    scans: Mapping[str, Mapping[str, Any]],
) -> None:
    if taken or seen:
        snapshot_store.save_scan(org_id, taken, seen)
    last_scan.record(org_id, scans)


def _asked_for(params: ScanCompetitorsParams, org_id: str) -> list[Competitor]:
    if params.competitor_ids is not None:
        wanted = list(dict.fromkeys(params.competitor_ids))
        found = store.find_competitors(org_id, wanted)
        _refuse_unknown(wanted, {competitor.id for competitor in found}, org_id, "competitorIds")
        return found
    everyone = store.load_competitors(org_id)
    if params.competitors is not None:
        return _named(params.competitors, everyone, org_id)
    if not everyone:
        raise PermanentError(
            f"there is no competitor to scan; add one with its name and menuUrl under tenants/{org_id}/competitors"
        )
    return everyone if params.top is None else store.most_important(everyone, params.top)


def _named(names: Iterable[str], everyone: Iterable[Competitor], org_id: str) -> list[Competitor]:
    by_name = {name.casefold(): one for one in everyone for name in (one.name, one.id)}
    wanted = list(dict.fromkeys(name.casefold() for name in names))
    _refuse_unknown(wanted, by_name.keys(), org_id, "competitors")
    return list({by_name[name].id: by_name[name] for name in wanted}.values())


def _refuse_unknown(wanted: Sequence[str], known: Container[str], org_id: str, field: str) -> None:
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise PermanentError(
            f"{field}: {', '.join(map(repr, unknown))} not found under tenants/{org_id}/competitors"
        )


def _fresh(params: ScanCompetitorsParams, heads: Mapping[str, Head], context: StepContext) -> dict[str, Head]:
    if params.max_age_hours is None:
        return {}
    not_before = context.now - timedelta(hours=params.max_age_hours)
    return {one: head for one, head in heads.items() if head.fields.last_seen >= not_before}
