"""`scan_competitors`: reads competitors' menus and stores a snapshot of each version."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from shared.competitors import store
from shared.competitors.fetching import apify
from shared.competitors.models import Competitor, CompetitorMenu
from shared.competitors.scan import raise_if_all_failed
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots import suspects
from shared.competitors.snapshots.snapshot import Head
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scanning import Scan

MAX_PRODUCT_BYTES = 250_000
"""Of all menus together in the output: a run's outputs share one document. Snapshots keep the whole menus."""
USUAL_COMPETITORS = 4
"""For estimates if the params don't say how many."""

Names = Annotated[list[str], Field(min_length=1, max_length=store.MAX_COMPETITORS)]


class ScanCompetitorsParams(Params):
    """Which competitors (all, when neither list nor `top` is given), and how old what we know of them may be."""

    competitor_ids: Names | None = None
    competitors: Names | None = None
    """Ids or names; kept for older playbooks."""
    top: Annotated[int, Field(ge=1, le=store.MAX_COMPETITORS)] | None = None
    """The org's first ones by the `priority` of their documents (lowest first), then by name."""
    max_age_hours: Annotated[float, Field(gt=0, le=720)] | None = None
    """A menu that a scan has seen in so many hours is used as it was, without asking the site.

    Where the last scan found a suspect one, the site is asked again.
    """

    @model_validator(mode="after")
    def _one_list(self) -> ScanCompetitorsParams:
        given = {"competitorIds": self.competitor_ids, "competitors": self.competitors, "top": self.top}
        named = [name for name, value in given.items() if value is not None]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} are both given; expected one of them")
        return self


class ScanCompetitorsOutput(Output):
    """One entry for each competitor; `error` says why one has no products.

    `suspect` says why what its page showed does not count: the entry then has the last good menu.
    """

    competitors: list[CompetitorMenu]


class ScanCompetitors(Action[ScanCompetitorsParams, ScanCompetitorsOutput]):
    """Fetches and reads the menu pages in parallel; one competitor's failure stays in its own entry."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    slow: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: ScanCompetitorsParams, context: StepContext) -> ScanCompetitorsOutput:
        """Scan them.

        Raises:
            PermanentError: there is no competitor, one is unknown, or no menu can be read permanently.
            TransientError: no menu could be read now.
        """
        competitors = context.effects.read(lambda: _asked_for(params, context.org.id))
        ids = [one.id for one in competitors]
        # Suspects first: one that another scan confirms meanwhile has a snapshot by the time snapshots are read.
        suspected = context.effects.read(lambda: suspects.load(context.org.id))
        heads = context.effects.read(lambda: snapshot_store.heads(context.org.id, ids, context.now))
        doubted = {one: found for one, found in suspected.items() if not _is_settled(found, heads.get(one))}
        scan = Scan(context, heads, doubted)
        scan.take(
            competitors, {one: head for one, head in _fresh(params, heads, context).items() if one not in doubted}
        )
        scan.save()
        if not scan.stored:
            raise_if_all_failed(list(scan.readings.values()))
        share = MAX_PRODUCT_BYTES // len(competitors)
        return ScanCompetitorsOutput(competitors=[scan.entry(competitor, share) for competitor in competitors])

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One page per competitor."""
        named = params.get("competitorIds") or params.get("competitors")
        top = params.get("top")
        count = len(named) if isinstance(named, list) else top if isinstance(top, int) else USUAL_COMPETITORS
        return {"apify_page" if apify.is_wanted() else "menu_page": count}


def _asked_for(params: ScanCompetitorsParams, org_id: str) -> list[Competitor]:
    if params.competitor_ids is not None:
        wanted = list(dict.fromkeys(params.competitor_ids))
        found = store.find_competitors(org_id, wanted)
        _refuse_unknown(wanted, {competitor.id for competitor in found}, "competitorIds")
        return found
    everyone = store.load_competitors(org_id)
    if params.competitors is not None:
        return _named(params.competitors, everyone)
    if not everyone:
        raise PermanentError("there are no competitors to scan; add one under Competitors")
    return everyone if params.top is None else store.most_important(everyone, params.top)


def _named(names: Iterable[str], everyone: Iterable[Competitor]) -> list[Competitor]:
    by_name = {name.casefold(): one for one in everyone for name in (one.name, one.id)}
    wanted = list(dict.fromkeys(name.casefold() for name in names))
    _refuse_unknown(wanted, by_name.keys(), "competitors")
    return list({by_name[name].id: by_name[name] for name in wanted}.values())


def _refuse_unknown(wanted: Sequence[str], known: Container[str], field: str) -> None:
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise PermanentError(
            f"{field}: found {', '.join(map(repr, unknown))}; expected competitors that are tracked"
        )


def _is_settled(suspect: SuspectSnapshot, head: Head | None) -> bool:
    """Whether another scan has stored a menu since the suspect one was seen."""
    return head is not None and head.fields.taken_at > suspect.taken_at


def _fresh(params: ScanCompetitorsParams, heads: Mapping[str, Head], context: StepContext) -> dict[str, Head]:
    if params.max_age_hours is None:
        return {}
    not_before = context.now - timedelta(hours=params.max_age_hours)
    return {one: head for one, head in heads.items() if head.fields.last_seen >= not_before}
