"""Jobs and chains of tasks start the same slots, whoever dies, comes twice or late, whatever is edited meanwhile.

What must have been started is told by the trigger alone: every slot while the playbook stayed as it was, from when
it had been scheduled until ten minutes and a little more after the slot. Half of the time there is no sweep to make
up for what the chain has lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.playbooks.models import readable_triggers
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.playbooks.timing import due_after
from shared.triggers.record import Carrier
from shared.triggers.target import LAST_TICK_WITHIN
from tests.harness.profiles import examples
from tests.unit.triggers.clock_world import ClockWorld, Death

MINUTE = timedelta(minutes=1)
SETTLED = LAST_TICK_WITHIN + 12 * MINUTE
"""After its slot: the part of ten minutes, two more until the sweep looks, and its next round."""
NEW_YORK = "America/New_York"
BEGINS = [
    datetime(2030, 3, 9, 5, tzinfo=UTC),
    datetime(2030, 11, 2, 5, tzinfo=UTC),
    datetime(2031, 2, 1, 13, tzinfo=UTC),
]
"""The day before each change of the clocks, and one where nothing happens."""
HOURS_AHEAD = st.integers(1, 40)


def schedules(begin: datetime) -> st.SearchStrategy[dict[str, Any]]:
    """One trigger."""
    plain = {"type": "schedule", "timezone": NEW_YORK, "overlap": "allow"}
    start = begin.replace(minute=0)
    return st.builds(
        lambda cron, exact, bounds: {**plain, "cron": cron, "exact": exact, **bounds},
        st.sampled_from(
            ["0 9 * * *", "30 1 * * *", "30 2 * * *", "0 * * * *", "*/20 * * * *", "15 8,20 * * *", "0 9 10 6 *"]
        ),
        st.booleans(),
        st.one_of(
            st.just({}),
            st.builds(lambda hours: {"startsAt": start + timedelta(hours=hours)}, HOURS_AHEAD),
            st.builds(lambda hours: {"endsAt": start + timedelta(hours=60 + hours)}, HOURS_AHEAD),
            st.just({"startsAt": start, "every": {"days": 2}}),
        ),
    )


class Carried(RuleBasedStateMachine):
    """A playbook with one or two schedules, over some days."""

    @initialize(
        begin=st.sampled_from(BEGINS), limit=st.sampled_from([0, 1, 10]), sweeps=st.booleans(), data=st.data()
    )
    def open(self, begin: datetime, limit: int, sweeps: bool, data: st.DataObject) -> None:
        self.sweeps = sweeps
        self.world = ClockWorld(begin, limit)
        self.begin = begin
        self.known_since: datetime | None = None
        self.must: set[tuple[str, datetime]] = set()
        self.may: set[tuple[str, datetime]] = set()
        self.edited_at = begin
        self.swept_at = begin
        self.edit(data.draw(st.lists(schedules(begin), min_size=1, max_size=2)), "active", None)
        self.event(None)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.settle()
        finally:
            self.world.close()

    # --- what happens -----------------------------------------------------------------------------------------

    @rule(data=st.data(), status=st.sampled_from(["active", "active", "paused"]), death=st.deferred(lambda: DEATHS))
    def edited(self, data: st.DataObject, status: str, death: Death) -> None:
        self.edit(data.draw(st.lists(schedules(self.begin), min_size=1, max_size=2)), status, death)

    @rule()
    def paused_and_resumed_before_anybody_looked(self) -> None:
        if self.world.triggers is not None:
            self.edit(self.world.triggers, "paused", None)
            self.edit(self.world.triggers or self.last, "active", None)

    @rule()
    def deleted(self) -> None:
        self.account()
        self.world.delete()

    @rule(death=st.deferred(lambda: DEATHS))
    def event(self, death: Death) -> None:
        """Of the last write, or of one before that came late."""
        self.world.reconcile(death)
        self.note_whether_known()

    @rule(move_to=st.sampled_from([None, Carrier.JOB, Carrier.TASK]), death=st.deferred(lambda: DEATHS))
    def repaired(self, move_to: Carrier | None, death: Death) -> None:
        if not self.world.is_dirty:
            self.world.repair(move_to, death)

    @rule(limit=st.sampled_from([0, 1, 10]), has_room=st.booleans())
    def quota(self, limit: int, has_room: bool) -> None:
        self.world.patch.setenv("SCHEDULER_JOB_LIMIT", str(limit))
        self.world.google.has_room = has_room

    @rule(minutes=st.sampled_from([1, 7, 20, 60, 300, 1_000]), data=st.data())
    def time_passes(self, minutes: int, data: st.DataObject) -> None:
        self.pass_until(self.world.now + minutes * MINUTE, data)

    # --- how ----------------------------------------------------------------------------------------------------

    def edit(self, triggers: list[dict[str, Any]], status: str, death: Death) -> None:
        self.account()
        self.last = triggers
        self.world.write(status, triggers)
        self.edited_at, self.known_since = self.world.now, None
        self.world.reconcile(death)
        self.note_whether_known()

    def note_whether_known(self) -> None:
        if not self.world.is_dirty and self.known_since is None and self.world.triggers is not None:
            self.known_since = self.world.now

    def pass_until(self, until: datetime, data: st.DataObject | None = None) -> None:
        """Everything that comes due is delivered in order, a little late, twice or after a death at times."""
        google = self.world.google
        while True:
            due = [(at, "task", name) for name, (at, _) in google.tasks.items()]
            due += [(job.due, "job", job.name) for job in google.jobs.values()]
            if self.sweeps:
                due.append((self.swept_at + 5 * MINUTE, "sweep", ""))
            at, kind, name = min(due, default=(until + MINUTE, "", ""))
            if at > until:
                break
            google.now = max(google.now, at)
            death = data.draw(DEATHS) if data is not None else None
            if kind == "sweep":
                self.swept_at = max(at, google.now)
                self.world.sweep(death)
            elif kind == "job":
                self.world.tick(google.jobs[name], death)
            else:
                self.world.come(name, death, twice=death is not None and death[1])
        google.now = until

    def account(self) -> None:
        """What the trigger that is about to change has meant until now."""
        triggers = [] if self.world.triggers is None else readable_triggers(self.world.triggers)
        for one in triggers:
            assert isinstance(one, ScheduleTrigger)
            slots = takewhile(lambda slot: slot <= self.world.now, due_after(one, self.edited_at - SETTLED))
            for slot in slots:
                self.may.add((one.id, slot))
                if self.known_since is not None and self.known_since < slot <= self.world.now - SETTLED:
                    self.must.add((one.id, slot))

    def settle(self) -> None:
        """Whatever was left undone is done; then all is looked at."""
        self.world.reconcile()
        self.note_whether_known()
        self.pass_until(self.world.now + SETTLED)
        self.account()
        assert self.must <= set(self.world.started()), "missed what a trigger meant"
        self.sweeps, self.swept_at = True, self.world.now
        self.pass_until(self.world.now + SETTLED)
        self.account()
        started = Counter(self.world.started())
        assert [slot for slot, count in started.items() if count > 1] == []
        assert set(started) <= self.may, "started what no trigger meant"
        self.nothing_is_left_over()

    def nothing_is_left_over(self) -> None:
        record, google = self.world.record(), self.world.google
        entries = record.get("jobs", {})
        by_job = {one["name"] for one in entries.values() if one["state"] == "enabled" and "generation" not in one}
        assert set(google.jobs) == by_job
        assert record.get("jobCount", 0) == len(by_job)
        carried = {name: one["generation"] for name, one in entries.items() if "generation" in one}
        waiting = [(body["triggerId"], body["generation"]) for _, body in google.tasks.values()]
        # After a death, a task of an older generation may wait, or one of a slot before: it starts nothing again.
        old = [one for one in waiting if one[1] != carried.get(one[0])]
        newest = int(self.world.now.timestamp() * 1000)
        assert all(int(generation) < int(carried.get(name, newest)) for name, generation in old)
        assert {*waiting} - {*old} == {*carried.items()}, "a task each"


DEATHS: st.SearchStrategy[Death] = st.one_of(st.none(), st.none(), st.tuples(st.integers(1, 30), st.booleans()))

TestCarried = Carried.TestCase
TestCarried.settings = settings(max_examples=examples(15), stateful_step_count=14, deadline=None)
