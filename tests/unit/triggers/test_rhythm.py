"""When a playbook runs, in words and in instants, whatever stands in its document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.triggers import rhythm

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # a Monday, 10:00 AM in New York
DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}
CATALOG = {"source": "catalog", "status": "active", "triggers": [{"type": "manual"}]}


def active(*triggers: Any) -> dict[str, Any]:
    return {"status": "active", "triggers": list(triggers)}


def test_each_schedule_in_words_with_its_next_five_runs() -> None:
    (shown,) = rhythm.schedules_of("p", active(DAILY, {"type": "manual"}), NOW)
    assert (shown.trigger_id, shown.words) == ("schedule", "every day at 9:00 AM EST")
    assert shown.next_runs == [datetime(2026, 11, day, 14, tzinfo=UTC) for day in range(24, 29)]


def test_a_paused_playbook_has_no_next_run() -> None:
    paused = {**active(DAILY), "status": "paused"}
    (shown,) = rhythm.schedules_of("p", paused, NOW)
    assert (shown.words, shown.next_runs) == ("every day at 9:00 AM EST", [])
    assert rhythm.runs_ahead("p", paused, NOW) == ([], False)


def test_the_catalogs_daily_and_weekly_run_at_the_catalogs_times() -> None:
    (daily,) = rhythm.schedules_of("daily-intel", CATALOG, NOW)
    assert (daily.trigger_id, daily.words) == ("daily", "every day at 9:00 AM EST")
    assert daily.next_runs[0] == datetime(2026, 11, 24, 14, tzinfo=UTC)
    (weekly,) = rhythm.schedules_of("weekly-summary", CATALOG, NOW)
    assert (weekly.trigger_id, weekly.words) == ("weekly", "every Monday at 8:00 AM EST")
    assert weekly.next_runs[0] == datetime(2026, 11, 30, 13, tzinfo=UTC)


def test_an_own_playbook_under_a_catalog_id_is_not_a_catalog_playbook() -> None:
    assert rhythm.schedules_of("daily-intel", active({"type": "manual"}), NOW) == []


def test_events_are_reported_without_their_filters() -> None:
    event = {"type": "event", "eventName": "inventory.low_stock", "filter": "event.name == 'Ann'"}
    words = rhythm.when_it_runs("p", active(DAILY, event), NOW)
    assert words == "every day at 9:00 AM EST and when an item falls below its reorder point"
    assert rhythm.when_it_runs("p", active({"type": "manual"}), NOW) == "when you ask for it"


def test_malformed_triggers_are_left_out() -> None:
    broken = [None, 7, {"type": "schedule", "cron": "x", "timezone": 5}, {"type": "schedule"}, DAILY]
    assert [one.words for one in rhythm.schedules_of("p", active(*broken), NOW)] == ["every day at 9:00 AM EST"]
    assert rhythm.schedules_of("p", {"status": "active", "triggers": "x"}, NOW) == []


def test_a_catalog_playbook_runs_at_the_catalogs_time_or_at_its_own() -> None:
    catalogs = {"status": "active", "source": "catalog", "triggers": [{"type": "manual"}]}
    assert rhythm.when_it_runs("daily-intel", catalogs, NOW) == "every day at 9:00 AM EST"
    moved = {**catalogs, "triggers": [{**DAILY, "cron": "0 7 * * *"}]}
    assert rhythm.when_it_runs("daily-intel", moved, NOW) == "every day at 7:00 AM EST"


def test_the_runs_of_a_bounded_schedule_end_and_it_says_so() -> None:
    twice = {**DAILY, "maxRuns": 2}
    (shown,) = rhythm.schedules_of("p", active(twice), NOW)
    assert (len(shown.next_runs), shown.ends) == (2, True)
    assert rhythm.runs_ahead("p", active(twice), NOW).end is True
    assert rhythm.runs_ahead("p", active(twice, DAILY), NOW).end is False
    ran = {"schedule": [datetime(2026, 11, day, 14, tzinfo=UTC) for day in (22, 23)]}
    assert rhythm.runs_ahead("p", active(twice), NOW, rhythm.RhythmContext(ran=ran)) == ([], True)


def test_a_playbook_with_only_events_has_no_end() -> None:
    assert rhythm.runs_ahead("p", active({"type": "event", "eventName": "a.b"}), NOW) == ([], False)


def test_a_once_trigger_is_shown_in_the_orgs_zone() -> None:
    once = {"type": "once", "at": datetime(2026, 11, 24, 20, tzinfo=UTC)}
    known = rhythm.RhythmContext(zone="America/Chicago")
    (shown,) = rhythm.schedules_of("p", active(once), NOW, known)
    assert (shown.trigger_id, shown.words) == ("once", "once, tomorrow (Tue, Nov 24) at 2:00 PM CST")
    assert (shown.next_runs, shown.ends) == ([once["at"]], True)
    assert rhythm.when_it_runs("p", active(once), NOW, known) == "once, on Tue, Nov 24 at 2:00 PM CST"
