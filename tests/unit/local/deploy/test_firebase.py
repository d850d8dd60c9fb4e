"""What is decided before the Firebase CLI is called, and what is done with its answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.deploy import firebase
from local.deploy import target as targets
from local.deploy.apply import DeployError
from local.deploy.firebase import Cli, add_to_project, deploy_functions
from local.deploy.plan import read_endpoints
from local.deploy.source import stage
from local.deploy.target import Target, read_environment_file

TARGET = Target("thrive-prod")
EVENT = "google.cloud.firestore.document.v1.created"
ENDPOINTS: dict[str, Any] = {
    "onEvent": {"eventTrigger": {"eventType": EVENT, "retry": True}},
    "door": {"httpsTrigger": {}},
}


class FakeCli(Cli):
    """Answers from a table, and remembers what it was told to do."""

    def __init__(self, answers: dict[str, list[Any]], failing: tuple[str, ...] = ()) -> None:
        super().__init__(TARGET, Path("firebase.json"))
        self.answers = answers
        self.failing = failing
        self.ran: list[tuple[str, ...]] = []

    def run(self, *arguments: str) -> None:
        self.ran.append(arguments)
        if arguments[0] in self.failing:
            raise DeployError(f"{arguments[0]} failed")

    def read(self, *arguments: str) -> Any:
        return self.answers[arguments[0]].pop(0)


def _deployed(
    name: str, *, region: str = "us-central1", codebase: str = "default", **trigger: Any
) -> dict[str, Any]:
    labels = {"deployment-tool": "cli-firebase"}
    return {"id": name, "region": region, "codebase": codebase, "labels": labels, **trigger}


ON_EVENT = _deployed("onEvent", eventTrigger={"eventType": EVENT, "retry": True})
DOOR = _deployed("door", httpsTrigger={})


def _deploy(*there: dict[str, Any], prune: bool = False) -> list[tuple[str, ...]]:
    cli = FakeCli({"functions:list": [list(there)]})
    deploy_functions(cli, TARGET, ENDPOINTS, prune=prune)
    return cli.ran


def test_functions_whose_events_are_newly_retried_are_forced_by_name_and_the_rest_is_not() -> None:
    everything = ("deploy", "--only=functions,hosting")
    forced = ("deploy", "--only=functions:onEvent", "--force")
    assert _deploy() == [forced, everything]
    assert _deploy(DOOR) == [forced, everything]
    not_retried = _deployed("onEvent", eventTrigger={"eventType": EVENT, "retry": False})
    assert _deploy(not_retried, DOOR) == [forced, everything]
    assert _deploy(ON_EVENT, DOOR) == [everything]


def test_a_function_that_is_gone_is_left_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    old = _deployed("old")
    assert _deploy(ON_EVENT, DOOR, old) == [("deploy", "--only=functions:onEvent,functions:door,hosting")]
    assert "left      not in functions.yaml any more: old (us-central1). PRUNE=1 deletes" in capsys.readouterr().out


def test_with_prune_it_is_deleted_once_the_others_are_deployed() -> None:
    old = [_deployed("old"), _deployed("older", region="europe-west1"), _deployed("oldest")]
    assert _deploy(ON_EVENT, *old, prune=True)[1:] == [
        ("functions:delete", "old", "oldest", "--region=us-central1", "--force"),
        ("functions:delete", "older", "--region=europe-west1", "--force"),
    ]


@pytest.mark.parametrize(
    "foreign", [_deployed("old", codebase="shop"), {"id": "old", "region": "us-central1", "labels": {}}]
)
def test_functions_of_others_are_not_ours_to_delete(foreign: dict[str, Any]) -> None:
    assert _deploy(ON_EVENT, foreign, prune=True) == [("deploy", "--only=functions,hosting")]


def test_functions_in_another_region_are_not_deployed_a_second_time() -> None:
    with pytest.raises(
        DeployError, match="these functions in europe-west1, not in us-central1: deploy with REGION="
    ):
        _deploy(_deployed("door", region="europe-west1"))


@pytest.mark.parametrize("trigger", [{}, {"eventTrigger": {"eventType": "another", "retry": True}}])
def test_a_function_that_would_lose_events_is_refused_before_anything_is_deployed(trigger: dict[str, Any]) -> None:
    with pytest.raises(DeployError, match=f"onEvent listens to .* and is to listen to {EVENT}"):
        _deploy(_deployed("onEvent", **trigger))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(targets, "ROOT", tmp_path)
    return tmp_path


SITE = {"name": "projects/thrive-prod/sites/shop", "defaultUrl": "https://shop.web.app", "type": "DEFAULT_SITE"}
FIREBASE = [{"projectId": "thrive-prod"}]


@pytest.mark.usefixtures("folder")
def test_firebase_a_site_and_an_app_are_added_where_they_are_missing() -> None:
    answers: dict[str, list[Any]] = {
        "projects:list": [[]],
        "hosting:sites:list": [{"sites": []}],
        "hosting:sites:create": [SITE],
        "apps:list": [[]],
    }
    cli = FakeCli(answers)
    add_to_project(cli, TARGET)
    assert cli.ran == [("projects:addfirebase", "thrive-prod"), ("apps:create", "WEB", "Playbooks")]
    assert answers["hosting:sites:create"] == []
    assert read_environment_file(TARGET.environment_file) == {"PUBLIC_BASE_URL": "https://shop.web.app"}


@pytest.mark.usefixtures("folder")
def test_where_they_are_nothing_is_added_and_a_persons_address_stays() -> None:
    TARGET.environment_file.write_text("PUBLIC_BASE_URL=https://playbooks.example.com\n")
    cli = FakeCli(
        {"projects:list": [FIREBASE], "hosting:sites:list": [{"sites": [SITE]}], "apps:list": [[{"appId": "1"}]]}
    )
    add_to_project(cli, TARGET)
    assert cli.ran == []
    assert read_environment_file(TARGET.environment_file) == {"PUBLIC_BASE_URL": "https://playbooks.example.com"}


@pytest.mark.usefixtures("folder")
def test_firebase_that_another_added_meanwhile_is_there() -> None:
    answers: dict[str, list[Any]] = {
        "projects:list": [[], FIREBASE],
        "hosting:sites:list": [{"sites": [SITE]}],
        "apps:list": [[{"appId": "1"}]],
    }
    add_to_project(FakeCli(answers, failing=("projects:addfirebase",)), TARGET)
    with pytest.raises(DeployError, match="projects:addfirebase failed"):
        add_to_project(FakeCli({"projects:list": [[], []]}, failing=("projects:addfirebase",)), TARGET)


@pytest.mark.parametrize(
    ("outputs", "waits", "fails"),
    [
        (["done"], [], False),
        (["If you recently started to use Eventarc, it may take a few minutes before all necessary permissions are "
          "propagated to the Service Agent", "done"], [30], False),
        (["Error: your code does not compile"], [], True),
        (["Directory 'public' for Hosting does not exist."], [], True),
        (["HTTP Error: 400, Service account a@b.c does not exist.", "done"], [30], False),
        (['Permission "eventarc.events.receiveEvent" denied on "projects/p"', "done"], [30], False),
        (["Please try again in a few minutes"] * 5, [30, 60, 90, 120], True),
    ],
)  # fmt: skip
def test_what_passes_is_done_again_some_times(
    outputs: list[str], waits: list[float], fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(outputs)

    def stream(*_: object) -> tuple[int, str]:
        output = next(answers)
        return (0 if output == "done" else 1), output

    monkeypatch.setattr(firebase, "_stream", stream)
    waited: list[float] = []
    cli = Cli(TARGET, Path("firebase.json"), waited.append)
    if fails:
        with pytest.raises(DeployError, match="`firebase deploy` failed with exit code 1"):
            cli.run("deploy")
    else:
        cli.run("deploy")
    assert waited == waits
    assert next(answers, None) is None


def test_the_source_is_a_copy_with_the_targets_region_accounts_and_threads(folder: Path, tmp_path: Path) -> None:
    target = Target("thrive-prod", "europe-west1")
    (folder / ".env.thrive-prod").write_text("EMAIL_FROM='a@b.example'")
    config = stage(target, tmp_path / "staged")
    manifest = json.loads((config.parent / "functions.yaml").read_text())["endpoints"]
    assert manifest.keys() == read_endpoints().keys()
    assert {one["region"][0] for one in manifest.values()} == {"europe-west1"}
    assert {one["serviceAccountEmail"] for one in manifest.values()} == {
        f"playbooks-{name}@thrive-prod.iam.gserviceaccount.com" for name in ("runtime", "accounts", "secrets")
    }
    hosting = json.loads(config.read_text())["hosting"]
    assert {one["function"]["region"] for one in hosting["rewrites"] if "function" in one} == {"europe-west1"}
    environment = read_environment_file(config.parent / ".env.thrive-prod")
    largest = max(one["concurrency"] for one in manifest.values())
    assert environment == {"EMAIL_FROM": "a@b.example", "THREADS": str(largest)}
    copied = {path.name for path in config.parent.iterdir()}
    assert {"main.py", "requirements.txt", "functions", "shared", "web", "firestore.rules"} <= copied
    assert not copied & {"tests", "local", ".env.local", ".secret.local", "venv"}
    assert [path.name for path in (config.parent / "web").iterdir()] == ["dist"]


def test_the_source_is_staged_afresh_each_time(folder: Path, tmp_path: Path) -> None:
    config = stage(TARGET, tmp_path / "staged")
    (config.parent / "shared" / "gone.py").touch()
    (folder / ".env.thrive-prod").write_text("THREADS=3\n")
    stage(TARGET, tmp_path / "staged")
    assert not (config.parent / "shared" / "gone.py").exists()
    assert read_environment_file(config.parent / ".env.thrive-prod") == {"THREADS": "3"}
