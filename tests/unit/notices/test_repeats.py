"""Repeats: the first goes out, the others are counted, none is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.messages.alert_types import AlertType, Severity
from shared.messages.sms_text import units
from shared.notices.alert import SEVERITY_RANK
from shared.notices.delivery import AlertDelivery
from shared.notices.policy import WINDOW, Step, Window, digest_alert, step
from shared.notices.preferences import Channel
from tests.unit.notices.repeats import NOW, alert

MINUTE = timedelta(minutes=1)
EMAIL, SMS = Channel.EMAIL, Channel.SMS


def told(window: Window | None, number: int, at: datetime, severity: Severity = "warning") -> Step:
    return step(window, "org_1", alert(number, severity), {EMAIL}, at, at)


def test_the_first_goes_out_and_the_rest_of_the_hour_is_counted() -> None:
    first = told(None, 0, NOW)
    assert (first.goes_out, first.window.ends_at, first.ended) == (True, NOW + WINDOW, None)
    window = first.window
    for number in range(1, 21):
        repeat = told(window, number, NOW + number * MINUTE)
        assert not repeat.goes_out
        window = repeat.window
    assert (window.repeats, window.last_body, window.ends_at) == (20, "Reason 20", NOW + WINDOW)


def test_after_the_hour_it_goes_out_again() -> None:
    window = told(None, 0, NOW).window
    assert not told(window, 1, NOW + WINDOW - MINUTE).goes_out
    assert told(window, 1, NOW + WINDOW).goes_out


def test_unreported_repeats_are_added_to_the_next_alert() -> None:
    window = told(told(None, 0, NOW).window, 1, NOW + MINUTE).window
    later = told(window, 2, NOW + 2 * WINDOW)
    assert (later.goes_out, later.ended) == (True, window)
    closed = window.model_copy(update={"told": True})
    assert told(closed, 2, NOW + 2 * WINDOW).ended is None


def test_a_more_severe_alert_is_sent_again_within_the_hour() -> None:
    window = told(None, 0, NOW, "info").window
    worse = told(window, 1, NOW + MINUTE, "critical")
    assert worse.goes_out
    assert not told(worse.window, 2, NOW + 2 * MINUTE, "critical").goes_out
    assert not told(worse.window, 2, NOW + 2 * MINUTE, "warning").goes_out


def test_a_window_stays_open_until_its_first_alert_is_sent() -> None:
    waits_until = NOW + 9 * WINDOW
    night = step(None, "org_1", alert(), {EMAIL}, NOW, waits_until).window
    assert night.ends_at == waits_until
    assert not told(night, 1, NOW + 8 * WINDOW).goes_out


def test_a_window_from_a_fast_clock_silences_nothing() -> None:
    assert told(told(None, 0, NOW + 8 * WINDOW).window, 1, NOW).goes_out


def test_the_digest_gives_the_count_the_start_and_the_last_alert() -> None:
    window = told(None, 0, NOW).window
    severities: list[Severity] = ["warning", "info", "warning"]
    for number, severity in enumerate(severities, start=1):
        window = step(
            window, "org_1", alert(number, severity), {SMS} if number == 2 else {EMAIL}, NOW + number * MINUTE, NOW
        ).window
    one = digest_alert(window, "America/New_York")
    assert one.title == "3 more: Sync failed"
    assert one.body.startswith(
        "This has happened 3 more times since 2:05 PM on Mon, Nov 23, most recently at 2:08 PM."
    )
    assert one.body.endswith("Reason 3")
    delivery = AlertDelivery(
        org_id="org_1", alert=one, channels=(EMAIL,), decision="send", created_at=NOW, send_at=NOW
    )
    assert "Reason 3" not in delivery.notification().body, "every member of the org reads the inbox"
    assert (one.severity, one.type, window.channels) == ("warning", AlertType.PLAYBOOK_FAILURE, (EMAIL, SMS))
    assert one.staff_text("Thrive").startswith("Thrive: 3 more: Sync failed. This has happened 3 more times since")


def test_a_digest_of_the_longest_title_is_valid() -> None:
    window = step(told(None, 0, NOW).window, "o", alert(1, title="T" * 255), {SMS}, NOW, NOW).window
    one = digest_alert(window, "UTC")
    assert len(one.title) == 255
    assert units(one.staff_text("Thrive")) <= 160


def test_a_window_survives_storage() -> None:
    window = told(told(None, 0, NOW).window, 1, NOW + MINUTE).window
    assert Window.model_validate(window.document()) == window


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(["info", "warning", "critical"]), st.booleans()), max_size=40
    )
)
def test_every_alert_goes_out_or_is_reported_by_exactly_one_digest(
    events: list[tuple[int, Severity, bool]],
) -> None:
    """Whatever comes when, and whether the task of a digest ever runs."""
    window: Window | None = None
    now, out, digested = NOW, 0, 0
    for number, (minutes, severity, task_runs) in enumerate(events):
        now += minutes * MINUTE
        if task_runs and window is not None and now >= window.ends_at and window.has_untold:
            digested += window.repeats
            window = window.model_copy(update={"told": True})
        made = told(window, number, now, severity)
        out += made.goes_out
        if made.ended is not None:
            digested += made.ended.repeats
        window = made.window
    left = window.repeats if window is not None and window.has_untold else 0
    assert out + digested + left == len(events)
    assert out <= len(SEVERITY_RANK) * (1 + int((now - NOW) / WINDOW))
