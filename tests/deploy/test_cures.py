"""Without what the deployment does first, the Firebase CLI fails; with it, a project changes as it should."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from local.deploy import firebase
from local.deploy.source import stage
from local.deploy.target import Target
from local.setup.paths import FIREBASE_CLI
from tests.deploy.conftest import World
from tests.deploy.google import Google
from tests.deploy.recorder import recording
from tests.deploy.state import PROJECT, State

# The Firebase CLI starts a dozen times, on a machine that does other things as well.
pytestmark = pytest.mark.timeout(400)
REGION = "us-central1"
LOCATION = f"projects/{PROJECT}/locations/{REGION}"


@dataclass(frozen=True)
class Run:
    """A run of the CLI on a project of its own."""

    code: int
    output: str
    state: State


def _nothing_deployed(state: State) -> None:
    state.functions.clear()


def _no_policy_for_images(state: State) -> None:
    del state.repositories[f"{LOCATION}/repositories/gcf-artifacts"]["cleanupPolicies"]


def _one_more_function(state: State) -> None:
    before = copy.deepcopy(state.functions[f"{LOCATION}/functions/rollUpUsage"])
    name = f"{LOCATION}/functions/oldFunction"
    before |= {
        "name": name,
        "serviceConfig": {**before["serviceConfig"], "service": f"{LOCATION}/services/oldfunction"},
    }
    state.functions[name] = before
    state.queues[f"{LOCATION}/queues/oldFunction"] = {"name": f"{LOCATION}/queues/oldFunction", "state": "RUNNING"}


_BROKEN: dict[str, Callable[[State], None]] = {
    "failure policy": _nothing_deployed,
    "images": _no_policy_for_images,
    "deletion": _one_more_function,
}


@pytest.fixture(scope="module")
def plain(fresh: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """`firebase deploy --non-interactive` and nothing else, on the deployed project with one thing changed."""

    def run(broken: Callable[[State], None]) -> Run:
        state = copy.deepcopy(fresh.google.state)
        broken(state)
        folder = tmp_path_factory.mktemp("plain")
        config = stage(Target(PROJECT), folder / "source")
        arguments = ("deploy", "--only=functions", "--non-interactive", f"--project={PROJECT}")
        with recording(Google(state), folder) as recorder:
            done = subprocess.run(
                ["node", str(FIREBASE_CLI), *arguments, f"--config={config}"],
                cwd=folder,
                env=recorder.environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        return Run(done.returncode, done.stdout + done.stderr, state)

    assert fresh.deployed == 0
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(_BROKEN, pool.map(run, _BROKEN.values()), strict=True))


def test_without_force_for_named_functions_nothing_is_deployed(plain: dict[str, Run]) -> None:
    assert plain["failure policy"].code == 1
    assert "Pass the --force option to deploy functions with a failure policy" in plain["failure policy"].output
    assert not plain["failure policy"].state.functions


def test_without_a_policy_for_images_what_comes_after_the_functions_is_not_done(plain: dict[str, Run]) -> None:
    assert plain["images"].code == 1
    assert "could not set up cleanup policy" in plain["images"].output


def test_without_names_a_function_that_is_gone_stops_the_deployment(plain: dict[str, Run]) -> None:
    assert plain["deletion"].code == 1
    assert "Aborting because deletion cannot proceed in non-interactive mode" in plain["deletion"].output


@pytest.fixture(scope="module")
def again(fresh: World) -> World:
    """The deployed project with a function of an earlier version."""
    assert fresh.deployed == 0
    _one_more_function(fresh.google.state)
    return fresh


def test_a_function_that_is_gone_stays_until_its_deletion_is_asked_for(
    again: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = again.google.state
    before = set(state.functions)
    monkeypatch.setenv("PRUNE", "1")
    assert firebase.main(["functions", f"--project={PROJECT}", f"--region={REGION}"]) == 0
    assert "deleting  not in functions.yaml any more: oldFunction (us-central1)" in capsys.readouterr().out
    assert before - set(state.functions) == {f"{LOCATION}/functions/oldFunction"}
    assert state.queues[f"{LOCATION}/queues/oldFunction"]["state"] == "DISABLED"
    deploying, deleting = again.cli[-2:]
    assert "--force" not in deploying
    assert deleting[2:6] == ("functions:delete", "oldFunction", f"--region={REGION}", "--force")
    deleted = [one.path for one in again.google.requests if one.method == "DELETE"]
    assert deleted == [f"/v2/{LOCATION}/functions/oldFunction"]
