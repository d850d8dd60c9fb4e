"""Whatever happens to an org, and however often and late it is told: its present state says where it ends."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.catalog.files.load import catalog, included
from shared.tenants.tenant import TierId
from tests.harness.profiles import examples
from tests.unit.tenants.assigned_org import Org

TIERS = [tier.value for tier in TierId]
STATUSES = ["active", "active", "cancelled", "suspended"]
IDS = ["daily-intel", "competitive-price-alert", "low-stock-alert", "price-intelligence", "vip-customers"]
CHANGES = st.tuples(st.sampled_from(TIERS), st.sampled_from(STATUSES), st.integers(0, 3))


@settings(max_examples=examples(20))
@given(st.lists(CHANGES, max_size=12), st.sampled_from(TIERS), st.sampled_from(STATUSES))
def test_every_path_to_a_state_ends_in_the_same_plan(
    way: list[tuple[str, str, int]], tier: str, status: str
) -> None:
    """Each change is told no time (its news is late), once, or several times."""
    made = Org("starter")
    for at_tier, at_status, told in way:
        made.tier, made.status = at_tier, at_status
        for _ in range(told):
            made.reconcile()
    made.tier, made.status = tier, status
    made.reconcile()
    wanted = set(included(TierId(tier))) if status == "active" else set()
    assert made.active() == wanted
    assert made.reconcile() == 0
    for one, copy in made.playbooks.items():
        assert copy["status"] == made.assignments[one]["status"]
        assert copy.get("pausedBy") == made.assignments[one].get("pausedBy")


class Life(RuleBasedStateMachine):
    """An org, its people and its deliveries. `resting`: what people want to rest; `runs`: how often each ran."""

    def __init__(self) -> None:
        super().__init__()
        self.org = Org("growth")
        self.org.reconcile()
        self.resting: set[str] = set()
        self.runs: dict[str, int] = {}

    @rule(tier=st.sampled_from(TIERS), status=st.sampled_from(STATUSES))
    def changes(self, tier: str, status: str) -> None:
        self.org.tier, self.org.status = tier, status

    @rule(times=st.integers(1, 3))
    def should_notify(self, times: int) -> None:
        for _ in range(times):
            self.org.reconcile()

    @rule(one=st.sampled_from(IDS), where=st.sampled_from(["playbooks", "assignments"]))
    def a_person_pauses(self, one: str, where: str) -> None:
        """As people can: what runs, in one of its two documents."""
        self.org.reconcile()
        if one in self.org.active():
            getattr(self.org, where)[one]["status"] = "paused"
            self.resting.add(one)

    @rule(one=st.sampled_from(IDS), where=st.sampled_from(["playbooks", "assignments"]))
    def a_person_resumes(self, one: str, where: str) -> None:
        self.org.reconcile()
        if one in self.resting:
            getattr(self.org, where)[one]["status"] = "active"
            self.resting.discard(one)

    @rule(one=st.sampled_from(IDS))
    def it_runs(self, one: str) -> None:
        self.org.reconcile()
        if one in self.org.active():
            self.org.assignments[one]["triggerCount"] += 1
            self.runs[one] = self.runs.get(one, 0) + 1

    @invariant()
    def after_the_news_it_is_as_it_should_be(self) -> None:
        told = Org(self.org.tier, self.org.status)
        told.playbooks, told.assignments = _copy(self.org.playbooks), _copy(self.org.assignments)
        told.reconcile()
        entitled = set(included(TierId(told.tier))) if told.status == "active" else set()
        assert told.active() == entitled - self.resting
        assert {one: told.assignments[one]["triggerCount"] for one in self.runs} == self.runs
        for one in told.playbooks.keys() - told.active():
            mark = None if one in self.resting else "org" if told.status != "active" else "tier"
            assert told.paused_by(one) == (mark, mark)
        assert all(told.playbooks[one]["steps"] == catalog()[one].steps for one in told.playbooks)


def _copy(documents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: dict(fields) for name, fields in documents.items()}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=examples(15), stateful_step_count=20)
