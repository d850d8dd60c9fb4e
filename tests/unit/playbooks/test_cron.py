"""Cron lines and zones: what is refused, and with which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.cron import check_cron, check_timezone, count_slots, next_slot, slots_after

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ["0 fields", "expected five"]),
        ("0 9 * *", ["4 fields", "expected five"]),
        ("0 0 9 * * *", ["6 fields", "expected five"]),
        ("60 9 * * *", ["minute", "'60'", "from 0 to 59"]),
        ("0 24 * * *", ["hour", "'24'", "from 0 to 23"]),
        ("0 9 0 * *", ["day of month", "'0'", "from 1 to 31"]),
        ("0 9 * 13 *", ["month", "'13'", "from 1 to 12", "JAN"]),
        ("0 9 * * 8", ["day of week", "'8'", "from 0 to 7", "SUN"]),
        ("0 9 * FOO *", ["month", "'FOO'", "JAN"]),
        ("0 9 * * JAN", ["day of week", "'JAN'", "SUN"]),
        ("MON 9 * * *", ["minute", "'MON'", "from 0 to 59"]),
        ("0 17-9 * * *", ["hour", "'17-9'", "backwards", "low-high"]),
        ("*/0 * * * *", ["minute", "/0", "/1 to /59"]),
        ("0 */24 * * *", ["hour", "/24", "/1 to /23"]),
        ("0 9 L * *", ["day of month", "'L'", "from 1 to 31"]),
        ("0 9 * * 5#2", ["day of week", "'5#2'", "from 0 to 7"]),
        ("0 9 ? * *", ["day of month", "'?'"]),
        ("0,,5 9 * * *", ["minute", "''"]),
        ("-5 9 * * *", ["minute", "'-5'"]),
        ("\u0663 9 * * *", ["minute", "from 0 to 59"]),
        ("\u00b2 9 * * *", ["minute", "from 0 to 59"]),
        ("9" * 5_000 + " 9 * * *", ["minute", "from 0 to 59"]),
        ("0 9 31 2 *", ["day of month", "'31'", "a day that exists"]),
        ("0 9 31 4,6 *", ["day of month", "'31'", "a day that exists"]),
        ("@daily", ["1 fields", "expected five"]),
    ],
)
def test_a_wrong_field_is_named_with_what_it_may_hold(line: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match="expected") as refusal:
        check_cron(line)
    assert [word for word in words if word not in str(refusal.value)] == []


@given(st.text(alphabet="0123456789*/-,# ABCFJLMNORSUW?\u0660\u00b2", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_line_that_comes_due_or_is_refused(text: str) -> None:
    try:
        line = check_cron(text)
    except ValueError:
        return
    assert next_slot(line, "America/New_York", MONDAY) > MONDAY


def test_blanks_are_made_single() -> None:
    assert check_cron("  0   9 *\t* MON-FRI ") == "0 9 * * MON-FRI"


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("0 6-12/3 * * *", [6, 9, 12]),
        ("0 */8 * * *", [8, 16, 24]),
        ("0 1,5 * * *", [1, 5, 25]),
        ("0 9 * * mon", [9, 7 * 24 + 9, 14 * 24 + 9]),
        ("0 0 * * SAT-7", [5 * 24, 6 * 24, 12 * 24]),
        ("0 0 1 DEC *", [8 * 24, (8 + 365) * 24, (8 + 730 + 1) * 24]),
    ],
)
def test_names_ranges_steps_and_lists_come_due_when_they_say(line: str, hours: list[int]) -> None:
    due = islice(slots_after(check_cron(line), "Etc/UTC", MONDAY), 3)
    assert [slot - MONDAY for slot in due] == [timedelta(hours=count) for count in hours]


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Kolkata", "Etc/UTC", "UTC"])
def test_an_iana_zone_is_accepted(name: str) -> None:
    assert check_timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "Eastern", "EST5EDT4", "America/New York", "../etc/passwd", "/etc/localtime", "a\0b"),
        *("Factory", "factory", "localtime", "posixrules", "right/UTC", "posix/America/New_York"),
    ],
)
def test_a_zone_that_does_not_exist_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(ValueError, match="expected a name like 'America/New_York'"):
        check_timezone(name)


_LINES = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["0", "30", "5,50", "*/20", "15-45/7"]),
        st.sampled_from(["*", "0", "2", "1-3", "23", "*/6", "8,17"]),
        st.sampled_from(["*", "1", "8-14", "29,30,31"]),
        st.sampled_from(["*", "3", "2,11"]),
        st.sampled_from(["*", "MON-FRI", "SUN", "0,6"]),
    ),
)
_ZONES = [
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Etc/UTC",
]


@given(
    _LINES.map(check_cron),
    st.sampled_from(_ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=12)),
)
def test_slots_are_counted_as_they_come_due(line: str, zone: str, after: datetime, span: timedelta) -> None:
    until = after + span
    one_by_one = takewhile(lambda slot: slot <= until, slots_after(line, zone, after))
    assert count_slots(line, zone, after, until) == sum(1 for _ in one_by_one)
