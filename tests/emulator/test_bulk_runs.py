"""Many runs retried or canceled at once: each counted once, whatever happens meanwhile; nobody else's touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions.executions import executions
from functions.run_bulk_job import run_bulk_job
from local.stack.running import Stack
from shared.api.cron_secret import newest_secret
from shared.errors import TransientError
from shared.gcp import clients
from shared.runs import bulk, bulk_record, control
from shared.runs.bulk_record import BulkJob
from shared.runs.parts import PinnedUser
from shared.runs.record import ExecutionStatus
from tests.accounts import sign_up
from tests.emulator.executions import ORG, SET, clock_in, documents, execution, put_playbook, run, start, task_names
from tests.emulator.reading_doors import agent
from tests.harness.killing import Executioner, Killed, killing

OTHER_ORG = "org_bulk_others"
BAD = {"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}}
Headers = Mapping[str, str]


@pytest.fixture(autouse=True)
def quiet_jobs(quiet_queues: Stack) -> Iterator[None]:
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", bulk.QUEUE)
    clients.tasks().pause_queue(name=parent)
    clients.tasks().purge_queue(name=parent)
    put_playbook("fails", [BAD])
    put_playbook("waits", [SET])
    yield
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


@pytest.fixture
def editor(quiet_queues: Stack) -> Headers:
    return user(quiet_queues, "editor")


def user(stack: Stack, role: str, org: str = ORG) -> Headers:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org, role=role).id_token}"}


def post(headers: Headers, body: dict[str, Any], key: str | None = None) -> tuple[int, dict[str, Any]]:
    keyed = {**headers, **({"Idempotency-Key": key} if key else {})}
    path = "/api/executions/bulk"
    with flask.Flask("door").test_request_context(path, method="POST", headers=keyed, json=body) as context:
        answer = executions(context.request)
        return answer.status_code, answer.get_json()


def task(job_id: str, retries: int = 0) -> int:
    headers = {
        "X-CloudTasks-QueueName": bulk.QUEUE,
        "X-CloudTasks-TaskName": "t",
        "X-CloudTasks-TaskRetryCount": str(retries),
    }
    body = {"jobId": job_id}
    with flask.Flask("door").test_request_context("/", method="POST", headers=headers, json=body) as context:
        return run_bulk_job(context.request).status_code


def failed(count: int, org_id: str = ORG) -> list[str]:
    runs = [start("fails", org_id=org_id, user=PinnedUser(id="u1")).execution_id for _ in range(count)]
    assert [run(one) for one in runs] == ["failed"] * count
    return runs


def job_of(job_id: str) -> BulkJob:
    stored = bulk_record.read(job_id)
    assert stored is not None
    return stored.job


def figures(job: BulkJob) -> tuple[str, int, int, int]:
    return job.status, job.done, job.failed, job.skipped


RETRY: dict[str, Any] = {"action": "retry", "filter": {"status": "failed"}}


def test_all_failed_runs_are_sent_back_page_by_page(editor: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAGE", 2)
    runs = failed(5)
    untouched = start("waits").execution_id
    status, answer = post(editor, RETRY)
    assert (status, answer["matched"]) == (202, 5)
    assert task_names(bulk.QUEUE) == [f"{answer['jobId']}-page-0"]
    assert task(answer["jobId"]) == 200
    job = job_of(answer["jobId"])
    assert (figures(job), job.page) == (("completed", 5, 0, 0), 3)
    assert {(execution(one).status, execution(one).replay) for one in runs} == {(ExecutionStatus.QUEUED, 1)}
    assert execution(untouched).replay == 0
    assert {f"{one}-replay-1-attempt-1" for one in runs} <= set(task_names("runExecution"))
    shown = next(one for one in documents("bulk_jobs"))
    assert (shown["orgId"], shown["done"], shown["filter"]) == (ORG, 5, {"status": ["failed"]})
    assert shown["expireAt"] > datetime.now(UTC) + timedelta(days=29)


def test_what_is_active_is_cancelled_and_nothing_else(editor: Headers) -> None:
    active = [start("waits").execution_id for _ in range(3)]
    ended = failed(1)
    body = {"action": "cancel", "filter": {"status": ["queued", "running", "waiting", "retrying"]}}
    answer = post(editor, body)[1]
    assert answer["matched"] == 3
    task(answer["jobId"])
    assert figures(job_of(answer["jobId"])) == ("completed", 3, 0, 0)
    assert {execution(one).status for one in active} == {ExecutionStatus.CANCELLED}
    assert execution(ended[0]).status is ExecutionStatus.FAILED


def test_a_filter_narrows_by_playbook_trigger_and_time(editor: Headers) -> None:
    put_playbook("other", [SET])
    wanted = start("waits").execution_id
    others = [start("other").execution_id]
    now = datetime.now(UTC)
    body = {"action": "cancel", "filter": {"status": "queued", "playbookId": "waits", "trigger": "manual"}}
    since = (now + timedelta(hours=1)).isoformat()
    for narrowed, count in (({}, 1), ({"since": since}, 0), ({"until": since}, 1), ({"trigger": "event"}, 0)):
        asked = {**body, "filter": {**body["filter"], **narrowed}, "dryRun": True}  # type: ignore[dict-item]
        assert post(editor, asked)[1] == {"matched": count, "jobId": None}
    task(post(editor, body)[1]["jobId"])
    assert execution(wanted).status is ExecutionStatus.CANCELLED
    assert execution(others[0]).status is ExecutionStatus.QUEUED


def test_a_dry_run_counts_and_writes_nothing(editor: Headers) -> None:
    runs = failed(2)
    assert post(editor, {**RETRY, "dryRun": True}, key="k") == (202, {"matched": 2, "jobId": None})
    assert documents("bulk_jobs") == []
    assert task_names(bulk.QUEUE) == []
    assert {execution(one).status for one in runs} == {ExecutionStatus.FAILED}


def test_the_same_key_is_the_same_job(editor: Headers) -> None:
    failed(2)
    first = post(editor, RETRY, key="again")[1]
    failed(1)
    assert post(editor, RETRY, key="again") == (202, first)
    assert task_names(bulk.QUEUE) == [f"{first['jobId']}-page-0"]
    other = {"action": "cancel", "filter": {"status": "queued"}}
    assert post(editor, other, key="again")[0] == 422
    assert post(editor, RETRY, key="another")[1]["jobId"] != first["jobId"]


def test_a_job_whose_creator_died_is_begun_by_the_same_key(
    editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed(1)
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "create_named_task", _dies)
        with pytest.raises(Killed):
            post(editor, RETRY, key="k")
    answer = post(editor, RETRY, key="k")[1]
    assert task_names(bulk.QUEUE) == [f"{answer['jobId']}-page-0"]


def test_without_a_key_the_sweep_begins_it(editor: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = failed(1)
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "create_named_task", _dies)
        with pytest.raises(Killed):
            post(editor, RETRY)
    assert bulk.sweep_jobs(clock_in(60)) == 0
    assert bulk.sweep_jobs(clock_in(3600)) == 1
    (name,) = task_names(bulk.QUEUE)
    task(name.partition("-")[0])
    assert execution(runs[0]).status is ExecutionStatus.QUEUED
    assert bulk.sweep_jobs(clock_in(7200)) == 0


def _dies(*_: object, **__: object) -> bool:
    raise Killed


def test_killed_at_any_call_it_goes_on_and_counts_each_run_once(
    editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PAGE", 2)
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    deaths, at = 0, 1
    while True:
        runs = failed(3)
        job_id = post(editor, RETRY)[1]["jobId"]
        executioner = Executioner(at, after=at % 2 == 0)
        try:
            with killing(executioner):
                bulk.work(job_id, clock_in(0), is_last_try=False)
        except Killed:
            deaths += 1
        bulk.work(job_id, clock_in(0), is_last_try=False)
        assert figures(job_of(job_id)) == ("completed", 3, 0, 0), f"killed at call {at}"
        assert {(execution(one).status, execution(one).replay) for one in runs} == {(ExecutionStatus.QUEUED, 1)}
        if executioner.calls < at:
            break
        for one in runs:
            control.cancel(one, clock_in(0))
        at += 1
    assert deaths >= 10


def test_a_run_that_failed_again_meanwhile_is_not_sent_back_twice(
    editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = failed(1)
    job_id = post(editor, RETRY)[1]["jobId"]
    with monkeypatch.context() as patch:
        patch.setattr(bulk_record, "write", _second_write_dies(bulk_record.write))
        with pytest.raises(Killed):
            bulk.work(job_id, clock_in(0), is_last_try=False)
    assert run(one, replay=1) == "failed"
    bulk.work(job_id, clock_in(0), is_last_try=False)
    assert figures(job_of(job_id)) == ("completed", 1, 0, 0)
    assert (execution(one).status, execution(one).replay) == (ExecutionStatus.FAILED, 1)
    second = post(editor, RETRY)[1]["jobId"]
    bulk.work(second, clock_in(0), is_last_try=False)
    assert execution(one).replay == 2


def _second_write_dies(write: Callable[..., None]) -> Callable[..., None]:
    calls: list[object] = []

    def dying(stored: bulk_record.StoredJob) -> None:
        calls.append(stored)
        if len(calls) == 2:
            raise Killed
        write(stored)

    return dying


def test_one_that_cannot_be_dealt_with_stops_no_other(editor: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = failed(4)
    clients.firestore().document(f"playbook_executions/{runs[0]}").update({"pinned": "{"})
    answer = post(editor, RETRY)[1]
    control.replay(control.find_execution(runs[1]), clock_in(0))
    assert run(runs[1], replay=1) == "failed"
    clients.firestore().document(f"playbook_executions/{runs[2]}").update({"status": "completed"})
    task(answer["jobId"])
    job = job_of(answer["jobId"])
    assert (answer["matched"], figures(job)) == (4, ("completed", 2, 0, 1))
    assert execution(runs[3]).status is ExecutionStatus.QUEUED


def test_what_passes_is_tried_again_and_given_up_at_last(editor: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = failed(2)
    job_id = post(editor, RETRY)[1]["jobId"]
    replay = control.replay

    def refusing(stored: Any, *args: Any, **named: Any) -> Any:
        if stored.execution.id == runs[0]:
            raise TransientError("busy")
        return replay(stored, *args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(control, "replay", refusing)
        assert task(job_id) == 503
        assert figures(job_of(job_id)) == ("running", 0, 0, 0)
        assert execution(runs[1]).status is ExecutionStatus.QUEUED
        assert task(job_id, retries=3) == 200
    job = job_of(job_id)
    assert figures(job) == ("completed", 1, 1, 0)
    assert [problem.execution_id for problem in job.problems] == [runs[0]]


def test_another_orgs_runs_are_never_touched(quiet_queues: Stack, editor: Headers) -> None:
    theirs_path = clients.firestore().document(f"tenants/{OTHER_ORG}")
    theirs_path.set({"name": "Others", "tierId": "pro", "timezone": "UTC"})
    theirs_path.collection("playbooks").document("fails").set(
        {"name": "fails", "status": "active", "triggers": [], "steps": [BAD], "orgId": OTHER_ORG}
    )
    ours, theirs = failed(1), failed(2, OTHER_ORG)
    answer = post(editor, RETRY)[1]
    task(answer["jobId"])
    assert answer["matched"] == 1
    assert execution(ours[0]).status is ExecutionStatus.QUEUED
    assert {execution(one).status for one in theirs} == {ExecutionStatus.FAILED}
    assert post(editor, {**RETRY, "orgId": OTHER_ORG})[0] == 404
    assert post(user(quiet_queues, "owner", OTHER_ORG), {**RETRY, "dryRun": True})[1]["matched"] == 2


def test_who_may_ask(quiet_queues: Stack) -> None:
    failed(1)
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    wanted: tuple[tuple[Headers, int], ...] = (
        (user(quiet_queues, "viewer"), 403),
        (agent("*"), 403),
        ({}, 401),
        (cron, 404),
    )
    assert [post(headers, RETRY)[0] for headers, _ in wanted] == [status for _, status in wanted]
    assert documents("bulk_jobs") == []
    for role in ("editor", "owner"):
        assert post(user(quiet_queues, role), RETRY)[0] == 202


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filter": {"status": "failed"}}, "action"),
        ({"action": "delete", "filter": {"status": "failed"}}, "action"),
        ({"action": "retry"}, "filter"),
        ({"action": "retry", "filter": {}}, "filter.status"),
        ({"action": "retry", "filter": {"status": "odd"}}, "filter.status"),
        ({"action": "retry", "filter": {"status": []}}, "filter.status"),
        ({"action": "retry", "filter": {"status": 7}}, "filter.status"),
        ({"action": "retry", "filter": {"status": "completed"}}, "filter.status"),
        ({"action": "retry", "filter": {"status": ["failed", "queued"]}}, "filter.status"),
        ({"action": "cancel", "filter": {"status": "failed"}}, "filter.status"),
        ({"action": "cancel", "filter": {"status": "queued", "since": "yesterday"}}, "filter.since"),
        ({"action": "cancel", "filter": {"status": "queued", "playbookId": ""}}, "filter.playbookId"),
        ({"action": "cancel", "filter": {"status": "queued", "more": 1}}, "filter.more"),
        ({**RETRY, "dryRun": "yes"}, "dryRun"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_field(editor: Headers, body: dict[str, Any], field: str) -> None:
    status, problem = post(editor, body)
    assert (status, field in problem["detail"]) == (422, True), problem


def test_an_org_has_a_few_jobs_at_once(editor: Headers) -> None:
    for _ in range(bulk.MOST_AT_ONCE):
        assert post(editor, RETRY)[0] == 202
    assert post(editor, RETRY)[0] == 429
    for job in documents("bulk_jobs"):
        assert job["status"] == "queued"


def test_a_task_for_a_job_that_is_gone_or_over_does_nothing(editor: Headers) -> None:
    assert task("0" * 32) == 200
    failed(1)
    job_id = post(editor, RETRY)[1]["jobId"]
    task(job_id)
    failed(1)
    task(job_id)
    assert figures(job_of(job_id)) == ("completed", 1, 0, 0)


def test_nobody_but_cloud_tasks_calls(editor: Headers) -> None:
    with flask.Flask("door").test_request_context("/", method="POST", json={"jobId": "0" * 32}) as context:
        assert run_bulk_job(context.request).status_code == 403
