"""What a job is called, and whose it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from google.cloud.scheduler_v1 import HttpTarget, Job
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.time_triggers import ScheduleTrigger
from shared.triggers.jobs import JobOwner, build_job, job_name, job_owner

OWNER = JobOwner("o1", "p1", "schedule")
TRIGGER = ScheduleTrigger(type="schedule", cron="0 9 * * *", timezone="Etc/UTC")
ids = st.text(min_size=1, max_size=300).filter(lambda text: "/" not in text)


@pytest.fixture(autouse=True, scope="module")
def project() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
        patch.setenv("PUBLIC_BASE_URL", "https://demo.example")
        yield


def built(owner: JobOwner, **http_target: Any) -> Job:
    job = build_job(owner, TRIGGER, "s3cret")
    return Job(name=job["name"], http_target=HttpTarget({**job["http_target"], **http_target}))


@given(ids, ids, ids)
def test_a_job_name_is_valid_for_cloud_scheduler(org_id: str, playbook_id: str, trigger_id: str) -> None:
    name = job_name(JobOwner(org_id, playbook_id, trigger_id)).removeprefix(
        "projects/demo/locations/us-central1/jobs/"
    )
    assert re.fullmatch(r"playbook-[A-Za-z0-9_-]{1,490}", name)


@pytest.mark.parametrize(
    "other",
    [JobOwner("o1", "p", "1-schedule"), JobOwner("o1-p1", "schedule", ""), JobOwner("o1", "p.1", "schedule")],
)
def test_similar_owners_have_different_job_names(other: JobOwner) -> None:
    assert job_name(other) != job_name(OWNER)


def test_a_job_name_is_deterministic() -> None:
    assert job_name(JobOwner("o1", "p1", "schedule")) == job_name(OWNER)


def test_a_job_carries_the_secret_in_its_header_only() -> None:
    job = build_job(OWNER, TRIGGER, "s3cret")
    assert job["http_target"]["headers"].pop("Authorization") == "Bearer s3cret"
    assert "s3cret" not in repr(job)


@given(
    st.text(alphabet="aZ0é ?#%&.", min_size=1, max_size=20),
    st.text(alphabet="aZ0é ?#%&.", min_size=1, max_size=20),
)
def test_a_job_names_its_owner(org_id: str, playbook_id: str) -> None:
    owner = JobOwner(org_id, playbook_id, "schedule")
    assert job_owner(built(owner)) == owner


@pytest.mark.parametrize(
    "http_target",
    [
        {"uri": "https://elsewhere.example/hook"},
        {"body": b""},
        {"body": b"not json"},
        {"body": b"[]"},
        {"body": b'{"orgId": "o1"}'},
        {"body": b'{"orgId": 7, "triggerId": "schedule"}'},
        {"body": b'{"orgId": "a/b", "triggerId": "schedule"}'},
    ],
)
def test_a_job_without_an_owner_has_none(http_target: dict[str, Any]) -> None:
    assert job_owner(built(OWNER, **http_target)) is None


def test_a_job_with_another_name_has_no_owner() -> None:
    job = built(OWNER)
    job.name = "projects/demo/locations/us-central1/jobs/nightly"
    assert job_owner(job) is None
