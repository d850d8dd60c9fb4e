"""A new cron secret, and not one refused tick."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.scheduler_v1 import Job

from local.stack.running import Stack
from shared.api.auth import Authenticator
from shared.api.cron_secret import SECRET_ID, read_enabled_versions
from shared.api.errors import AuthError
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.triggers import jobs
from shared.triggers.jobs import JobOwner, build_job, put_job
from shared.triggers.rotate_secret import main, rotate
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, schedule
from tests.harness.eventually import eventually
from tests.harness.killing import Executioner, Killed, killing

GRACE_SECONDS = 0.4
JOBS = 4 + 2
"""The playbook's, and the two of the catalog's ticks, which the stack has made."""
APP = flask.Flask(__name__)


def at_once(_: float) -> None:
    """Stands in for waiting where no tick is under way."""


def versions(state: str) -> set[str]:
    parent = f"projects/{settings().project}/secrets/{SECRET_ID}"
    listed = clients.secrets().list_secret_versions(request={"parent": parent, "filter": f"state:{state}"})
    return {version.name for version in listed}


@pytest.fixture(autouse=True)
def the_secret_of_before(on_emulators: Stack) -> Iterator[None]:
    """The stack is shared: what was enabled is enabled again afterwards, and nothing else."""
    before = versions("ENABLED")
    yield
    for name in before - versions("ENABLED"):
        clients.secrets().enable_secret_version(name=name)
    for name in versions("ENABLED") - before:
        clients.secrets().disable_secret_version(name=name)


@pytest.fixture
def playbook(on_emulators: Stack) -> Iterator[ScheduledPlaybook]:
    for job, _ in list(jobs.playbook_jobs()):
        jobs.delete_job(job.name)
    playbook = ScheduledPlaybook()
    playbook.write(document(*(schedule(id=f"t{number}") for number in range(4))))
    playbook.reconcile()
    yield playbook
    playbook.write(None)
    playbook.reconcile()


def shown(playbook: ScheduledPlaybook) -> set[str]:
    """Every Authorization that the playbook's jobs show."""
    return {job.http_target.headers["Authorization"] for job in playbook.jobs().values()}


def is_let_in(authenticator: Authenticator, authorization: str) -> bool:
    with APP.test_request_context(headers={"Authorization": authorization}):
        try:
            return authenticator.authenticate(flask.request).kind == "cron"
        except AuthError:
            return False


class Ticks:
    """A warm instance that one job after another calls, each call being under way for a moment."""

    def __init__(self, playbook: ScheduledPlaybook, seconds_under_way: float) -> None:
        self.passed = 0
        self.refused: list[float] = []
        self._names = [job.name for job in playbook.jobs().values()]
        self._seconds_under_way = seconds_under_way
        self._authenticator = Authenticator()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick)

    def _tick(self) -> None:
        while not self._ended.is_set():
            for name in self._names:
                job = clients.scheduler().get_job(name=name)
                self._ended.wait(self._seconds_under_way)
                if is_let_in(self._authenticator, job.http_target.headers["Authorization"]):
                    self.passed += 1
                else:
                    self.refused.append(time.monotonic())

    def __enter__(self) -> Ticks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def test_no_tick_is_refused_at_any_moment(playbook: ScheduledPlaybook) -> None:
    with Ticks(playbook, 0.01) as quick, Ticks(playbook, GRACE_SECONDS / 2) as slow:
        eventually(lambda: quick.passed > 10 and slow.passed > 1)
        rotate(grace_seconds=GRACE_SECONDS)
        time.sleep(GRACE_SECONDS)
        before = quick.passed, slow.passed
        eventually(lambda: quick.passed > before[0] + 10 and slow.passed > before[1] + 1)
    assert (quick.refused, slow.refused) == ([], [])


def test_every_job_shows_the_new_secret_and_no_other_is_accepted(playbook: ScheduledPlaybook) -> None:
    (old,) = shown(playbook)
    done = rotate(grace_seconds=0, wait=at_once)
    (new,) = read_enabled_versions()
    assert shown(playbook) == {f"Bearer {new}"}
    assert done.jobs_rewritten == JOBS
    assert versions("ENABLED") == {done.new_version}
    assert not is_let_in(Authenticator(), old)
    assert is_let_in(Authenticator(), f"Bearer {new}")


def test_a_job_made_with_the_old_secret_meanwhile_is_rewritten_before_it_ends(playbook: ScheduledPlaybook) -> None:
    (old,) = read_enabled_versions()
    late = JobOwner(playbook.org_id, "p1", "late")
    trigger = ScheduleTrigger(type="schedule", id="late", cron="0 9 * * *", timezone="Etc/UTC")
    waits: list[float] = []

    def make_one_in_the_grace(seconds: float) -> None:
        waits.append(seconds)
        if waits.count(120.0) == 1 and seconds == 120.0:
            put_job(build_job(late, trigger, old))

    done = rotate(grace_seconds=120.0, wait=make_one_in_the_grace)
    jobs_by_trigger = playbook.jobs()
    jobs.delete_job(jobs.job_name(late))
    (new,) = read_enabled_versions()
    assert jobs_by_trigger["late"].http_target.headers["Authorization"] == f"Bearer {new}"
    assert (done.jobs_rewritten, waits.count(120.0)) == (JOBS + 1, 2)


def test_the_schedule_of_a_job_stays_as_it_was(playbook: ScheduledPlaybook) -> None:
    before = playbook.jobs()
    rotate(grace_seconds=0, wait=at_once)
    for trigger_id, job in playbook.jobs().items():
        job.http_target.headers["Authorization"] = before[trigger_id].http_target.headers["Authorization"]
        job.user_update_time = before[trigger_id].user_update_time
        assert job == before[trigger_id]


def test_a_foreign_job_keeps_its_own_credential(playbook: ScheduledPlaybook) -> None:
    client = clients.scheduler()
    name = f"{jobs.parent()}/jobs/nightly-report"
    target = {"uri": "https://elsewhere.example/report", "headers": {"Authorization": "Bearer theirs"}}
    job = Job(name=name, schedule="0 0 1 1 *", time_zone="Etc/UTC", http_target=target)
    client.create_job(parent=jobs.parent(), job=job)
    try:
        rotate(grace_seconds=0, wait=at_once)
        assert client.get_job(name=name).http_target.headers["Authorization"] == "Bearer theirs"
    finally:
        client.delete_job(name=name)


def test_a_refused_job_keeps_no_other_from_the_new_secret_and_the_old_one_in_force(
    playbook: ScheduledPlaybook, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = shown(playbook)
    refused = jobs.job_name(JobOwner(playbook.org_id, "p1", "t1"))
    client = clients.scheduler()
    update = client.update_job

    def refuse(request: dict[str, Any]) -> Job:
        if request["job"].name == refused:
            raise InvalidArgument("this zone is gone")  # type: ignore[no-untyped-call]
        return update(request=request)

    monkeypatch.setattr(client, "update_job", refuse)
    done = rotate(grace_seconds=0, wait=at_once)
    assert (done.jobs_rewritten, done.versions_disabled, done.refused) == (JOBS - 1, 0, (refused,))
    assert len(shown(playbook) - {old}) == 1
    assert is_let_in(Authenticator(), old)
    monkeypatch.setattr(time, "sleep", at_once)
    assert main(["--grace", "0"]) == 1
    assert refused in capsys.readouterr().err
    monkeypatch.setattr(client, "update_job", update)
    assert rotate(grace_seconds=0, wait=at_once).refused == ()
    assert not is_let_in(Authenticator(), old)


def die_while_rotating(at: int, *, after: bool) -> bool:
    with killing(Executioner(at, after=after)):
        try:
            rotate(grace_seconds=0, wait=at_once)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "before-its-answer"])
def test_dying_at_any_step_refuses_no_tick_and_may_be_begun_again(playbook: ScheduledPlaybook, after: bool) -> None:
    deaths = 0
    while die_while_rotating(deaths + 1, after=after):
        deaths += 1
        instance = Authenticator()
        assert [authorization for authorization in shown(playbook) if not is_let_in(instance, authorization)] == []
        rotate(grace_seconds=0, wait=at_once)
        (new,) = read_enabled_versions()
        assert shown(playbook) == {f"Bearer {new}"}
    assert deaths >= 7


def test_the_command_says_what_it_did_and_not_the_secret(
    playbook: ScheduledPlaybook, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep: Callable[[float], None] = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    assert main(["--grace", "0"]) == 0
    said = capsys.readouterr().out
    assert f"{JOBS} jobs updated; 1 of 1 older versions disabled" in said
    assert read_enabled_versions()[0] not in said
