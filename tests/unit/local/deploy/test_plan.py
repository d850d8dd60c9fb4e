"""The plan on projects of every kind: fresh, half made, complete; started again after it died anywhere."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.deploy import target as targets
from local.deploy.__main__ import main
from local.deploy.apply import WAITS_SECONDS, DeployError, apply, describe
from local.deploy.plan import plan, read_endpoints
from local.deploy.steps import Step
from local.deploy.target import Target, choose, merge_environment_file, settings_of
from local.stack.platform import PLATFORM_JOBS
from tests.deploy.gcloud import Gcloud, KilledError
from tests.deploy.state import NUMBER, PROJECT, State

TARGET = Target(PROJECT, number=NUMBER)
KEYS = {"MAILJET_API_KEY": "m-1", "MAILJET_API_SECRET": "m-2", "BLACKLEAF_API_KEY": "b-1"}
STEPS = plan(TARGET)
EVENTS = [name for name, endpoint in read_endpoints().items() if "eventTrigger" in endpoint]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    for name in ("DRY_RUN", "PRUNE", "REGION", "ANTHROPIC_API_KEY", "APIFY_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of projects lie."""
    monkeypatch.setattr(targets, "ROOT", tmp_path)
    return tmp_path


def _never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for nothing")


def _apply(gcloud: Gcloud) -> None:
    apply(STEPS, gcloud.run, _never)


def _comparable(state: State) -> State:
    """Without the random values of secrets that were generated."""
    compared = copy.deepcopy(state)
    compared.secrets = {name: ["value"] * len(versions) for name, versions in state.secrets.items()}
    return compared


def _complete() -> Gcloud:
    gcloud = Gcloud(State())
    _apply(gcloud)
    return gcloud


def test_a_second_deployment_changes_nothing() -> None:
    gcloud = _complete()
    before = _comparable(gcloud.state)
    gcloud.changes.clear()
    _apply(gcloud)
    assert _comparable(gcloud.state) == before
    assert not [line for line in gcloud.changes if "create" in line and "identity" not in line]
    assert not [line for line in gcloud.changes if line[:3] == ("secrets", "versions", "add")]


def test_a_deployment_that_died_anywhere_goes_on_when_it_is_started_again() -> None:
    complete = _complete()
    for dies_at in range(len(complete.asked)):
        gcloud = Gcloud(State(), dies_at=dies_at)
        with pytest.raises(KilledError):
            _apply(gcloud)
        gcloud.dies_at = None
        _apply(gcloud)
        assert _comparable(gcloud.state) == _comparable(complete.state), complete.asked[dies_at]


@given(
    made=st.sets(st.sampled_from(["apis", "accounts", "database", "buckets", "topics", "secrets", "repositories"]))
)
def test_a_project_that_has_some_of_it_gets_the_rest(made: set[str]) -> None:
    complete = _complete().state
    state = State()
    for part in made:
        setattr(state, part, copy.deepcopy(getattr(complete, part)))
    _apply(Gcloud(state))
    assert _comparable(state) == _comparable(complete)


def test_what_google_does_not_know_of_yet_is_waited_for() -> None:
    gcloud, waits = Gcloud(State(), unknown_for=3), list[float]()
    apply(STEPS, gcloud.run, waits.append)
    assert waits
    assert set(waits) <= set(WAITS_SECONDS)
    assert _comparable(gcloud.state) == _comparable(_complete().state)


def test_waiting_has_an_end() -> None:
    gcloud, waits = Gcloud(State(), unknown_for=1_000), list[float]()
    with pytest.raises(DeployError, match=r"gets roles/.* failed with exit code 1"):
        apply(STEPS, gcloud.run, waits.append)
    assert waits == list(WAITS_SECONDS)


def test_what_another_made_meanwhile_is_there() -> None:
    """It is not seen when it is looked for, and refused when it is made."""
    state = _complete().state
    gcloud = Gcloud(state)
    answer = gcloud.answer

    def blind(argv: Sequence[str], stdin: str | None) -> tuple[int, str, str]:
        return (1, "", "NOT_FOUND") if "describe" in argv else answer(argv, stdin)

    gcloud.answer = blind  # type: ignore[method-assign]
    before = _comparable(state)
    _apply(gcloud)
    assert _comparable(state) == before


def test_what_a_step_needs_comes_before_it() -> None:
    """The stand-in refuses what is not enabled or made yet, and without a single wait everything was made."""
    text = describe(plan(TARGET))
    order = [
        "services enable",
        "service-accounts create playbooks-runtime",
        "repositories set-cleanup-policies",
        "-m local.deploy.firebase project",
        "-m local.deploy.firebase firestore",
        "-m local.deploy.firebase functions",
        "run services add-iam-policy-binding",
        "jobs create http platform-sweep",
        "-m local.deploy.cron_jobs",
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


def test_every_command_names_the_project_and_what_has_a_region_the_chosen_one() -> None:
    steps = plan(Target(PROJECT, "europe-west1", NUMBER))
    assert all(f"--project={PROJECT}" in step.command for step in steps)
    assert "us-central1" not in describe(steps)


def test_the_runtime_account_may_call_the_event_functions_and_no_private_one() -> None:
    steps = [step.command for step in plan(TARGET) if step.command[1:3] == ("run", "services")]
    assert {command[4] for command in steps} == {name.lower() for name in EVENTS}
    assert all("--role=roles/run.invoker" in command for command in steps)
    assert all(f"--member=serviceAccount:playbooks-runtime@{PROJECT}" in " ".join(command) for command in steps)


@pytest.mark.parametrize("job", PLATFORM_JOBS, ids=lambda job: job.name)
def test_a_job_of_the_platform_waits_for_its_function_to_end(job: object) -> None:
    assert job.deadline_seconds > read_endpoints()[job.function]["timeoutSeconds"]  # type: ignore[attr-defined]


def test_the_bucket_is_private_and_its_outputs_go_after_90_days() -> None:
    bucket = _complete().state.buckets[f"gs://{PROJECT}-playbooks"]
    assert {"uniform-bucket-level-access", "public-access-prevention"} <= bucket.keys()
    assert bucket["location"] == "us-central1"
    (rule,) = json.loads(Path(bucket["lifecycle-file"]).read_text())["rule"]
    assert rule == {"action": {"type": "Delete"}, "condition": {"age": 90, "matchesPrefix": ["executions/"]}}


def test_a_policy_for_images_that_a_person_chose_stays() -> None:
    gcloud = _complete()
    (repository,) = gcloud.state.repositories.values()
    assert repository["cleanupPolicies"].keys() == {"firebase-functions-cleanup"}
    repository["cleanupPolicies"] = {"ours": {"condition": {"olderThan": "30d"}}}
    _apply(gcloud)
    assert repository["cleanupPolicies"].keys() == {"ours"}


def test_a_secret_without_a_value_stops_and_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILJET_API_KEY")
    with pytest.raises(DeployError, match="set the environment variable MAILJET_API_KEY"):
        _apply(Gcloud(State()))


def test_secrets_are_given_by_a_person_unset_or_random() -> None:
    secrets = _complete().state.secrets
    assert secrets["MAILJET_API_KEY"] == ["m-1"]
    assert secrets["ANTHROPIC_API_KEY"] == secrets["APIFY_TOKEN"] == ["unset"]
    generated = ("CRON_SECRET", "UNSUBSCRIBE_SECRET", "MAILJET_EVENTS_SECRET", "SMS_INBOUND_SECRET")
    random = [secrets[name][0] for name in generated]
    assert len(set(random)) == 4
    assert all(len(value) > 40 for value in random)


def test_a_key_that_is_not_needed_is_taken_where_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-1")
    assert _complete().state.secrets["ANTHROPIC_API_KEY"] == ["sk-1"]


def test_a_failed_command_stops_the_deployment() -> None:
    gcloud = Gcloud(State())
    steps = [Step("first", ("gcloud", "nonsense")), Step("second", ("gcloud", "projects", "describe"))]
    with pytest.raises(DeployError, match="first: `gcloud nonsense` failed with exit code 2"):
        apply(steps, gcloud.run, _never)
    assert gcloud.asked == [("nonsense",)]


def test_no_secret_value_is_in_the_plan() -> None:
    assert not [value for value in KEYS.values() if value in describe(plan(TARGET))]


def test_the_environment_file_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    path = tmp_path / ".env.thrive-prod"
    path.write_text("PUBLIC_BASE_URL=https://playbooks.example.com")
    merge_environment_file(path, {"PUBLIC_BASE_URL": "https://x.web.app", "INVOKER_SERVICE_ACCOUNT": "a@b"})
    assert path.read_text() == "PUBLIC_BASE_URL=https://playbooks.example.com\nINVOKER_SERVICE_ACCOUNT=a@b\n"


def test_a_dry_run_prints_the_plan_and_touches_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRY_RUN", "1")
    monkeypatch.setenv("PATH", "")
    assert main([PROJECT]) == 0
    assert "gcloud pubsub topics create playbook-dlq --project=thrive-prod --quiet" in capsys.readouterr().out
    assert not list(folder.iterdir())


@pytest.mark.parametrize("project", ["", "demo-playbooks", "Bad Project"])
def test_an_invalid_project_is_refused(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([project]) == 2
    assert "expected the id of a real Google Cloud project" in capsys.readouterr().err


def test_the_region_is_chosen_once_and_remembered(folder: Path) -> None:
    assert choose(PROJECT, "").region == "us-central1"
    chosen = choose(PROJECT, "europe-west1")
    merge_environment_file(chosen.environment_file, chosen.settings())
    assert chosen.environment_file.parent == folder
    assert choose(PROJECT, "").region == "europe-west1"
    assert settings_of(PROJECT)["FUNCTION_REGION"] == "europe-west1"
    with pytest.raises(
        targets.TargetError, match=r"REGION is 'us-east1', but \.env\.thrive-prod says europe-west1"
    ):
        choose(PROJECT, "us-east1")
    with pytest.raises(targets.TargetError, match="expected a region of Google Cloud"):
        choose("another-project", "Paris")


def _gcloud_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "gcloud").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_project_that_nobody_pays_for_is_refused_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _gcloud_on_path(folder, monkeypatch)
    gcloud = Gcloud(State(billing=False))
    assert main([PROJECT], gcloud.run) == 1
    assert "nobody pays for thrive-prod: link a billing account" in capsys.readouterr().err
    assert not gcloud.changes or gcloud.state == State(billing=False)


def test_without_gcloud_a_person_hears_where_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert main([PROJECT]) == 1
    assert "gcloud is missing" in capsys.readouterr().err


def test_a_real_program_gets_its_arguments_and_what_it_reads_and_says_what_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = folder / "gcloud"
    program.write_text(
        '#!/bin/sh\necho "$*" >> "$LOG"\ncase "$*" in\n'
        '  *describe*) exit 1;;\n  *versions\\ add*) cat >> "$LOG"; echo >> "$LOG";;\n'
        '  *broken*) echo "ERROR: no" >&2; exit 3;;\nesac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("LOG", str(folder / "log"))
    steps = [
        Step("a thing", ("gcloud", "make", "a b"), unless=("gcloud", "describe", "a b")),
        Step("a version", ("gcloud", "versions", "add"), stdin=lambda: "secret value"),
        Step("a broken one", ("gcloud", "broken")),
    ]
    with pytest.raises(DeployError, match="a broken one: `gcloud broken` failed with exit code 3"):
        apply(steps, sleep=_never)
    assert (folder / "log").read_text().splitlines() == [
        "describe a b",
        "make a b",
        "versions add",
        "secret value",
        "broken",
    ]
    assert "ERROR: no" in capsys.readouterr().err


def test_the_plan_says_what_the_firebase_cli_will_be_told() -> None:
    text = describe(STEPS)
    for command in ("projects:addfirebase", "hosting:sites:create", "deploy --only=functions", "functions:delete"):
        assert f"firebase {command}" in text
