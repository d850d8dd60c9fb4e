"""What runs elsewhere is the same: CI calls `.ci/run`; hooks and the container use what set-up installs."""

from __future__ import annotations

import json
import re

import yaml

from local.setup.paths import ROOT

WORKFLOW = ROOT / ".github/workflows/ci.yml"
_PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def test_every_action_of_ci_is_pinned_by_its_commit_and_says_its_release() -> None:
    uses = [line.strip(" -") for line in WORKFLOW.read_text().splitlines() if "uses:" in line]
    assert len(uses) >= 3
    assert [line for line in uses if not _PINNED.fullmatch(line)] == []


def test_ci_runs_what_a_developer_runs_and_may_only_read() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    calls = re.findall(r"^make (\w+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert calls == ["check", "test"]


def test_every_hook_before_a_commit_is_a_part_of_make_check_at_the_locked_release() -> None:
    check = (ROOT / "Makefile").read_text().partition("\ncheck:")[2].partition("\n\n")[0]
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program = " ".join(hook["entry"].removeprefix("venv/bin/python ").split()[:3])
        assert program.removesuffix(" --force-exclude") in check


def test_the_development_container_sets_the_project_up() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make setup"
    assert ":3.11" in container["image"]
    assert {"node", "java"} <= {name.split("/")[-1].split(":")[0] for name in container["features"]}
