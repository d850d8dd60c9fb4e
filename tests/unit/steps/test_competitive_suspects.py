"""Suspect menus through scans, one after another, twice, killed, and at once; only Firestore is stood in for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.competitors.models import Competitor, ParsedMenu, Product
from shared.competitors.scan import Reading, Readings
from shared.competitors.snapshots import last_scan
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import Head, PageState, take_snapshot
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.steps.competitive import _scanning
from shared.steps.competitive._scanning import Scan
from tests.unit.steps.shelf import Shelf, stocked_shelf
from tests.unit.steps.surroundings import NOW, step_context

ONE = Competitor(id="c1", name="Higher Level", menu_url="https://a.example/menu")
GOOD = ("full", "changed")
BAD = ("cut", "cut again", "other cut", "cents")
KINDS = (*GOOD, *BAD)


def menu(kind: str) -> tuple[Product, ...]:
    counts = {"cut": 8, "cut again": 9, "other cut": 2}
    scale = Decimal(100) if kind == "cents" else Decimal(1)
    found = [
        Product(name=f"Lot {number}", category="Flower", price=Decimal(20 + number) * scale)
        for number in range(counts.get(kind, 40))
    ]
    if kind == "changed":
        found[0] = found[0].model_copy(update={"price": Decimal(15)})
    return tuple(found)


@dataclass
class World:
    """A competitor whose page shows one kind of menu after the other, and runs that scan it."""

    shelf: Shelf
    shows: str = "full"
    runs: int = 0
    now: datetime = NOW
    raised: list[str] = field(default_factory=list)

    def read(
        self,
        competitors: Sequence[Competitor],
        heads: Mapping[str, Head],
        now: datetime,
        execution_id: str,
        _doubted: Any = (),
    ) -> Readings:
        """As `read_menus`, of the page that is shown."""
        found = ParsedMenu(products=menu(self.shows), source="json-ld", found=len(menu(self.shows)))
        state = PageState(ONE.menu_url or "", f"2:{self.shows}")
        taken = take_snapshot(ONE.id, found, now, state, execution_id)
        head = heads.get(ONE.id)
        same = head is not None and head.fields.content_hash == taken.content_hash
        reading = Reading(ONE, unchanged=head, page=state) if same else Reading(ONE, snapshot=taken, page=state)
        return Readings((reading,), "menu_page", 1)

    def begin(self, shows: str, run: str | None = None) -> Scan:
        """A scan that has read what the page shows, and has stored nothing yet."""
        if run is None:
            self.runs += 1
            self.now += timedelta(minutes=1)
        self.shows = shows
        context = replace(step_context(), execution_id=run or f"run{self.runs}", now=self.now)
        heads = snapshot_store.heads("org1", [ONE.id], self.now)
        scan = Scan(context, heads, dict(self.shelf.doubted))
        scan.take([ONE], {})
        return scan

    def scan(self, shows: str, run: str | None = None) -> Any:
        """A whole scan; the competitor in its output."""
        scan = self.begin(shows, run)
        scan.save()
        return scan.entry(ONE, 1_000_000)

    @property
    def history(self) -> list[str]:
        """The kinds of menus that count, the oldest first."""
        kinds = {menu(kind): kind for kind in KINDS}
        kept = sorted(self.shelf.snapshots.values(), key=lambda one: one.taken_at)
        return [kinds[one.products] for one in kept]

    @property
    def state(self) -> tuple[list[str], tuple[Product, ...] | None]:
        waiting: SuspectSnapshot | None = self.shelf.doubted.get(ONE.id)
        return self.history, waiting.products if waiting else None


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return opened(monkeypatch)


def opened(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(stocked_shelf(monkeypatch))
    monkeypatch.setattr(_scanning, "read_menus", world.read)
    return world


def test_a_suspect_menu_counts_for_nothing_and_is_reported_once(world: World) -> None:
    world.scan("full")
    entry = world.scan("cut")
    assert (len(entry.products), entry.unchanged, world.history) == (40, True, ["full"])
    assert entry.suspect.startswith("We couldn't read Higher Level's menu properly: it showed 8 products, down")
    scan = world.shelf.scans[ONE.id]["lastScan"]
    assert (scan["status"], scan["error"]) == ("suspect", entry.suspect)
    world.scan("other cut")
    assert len({alert.id for alert in world.shelf.alerts}) == 1
    assert world.shelf.alerts[0].body == entry.suspect


@pytest.mark.parametrize("again", ["cut", "cut again"])
def test_a_second_scan_that_agrees_makes_it_the_good_one(world: World, again: str) -> None:
    world.scan("full")
    world.scan("cut")
    entry = world.scan(again)
    assert (entry.suspect, entry.unchanged, world.state) == (None, False, (["full", again], None))
    assert world.shelf.scans[ONE.id]["lastScan"]["status"] == "ok"


@pytest.mark.parametrize(("back", "history"), [("full", ["full"]), ("changed", ["full", "changed"])])
def test_a_scan_that_agrees_with_the_last_good_one_drops_it_for_ever(
    world: World, back: str, history: list[str]
) -> None:
    world.scan("full")
    world.scan("cut")
    world.scan(back)
    assert world.state == (history, None)
    world.scan("cut")
    assert world.history == history


def test_suspects_that_disagree_confirm_each_other_never(world: World) -> None:
    world.scan("full")
    for kind in ("cut", "other cut", "cents", "other cut", "cut"):
        world.scan(kind)
    assert world.history == ["full"]


def test_not_modified_is_not_trusted_while_a_menu_is_suspect(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def read(*args: Any) -> Readings:
        asked.append(sorted(args[4]))
        return world.read(*args)

    monkeypatch.setattr(_scanning, "read_menus", read)
    for kind in ("full", "cut", "full", "full"):
        world.scan(kind)
    assert asked == [[], [], [ONE.id], []]


@dataclass
class Expected:
    """The rules in plain words: what counts, and what waits."""

    history: list[str] = field(default_factory=list)
    waiting: str | None = None

    def scan(self, kind: str) -> None:
        last = self.history[-1] if self.history else None
        if last is None or not _suspect_after(last, kind):
            if kind != last:
                self.history.append(kind)
            self.waiting = None
        elif (
            self.waiting is not None
            and not _suspect_after(self.waiting, kind)
            and not _suspect_after(kind, self.waiting)
        ):
            self.history.append(kind)
            self.waiting = None
        else:
            self.waiting = kind


def _suspect_after(before: str, found: str) -> bool:
    had, has = len(menu(before)), len(menu(found))
    return (had >= 4 and has < 0.4 * had) or ((before == "cents") != (found == "cents"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_any_sequence_of_scans_follows_the_rules(kinds: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        world, expected = opened(patch), Expected()
        for kind in kinds:
            entry = world.scan(kind)
            expected.scan(kind)
            waiting = menu(expected.waiting) if expected.waiting else None
            assert world.state == (expected.history, waiting)
            assert (entry.suspect is not None) == (expected.waiting is not None)
            assert entry.products == menu(expected.history[-1])


@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=8),
    killed=st.lists(st.sampled_from(["", "before", "after stored", "twice"]), min_size=8, max_size=8),
)
def test_scans_that_die_or_run_twice_leave_the_same(kinds: list[str], killed: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        world, expected = opened(patch), Expected()
        for kind, death in zip(kinds, killed, strict=False):
            run = f"run{world.runs + 1}"
            if death == "before":
                world.begin(kind)
            elif death == "after stored":
                with pytest.MonkeyPatch.context() as dying:
                    dying.setattr(last_scan, "record", _die)
                    scan = world.begin(kind)
                    with pytest.raises(KeyboardInterrupt):
                        scan.save()
            else:
                world.scan(kind)
            if death:
                world.scan(kind, run)
            expected.scan(kind)
            assert world.state == (expected.history, menu(expected.waiting) if expected.waiting else None)


def _die(*_args: Any) -> None:
    raise KeyboardInterrupt


@given(
    before=st.lists(st.sampled_from(KINDS), max_size=4),
    both=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
)
def test_two_scans_at_once_do_not_confirm_each_other(before: list[str], both: tuple[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        world, expected = opened(patch), Expected()
        for kind in ["full", *before]:
            world.scan(kind)
            expected.scan(kind)
        allowed = []
        for order in (both, both[::-1]):
            alone = Expected(list(expected.history), expected.waiting)
            alone.scan(order[0])
            allowed.append(alone.history)
        pair = [world.begin(both[0])]
        world.runs += 1
        pair.append(world.begin(both[1], f"run{world.runs}"))
        for scan in pair:
            scan.save()
        kept = set(world.history)
        assert kept <= {kind for history in allowed for kind in history}


def test_a_scan_that_finds_the_good_menu_again_wins_over_one_that_confirms_at_the_same_time(world: World) -> None:
    world.scan("full")
    world.scan("cut")
    confirming = world.begin("cut")
    world.scan("full")
    confirming.save()
    assert world.history == ["full"]
    assert confirming.entry(ONE, 1_000_000).suspect
    world.scan("full")
    assert world.state == (["full"], None)
