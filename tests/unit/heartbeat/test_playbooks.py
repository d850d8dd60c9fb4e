"""Playbooks that should have run, and failures that lie there."""

from __future__ import annotations

import pytest

from shared.heartbeat.checks.playbooks import keys_in_playbooks, playbooks_not_run
from shared.heartbeat.findings import Finding
from shared.heartbeat.inputs import LatePlaybook
from shared.triggers.stored_credentials import KeysInPlaybook
from tests.unit.heartbeat.facts import ago, dead_letter, facts


@pytest.mark.parametrize(("minutes", "found"), [(30, 0), (30.1, 1), (600, 1), (-5, 0)])
def test_a_playbook_more_than_thirty_minutes_late(minutes: float, found: int) -> None:
    late = [LatePlaybook("p1", "Prices", ago(minutes=minutes))]
    told = playbooks_not_run(facts(late_playbooks=late))
    assert [one.title for one in told] == ["“Prices” didn't run"] * found


@pytest.mark.parametrize(("hours", "found"), [(23.9, 0), (24, 1)])
def test_a_dead_letter_that_is_open_for_a_day(hours: float, found: int) -> None:
    assert len(playbooks_not_run(facts(dead_letters=[dead_letter(createdAt=ago(hours=hours))]))) == found


@pytest.mark.parametrize(("count", "level"), [(1, 1), (4, 1), (5, 2), (20, 3)])
def test_a_playbooks_dead_letters_are_one_finding_and_worse_when_many(count: int, level: int) -> None:
    (found,) = playbooks_not_run(facts(dead_letters=[dead_letter() for _ in range(count)]))
    assert (found.key, found.level) == ("dead:p1", level)


def test_a_playbook_that_is_gone_is_not_named_by_its_id() -> None:
    (found,) = playbooks_not_run(facts(dead_letters=[dead_letter()]))
    assert found.title.startswith("A playbook has 1 failed run to retry")


def test_a_playbook_that_holds_keys_is_reported_with_where_and_what_to_do_and_again_where_it_has_more() -> None:
    def told(*fields: str) -> Finding:
        like = ("a key",) * len(fields)
        found = KeysInPlaybook(org_id="o", playbook_id="p1", name="Sync", fields=fields, looks_like=like)
        (one,) = keys_in_playbooks(facts(keys_in_playbooks=[found]))
        return one

    one, two = told("steps[0].params.url"), told("steps[0].params.url", "steps[1].params.url")
    assert one.title == "“Sync” holds 1 key or password"
    assert two.title == "“Sync” holds 2 keys or passwords"
    assert "at steps[0].params.url. Add it under Settings → Secrets" in one.body
    assert (one.key, one.level, two.key, two.level) == ("key:p1", 1, "key:p1", 2)
