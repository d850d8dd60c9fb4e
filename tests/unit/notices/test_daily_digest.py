"""A day's reports in one mail: each once, the most important first, and never longer than mail programs show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messages.alert_types import AlertType
from shared.messages.template import build
from shared.messages.template.as_text import message_text
from shared.messages.template.models import Actions, Button, Heading, Letterhead, Message, Section, Table, text_of
from shared.messages.template.render import MAX_BYTES, render
from shared.notices.alert import Alert
from shared.notices.daily.record import Entry, day_of, digest_id
from shared.notices.daily.sending import MAX_REPORTS, MAX_ROWS, RANKS, gathered, ordered
from shared.values.local_time import next_at

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://app.example"
ZONES = ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Apia", "Australia/Lord_Howe", "UTC")


@pytest.fixture(autouse=True, scope="module")
def _product() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
        patch.setenv("PUBLIC_BASE_URL", BASE)
        yield


def entry(
    number: int, kind: AlertType = AlertType.WEEKLY_REPORT, rows: int = 0, buttons: int = 0, minutes: int = 0
) -> Entry:
    sections: list[Section] = build.titled(
        "Items", build.table(("Item", "Left"), [(f"Item {number}-{row} {'x' * 100}", "1") for row in range(rows)])
    )
    if buttons:
        addresses = [f"https://app.example/{number}/{one}" for one in range(buttons)]
        sections.append(Actions(buttons=tuple(Button(label="Open", url=one) for one in addresses)))
    return Entry(
        id=f"e{number}",
        org_id="org",
        digest_id="d",
        type=kind,
        message=build.message(f"Report number {number}.", f"Fact number {number}.", sections),
        link=f"/runs/r{number}",
        playbook_id="daily-intel",
        execution_id=f"r{number}",
        created_at=NOW + timedelta(minutes=minutes),
    )


kinds = st.sampled_from(list(AlertType))
entries = st.lists(
    st.tuples(kinds, st.integers(0, 60), st.integers(0, 3), st.integers(0, 300)), min_size=1, max_size=50
).map(lambda found: [entry(number, *one) for number, one in enumerate(found)])


@pytest.mark.parametrize(
    "title", ["", "\u200b", "x" * 500, "<b>&amp;</b>", "\u202egpj.exe", "Low stock\n\nBcc: all"]
)
@pytest.mark.parametrize("others", [0, 2])
def test_a_title_of_any_kind_leaves_the_digest_a_subject(title: str, others: int) -> None:
    hostile = entry(0, AlertType.COMPLIANCE_FLAG)
    hostile = hostile.model_copy(update={"message": hostile.message.model_copy(update={"title": title})})
    message = gathered([hostile, *map(entry, range(1, others + 1))])
    alert = Alert(id="d", type=AlertType.WEEKLY_REPORT, key="d", message=message)
    assert 5 < len(alert.title) <= build.MAX_TITLE
    assert alert.title.isprintable()
    assert message.title[0] not in ",…"


@settings(max_examples=60, deadline=None)
@given(entries, st.randoms())
def test_every_report_is_in_the_digest_once_in_any_arrival_order(found: list[Entry], chance: Random) -> None:
    message = gathered(found)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert gathered(shuffled) == message
    headings = [text_of(one.text) for one in message.sections if isinstance(one, Heading)]
    expected = [one.message.title for one in ordered(found)]
    assert headings[: min(len(expected), MAX_REPORTS)] == expected[:MAX_REPORTS]
    said = message_text(message)
    assert all(said.count(f"{one.message.title}\n") == 1 for one in found)
    assert len(render(message, Letterhead(), "").encode()) <= MAX_BYTES


@settings(max_examples=60, deadline=None)
@given(entries)
def test_each_report_has_one_button_its_own_or_the_runs(found: list[Entry]) -> None:
    shown = ordered(found)[:MAX_REPORTS]
    buttons = [one for one in gathered(found).sections if isinstance(one, Actions)]
    assert all(len(one.buttons) == 1 for one in buttons)
    for report, section in zip(shown, buttons, strict=True):
        own = [one for one in report.message.sections if isinstance(one, Actions)]
        assert section.buttons[0].url == (own[0].buttons[0].url if own else f"{BASE}{report.link}")


@given(entries)
def test_the_most_important_reports_come_first(found: list[Entry]) -> None:
    ranks = [(RANKS[one.type], one.created_at) for one in ordered(found)]
    assert ranks == sorted(ranks)


def test_every_type_of_alert_has_its_rank() -> None:
    assert set(RANKS) == set(AlertType)


def test_the_subject_is_the_top_fact_and_the_count_of_others() -> None:
    found = [entry(1), entry(2, AlertType.COMPETITOR_ALERT)]
    assert gathered(found).title == "Report number 2., and 1 more report"
    assert gathered(found[:1]).title == "Report number 1."


def test_tables_are_short_and_the_least_important_are_cut_first() -> None:
    (table,) = (one for one in gathered([entry(1, rows=9)]).sections if isinstance(one, Table))
    assert (len(table.rows), table.left_out) == (MAX_ROWS, 9 - MAX_ROWS)
    many = [entry(number, rows=60, minutes=number) for number in range(MAX_REPORTS)]
    message = gathered([one.model_copy(update={"message": _wide(one.message)}) for one in many])
    kept = sum(isinstance(one, Table) for one in message.sections)
    assert 0 < kept < MAX_REPORTS * 10
    assert "Fact number 39." in message_text(message)


def _wide(message: Message) -> Message:
    return message.model_copy(update={"sections": message.sections * 10})


@given(
    st.sampled_from(ZONES),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes)),
    st.integers(0, 23),
    st.sampled_from([0, 30]),
)
def test_the_digest_goes_out_once_a_day_despite_clock_changes(
    zone: str, now: datetime, hour: int, minute: int
) -> None:
    at, days = f"{hour:02}:{minute:02}", set()
    instant = now
    for _ in range(4):
        following = next_at(at, zone, instant)
        local = following.astimezone(ZoneInfo(zone))
        assert instant < following <= instant + timedelta(hours=26)
        assert local.strftime("%H:%M") == at or _is_skipped(local, at, zone)
        days.add(digest_id("org", day_of(following, zone)))
        instant = following
    assert len(days) == 4


def _is_skipped(local: datetime, at: str, zone: str) -> bool:
    """Whether the clock did not show that time on that day."""
    wanted = datetime.fromisoformat(f"{local.date().isoformat()}T{at}").replace(tzinfo=ZoneInfo(zone))
    return wanted.astimezone(UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M") != at


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-08T05:00:00+00:00", "2026-03-08T07:30:00+00:00"),  # 2:30 is skipped: 3:30 EDT
        ("2026-11-01T04:00:00+00:00", "2026-11-01T05:30:00+00:00"),  # 1:30 is shown twice: the first
        ("2026-11-01T05:30:00+00:00", "2026-11-02T06:30:00+00:00"),  # and not again an hour later
    ],
)
def test_a_skipped_time_is_late_and_a_repeated_one_happens_once(now: str, expected: str) -> None:
    at = "02:30" if "03-08" in now else "01:30"
    assert next_at(at, "America/New_York", datetime.fromisoformat(now)) == datetime.fromisoformat(expected)
