"""Without what the deployment does first, the Firebase CLI fails; with it, a project changes as it should."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.deploy import firebase
from local.deploy.source import stage
from local.deploy.target import Target
from local.setup.paths import FIREBASE_CLI
from tests.deploy.conftest import World
from tests.deploy.google import Google
from tests.deploy.recorder import recording
from tests.deploy.state import LOCATION, PROJECT, REGION, State

# The Firebase CLI starts a dozen times, on a machine that does other things as well.
pytestmark = pytest.mark.timeout(1_200)


@dataclass(frozen=True)
class Scenario:
    """A call of the CLI on the deployed project after one thing of the deployment was undone."""

    undo: Callable[[State, Path], None]
    """Gets the project and the source."""
    arguments: tuple[str, ...]
    complaint: str


def _nothing_deployed(state: State, _source: Path) -> None:
    state.functions.clear()


def _no_policy_for_images(state: State, _source: Path) -> None:
    del state.repositories[f"{LOCATION}/repositories/gcf-artifacts"]["cleanupPolicies"]


def _one_more_function(state: State, _source: Path) -> None:
    before = copy.deepcopy(state.functions[f"{LOCATION}/functions/rollUpUsage"])
    name = f"{LOCATION}/functions/oldFunction"
    before |= {
        "name": name,
        "serviceConfig": {**before["serviceConfig"], "service": f"{LOCATION}/services/oldfunction"},
    }
    state.functions[name] = before
    state.queues[f"{LOCATION}/queues/oldFunction"] = {"name": f"{LOCATION}/queues/oldFunction", "state": "RUNNING"}


def _nobody_receives_events(state: State, source: Path) -> None:
    _nothing_deployed(state, source)
    state.policy()["roles/eventarc.eventReceiver"].discard(f"serviceAccount:playbooks-runtime@{_DOMAIN}")


def _short_accounts(state: State, source: Path) -> None:
    _nothing_deployed(state, source)
    for policy in [policy for resource, policy in state.policies.items() if resource.startswith("secrets/")]:
        policy.clear()
    manifest = source / "functions.yaml"
    manifest.write_text(manifest.read_text().replace(f"playbooks-runtime@{_DOMAIN}", "playbooks-runtime@"))


def _no_site(state: State, _source: Path) -> None:
    state.sites.clear()


_DOMAIN = f"{PROJECT}.iam.gserviceaccount.com"
_FUNCTIONS = ("deploy", "--only=functions")
SCENARIOS = {
    "newly retried": Scenario(
        _nothing_deployed, _FUNCTIONS, "Pass the --force option to deploy functions with a failure"
    ),
    "image policy": Scenario(_no_policy_for_images, _FUNCTIONS, "could not set up cleanup policy"),
    "one is gone": Scenario(_one_more_function, _FUNCTIONS, "deletion cannot proceed in non-interactive mode"),
    "no receiver": Scenario(
        _nobody_receives_events,
        ("deploy", "--only=functions:onDomainEvent", "--force"),
        f"playbooks-runtime@{_DOMAIN} lacks eventarc.events.receiveEvent",
    ),
    "short accounts": Scenario(
        _short_accounts, ("deploy", "--only=functions:chat"), "Service account playbooks-runtime@ does not exist"
    ),
    "no site": Scenario(_no_site, ("deploy", "--only=hosting"), "there is no Hosting site"),
}


@pytest.fixture(scope="module")
def complaints(fresh: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """The exit code and the output of each scenario, on projects of their own, two at once."""

    def run(scenario: Scenario) -> tuple[int, str]:
        state = copy.deepcopy(fresh.google.state)
        folder = tmp_path_factory.mktemp("undone")
        config = stage(Target(PROJECT, REGION), folder / "source")
        scenario.undo(state, config.parent)
        options = ("--non-interactive", f"--project={PROJECT}", f"--config={config}")
        with recording(Google(state), folder) as recorder:
            done = subprocess.run(
                ["node", str(FIREBASE_CLI), *scenario.arguments, *options],
                cwd=folder,
                env=recorder.environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        return done.returncode, done.stdout + done.stderr

    assert fresh.deployed == 0
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(SCENARIOS, pool.map(run, SCENARIOS.values()), strict=True))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_cli_fails_without_what_the_deployment_does(complaints: dict[str, tuple[int, str]], name: str) -> None:
    code, output = complaints[name]
    assert code != 0
    assert SCENARIOS[name].complaint in output


@pytest.fixture(scope="module")
def again(fresh: World) -> World:
    """The deployed project with a function of an earlier version."""
    assert fresh.deployed == 0
    _one_more_function(fresh.google.state, fresh.folder)
    return fresh


def test_a_function_that_is_gone_stays_until_its_deletion_is_asked_for(
    again: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = again.google.state
    before = set(state.functions)
    monkeypatch.setenv("PRUNE", "1")
    assert firebase.main(["functions", f"--project={PROJECT}", f"--region={REGION}"]) == 0
    assert "deleting  not in functions.yaml any more: oldFunction (europe-west1)" in capsys.readouterr().out
    assert before - set(state.functions) == {f"{LOCATION}/functions/oldFunction"}
    assert state.queues[f"{LOCATION}/queues/oldFunction"]["state"] == "DISABLED"
    deploying, deleting = again.cli[-2:]
    assert "--force" not in deploying
    assert deleting[2:6] == ("functions:delete", "oldFunction", f"--region={REGION}", "--force")
    deleted = [one.path for one in again.google.requests if one.method == "DELETE"]
    assert deleted == [f"/v2/{LOCATION}/functions/oldFunction"]
