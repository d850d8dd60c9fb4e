"""`diff_snapshots`: what changed on competitors' menus, and the events for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.competitors import store
from shared.competitors.comparing.changes_text import MenuChanges, changes_message
from shared.competitors.comparing.diff import MenuDiff, compare, menu_items
from shared.competitors.comparing.events import Event, Raised, events_of, raise_events
from shared.competitors.models import CompetitorMenu, MenuItem, PriceChange, Shakeup
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Snapshot, StoredSnapshot, fitting
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.competitive._scan_output import SCAN, scanned_menus
from shared.steps.documents import origin
from shared.steps.reports import ReportOutput, rendered

MAX_LIST_BYTES = 80_000
"""Of each list in the output."""
GRACE = timedelta(minutes=10)
"""A run that starts slightly earlier than yesterday's must not report yesterday's changes again."""

Percent = Annotated[Decimal, Field(ge=0, le=100)]


class DiffSnapshotsParams(Params):
    """What to list. The events have thresholds of their own: 10 % of a price, 20 % of a menu.

    Without `sinceHours`: what the newest snapshot changed; nothing of a competitor whose page this run's scan
    found unchanged. With it: all that changed in so many hours.
    """

    since_hours: Annotated[float, Field(gt=0, le=720)] | None = None
    threshold_percent: Percent = Decimal(10)
    """Price changes of at least this percentage of the old price are listed."""
    shakeup_percent: Percent = Decimal(20)
    """A menu that changed by at least this percentage is listed as a shake-up."""


class DiffSnapshotsOutput(ReportOutput):
    """The largest price changes first. Counts include everything, even if a list was cut."""

    changes: tuple[PriceChange, ...]
    added: tuple[MenuItem, ...]
    removed: tuple[MenuItem, ...]
    shakeups: tuple[Shakeup, ...]
    change_count: int
    added_count: int
    removed_count: int
    events_raised: int
    """By this run; a change raises an event once, whichever run finds it."""
    events_raised_before: int
    events_left_out: int
    """Price changes of 10% or more without an event, because a competitor had over 20."""
    notes: tuple[str, ...]


class DiffSnapshots(Action[DiffSnapshotsParams, DiffSnapshotsOutput]):
    """Compares each competitor's newest menu with the one before, and raises events for prices that moved."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"thresholdPercent": 10}

    def run(self, params: DiffSnapshotsParams, context: StepContext) -> DiffSnapshotsOutput:
        """Compare them.

        Raises:
            PermanentError: there are more competitors than a scan can read, or the scan's output is none.
        """
        scanned = _scanned(context)
        names = _names(scanned, context)
        stored = context.effects.read(lambda: snapshot_store.newest_first(context.org.id, list(names)))
        history = {one: _with_unsaved(found, scanned.get(one)) for one, found in stored.items()}
        latest = [compare(names[one], found[1], found[0]) for one, found in history.items() if len(found) > 1]
        raised = _raised(latest, context)
        if params.since_hours is None:
            unchanged = {one for one, menu in scanned.items() if menu.unchanged}
            listed = [diff for diff in latest if diff.competitor_id not in unchanged]
        else:
            listed = _since(params.since_hours, names, history, context)
        notes = [
            f"{names[one]} has no earlier snapshot to compare." for one, found in history.items() if not found[1:]
        ]
        doubts = [menu.suspect for menu in scanned.values() if menu.suspect]
        return _output(listed, params, raised, [*doubts, *notes, *_cut_menus(listed)])


@dataclass(frozen=True, slots=True)
class _RaisedEvents:
    """The results of publishing the events."""

    raised: Raised = field(default_factory=lambda: Raised(0, 0))
    left_out: int = 0


def _scanned(context: StepContext) -> dict[str, CompetitorMenu]:
    """The run's scan results by competitor; empty without a scan."""
    if context.outputs.get(SCAN) is None:
        return {}
    return {menu.competitor_id: menu for menu in scanned_menus(context, "diff_snapshots")}


def _names(scanned: Mapping[str, CompetitorMenu], context: StepContext) -> dict[str, str]:
    """The competitors to compare: those the run scanned, else all."""
    if scanned:
        return {one: menu.name for one, menu in scanned.items()}
    everyone = context.effects.read(lambda: store.load_competitors(context.org.id))
    return {one.id: one.name for one in everyone}


def _with_unsaved(found: list[StoredSnapshot], menu: CompetitorMenu | None) -> list[StoredSnapshot]:
    """With what a scan found and, in a dry run, did not store."""
    if menu is None or menu.snapshot_id is None or menu.taken_at is None or menu.unchanged or menu.truncated:
        return found
    if any(one.id == menu.snapshot_id for one in found):
        return found
    fields = {"competitor_id": menu.competitor_id, "taken_at": menu.taken_at, "expires_at": menu.taken_at}
    unsaved = Snapshot(**fields, products=menu.products, product_count=menu.product_count)
    return [StoredSnapshot(menu.snapshot_id, unsaved), *found]


def _since(
    hours: float, names: Mapping[str, str], history: Mapping[str, Sequence[StoredSnapshot]], context: StepContext
) -> list[MenuDiff]:
    """The newest menus against those of that time; where none was kept then, against the oldest since."""
    then = context.now - timedelta(hours=hours) + min(GRACE, timedelta(hours=hours) / 10)
    moved = [one for one, found in history.items() if found and found[0].snapshot.taken_at > then]
    bases = context.effects.read(lambda: _bases(context.org.id, moved, then))
    pairs = [(one, bases[one], history[one][0]) for one in moved if one in bases]
    return [compare(names[one], base, newest) for one, base, newest in pairs if base.id != newest.id]


def _bases(org_id: str, competitor_ids: Sequence[str], then: datetime) -> dict[str, StoredSnapshot]:
    found = snapshot_store.newest_first(org_id, competitor_ids, before=then, count=1)
    missing = [one for one, snapshots in found.items() if not snapshots]
    oldest = snapshot_store.oldest(org_id, missing)
    return {**{one: snapshots[0] for one, snapshots in found.items() if snapshots}, **oldest}


def _raised(diffs: Iterable[MenuDiff], context: StepContext) -> _RaisedEvents:
    events: list[Event] = []
    left_out = 0
    for diff in diffs:
        found, more = events_of(diff)
        events += found
        left_out += more
    if not events:
        return _RaisedEvents(left_out=left_out)
    raised = context.effects.write(
        "events",
        {"collection": "events", "events": [{"name": event.name, **event.data} for event in events[:20]]}
        | {"count": len(events)},
        lambda: raise_events(context.org.id, events, origin(context), context.now),
        sample=Raised(len(events), 0),
    )
    return _RaisedEvents(raised, left_out)


def _output(
    diffs: Sequence[MenuDiff], params: DiffSnapshotsParams, raised: _RaisedEvents, notes: Sequence[str]
) -> DiffSnapshotsOutput:
    changes = [change for diff in diffs for change in diff.changes_from(params.threshold_percent)]
    changes.sort(key=lambda change: (-change.percent, change.competitor, change.product))
    added = [item for diff in diffs for item in menu_items(diff, diff.added)]
    removed = [item for diff in diffs for item in menu_items(diff, diff.removed)]
    shakeups = tuple(shakeup for diff in diffs if (shakeup := diff.shakeup(params.shakeup_percent)))
    found = MenuChanges(changes, added, removed, shakeups, len(changes), len(added), len(removed))
    return DiffSnapshotsOutput(
        changes=fitting(changes, MAX_LIST_BYTES),
        added=fitting(added, MAX_LIST_BYTES),
        removed=fitting(removed, MAX_LIST_BYTES),
        shakeups=shakeups,
        change_count=found.change_count,
        added_count=found.added_count,
        removed_count=found.removed_count,
        events_raised=raised.raised.here,
        events_raised_before=raised.raised.before,
        events_left_out=raised.left_out,
        **rendered(changes_message(found)),
        notes=tuple(notes),
    )


def _cut_menus(diffs: Iterable[MenuDiff]) -> list[str]:
    return [
        f"The menu of {diff.competitor} is too long to be kept whole; products at its end may seem new or gone."
        for diff in diffs
        if not diff.whole
    ]
