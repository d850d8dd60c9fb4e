"""`playbooks runs` and `poison`: found, explained, followed, sent back, stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from shared.gcp import clients
from shared.quarantine import entries
from shared.quarantine.entries import Item
from shared.runs import bulk
from shared.runs.parts import PinnedUser
from tests.emulator.executions import ORG, SET, clock_in, execution, put_playbook, run, start
from tests.emulator.operators.command import Command

BAD = {"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}}
NOT_DONE = {"id": "never", "action": "set", "params": {"values": {"a": 1}}, "condition": "1 > 2"}
OTHERS = "org_operators_others"


@pytest.fixture(autouse=True)
def playbooks_of_two_orgs(playbooks: Command) -> Iterator[None]:
    queue = clients.tasks().queue_path("demo-playbooks", "us-central1", bulk.QUEUE)
    clients.tasks().pause_queue(name=queue)
    clients.firestore().document(f"tenants/{OTHERS}").set({"name": "Others", "tierId": "pro"})
    put_playbook("fails", [SET, NOT_DONE, BAD])
    put_playbook("works", [SET])
    clients.firestore().document(f"tenants/{OTHERS}/playbooks/fails").set(
        {"name": "fails", "status": "active", "triggers": [], "steps": [BAD], "orgId": OTHERS}
    )
    yield
    clients.tasks().purge_queue(name=queue)
    clients.tasks().resume_queue(name=queue)


def failed(org_id: str = ORG) -> str:
    started = start("fails", org_id=org_id, user=PinnedUser(id="u1"))
    assert run(started.execution_id) == "failed"
    return started.execution_id


def test_runs_of_all_orgs_are_listed_newest_first_and_filtered(playbooks: Command) -> None:
    ours, theirs = failed(), failed(OTHERS)
    waits = start("works").execution_id
    listed = [one["executionId"] for one in playbooks.json("runs", "list")]
    assert listed == [waits, theirs, ours]
    of_org = playbooks.json("runs", "list", "--org", ORG, "--status", "failed", "--since", "1h")
    assert [(one["executionId"], one["orgId"]) for one in of_org] == [(ours, ORG)]
    assert playbooks.json("runs", "list", "--playbook", "works", "--limit", "1")[0]["executionId"] == waits
    assert playbooks("runs", "list", "--until", "2020-01-01").strip() == "no such runs"
    assert "expected one like" in playbooks("runs", "list", "--since", "yesterday-ish", code=2)


def test_a_run_says_why_it_failed_and_what_was_not_done(playbooks: Command) -> None:
    shown = playbooks("runs", "show", failed())
    assert "failed" in shown
    assert "bad" in shown
    assert "Fix the cause, then retry the run" in shown
    as_json = playbooks.json("runs", "show", failed())
    assert [one["stepId"] for one in as_json["failedSteps"]] == ["bad"]
    assert as_json["skippedSteps"] == [{"stepId": "never", "action": "set", "condition": "1 > 2"}]
    assert all("output" not in step for step in as_json["steps"])
    assert "nothing" in playbooks("runs", "show", "nothing", code=1)


def test_a_run_is_followed_from_its_step_to_its_end(playbooks: Command) -> None:
    execution_id = start("works").execution_id
    delivering = threading.Timer(0.3, run, [execution_id])
    delivering.start()
    told = playbooks("runs", "tail", execution_id)
    delivering.join()
    lines = [line.split("  ")[-1] for line in told.splitlines()]
    assert lines[0] == "queued"
    assert lines[-1] == "completed"
    assert any(line.endswith("completed") and line.startswith("step") for line in lines)
    assert "expected a run's id, or --org" in playbooks("runs", "tail", code=2)


def test_runs_are_sent_back_and_stopped_and_a_refusal_stops_no_other(playbooks: Command) -> None:
    first, second = failed(), start("works").execution_id
    answers = playbooks.json("runs", "retry", second, first, code=1)
    assert "expected one that has failed" in answers[0]["problem"]
    assert answers[1] == {"executionId": first, "status": "queued"}
    assert any(one.startswith("operator:") for one in execution(first).caused_by)
    assert playbooks.json("runs", "cancel", second)[0]["status"] == "cancelled"
    assert execution(second).status == "cancelled"


def test_a_dry_run_of_a_replay_only_counts_and_the_real_one_makes_a_job_for_each_org(playbooks: Command) -> None:
    ours, theirs = failed(), failed(OTHERS)
    counted = playbooks.json("runs", "replay", "--all-orgs", "--since", "1h", "--playbook", "fails", "--dry-run")
    assert {(one["orgId"], one["matched"], one["jobId"]) for one in counted} == {(ORG, 1, None), (OTHERS, 1, None)}
    assert {execution(one).status for one in (ours, theirs)} == {"failed"}
    jobs = playbooks.json("runs", "replay", "--org", ORG, "--status", "failed")
    assert bulk.work(jobs[0]["jobId"], clock_in(0), is_last_try=False) == "completed"
    assert (execution(ours).status, execution(theirs).status) == ("queued", "failed")
    assert '"done": 1' in playbooks("runs", "job", jobs[0]["jobId"])
    assert "expected --org, or --all-orgs" in playbooks("runs", "replay", code=2)
    assert "filter.status" in playbooks("runs", "replay", "--org", ORG, "--status", "completed", code=1)


def test_many_runs_are_stopped_in_one_job(playbooks: Command) -> None:
    waits = start("works").execution_id
    jobs = playbooks.json("runs", "replay", "--cancel", "--org", ORG)
    assert bulk.work(jobs[0]["jobId"], clock_in(0), is_last_try=False) == "completed"
    assert execution(waits).status == "cancelled"


def test_poison_documents_are_listed_shown_and_released(playbooks: Command) -> None:
    path = f"tenants/{ORG}/playbooks/works"
    item = Item.of(clients.firestore().document(path).get())
    for _ in range(entries.FAILURES):
        entries.record_failure(item, "sweep", "malformed: steps (missing)", clock_in(0).now())
    (listed,) = playbooks.json("poison", "list", "--org", ORG)
    assert (listed["status"], listed["path"], listed["failures"]) == ("quarantined", path, 3)
    shown = playbooks("poison", "show", listed["id"])
    assert '"steps": "list"' in shown
    assert '"isThere": true' in shown
    assert playbooks("poison", "release", "nonsense", code=1).count("poison list") == 1
    assert playbooks("poison", "release", listed["id"]).strip() == "1 released"
    assert playbooks("poison", "list").strip() == "the quarantine is empty"
