"""Who may go next: nobody passes a limit, nobody is lost or starved, and each line keeps its order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.runs.fair.lines import ORG, RATE, RESERVE, Line, Waiting, choose

START = datetime(2026, 3, 1, tzinfo=UTC)
IMPORT, PERSON = Line(), Line(in_person=True)
ONE_AT_A_TIME = Line(playbook_id="p1")
THROTTLED = Line(playbook_id="p2", trigger_id="t")
LINES = [IMPORT, PERSON, ONE_AT_A_TIME, Line(True, "p1"), THROTTLED]


def waiting(line: Line, count: int, since: int = 0) -> list[Waiting]:
    return [Waiting(f"{line.key}-{since + n}", START + timedelta(seconds=since + n)) for n in range(count)]


def budgets(at_once: int, reserve: int = 0, rate: int = 1_000, **more: int) -> dict[str, int]:
    return {ORG: at_once, RESERVE: at_once + reserve, RATE: rate, **more}


def test_the_longest_waiting_runs_start_first_across_lines() -> None:
    asked = Waiting("asked", START + timedelta(seconds=1.5))
    runs = {IMPORT: waiting(IMPORT, 3), PERSON: [asked]}
    assert choose(runs, budgets(3), 10) == [f"{IMPORT.key}-0", f"{IMPORT.key}-1", "asked"]


def test_a_person_does_not_wait_for_an_import_while_the_reserve_has_room() -> None:
    runs = {IMPORT: waiting(IMPORT, 5_000), PERSON: waiting(PERSON, 3, since=9_000)}
    assert choose(runs, budgets(0, reserve=2), 10) == [f"{PERSON.key}-9000", f"{PERSON.key}-9001"]


def test_a_line_at_its_own_limit_does_not_block_other_lines() -> None:
    runs = {ONE_AT_A_TIME: waiting(ONE_AT_A_TIME, 50), IMPORT: waiting(IMPORT, 2, since=100)}
    chosen = choose(runs, budgets(10, **{ONE_AT_A_TIME.playbook_budget: 1}), 10)
    assert chosen == [f"{ONE_AT_A_TIME.key}-0", f"{IMPORT.key}-100", f"{IMPORT.key}-101"]


def test_lines_of_one_playbook_share_its_limit() -> None:
    by_hand = Line(True, "p1")
    runs = {ONE_AT_A_TIME: waiting(ONE_AT_A_TIME, 2), by_hand: waiting(by_hand, 2)}
    assert len(choose(runs, budgets(10, **{ONE_AT_A_TIME.playbook_budget: 1}), 10)) == 1


def test_the_limit_per_minute_does_not_hold_runs_that_people_request() -> None:
    runs = {IMPORT: waiting(IMPORT, 5), PERSON: waiting(PERSON, 5, since=50)}
    assert choose(runs, budgets(10, rate=0), 10) == [one.id for one in runs[PERSON]]


@given(
    st.fixed_dictionaries(
        {line: st.lists(st.integers(0, 50), max_size=12).map(sorted) for line in LINES},
    ),
    st.integers(-3, 20),
    st.integers(0, 5),
    st.integers(-3, 20),
    st.integers(-1, 5),
    st.integers(-1, 5),
    st.integers(0, 30),
)
def test_no_budget_is_exceeded_and_no_run_with_room_is_held(
    seconds: dict[Line, list[int]], at_once: int, reserve: int, rate: int, own: int, throttle: int, most: int
) -> None:
    runs = {
        line: [Waiting(f"{line.key}-{n}", START + timedelta(seconds=at)) for n, at in enumerate(found)]
        for line, found in seconds.items()
    }
    left = budgets(
        at_once, reserve, rate, **{ONE_AT_A_TIME.playbook_budget: own, THROTTLED.trigger_budget: throttle}
    )
    chosen = choose(runs, left, most)
    went = Counter(next(line for line in LINES if one.startswith(f"{line.key}-")) for one in chosen)
    assert len(chosen) == len(set(chosen)) <= most
    by_hand = went[PERSON] + went[Line(True, "p1")]
    assert len(chosen) <= max(at_once + reserve, 0)
    assert len(chosen) - by_hand <= max(min(at_once, rate), 0)
    assert went[ONE_AT_A_TIME] + went[Line(True, "p1")] <= max(own, 0)
    assert went[THROTTLED] <= max(throttle, 0)
    for line, found in runs.items():
        assert [one.id for one in found][: went[line]] == [one for one in chosen if one.startswith(f"{line.key}-")]
    if len(chosen) < most and went[PERSON] < len(runs[PERSON]):
        assert len(chosen) >= at_once + reserve, "somebody waits who had a slot"


class Shop(RuleBasedStateMachine):
    """Runs come, go and end in any order under fixed limits: held, let go and ended is all there is."""

    AT_ONCE, RESERVE, OWN = 4, 2, 1

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[Line, list[Waiting]] = {line: [] for line in LINES}
        self.under_way: dict[str, Line] = {}
        self.came: list[str] = []
        self.went: dict[Line, list[str]] = {line: [] for line in LINES}
        self.ended: set[str] = set()

    @rule(line=st.sampled_from(LINES), count=st.integers(1, 5))
    def come(self, line: Line, count: int) -> None:
        for _ in range(count):
            number = len(self.came)
            run = Waiting(f"run-{number:05}", START + timedelta(seconds=number))
            self.came.append(run.id)
            self.held[line].append(run)

    @rule(most=st.integers(1, 5))
    def look(self, most: int) -> None:
        own = self.OWN - sum(line.playbook_id == "p1" for line in self.under_way.values())
        room = budgets(self.AT_ONCE - len(self.under_way), self.RESERVE, **{ONE_AT_A_TIME.playbook_budget: own})
        for run_id in choose(self.held, room, most):
            line = next(line for line, runs in self.held.items() if any(one.id == run_id for one in runs))
            self.held[line] = [one for one in self.held[line] if one.id != run_id]
            self.under_way[run_id] = line
            self.went[line].append(run_id)

    @rule(which=st.integers(0, 100))
    def end(self, which: int) -> None:
        if self.under_way:
            run_id = sorted(self.under_way)[which % len(self.under_way)]
            del self.under_way[run_id]
            self.ended.add(run_id)

    @invariant()
    def limits_hold(self) -> None:
        assert len(self.under_way) <= self.AT_ONCE + self.RESERVE
        assert sum(line.playbook_id == "p1" for line in self.under_way.values()) <= self.OWN

    @invariant()
    def everybody_is_somewhere_and_each_line_keeps_its_order(self) -> None:
        held = [one.id for runs in self.held.values() for one in runs]
        assert sorted([*held, *self.under_way, *self.ended]) == sorted(self.came)
        assert all(went == sorted(went) for went in self.went.values())

    def teardown(self) -> None:
        for _ in range(3 * len(self.came) + 1):
            self.look(5)
            self.end(0)
        assert len(self.ended) == len(self.came), "somebody starves"


TestShop = Shop.TestCase
