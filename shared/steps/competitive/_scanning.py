"""One scan: what it found, which results are trusted, and what gets stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.billing.prices import cost
from shared.competitors.comparing import suspicion
from shared.competitors.comparing.suspicion import Outcome
from shared.competitors.failures import failure_of
from shared.competitors.models import Competitor, CompetitorMenu
from shared.competitors.scan import Reading, read_menus
from shared.competitors.snapshots import last_scan, suspects, unreadable
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Head, StoredSnapshot, menu_of, seen_again, snapshot_id
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.errors import PlaybookError, TransientError
from shared.gcp import logging
from shared.steps.base import StepContext

log = logging.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _CurrentMenu:
    """The menu that counts, as it is stored or about to be.

    `suspect`: what the scan found instead, which does not count; `confirms`: the suspect menu that the new one was
    found to agree with.
    """

    stored: StoredSnapshot
    is_new: bool
    suspect: SuspectSnapshot | None = None
    confirms: SuspectSnapshot | None = None


class Scan:
    """The scan's results so far."""

    def __init__(
        self, context: StepContext, heads: Mapping[str, Head], doubted: Mapping[str, SuspectSnapshot]
    ) -> None:
        self._context = context
        self._heads = heads
        self._doubted = doubted
        self._names: dict[str, str] = {}
        self._goods: dict[str, StoredSnapshot] = {}
        self.readings: dict[str, Reading] = {}
        self.stored: dict[str, _CurrentMenu] = {}

    def take(self, competitors: Sequence[Competitor], fresh: Mapping[str, Head]) -> None:
        """Use what is fresh, read the others' pages, and take over the menus of those that have not changed."""
        self._names = {one.id: one.name for one in competitors}
        self._read([one for one in competitors if one.id not in fresh], self._heads)
        unchanged = {one: reading.unchanged for one, reading in self.readings.items() if reading.unchanged}
        changed = {one for one, found in self.readings.items() if found.snapshot}
        self._goods = self._loaded(
            {**fresh, **unchanged, **{one: head for one, head in self._heads.items() if one in changed}}
        )
        for one in (*fresh, *unchanged):
            if one in self._goods:
                self.stored[one] = _CurrentMenu(self._goods[one], is_new=False)
        # What was known of them is gone or broken: they are read as if for the first time.
        self._read([one for one in competitors if one.id in {*fresh, *unchanged} - self._goods.keys()], {})
        self._judge()

    def _read(self, competitors: Sequence[Competitor], heads: Mapping[str, Head]) -> None:
        if not competitors:
            return
        context = self._context
        found = context.effects.read(
            lambda: read_menus(competitors, heads, context.now, context.execution_id, self._doubted)
        )
        if found.pages:
            context.costs.append(cost(found.item, found.pages))
        self.readings |= {reading.competitor.id: reading for reading in found.entries}

    def _loaded(self, heads: Mapping[str, Head]) -> dict[str, StoredSnapshot]:
        """Those of these menus that can be loaded, by competitor."""
        ids = [head.id for head in heads.values()]
        if not ids:
            return {}
        context = self._context
        loaded = context.effects.read(lambda: snapshot_store.load_snapshots(context.org.id, ids))
        return {one: StoredSnapshot(head.id, loaded[head.id]) for one, head in heads.items() if head.id in loaded}

    def _judge(self) -> None:
        """What each menu that says something new is."""
        context = self._context
        began = context.parking.run_began(context.now)
        for one, reading in self.readings.items():
            if reading.snapshot is None:
                continue
            good, before = self._goods.get(one), self._doubted.get(one)
            judged = suspicion.judge(good, before, reading.snapshot, began)
            head = self._heads.get(one)
            new = StoredSnapshot(snapshot_id(reading.snapshot, head.id if head else None), reading.snapshot)
            if good is None or judged.outcome is Outcome.GOOD:
                self.stored[one] = _CurrentMenu(new, is_new=True)
            elif judged.outcome is Outcome.CONFIRMED:
                self.stored[one] = _CurrentMenu(new, is_new=True, confirms=before)
            elif judged.outcome is Outcome.HELD:
                self.stored[one] = _CurrentMenu(good, is_new=False, suspect=before)
            else:
                suspect = SuspectSnapshot.of(reading.snapshot, good.id, judged.reason, before)
                self.stored[one] = _CurrentMenu(good, is_new=False, suspect=suspect)

    def save(self) -> None:
        """Store the results, update each competitor's document, and notify the org's people if needed."""
        if not self.readings:
            return
        context = self._context
        taken = [known.stored.snapshot.competitor_id for known in self.stored.values() if known.is_new]
        context.effects.write(
            "snapshots",
            {
                "collection": "competitor_snapshots",
                "competitors": ", ".join(taken),
                "unchanged": len(self._seen()),
            },
            self._store,
            sample=None,
        )

    def _store(self) -> None:
        context = self._context
        for one, known in list(self.stored.items()):
            if known.is_new and known.confirms is not None:
                self._confirm(one, known, known.confirms)
        taken = {
            known.stored.id: known.stored.snapshot
            for known in self.stored.values()
            if known.is_new and known.confirms is None
        }
        doubted = {
            one: self.stored[one].suspect
            for one in self.readings.keys() & self.stored.keys()
            if self.stored[one].confirms is None and (self.stored[one].suspect or one in self._doubted)
        }
        seen = self._seen()
        if taken or seen or doubted:
            snapshot_store.save_scan(context.org.id, taken, seen, doubted)
        last_scan.record(
            context.org.id, {one: self._scanned(one, reading) for one, reading in self.readings.items()}
        )
        self._count_failures()
        self._notify_of_suspect_menus()

    def _count_failures(self) -> None:
        for one, reading in self.readings.items():
            if one in self.stored or reading.failure is None:
                continue
            try:
                self._count_failure(reading.competitor, reading.failure)
            except TransientError as error:
                # The next scan that fails counts and tells; this one has found what it has found.
                log.warning("a failure was not counted", extra={"competitorId": one, "reason": str(error)})

    def _count_failure(self, competitor: Competitor, failure: PlaybookError) -> None:
        context = self._context
        run = unreadable.ScanRun(context.execution_id, context.playbook_id)
        counted = unreadable.count(context.org.id, competitor.id, failure_of(failure), run, context.now)
        if counted is not None and counted.should_notify:
            from shared.competitors import notifying

            notifying.notify_of_unreadable_menu(context.org.id, competitor, counted, context.now)

    def _notify_of_suspect_menus(self) -> None:
        doubted = {one: known.suspect for one, known in self.stored.items() if known.suspect}
        if not doubted:
            return
        from shared.competitors import notifying

        context = self._context
        doubts = [notifying.Doubt(suspect, self._names[one], self._words(one)) for one, suspect in doubted.items()]
        notifying.notify_of_suspect_menus(context.org.id, doubts, context.now)

    def _confirm(self, competitor_id: str, known: _CurrentMenu, suspect: SuspectSnapshot) -> None:
        """Another scan may have settled it meanwhile: then what was found is a first word again."""
        good, found = self._goods[competitor_id], known.stored.snapshot
        reason = suspicion.suspicion(good.snapshot, found) or suspect.reason
        instead = SuspectSnapshot.of(found, good.id, reason, suspect)
        if not suspects.confirm(self._context.org.id, suspect, known.stored, instead):
            self.stored[competitor_id] = _CurrentMenu(good, is_new=False, suspect=instead)

    def _seen(self) -> dict[str, dict[str, Any]]:
        """The fields of the stored snapshots whose menus were found as they were."""
        return {
            reading.unchanged.id: dict(seen_again(self._context.now, reading.page))
            for one, reading in self.readings.items()
            if reading.unchanged and one in self.stored and not self.stored[one].is_new
        }

    def _scanned(self, competitor_id: str, reading: Reading) -> dict[str, Any]:
        context, known = self._context, self.stored.get(competitor_id)
        if known is None:
            return last_scan.failed(context.now, reading.failure, context.execution_id)
        if known.suspect is not None:
            found = last_scan.suspect(context.now, self._words(competitor_id), context.execution_id)
        else:
            snapshot = known.stored.snapshot
            count = max(snapshot.product_count, len(snapshot.products))
            found = last_scan.found(context.now, count, known.stored.id, context.execution_id)
        return {**found, **unreadable.readable_again()}

    def _words(self, competitor_id: str) -> str:
        known = self.stored[competitor_id]
        reason = known.suspect.reason if known.suspect else ""
        seen = known.stored.snapshot.last_seen
        return suspicion.told(self._names[competitor_id], reason, seen, self._context.org.timezone)

    def entry(self, competitor: Competitor, share: int) -> CompetitorMenu:
        known, reading = self.stored.get(competitor.id), self.readings.get(competitor.id)
        if known is None:
            failure = reading.failure if reading else None
            return CompetitorMenu(competitor_id=competitor.id, name=competitor.name, error=str(failure))
        if known.suspect is not None:
            return menu_of(competitor.name, known.stored, share, unchanged=True, suspect=self._words(competitor.id))
        # A run that is tried again meets the snapshot that it took itself.
        by_this_run = known.stored.snapshot.execution_id == self._context.execution_id
        unchanged = reading is not None and not known.is_new and not by_this_run
        return menu_of(competitor.name, known.stored, share, unchanged=unchanged)
