"""One deployment of a fresh project, by the real Firebase CLI, that all tests of this folder look at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.deploy import __main__ as deploy
from local.deploy import firebase, source, target
from tests.deploy.gcloud import Gcloud
from tests.deploy.google import Google
from tests.deploy.recorder import Recorder, recording
from tests.deploy.state import PROJECT, REGION

KEYS = {"MAILJET_API_KEY": "m-1", "MAILJET_API_SECRET": "m-2", "BLACKLEAF_API_KEY": "b-1"}


@dataclass
class World:
    """A project, the two programs that change it, and the folder that everything of the deployment lies in."""

    google: Google
    gcloud: Gcloud
    recorder: Recorder
    folder: Path
    cli: list[tuple[str, ...]] = field(default_factory=list)
    """What the Firebase CLI was called with."""
    deployed: int | None = None
    """The exit code of the first deployment."""

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """gcloud is a stand-in; the steps that call the Firebase CLI are carried out."""
        if command[1:3] == ("-m", "local.deploy.firebase"):
            return subprocess.CompletedProcess(command, firebase.main(list(command[3:])), "", "")
        return self.gcloud.run(command, **options)

    def remembering(self, stream: Callable[..., tuple[int, str]]) -> Callable[..., tuple[int, str]]:
        """`stream`, with its command lines kept."""

        def call(command: Sequence[str], *rest: Any) -> tuple[int, str]:
            self.cli.append(tuple(command))
            return stream(command, *rest)

        return call


@pytest.fixture(scope="package")
def fresh(world: World) -> World:
    """After one `make deploy PROJECT=thrive-prod` on a fresh project."""
    world.deployed = deploy.main([PROJECT], world.run)
    return world


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Nothing deployed yet."""
    folder = tmp_path_factory.mktemp("deploy")
    program = folder / "bin" / "gcloud"
    program.parent.mkdir()
    program.touch(mode=0o755)
    google = Google()
    with recording(google, folder) as recorder, pytest.MonkeyPatch.context() as patch:
        for name, value in {**recorder.environment(), **KEYS}.items():
            patch.setenv(name, value)
        patch.setenv("PATH", str(program.parent), prepend=":")
        for name in ("DRY_RUN", "PRUNE"):
            patch.delenv(name, raising=False)
        patch.setenv("REGION", REGION)
        patch.setattr(target, "ROOT", folder)
        patch.setattr(source, "CACHE", folder)
        patch.setattr(firebase, "_WAITS_SECONDS", (0, 0))
        google.not_yet.add("onDomainEvent")
        made = World(google, Gcloud(google.state), recorder, folder)
        patch.setattr(firebase, "_stream", made.remembering(firebase._stream))
        yield made
