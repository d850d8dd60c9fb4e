"""What a clean run of three steps (none, idempotent, once) costs in operations, beyond the steps' own data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from local.stack.running import Stack
from shared.runs import session
from tests.harness.one_run import MANUAL, SCHEDULED, STEPS_OWN_DATA, count_one_run
from tests.harness.playbooks import THREE_STEPS, write_org_and_playbook


@pytest.fixture
def prepared(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    # A run that is held up, as the first one of a process is while its actions load, saves once more, between two
    # steps or from beside one; that is no part of what is counted here.
    monkeypatch.setattr(session, "SAVE_AFTER_SECONDS", 600.0)
    monkeypatch.setattr(session, "SHOWN_AFTER", timedelta(minutes=10))
    write_org_and_playbook(THREE_STEPS)
    yield on_emulators
    httpx.delete(f"{on_emulators.console_url}/api/outbox").raise_for_status()


SUMMARIES = ("execution_summaries",)
"""Written in commits that are made anyway: when a run is queued, when it is first saved, when it has ended."""


OF_THE_MAIL = 3
"""Reads of the step that mails somebody outside: the org as it is now, and whether the address is one of its own
people's or a customer's.
"""


def test_a_manual_run_costs_three_writes_of_it_one_of_the_month_two_reads_and_one_task(prepared: Stack) -> None:
    execution, operations = count_one_run(prepared, MANUAL)
    assert [result.status for result in execution.step_results] == ["completed"] * 3
    cost = operations.beyond((*STEPS_OWN_DATA, *SUMMARIES))
    assert len(cost.writes) <= 4, cost.writes
    assert len(cost.reads) <= 2 + OF_THE_MAIL, cost.reads
    assert len(cost.tasks) == 1
    assert cost.transactions == 0


def test_its_summary_costs_three_writes_and_no_commit_of_its_own(prepared: Stack) -> None:
    _, operations = count_one_run(prepared, MANUAL)
    summaries = [path for path in operations.writes if path.startswith(SUMMARIES)]
    assert len(summaries) == 3
    assert len(operations.beyond(STEPS_OWN_DATA).writes) <= 7
    assert operations.commits == 4, "three of the run, one of the step"


def test_the_steps_own_write_is_seen_and_set_apart(prepared: Stack) -> None:
    _, operations = count_one_run(prepared, MANUAL)
    own = [path for path in operations.writes if path.startswith("inbox_notifications/")]
    assert len(own) == 1
    assert own[0] not in operations.beyond(STEPS_OWN_DATA).writes


def test_a_scheduled_run_adds_one_query_for_the_overlap(prepared: Stack) -> None:
    _, operations = count_one_run(prepared, SCHEDULED)
    cost = operations.beyond((*STEPS_OWN_DATA, *SUMMARIES))
    assert len(cost.writes) <= 4, cost.writes
    assert cost.queries == 1 + 2, "the overlap, and the org's people and the customers of the mail's address"
    assert len(cost.reads) <= 3 + OF_THE_MAIL, cost.reads


def test_a_run_without_an_effect_that_happens_once_costs_two_writes_and_two_reads(prepared: Stack) -> None:
    write_org_and_playbook(THREE_STEPS[:2])
    execution, operations = count_one_run(prepared, MANUAL)
    assert execution.status == "completed"
    cost = operations.beyond((*STEPS_OWN_DATA, *SUMMARIES))
    assert (len(cost.writes), len(cost.reads)) == (2, 2), cost


def test_a_call_that_only_reads_costs_no_write_before_it(prepared: Stack) -> None:
    page = f"{prepared.console_url}/healthz"
    write_org_and_playbook([{"id": "get", "action": "http_request", "params": {"url": page}}])
    execution, operations = count_one_run(prepared, MANUAL)
    assert [result.status for result in execution.step_results] == ["completed"]
    assert operations.commits == 2, "it is created, and it ends"
