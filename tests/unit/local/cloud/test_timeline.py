import asyncio
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from local.cloud.clock import VirtualClock
from local.cloud.timeline import Dispatch, Timeline

HORIZON = 1000

offsets = st.lists(st.integers(0, HORIZON), max_size=20)
nested = st.lists(st.tuples(st.integers(0, HORIZON), st.integers(0, HORIZON)), max_size=8)
advances = st.lists(st.integers(0, 400), min_size=1, max_size=6)


@given(offsets, nested, advances)
def test_every_appointment_rings_exactly_once_in_order_when_the_clock_has_reached_it(
    direct: list[int], parents: list[tuple[int, int]], moves: list[int]
) -> None:
    asyncio.run(_require_one_ring_of_each_appointment(direct, parents, moves))


async def _require_one_ring_of_each_appointment(
    direct: list[int], parents: list[tuple[int, int]], moves: list[int]
) -> None:
    clock = VirtualClock()
    timeline = Timeline(clock)
    start = clock.now() + timedelta(seconds=1)
    rung: list[str] = []

    async def deliver(name: str, offset: int, child_after: int | None) -> None:
        await asyncio.sleep(0)
        assert clock.now() >= start + timedelta(seconds=offset)
        rung.append(name)
        timeline.record(Dispatch("tasks", name, start + timedelta(seconds=offset), 200))
        if child_after is not None:
            book(f"{name}-child", offset + child_after, None)

    def book(name: str, offset: int, child_after: int | None) -> None:
        timeline.at(
            start + timedelta(seconds=offset),
            lambda: timeline.begin(deliver(name, offset, child_after)),
        )

    for index, offset in enumerate(direct):
        book(f"direct-{index}", offset, None)
    for index, (offset, child_after) in enumerate(parents):
        book(f"parent-{index}", offset, child_after)

    fired = [one for move in (*moves, 3 * HORIZON) for one in (await timeline.advance(move)).deliveries]
    await timeline.stop()

    expected = {f"direct-{index}" for index in range(len(direct))}
    expected |= {f"parent-{index}{kind}" for index in range(len(parents)) for kind in ("", "-child")}
    assert len(rung) == len(expected)
    assert set(rung) == expected
    assert [one.name for one in fired] == rung
    assert [one.schedule_time for one in fired] == sorted(one.schedule_time for one in fired)


def test_a_cancelled_appointment_never_rings() -> None:
    async def scenario() -> list[str]:
        timeline = Timeline(VirtualClock())
        rung: list[str] = []
        due = timeline.clock.now() + timedelta(seconds=5)
        timeline.at(due, lambda: rung.append("cancelled")).cancel()
        timeline.at(due, lambda: rung.append("kept"))
        await timeline.advance(10)
        await timeline.stop()
        return rung

    assert asyncio.run(scenario()) == ["kept"]


def test_an_appointment_that_fails_does_not_stop_the_next() -> None:
    async def scenario() -> list[str]:
        timeline = Timeline(VirtualClock())
        rung: list[str] = []
        due = timeline.clock.now() + timedelta(seconds=5)
        timeline.at(due, lambda: [][0])
        timeline.at(due, lambda: rung.append("next"))
        await timeline.advance(10)
        await timeline.stop()
        return rung

    assert asyncio.run(scenario()) == ["next"]


def test_the_clock_never_falls_behind_real_time_by_being_held() -> None:
    clock = VirtualClock()
    with clock.held():
        first = clock.now()
        assert clock.now() == first
    assert clock.now() > first
    before = clock.now()
    clock.advance_to(before - timedelta(seconds=10))
    assert clock.now() >= before
