"""Failures in a row: counted once an hour, told once, and what an owner can do about each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.failures import (
    DisallowedError,
    FailureKind,
    LeftAloneError,
    NoAddressError,
    NoMenuError,
    failure_of,
    is_another_sites_home,
    refusal,
)
from shared.competitors.scan import read_menus
from shared.competitors.snapshots.unreadable import (
    APART,
    TOLD_FROM,
    ScanRun,
    Unreadable,
    after_failure,
    unreadable_of,
)
from shared.competitors.store import competitor_of
from shared.errors import PermanentError, PlaybookError, TransientError
from shared.web.address import RefusedAddressError, parse_address

NOW = datetime(2026, 11, 28, 14, tzinfo=UTC)
DOWN = failure_of(TransientError("https://a.example/… answered 503"))


def counted(*hours: float) -> Unreadable:
    known = None
    for hour in hours:
        known = after_failure(known, DOWN, ScanRun(f"run{hour}", f"pb{hour}"), NOW + timedelta(hours=hour))
    assert known is not None
    return known


def test_three_failures_an_hour_apart_are_reported() -> None:
    assert [counted(*hours).should_notify for hours in ([0], [0, 1], [0, 1, 2])] == [False, False, True]


def test_three_failed_runs_are_reported_and_attempts_count_once() -> None:
    known = None
    for number, run in enumerate(["a", "a", "b", "b", "b", "c"]):
        assert known is None or not known.should_notify
        known = after_failure(known, DOWN, ScanRun(run, "pb"), NOW + timedelta(minutes=number))
    assert known is not None
    assert (known.failures, known.should_notify) == (3, True)


def test_scans_of_several_playbooks_in_one_morning_are_one_failure() -> None:
    assert counted(0, 0, 0.01, 0.3, 0.99).failures == 1
    assert counted(0, 0.99, 1.0, 1.5, 1.99, 2.0).failures == 3


def test_a_reported_fact_is_reported_once() -> None:
    told = counted(0, 1, 2).model_copy(update={"told_at": NOW})
    assert not after_failure(told, DOWN, ScanRun("later", "pb"), NOW + timedelta(hours=9)).should_notify


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_at_most_one_failure_an_hour_counts_in_any_order(hours: list[float]) -> None:
    found = counted(*hours)
    span = timedelta(hours=max(hours) - min(hours))
    assert 1 <= found.failures <= span / APART + 1
    assert found.should_notify == (found.failures >= TOLD_FROM)


def test_it_can_be_read_as_it_is_stored() -> None:
    stored = counted(0, 1).model_dump(by_alias=True, exclude_none=True)
    assert unreadable_of({"unreadable": stored}, "x") == counted(0, 1)
    assert unreadable_of({"unreadable": {"failures": "many"}}, "x") is None
    assert unreadable_of({}, "x") is None


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        (NoMenuError("blocked", "x"), "blocked", "another public page"),
        (NoMenuError("blocked", "x", with_browser=True), "blocked", "a browser couldn't"),
        (NoMenuError("moved", "x"), "moved", "under Competitors"),
        (NoMenuError("menu", "x"), "empty", "under Competitors"),
        (DisallowedError("x"), "robots", "another public page"),
        (LeftAloneError("x"), "left_alone", "nothing to do"),
        (TransientError("x"), "down", "opens in your browser"),
        (RefusedAddressError("x"), "address", "save its address"),
        (NoAddressError("x"), "address", "save its address"),
        (PermanentError("too large"), "other", "leads to a menu"),
    ],
)
def test_each_failure_has_its_remedy(error: PlaybookError, kind: FailureKind, remedy: str) -> None:
    found = failure_of(error)
    assert found.kind == kind
    assert remedy in found.remedy
    assert found.reason


def test_an_invalid_address_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.competitors.scan.apify.is_wanted", lambda: False)
    found: dict[str, dict[str, Any]] = {"missing": {}, "a number": {"menuUrl": 5}, "an empty text": {"menuUrl": ""}}
    readings = read_menus([competitor_of(name, fields) for name, fields in found.items()], {}, NOW, "run")
    assert [str(entry.failure) for entry in readings.entries] == [
        f"its menuUrl is {name}; expected an http(s) address" for name in found
    ]


CHALLENGE = "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"


@pytest.mark.parametrize(
    ("status", "html", "headers", "verdict"),
    [
        (401, "", {}, "blocked"),
        (403, "", {}, "blocked"),
        (451, "", {}, "blocked"),
        (503, CHALLENGE, {}, "blocked"),
        (429, "", {"cf-mitigated": "challenge"}, "blocked"),
        (404, "<form>g-recaptcha-response</form>", {}, "moved"),
        (410, "", {}, "moved"),
    ],
)
def test_an_answer_that_is_not_a_page_has_a_verdict(
    status: int, html: str, headers: dict[str, str], verdict: str
) -> None:
    error = refusal("https://a.example/…", status, html, headers)
    assert isinstance(error, NoMenuError)
    assert error.verdict == verdict
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("status", "transient"), [(500, True), (503, True), (429, True), (400, False), (418, False)]
)
def test_other_errors_are_unchanged(status: int, transient: bool) -> None:
    error = refusal("https://a.example/…", status, "<p>closed for maintenance</p>", {"retry-after": "60"})
    assert isinstance(error, TransientError) == transient
    assert not isinstance(error, NoMenuError)


def test_a_429_means_the_site_is_left_alone_and_not_down() -> None:
    error = refusal("https://a.example/…", 429, "", {"retry-after": "60"})
    assert failure_of(error).kind == "left_alone"
    assert isinstance(error, TransientError)
    assert error.retry_after_seconds == 60


@pytest.mark.parametrize(
    ("asked", "moved_to", "is_home"),
    [
        ("https://a.example/menu", "https://b.example/", True),
        ("https://a.example/menu", "https://b.example/menu", False),
        ("https://a.example/menu", "https://www.a.example/", False),
        ("https://www.a.example/menu", "https://menu.a.example/", False),
        ("https://a.example/menu", None, False),
    ],
)
def test_another_sites_home_is_not_a_menu(asked: str, moved_to: str | None, is_home: bool) -> None:
    there = parse_address(moved_to) if moved_to else None
    assert is_another_sites_home(parse_address(asked), there) == is_home
