"""Quiet when nothing changed: what is news, and what is not."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.heartbeat.findings import MAX_KEPT, REPEATED_AFTER, Finding, KnownFinding, compare, key_of
from tests.unit.heartbeat.facts import NOW

HOUR = timedelta(hours=1)
FINDINGS = st.lists(
    st.builds(Finding, st.sampled_from("abcdef"), st.just("info"), st.just("T"), level=st.integers(1, 3)),
    max_size=8,
)


def finding(key: str, level: int = 1) -> Finding:
    return Finding(key, "info", f"about {key}", level=level)


def keys(told: tuple[Finding, ...]) -> set[str]:
    return {one.key for one in told}


@given(FINDINGS)
def test_an_unchanged_finding_is_not_reported(found: list[Finding]) -> None:
    first = compare({}, found, NOW)
    again = compare(first.known, found, NOW + HOUR)
    assert keys(first.reported) == {one.key for one in found}
    assert again.reported == ()
    assert again.known == first.known


@given(FINDINGS, FINDINGS)
def test_only_what_is_new_or_worse_is_reported(before: list[Finding], now: list[Finding]) -> None:
    first = compare({}, before, NOW)
    second = compare(first.known, now, NOW + HOUR)
    worst_before = {one.key: max(each.level for each in before if each.key == one.key) for one in before}
    expected = {one.key for one in now if one.level > worst_before.get(one.key, 0)}
    assert keys(second.reported) == expected
    assert set(second.known) == {one.key for one in now}


@given(FINDINGS, st.lists(st.integers(0, 200), min_size=1, max_size=30))
def test_a_lasting_finding_is_reported_at_most_once_a_week(found: list[Finding], hours: list[int]) -> None:
    known: dict[str, KnownFinding] = {}
    last: dict[str, object] = {}
    now = NOW
    for step in hours:
        now += step * HOUR
        news = compare(known, found, now)
        for one in news.reported:
            assert one.key not in last or now - last[one.key] >= REPEATED_AFTER  # type: ignore[operator]
            last[one.key] = now
        known = dict(news.known)


def test_a_lasting_finding_is_reported_again_after_a_week_with_its_start() -> None:
    first = compare({}, [finding("a")], NOW)
    almost = compare(first.known, [finding("a")], NOW + REPEATED_AFTER - timedelta(seconds=1))
    week = compare(almost.known, [finding("a")], NOW + REPEATED_AFTER)
    assert (almost.reported, keys(week.reported)) == ((), {"a"})
    assert (week.known["a"].since, week.known["a"].notified_at) == (NOW, NOW + REPEATED_AFTER)


def test_a_finding_that_disappeared_is_reported_when_it_returns() -> None:
    first = compare({}, [finding("a"), finding("b")], NOW)
    gone = compare(first.known, [finding("b")], NOW + HOUR)
    back = compare(gone.known, [finding("a"), finding("b")], NOW + 2 * HOUR)
    assert set(gone.known) == {"b"}
    assert keys(back.reported) == {"a"}


def test_a_finding_is_reported_when_worse_and_not_when_better() -> None:
    first = compare({}, [finding("a", 2)], NOW)
    better = compare(first.known, [finding("a", 1)], NOW + HOUR)
    worse = compare(better.known, [finding("a", 2)], NOW + 2 * HOUR)
    assert (better.reported, keys(worse.reported)) == ((), {"a"})


def test_only_the_most_severe_findings_are_kept_and_all_are_counted() -> None:
    found = [finding(f"k{number:04}", 1 + number % 2) for number in range(MAX_KEPT * 3)]
    news = compare({}, found, NOW)
    assert (len(news.reported), news.there) == (MAX_KEPT, MAX_KEPT * 3)
    assert {one.level for one in news.reported} == {2}
    assert compare(news.known, found, NOW + HOUR).reported == ()


def test_long_ids_make_short_keys_that_differ() -> None:
    first, second = key_of("item", "x" * 1_400 + "1"), key_of("item", "x" * 1_400 + "2")
    assert first != second
    assert len(first.encode()) < 400
    assert key_of("item", "a") == "item:a"
