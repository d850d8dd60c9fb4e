"""The words for news, and who they reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.heartbeat.findings import CheckNews, Finding
from shared.heartbeat.notices import MAX_LINES, alert, notice_id
from shared.heartbeat.registry import CHECKS, Check
from shared.messages.alert_types import Severity
from shared.notices.preferences import Channel
from tests.unit.heartbeat.facts import NOW

BY_NAME = {check.name: check for check in CHECKS}


def found(count: int, severity: Severity = "info") -> tuple[Finding, ...]:
    return tuple(Finding(f"k{number}", severity, f"Thing {number:02}", "So it is.") for number in range(count))


def news(told: int, there: int | None = None, severity: Severity = "info") -> CheckNews:
    return CheckNews(found(told, severity), {}, there if there is not None else told)


def body(*told: Finding) -> str:
    return alert("n1", BY_NAME["low_stock"], CheckNews(told, {}, len(told))).body


def test_there_are_the_sixteen_checks_each_under_its_functions_name() -> None:
    assert len(BY_NAME) == len(CHECKS) == 16
    assert all(check.find.__name__ == name for name, check in BY_NAME.items())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_has_a_title_for_one_and_for_many(check: Check) -> None:
    assert "{" not in check.headline(1, 1) + check.headline(1_200, 1_200)


def test_threats_are_reported_in_words_and_all_counted() -> None:
    notice = alert("n1", BY_NAME["threats"], news(1, 3, "critical"))
    assert notice.title == "🚨 3 critical competitive threats require attention"
    assert (notice.type, notice.severity) == ("competitor_alert", "critical")


def test_titles_count_the_new_findings() -> None:
    notice = alert("n1", BY_NAME["low_stock"], news(2, 30))
    assert (notice.title, notice.body) == (
        "2 items are running low",
        "Thing 00. So it is.\n\n- Thing 01. So it is.",
    )


def test_the_gravest_come_first_and_the_rest_is_counted() -> None:
    grave = Finding("grave", "critical", "Z")
    lead, points = body(*found(MAX_LINES + 4), grave).split("\n\n")
    assert lead == "Z"
    assert points.split("\n")[-1] == "and 4 more"
    assert points.count("\n- ") == MAX_LINES - 1


def test_a_finding_stays_on_one_short_line() -> None:
    line = body(Finding("k", "info", "a\nb", "x" * 5_000))
    assert "\n" not in line
    assert len(line) < 450


def test_a_title_that_is_a_sentence_keeps_one_stop() -> None:
    assert body(Finding("k", "info", "They are cheaper.", "Act.")) == "They are cheaper. Act."


def test_the_id_depends_on_what_is_reported_and_on_the_round_before() -> None:
    check = BY_NAME["low_stock"]
    told = found(2)
    same = notice_id("org_1", check, told, NOW)
    assert notice_id("org_1", check, told[::-1], NOW) == same
    others = {
        notice_id("org_2", check, told, NOW),
        notice_id("org_1", BY_NAME["margin_alerts"], told, NOW),
        notice_id("org_1", check, told[:1], NOW),
        notice_id("org_1", check, told, NOW + timedelta(hours=1)),
        notice_id("org_1", check, told, None),
        notice_id("org_1", check, [Finding("k0", "info", "T", level=2), told[1]], NOW),
    }
    assert same not in others
    assert len(others) == 6


@pytest.mark.parametrize(("severity", "goes_out"), [("critical", True), ("warning", False), ("info", False)])
def test_only_critical_findings_are_sent_out(severity: Severity, goes_out: bool) -> None:
    made = alert("n1", BY_NAME["threats"], news(1, severity=severity))
    assert (Channel.EMAIL in made.at_most) == (Channel.SMS in made.at_most) == goes_out


def test_alerts_with_the_same_findings_share_a_key() -> None:
    def key(name: str, told: tuple[Finding, ...]) -> str:
        return alert("n1", BY_NAME[name], CheckNews(told, {}, 2)).key

    two = found(2, "critical")
    assert key("threats", two) == key("threats", two[::-1])
    assert len({key("threats", two), key("threats", two[:1]), key("low_stock", two)}) == 3
