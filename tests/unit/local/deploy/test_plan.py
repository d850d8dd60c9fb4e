from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from local.deploy.__main__ import main
from local.deploy.apply import DeployError, apply, describe, merge_environment_file
from local.deploy.plan import plan
from local.deploy.steps import Step

PROJECT = "thrive-prod"


def _runner(ran: list[tuple[str, ...]], *, there: Sequence[str] = (), failing: str = "\0") -> Callable[..., Any]:
    """Records what runs; a command that mentions a word of `there` finds its thing, one with `failing` fails."""

    def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        asks = options.get("stdout") == subprocess.PIPE
        if not asks:
            ran.append(tuple(command))
        found = any(word in line for word in there) if asks else failing not in line
        return subprocess.CompletedProcess(command, 0 if found else 1, "it is there" if found else "")

    return run


def test_the_plan_names_the_steps_in_the_order_they_are_needed() -> None:
    text = describe(plan(PROJECT))
    order = [
        "services enable",
        "service-accounts create playbooks-runtime",
        "buckets create gs://thrive-prod-playbooks",
        "topics create playbook-dlq",
        "subscriptions create playbook-dlq-archive",
        "secrets create CRON_SECRET",
        "deploy --project=thrive-prod",
        "jobs create http platform-sweep",
        "-m local.deploy.cron_jobs --project=thrive-prod",
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


def test_every_command_names_the_project() -> None:
    assert all(f"--project={PROJECT}" in step.command for step in plan(PROJECT))


@pytest.mark.parametrize(("number", "function"), [(0, "sweep"), (1, "heartbeat")])
def test_the_platforms_jobs_call_with_the_invokers_token(number: int, function: str) -> None:
    jobs = [step for step in plan(PROJECT) if "scheduler" in step.command]
    assert len(jobs) == 2
    assert (
        "--oidc-service-account-email=playbooks-invoker@thrive-prod.iam.gserviceaccount.com" in jobs[number].command
    )
    assert f"--uri=https://us-central1-thrive-prod.cloudfunctions.net/{function}" in jobs[number].command


def test_every_event_function_may_be_called_by_the_events_account_alone() -> None:
    bound = {step.command[4] for step in plan(PROJECT) if step.command[1:3] == ("run", "services")}
    assert bound == {
        "onplaybookcreated",
        "onplaybookupdated",
        "onplaybookdeleted",
        "oninventorychange",
        "ondomainevent",
        "ondeadletter",
        "ontenantwritten",
        "onusageshard",
    }


def test_the_bucket_is_private_and_its_outputs_go_after_90_days() -> None:
    commands = [step.command for step in plan(PROJECT) if "buckets" in step.command]
    made, kept, opened = commands
    assert all("gs://thrive-prod-playbooks" in command for command in commands)
    for command in (made, kept):
        assert {"--uniform-bucket-level-access", "--public-access-prevention"} <= set(command)
    (lifecycle,) = [part.removeprefix("--lifecycle-file=") for part in kept if "lifecycle" in part]
    (rule,) = json.loads(Path(lifecycle).read_text())["rule"]
    assert rule == {
        "action": {"type": "Delete"},
        "condition": {"age": 90, "matchesPrefix": ["executions/"]},
    }
    assert opened[-4:-2] == (
        "--member=serviceAccount:playbooks-runtime@thrive-prod.iam.gserviceaccount.com",
        "--role=roles/storage.objectUser",
    )


def test_a_second_deployment_makes_nothing_twice() -> None:
    ran: list[tuple[str, ...]] = []
    apply(plan(PROJECT), _runner(ran, there=["describe", "versions list"]))
    assert not [command for command in ran if "create" in command or command[2:4] == ("versions", "add")]
    assert [command[3] for command in ran if command[1] == "scheduler"] == ["update", "update"]


def test_a_secret_without_a_value_stops_and_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILJET_API_KEY", raising=False)
    monkeypatch.setenv("BLACKLEAF_API_KEY", "k")
    with pytest.raises(DeployError, match="set the environment variable MAILJET_API_KEY"):
        apply(plan(PROJECT), _runner([]))


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "APIFY_TOKEN"])
def test_a_key_that_is_not_needed_is_made_as_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    (step,) = [one for one in plan(PROJECT) if one.what == f"a first version of {name}"]
    assert step.stdin is not None
    assert step.stdin() == "unset"
    assert "or “unset”" in step.stdin_from
    monkeypatch.setenv(name, "sk-1")
    assert step.stdin() == "sk-1"


def test_a_failed_command_stops_the_deployment() -> None:
    ran: list[tuple[str, ...]] = []
    steps = [Step("first", ("gcloud", "first")), Step("second", ("gcloud", "second"))]
    with pytest.raises(DeployError, match="first: `gcloud first` failed with exit code 1"):
        apply(steps, _runner(ran, failing="first"))
    assert ran == [("gcloud", "first")]


def test_no_secret_value_is_in_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILJET_API_KEY", "very-secret")
    assert "very-secret" not in describe(plan(PROJECT))


def test_the_environment_file_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    path = tmp_path / ".env.thrive-prod"
    path.write_text("PUBLIC_BASE_URL=https://playbooks.example.com")
    merge_environment_file(path, {"PUBLIC_BASE_URL": "https://x.web.app", "INVOKER_SERVICE_ACCOUNT": "a@b"})
    assert path.read_text() == "PUBLIC_BASE_URL=https://playbooks.example.com\nINVOKER_SERVICE_ACCOUNT=a@b\n"


def test_a_dry_run_prints_the_plan_and_touches_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRY_RUN", "1")
    monkeypatch.setenv("PATH", "")
    assert main([PROJECT]) == 0
    assert "gcloud pubsub topics create playbook-dlq --project=thrive-prod --quiet" in capsys.readouterr().out


@pytest.mark.parametrize("project", ["", "demo-playbooks", "Bad Project"])
def test_a_project_that_is_none_is_refused(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([project]) == 2
    assert "expected the id of a real Google Cloud project" in capsys.readouterr().err
